import Bytes
import Executables
import TestKit
import Testing

/// A file against its reference.
@Suite struct PEComparisonTests {
    private func compare(_ old: [UInt8], _ new: [UInt8]) throws -> PEComparison {
        let reports = (try PEReport(new), try PEReport(old))
        return PEComparison(of: reports.0, new.span.bytes, against: reports.1, old.span.bytes)
    }

    private func compare(
        from base: PEWriter = PEWriter(), _ change: (inout PEWriter) -> Void
    ) throws -> PEComparison {
        var writer = base
        change(&writer)
        return try compare(base.bytes(), writer.bytes())
    }

    @Test("the same bytes are identical")
    func identical() throws {
        let result = try compare { _ in }
        #expect(result.relation == .identical && result.findings.isEmpty)
    }

    @Test("a time stamp, a checksum and a signature alone are told as such")
    func stamps() throws {
        let result = try compare {
            $0.timeDateStamp += 1000
            $0.patches.append((0x80 + 88, [1, 2, 3, 4]))
            $0.directories[4] = (0xE00, 8)
            $0.overlay = Array(1...8)
        }
        #expect(result.relation == .stampsOnly)
        #expect(result.findings.map(\.code) == ["PE-C01"] && result.findings[0].severity == .informational)
    }

    @Test("a stamp together with a changed callback is no mere stamp")
    func stampAndMore() throws {
        let result = try compare {
            $0.timeDateStamp += 1000
            $0.slots[1] += 16
        }
        #expect(result.relation == .patched && result.findings.map(\.code) == ["TLS-C04", "PE-C07"])
    }

    @Test("debug data declared over the callback array hides nothing")
    func forgedMask() throws {
        func debug(_ writer: inout PEWriter) {
            // One CodeView entry whose data is the array.
            writer.directories[6] = (0x3040, 28)
            writer.sections[2].data.replaceSubrange(0x4C..<0x58, with: [2, 0, 0, 0, 16, 0, 0, 0, 0x80, 0x20, 0, 0])
        }
        var base = PEWriter()
        debug(&base)
        let result = try compare(from: base) { $0.slots[1] += 16 }
        #expect(result.relation == .patched && result.findings.contains { $0.code == "TLS-C04" })
    }

    struct Change: Sendable, CustomTestStringConvertible {
        var name: String
        var code: String
        var severity: Finding.Severity
        var change: @Sendable (inout PEWriter) -> Void
        var testDescription: String { name }
    }

    @Test("each kind of patch is named", arguments: patches)
    func patched(_ test: Change) throws {
        let result = try compare(test.change)
        #expect(result.relation == .patched)
        let finding = try #require(result.findings.first { $0.code == test.code }, "\(result.findings.map(\.code))")
        #expect(finding.severity == test.severity && !finding.why.isEmpty)
    }

    static let patches: [Change] = [
        Change(name: "callback added", code: "TLS-C03", severity: .high) { $0.slots.append($0.imageBase + 0x1030) },
        Change(name: "callback retargeted", code: "TLS-C04", severity: .high) { $0.slots[0] = $0.imageBase + 0x1040 },
        Change(name: "callback outside moved", code: "TLS-C04", severity: .high) { $0.slots[0] = 0x7000_0000 },
        Change(name: "callback removed", code: "TLS-C05", severity: .medium) { $0.slots.removeLast() },
        Change(name: "callback code changed", code: "TLS-C06", severity: .high) { $0.sections[0].data[0x11] ^= 1 },
        Change(name: "array moved", code: "TLS-C07", severity: .high) {
            $0.arrayRVA = 0x21C0
            $0.callbacks = $0.imageBase + 0x21C0
        },
        Change(name: "directory moved", code: "TLS-C08", severity: .high) {
            $0.directoryRVA = 0x21C0
            $0.directories[9].0 = 0x21C0
        },
        Change(name: "index moved", code: "TLS-C09", severity: .medium) { $0.index += 8 },
        Change(name: "template changed", code: "TLS-C10", severity: .medium) { $0.sections[3].data[0] ^= 0xFF },
        Change(name: "template longer", code: "TLS-C10", severity: .medium) { $0.end += 16 },
        Change(name: "directory vanished", code: "TLS-C02", severity: .medium) { $0.directories[9] = (0, 0) },
        Change(name: "section added", code: "PE-C03", severity: .medium) {
            $0.sections.append(.init(name: ".new", rva: 0x6000, data: [1], characteristics: 0xE000_0020))
            $0.sizeOfImage = 0x7000
        },
        Change(name: "code made writable", code: "PE-C04", severity: .medium) {
            $0.sections[0].characteristics |= 0x8000_0000
        },
        Change(name: "entry point moved", code: "PE-C05", severity: .medium) { $0.entryPoint += 16 },
        Change(name: "randomisation off", code: "PE-C06", severity: .medium) { $0.dllCharacteristics = 0x8100 },
        Change(name: "data changed", code: "PE-C07", severity: .low) { $0.sections[2].data[0x100] = 9 },
        Change(name: "section resized", code: "PE-C08", severity: .low) { $0.sections[2].virtualSize = 0x900 },
    ]

