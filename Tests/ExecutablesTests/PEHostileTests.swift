import Bytes
import Executables
import TestKit
import Testing

/// Files cut anywhere and bits flipped anywhere: an error or a report, never a trap, never for long.
@Suite struct PEHostileTests {
    private static let machines: [UInt16] = [0x014C, 0x8664, 0xAA64]

    /// Looks at everything a reader of the report would look at.
    @discardableResult
    private func use(_ bytes: [UInt8], _ reference: [UInt8], _ old: PEReport) -> Bool {
        guard let report = try? PEReport(bytes) else { return false }
        for callback in report.tls?.callbacks ?? [] { _ = report.image.section(atRVA: callback.rva ?? 0) }
        _ = PEComparison(of: report, bytes.span.bytes, against: old, reference.span.bytes)
        _ = PEComparison(of: old, reference.span.bytes, against: report, bytes.span.bytes)
        return true
    }

    @Test("every prefix is refused or reported", arguments: machines)
    func cuts(machine: UInt16) throws {
        let whole = PEWriter(machine: machine).bytes()
        let old = try PEReport(whole)
        var read = 0
        for length in 0...whole.count where use(Array(whole.prefix(length)), whole, old) { read += 1 }
        // Everything that holds the headers is read.
        #expect(read > whole.count - 0x200)
    }

    @Test("a file cut before the directory says so", arguments: machines)
    func cutDirectory(machine: UInt16) throws {
        let report = try PEReport(Array(PEWriter(machine: machine).bytes().prefix(0x648)))
        #expect(report.tlsCodes == ["TLS-P04"])
        #expect(report.finding("PE-F01") != nil)
    }

    @Test("flipped bits never trap", arguments: machines)
    func flips(machine: UInt16) throws {
        let whole = PEWriter(machine: machine).bytes()
        let old = try PEReport(whole)
        var state = UInt64(machine) | 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        // Where a flip matters: headers, directory and array, imports, relocations.
        let hot = [0x3C..<0x40, 0x80..<0x260, 0x600..<0x700, 0xC00..<0xC40]
        for round in 0..<2500 {
            var bytes = whole
            for _ in 0...next(6) {
                let range = hot[next(hot.count)]
                let at = round % 4 == 0 ? next(bytes.count) : range.lowerBound + next(range.count)
                if next(3) == 0 { bytes[at] = [0, 0xFF, 0x7F, 0x80][next(4)] } else { bytes[at] ^= 1 << next(8) }
            }
            use(bytes, whole, old)
        }
    }

    @Test("extreme numbers in every 32-bit field of the headers never trap")
    func extremes() throws {
        let whole = PEWriter().bytes()
        let old = try PEReport(whole)
        for at in stride(from: 0x80, to: 0x260, by: 2) {
            for value in [[0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0x80], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0]]
                as [[UInt8]]
            {
                var bytes = whole
                bytes.replaceSubrange(at..<(at + 4), with: value)
                use(bytes, whole, old)
            }
        }
    }

    @Test("an image whose base plus size wraps is judged, not trapped")
    func wrapping() throws {
        var writer = PEWriter()
        writer.patches = [(0x80 + 24 + 24, [UInt8](repeating: 0xFF, count: 8))]
        #expect(try !PEReport(writer.bytes()).tlsCodes.isEmpty)
    }

    /// A section table of 1024 entries, an array of 4096 callbacks, relocation blocks and imports without end, all at
    /// once.
    @Test("the largest tables allowed are read in bounded time", .timeLimit(.minutes(1)))
    func large() throws {
        var bytes = [UInt8](repeating: 0, count: 2 << 20)
        func put(_ value: UInt64, _ count: Int, at offset: Int) {
            for index in 0..<count { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
        }
        var writer = PEWriter()
        writer.sizeOfImage = 0x7FFF_F000
        let head = writer.bytes().prefix(0x80 + 24 + 240)
        bytes.replaceSubrange(0..<head.count, with: head)
        put(0xFFFF, 2, at: 0x86)
        for index in 0..<1024 {
            let at = head.count + index * 40
            // All of them overlap; the last one, which every look-up has to pass for, holds everything.
            put(0x1F_0000, 4, at: at + 8)
            put(index == 1023 ? 0x1_0000 : 0x4000_0000, 4, at: at + 12)
            put(0x1F_0000, 4, at: at + 16)
            put(0x1_0000, 4, at: at + 20)
            put(0xE000_0020, 4, at: at + 36)
        }
        for kind in [1, 5, 9, 12] {
            let rva: UInt64 = [1: 0x12_0000, 5: 0x16_0000, 9: 0x1_1000, 12: 0x2_0000][kind] ?? 0
            put(rva, 4, at: 0x80 + 24 + 112 + kind * 8)
            put(0x8_0000, 4, at: 0x80 + 24 + 112 + kind * 8 + 4)
        }
        put(writer.imageBase + 0x1_0000, 8, at: 0x1_1000 + 16)
        put(writer.imageBase + 0x1_2000, 8, at: 0x1_1000 + 24)
        for index in 0..<5000 { put(writer.imageBase + 0x1_0000 + UInt64(index), 8, at: 0x1_2000 + index * 8) }
        for index in 0..<20_000 { put(0x11_0000, 4, at: 0x12_0000 + index * 4) }
        for at in stride(from: 0x11_0000, to: 0x12_0000, by: 8) { put(0x10_0000, 8, at: at) }
        for at in stride(from: 0x16_0000, to: 0x1E_0000, by: 16) { put(0x10_0000_1_2000, 8, at: at) }
        let report = try PEReport(bytes)
        var other = bytes
        other[0x1F_0000] ^= 1
        #expect(use(other, bytes, report))
        #expect(report.image.sections.count == 1024 && report.tls?.callbacks.count == 4096)
        #expect(report.imports.isIncomplete && report.finding("TLS-P06") != nil && report.finding("PE-F03") != nil)
    }
}
