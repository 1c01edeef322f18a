import Foundation
import Testing

@testable import Sigma

@Suite struct CodingTests {
    static let text = """
        title: Everything
        id: 7b2f6c1e-0f7b-4f43-9d0c-111111111111
        name: everything
        level: high
        tags: [attack.t1611]
        siloscope: { strategy: s, response: r }
        logsource: { product: windows, category: process_creation }
        detection:
          a: { Image|endswith: ['\\a.exe', 'b?c*'], N: 5, X: null, E|exists: true, R|re|i: 'a.*b', I|cidr: 10.0.0.0/8 }
          b: { V|gte: 3, F|fieldref|startswith: G, T|hour: 4, C|cased|contains: Ab }
          k: [word, 'two words']
          condition: a and not b or k
        ---
        title: Filter
        logsource: { product: windows, category: process_creation }
        filter: { rules: [everything], selection: { Image: x }, condition: not selection }
        ---
        title: Absence
        correlation: { type: temporal_ordered, rules: [everything, other], group-by: [Computer], timespan: 5m, condition: everything and not other }
        ---
        title: Other
        name: other
        logsource: { product: windows }
        detection: { s: { A: b }, condition: s }
        ---
        title: Count
        correlation: { type: value_count, rules: [other], group-by: [u], timespan: 1h, condition: { gte: 3, lt: 9, field: A }, aliases: { u: { other: User } } }
        """

    @Test func whatIsReadBackDecidesAndSaysTheSame() throws {
        let file = RuleParser().parse(RuleText(path: "all.yml", text: Self.text))
        try #require(file.documents.count == 5, "\(file.diagnostics)")
        let copy = try #require(ParsedFile.decode(ParsedFile.encode([file]))?.first)
        #expect(copy.path == file.path)
        for (left, right) in zip(file.documents, copy.documents) {
            #expect(left.metadata == right.metadata)
            #expect(left.place == right.place)
            switch (left, right) {
            case (.rule(let left), .rule(let right)):
                #expect(left.condition == right.condition && left.logSource == right.logSource)
            case (.filter(let left), .filter(let right)):
                #expect(left.condition == right.condition && left.rules == right.rules)
            case (.correlation(let left), .correlation(let right)):
                #expect(left.kind == right.kind && left.condition == right.condition && left.rules == right.rules)
                #expect(
                    left.timespan == right.timespan && left.groupBy == right.groupBy && left.aliases == right.aliases)
            default: Issue.record("another kind of document")
            }
        }
    }

    @Test func damagedBytesAreRefusedAndNeverTrap() {
        let bytes = ParsedFile.encode([RuleParser().parse(RuleText(path: "all.yml", text: Self.text))])
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(ParsedFile.decode(Array(bytes[..<length])) == nil)
        }
        for position in stride(from: 0, to: bytes.count, by: 11) {
            var damaged = bytes
            damaged[position] ^= 0x5A
            #expect(ParsedFile.decode(damaged) == nil)
        }
    }
}

@Suite struct ASCIIMatchTests {
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    @Test func theShortCutAnswersAsThePlainWayDoes() {
        var generator = Generator(state: 5)
        let letters = ["a", "A", "b", "@", "`", "[", "{", "é", "K", "k", "0", "\\"]
        var answered = 0
        for _ in 0..<60_000 {
            func word(_ most: Int) -> String {
                (0..<Int.random(in: 0...most, using: &generator)).map { _ in
                    // Letters that are not ASCII are rare, so that the short cut is asked often.
                    letters[Int.random(in: 0..<(Bool.random(using: &generator) ? 4 : letters.count), using: &generator)]
                }.joined()
            }
            var tokens: [Pattern.Token] = []
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                switch Int.random(in: 0..<8, using: &generator) {
                case 0: tokens.append(.anyOne)
                case 1, 2, 3: tokens.append(.anyRun)
                default: tokens.append(.literal(word(3)))
                }
            }
            let pattern = Pattern(tokens: tokens, cased: Bool.random(using: &generator))
            let value = word(8)
            guard let fast = ASCIIMatch.matches(pattern, value) else { continue }
            answered += 1
            #expect(fast == Evaluator.plainlyMatches(pattern, value), "\(pattern) on \(value)")
        }
        #expect(answered > 10_000)
    }
}