    @Test("a directory that appears is high")
    func appeared() throws {
        var without = PEWriter()
        without.directories[9] = (0, 0)
        let result = try compare(without.bytes(), PEWriter().bytes())
        #expect(result.findings.first?.code == "TLS-C01" && result.findings.first?.severity == .high)
    }

    @Test("a new build moves everything and alarms nobody")
    func rebuilt() throws {
        let result = try compare { writer in
            writer.timeDateStamp += 1
            writer.sections[0].data = writer.sections[0].data.reversed()
            writer.sections[2].data[0x40] = 7
            writer.slots = [writer.imageBase + 0x1044, writer.imageBase + 0x1088, writer.imageBase + 0x10AA]
            writer.index += 4
        }
        #expect(result.relation == .rebuilt && result.changedCode.blocks == result.changedCode.of)
        #expect(result.findings.allSatisfy { $0.severity <= .low }, "\(result.findings)")
        #expect(result.findings.contains { $0.code == "TLS-C03" })
    }

    @Test("a new build that moved only the end of the code is no patch")
    func movedTail() throws {
        var base = PEWriter()
        // 8 KiB of code; the runtime with the callbacks stands behind the program's own, as linkers do it.
        base.sections[0].data = (0..<0x1000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        base.sections[0].virtualSize = 0x1000
        base.slots = [base.imageBase + 0x1F00, base.imageBase + 0x1F40]
        let result = try compare(from: base) { writer in
            writer.timeDateStamp += 1
            writer.sections[0].data.insert(contentsOf: [UInt8](repeating: 0x90, count: 16), at: 0xA00)
            writer.sections[0].data.removeLast(16)
            writer.slots = writer.slots.map { $0 + 16 }
        }
        #expect(result.relation == .rebuilt && result.changedCode == (3, 8))
        #expect(!result.findings.contains { $0.code == "TLS-C04" })
        // The same bytes under the old stamp: nobody links twice in one second and gets other code.
        let edited = try compare(from: base) { writer in
            writer.sections[0].data.insert(contentsOf: [UInt8](repeating: 0x90, count: 16), at: 0xA00)
            writer.sections[0].data.removeLast(16)
            writer.slots = writer.slots.map { $0 + 16 }
        }
        #expect(edited.relation == .patched && edited.findings.first?.code == "TLS-C04")
    }

    @Test("a changed overlay is told")
    func overlay() throws {
        let result = try compare { $0.overlay = [1, 2, 3] }
        #expect(result.relation == .patched && result.findings.map(\.code) == ["PE-C09"])
    }

    @Test("another machine is not compared further")
    func unrelated() throws {
        let result = try compare(PEWriter(machine: 0xAA64).bytes(), PEWriter().bytes())
        #expect(result.relation == .unrelated && result.findings.map(\.code) == ["PE-C02"])
    }

    @Test("differences of an ARM64X file are told, not judged")
    func hybrid() throws {
        var base = PEWriter(machine: 0xAA64)
        base.directories[10] = (0x3020, 0x100)
        base.sections[2].data.replaceSubrange(0x20..<0x24, with: [0x00, 0x01, 0, 0])
        base.sections[2].data[0x20 + 0xC8] = 1
        let result = try compare(from: base) { $0.slots[0] += 16 }
        let finding = try #require(result.findings.first { $0.code == "TLS-C04" })
        #expect(finding.severity == .informational && finding.why.contains("not judged"))
    }

    @Test("another image base is no change of the callbacks")
    func rebased() throws {
        var other = PEWriter()
        let delta: UInt64 = 0x1000_0000
        other.imageBase += delta
        (other.start, other.end, other.index) = (other.start + delta, other.end + delta, other.index + delta)
        other.callbacks += delta
        other.slots = other.slots.map { $0 + delta }
        let result = try compare(PEWriter().bytes(), other.bytes())
        #expect(!result.findings.contains { $0.code.hasPrefix("TLS-") })
    }
}
