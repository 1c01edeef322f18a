import Bytes
import Foundation

/// The checks that look beyond the program headers.
extension ELFRules {
    /// A template of fewer bytes has too few for its entropy to say anything.
    static let denseMinimum: UInt64 = 4096
    /// Bytes of a template looked at.
    static let denseMaximum: UInt64 = 1 << 20

    static func dense(_ tls: ELFTLS, _ bytes: RawSpan, _ findings: inout FindingCollector) {
        guard tls.templateSize >= denseMinimum, let offset = tls.loadedOffset.flatMap(Int.init(exactly:)) else {
            return
        }
        let length = Int(min(tls.templateSize, denseMaximum))
        guard let template = bytes.slice(at: offset, length: length) else { return }
        let bits = entropy(template)
        guard bits > 7.2 else { return }
        let rounded = String(Double(Int(bits * 100)) / 100)
        findings.add(
            ELFCheck.dense,
            "\(tls.templateSize) bytes with \(rounded) bits of entropy a byte: packed or encrypted data.",
            at: place(tls.segment), confidence: .possible)
    }

    /// Bits a byte, 0 to 8. O(n).
    static func entropy(_ bytes: RawSpan) -> Double {
        var counts = [Int](repeating: 0, count: 256)
        for offset in 0..<bytes.byteCount { counts[Int(bytes.uint8(at: offset) ?? 0)] += 1 }
        let total = Double(max(bytes.byteCount, 1))
        return counts.reduce(0) { sum, count in
            let share = Double(count) / total
            return count == 0 ? sum : sum - share * log2(share)
        }
    }

    /// TLS-E07: what only makes sense with a thread-local block, in a file that has none. References to other files'
    /// data (`errno`) are ordinary.
    static func missing(_ image: ELFImage, _ bytes: RawSpan, _ findings: inout FindingCollector) {
        var reasons: [String] = []
        let placeless = Set(
            image.sections.indices.filter {
                let section = image.sections[$0]
                return section.isTLS && section.type == ELFSection.noBits && section.address == 0
            })
        let sections = image.sections.indices.filter {
            image.sections[$0].isTLS && image.sections[$0].size > 0 && image.sections[$0].isAllocated
        }
        if !sections.isEmpty {
            let names = sections.prefix(4).map { image.name(of: image.sections[$0], in: bytes) }
            reasons.append("\(sections.count) sections with thread-local data (\(names.joined(separator: ", ")))")
        }
        var symbols = ELFSymbolTable.TLSSymbols()
        for table in [image.symbols(bytes), image.dynamicSymbols(bytes)] {
            guard let table else { continue }
            let found = table.tlsSymbols(bytes, placeless: placeless)
            if found.defined > symbols.defined { symbols = found }
        }
        if symbols.defined > 0 { reasons.append("\(symbols.defined) thread-local symbols are defined") }
        let relocations = image.tlsRelocations(bytes)
        if relocations.own > 0 { reasons.append("\(relocations.own) relocations about its own block") }
        guard !reasons.isEmpty else { return }
        let isGo =
            relocations.own == 0 && symbols.defined == symbols.placeless && sections.allSatisfy(placeless.contains)
        findings.add(
            ELFCheck.missing, "No PT_TLS with memory, but \(reasons.joined(separator: "; ")).",
            severity: isGo || image.isDebugCompanion ? .low : nil,
            confidence: relocations.own > 0 ? .certain : .likely)
    }
}
