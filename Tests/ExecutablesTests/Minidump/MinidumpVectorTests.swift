import Bytes
import Executables
import Testing

/// The shared dumps get the documented verdicts.
@Suite(.enabled(if: TLSVectors.exist)) struct MinidumpVectorTests {
    static func report(_ path: String, withFile: Bool = true) throws -> MinidumpReport {
        let storage = try #require(TLSVectors.storage(path))
        let program = TLSVectors.storage("tls/pe/tls_native_x64.exe")
        return try #require(
            MinidumpReport(storage) { withFile && $0.name == "tls_native_x64.exe" ? program : nil })
    }

    @Test("an untouched process is quiet, with and without its file")
    func baseline() throws {
        for withFile in [true, false] {
            let report = try Self.report("tls/pe/dumps/baseline.dmp", withFile: withFile)
            #expect(report.findings.allSatisfy { $0.severity == .informational }, "\(report.findings.lines)")
            #expect(report.isWine && report.modulesCompared == (withFile ? 1 : 0))
        }
    }

    @Test("a replaced slot is found where it is")
    func array() throws {
        let report = try Self.report("tls/pe/dumps/array.dmp")
        #expect(report.findings.alarms == ["TLS-M02"], "\(report.findings.lines)")
        #expect(report.findings.first("TLS-M02")?.place.address == 0x1_4000_39D8)
        // Without the file only the repetition shows.
        let alone = try Self.report("tls/pe/dumps/array.dmp", withFile: false)
        #expect(alone.findings.first("TLS-M02")?.severity == .low)
    }

    @Test("a redirected array is found")
    func redirected() throws {
        // Made of the untouched one: AddressOfCallBacks names private memory. (Also when the set has no such dump.)
        var bytes = try #require(TLSVectors.bytes("tls/pe/dumps/baseline.dmp"))
        let sound = try Self.report("tls/pe/dumps/baseline.dmp")
        let field = try #require(sound.dump.memory.offset(of: 0x1_4000_3298, length: 8))
        let stash = try #require(sound.dump.memory.offset(of: 0x25_F000, length: 24))
        for (offset, value) in [(field, 0x25_F000), (stash, 0x1_4000_19A0), (stash + 8, 0)] as [(Int, UInt64)] {
            for index in 0..<8 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
        }
        let program = TLSVectors.storage("tls/pe/tls_native_x64.exe")
        let report = try #require(MinidumpReport(ByteStorage(bytes)) { _ in program })
        #expect(report.findings.alarms == ["TLS-M01", "TLS-M02"], "\(report.findings.lines)")
        #expect(report.findings.first("TLS-M01")?.place.address == 0x1_4000_3298)
        #expect(MinidumpReport(ByteStorage(bytes))?.findings.alarms == ["TLS-M02"])
    }

    @Test("a stash in a slot is found where it is, and not when the slot is given out")
    func slots() throws {
        let report = try Self.report("tls/pe/dumps/tebslots.dmp")
        #expect(report.findings.alarms == ["TLS-M04"], "\(report.findings.lines)")
        #expect(report.findings.first("TLS-M04")?.place.address == 0x67FE_15C0)
        var bytes = try #require(TLSVectors.bytes("tls/pe/dumps/tebslots.dmp"))
        let bits = try #require(report.dump.memory.offset(of: 0x67FF_0080, length: 8))
        bytes[bits + 5] |= 1
        #expect(MinidumpReport(ByteStorage(bytes))?.findings.alarms == [])
    }

    @Test("a poor dump degrades: what could not be checked is said, nothing is made up")
    func poor() throws {
        let report = try Self.report("tls/pe/dumps/winedbg.mdmp")
        #expect(report.findings.allSatisfy { $0.severity == .informational }, "\(report.findings.lines)")
        #expect(Set(report.findings.map(\.code)).isSuperset(of: ["DUMP-07", "DUMP-08"]))
        #expect(report.dump.modules.count == 14 && report.dump.threads.count == 2)
    }

    @Test("dumps of the public set are read: ordinary ones quietly, the malformed one with findings")
    func ordinary() throws {
        let folder = "public/minidump/rust-minidump/"
        for (name, modules) in [("test.dmp", 13), ("invalid-parameter.dmp", 31), ("linux-mini.dmp", 8)] {
            let report = try Self.report(folder + name)
            #expect(report.findings.alarms == [], "\(name): \(report.findings.lines)")
            #expect(report.dump.modules.count == modules)
        }
        #expect(try Self.report(folder + "linux-mini.dmp").findings.first?.code == "DUMP-06")
        #expect(try !Self.report(folder + "invalid-record-count.dmp").findings.alarms.isEmpty)
    }

    @Test("a real dump cut anywhere or with flipped bits gives a report and no crash")
    func damaged() throws {
        for name in ["tls/pe/dumps/winedbg.mdmp", "public/minidump/rust-minidump/test.dmp"] {
            let bytes = try #require(TLSVectors.bytes(name))
            var numbers = SeededNumbers(state: 3)
            for _ in 0..<150 {
                let length = Int.random(in: 8..<bytes.count, using: &numbers)
                #expect(MinidumpReport(ByteStorage(Array(bytes[..<length]))) != nil)
                var flipped = bytes
                for _ in 0..<8 {
                    flipped[Int.random(in: 8..<6000, using: &numbers)] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
                }
                #expect(MinidumpReport(ByteStorage(flipped)) != nil)
            }
        }
    }
}
