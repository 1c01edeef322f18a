import Bytes
import Executables
import Testing

/// Files cut anywhere and bits flipped anywhere: an error or a report, never a trap, never for long.
@Suite struct PEHostileTests {
    private static let machines: [UInt16] = [0x014C, 0x8664, 0xAA64]

    /// Looks at everything a reader of the report would look at.
    @discardableResult
    private func use(_ bytes: [UInt8], _ reference: [UInt8]) -> Bool {
        guard let report = try? PEReport(bytes), let old = try? PEReport(reference) else { return false }
        for callback in report.tls?.callbacks ?? [] { _ = report.image.section(atRVA: callback.rva ?? 0) }
        _ = PEComparison(of: report, bytes.span.bytes, against: old, reference.span.bytes)
        _ = PEComparison(of: old, reference.span.bytes, against: report, bytes.span.bytes)
        return true
    }

    @Test("every prefix is refused or reported", arguments: machines)
    func cuts(machine: UInt16) {
        let whole = PEWriter(machine: machine).bytes()
        var read = 0
        for length in 0...whole.count where use(Array(whole.prefix(length)), whole) { read += 1 }
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
    func flips(machine: UInt16) {
        let whole = PEWriter(machine: machine).bytes()
        var state = UInt64(machine) | 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        // Where a flip matters: headers, directory and array, imports, relocations.
        let hot = [0x3C..<0x40, 0x80..<0x260, 0x600..<0x700, 0xC00..<0xC40]
        for round in 0..<4000 {
            var bytes = whole
            for _ in 0...next(6) {
                let range = hot[next(hot.count)]
                let at = round % 4 == 0 ? next(bytes.count) : range.lowerBound + next(range.count)
                if next(3) == 0 { bytes[at] = [0, 0xFF, 0x7F, 0x80][next(4)] } else { bytes[at] ^= 1 << next(8) }
            }
            use(bytes, whole)
        }
    }

    @Test("extreme numbers in every 32-bit field of the headers never trap")
    func extremes() {
        let whole = PEWriter().bytes()
        for at in stride(from: 0x80, to: 0x260, by: 2) {
            for value in [[0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0x80], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0]]
                as [[UInt8]]
            {
                var bytes = whole
                bytes.replaceSubrange(at..<(at + 4), with: value)
                use(bytes, whole)
            }
        }
    }

    @Test("an image whose base plus size wraps is judged, not trapped")
    func wrapping() throws {
        var writer = PEWriter()
        writer.patches = [(0x80 + 24 + 24, [UInt8](repeating: 0xFF, count: 8))]
        #expect(try !PEReport(writer.bytes()).tlsCodes.isEmpty)
    }

    @Test("the largest tables allowed are read in bounded time", .timeLimit(.minutes(1)))
    func large() throws {
        var writer = PEWriter()
        // 4 MiB of relocation entries for one slot, and blocks of no entries behind.
        writer.relocations += [PEWriter.Relocation](repeating: .init(rva: 0x2080, type: 10), count: 30_000)
        writer.slots = []
        writer.overlay = [UInt8](repeating: 0x41, count: 1 << 20)
        #expect(try PEReport(writer.bytes()).image.overlay.count >= 1 << 20)
    }
}
