import Sigma
import Testing

/// Random rules against random events: the compiled matcher and the plain evaluator agree on every pair.
@Suite struct GeneratedMatchTests {
    /// Draws rules and events from a small vocabulary, so that literals overlap and often match.
    struct Draw {
        var random: SeededGenerator
        static let fields = ["Image", "CommandLine", "EventID", "Hashes", "User", "ÜField"]
        static let pieces = [
            "power", "shell", ".exe", "\\", "a", "-e", " /c", "Üb", "ß", "é", "😀", "ſ", "K", "cmd", "whoami", "0x1",
            "4624",
            "10.1.2.3", "mimikatz", "Invoke-", "*", "?", "\n", "И", "temp", "4624.0", "2024-02-03T14:05:06Z",
        ]

        mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

        mutating func text(_ count: Range<Int>) -> String {
            var text = ""
            for _ in 0..<number(count) {
                let piece = Self.pieces[number(0..<Self.pieces.count)]
                text += number(0..<3) == 0 ? piece.uppercased() : piece
            }
            return text
        }

        mutating func pattern() -> Pattern {
            let text = Pattern.Token.literal(self.text(1..<4))
            let tokens: [Pattern.Token] =
                switch number(0..<9) {
                case 0: [text]
                case 1: [text, .anyRun]
                case 2: [.anyRun, text]
                case 3: [.anyRun, text, .anyOne, .literal(self.text(0..<2)), .anyRun]
                case 4: [text, .anyRun, .literal(self.text(1..<2))]
                case 5: [.anyOne, .anyRun]
                case 6: number(0..<3) == 0 ? [.anyRun] : []
                default: [.anyRun, text, .anyRun]
                }
            return Pattern(tokens: tokens, cased: number(0..<5) == 0)
        }

        mutating func test() -> Sigma.Test {
            switch number(0..<24) {
            case 0: .number(4624, text: "4624")
            case 1:
                .regularExpression(
                    RegularExpression(
                        source: ["power.*exe", "(?i)WHO?ami", "mimi(katz)?", "^a|b$", "[a-c]md\\.?", "é+\\s?"][
                            number(0..<6)],
                        ignoreCase: number(0..<2) == 0))
            case 2: .network(Network(address: [10, 1, 0, 0], prefixLength: number(0..<33)))
            case 3: .compare([.lt, .lte, .gt, .gte][number(0..<4)], Double(number(0..<5000)))
            case 4:
                .fieldReference(
                    field: Self.fields[number(0..<6)], anchor: [.whole, .start, .end, .anywhere][number(0..<4)],
                    cased: number(0..<2) == 0)
            case 5: .null
            case 6: .exists(number(0..<2) == 0)
            case 7: .timePart([.minute, .hour, .day, .week, .month, .year][number(0..<6)], number(0..<15))
            default: .pattern(pattern())
            }
        }

        mutating func expression(_ depth: Int) -> Sigma.Expression {
            if depth == 0 || number(0..<4) == 0 {
                if number(0..<12) == 0 {
                    return .keyword(Pattern(tokens: [.anyRun, .literal(text(1..<3)), .anyRun]))
                }
                return .item(Item(field: Self.fields[number(0..<6)], test: test()))
            }
            switch number(0..<6) {
            case 0: return .not(expression(depth - 1))
            case 1, 2: return .all((0..<number(0..<4)).map { _ in expression(depth - 1) })
            case 3:
                let field = Self.fields[number(0..<6)]
                return .any((0..<12).map { _ in .item(Item(field: field, test: .pattern(pattern()))) })
            default: return .any((0..<number(0..<4)).map { _ in expression(depth - 1) })
            }
        }

        mutating func event() -> [String: [String]] {
            var event: [String: [String]] = [:]
            for field in Self.fields where number(0..<3) > 0 {
                event[field] = (0..<(number(0..<6) == 0 ? 3 : 1)).map { _ in text(0..<7) }
            }
            return event
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func verdictsAreEqual(_ seed: UInt64) {
        var draw = Draw(random: SeededGenerator(seed: seed))
        let rules = (0..<600).map { index in
            Rule(
                metadata: Metadata(title: "\(index)"), place: Place(file: ""), logSource: LogSource(),
                condition: draw.expression(3))
        }
        let evaluator = Evaluator()
        let program = Program(rules: rules, taxonomy: Taxonomy())
        var harness = MatchHarness(program)
        var matched = 0
        for _ in 0..<60 {
            let event = draw.event()
            let expected = rules.indices.filter { evaluator.matches(rules[$0].condition, fields: event) }
            matched += expected.count
            for encoding in MatchHarness.Encoding.allCases {
                let hits = harness.hits(event, encoding: encoding)
                let wrong = Set(hits).symmetricDifference(expected).sorted().first
                #expect(hits == expected, "\(event) \(wrong.map { "\(rules[$0].condition)" } ?? "")")
            }
        }
        #expect(matched > 1000)
    }

    /// One rule per program, so that each rule's own witness decides.
    @Test func singleRulesAreEqual() {
        var draw = Draw(random: SeededGenerator(seed: 99))
        let evaluator = Evaluator()
        for index in 0..<800 {
            let rule = Rule(
                metadata: Metadata(title: "\(index)"), place: Place(file: ""), logSource: LogSource(),
                condition: draw.expression(2))
            var harness = MatchHarness(Program(rules: [rule], taxonomy: Taxonomy(), ignoreLogSource: true))
            for _ in 0..<12 {
                let event = draw.event()
                let expected = evaluator.matches(rule.condition, fields: event)
                #expect(harness.hits(event) == (expected ? [0] : []), "\(rule.condition) \(event)")
            }
        }
    }
}
