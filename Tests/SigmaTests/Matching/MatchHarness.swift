import Foundation
import Sigma

/// Runs whole events given as dictionaries through a program.
struct MatchHarness {
    let program: Program
    private var scanner: EventMatcher?

    /// In which encoding values are offered.
    enum Encoding: CaseIterable, Sendable { case utf8, utf16LE }

    init(_ program: Program) { self.program = program }

    mutating func hits(
        _ fields: [String: [String]], kind: EventKind = EventKind(product: ""), encoding: Encoding = .utf8
    ) -> [Int] {
        let route = program.route(for: kind)
        var scanner = self.scanner ?? EventMatcher(route)
        scanner.begin(route)
        let names = route.fieldNames
        for name in fields.keys.sorted() {
            let field = names.firstIndex(of: name).map { RouteField($0) } ?? .unnamed
            if field == .unnamed, !route.wantsEveryField { continue }
            for value in fields[name] ?? [] {
                switch encoding {
                case .utf8: scanner.add(field: field, text: value)
                case .utf16LE:
                    let bytes = value.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
                    scanner.add(field: field, utf16LE: bytes.span.bytes)
                }
            }
        }
        let hits = scanner.match()
        self.scanner = scanner
        return hits
    }
}

/// The taxonomy that ships with the package.
enum ShippedTaxonomy {
    static func windows() throws -> Taxonomy {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try Taxonomy(yaml: String(contentsOf: root.appending(path: "Taxonomy/windows.yml"), encoding: .utf8))
    }
}

/// A small generator with a fixed seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
