import Sigma
import Testing

@Suite struct DiagnosticTests {
    private func parse(_ text: String) -> ParsedFile { RuleParser().parse(RuleText(path: "r.yml", text: text)) }

    private func rule(_ detection: String) -> String {
        "title: t\nlogsource: {product: windows}\ndetection:\n" + detection + "\n"
    }

    @Test func `a finding shows its line, a caret and a hint`() throws {
        let text = rule("  sel:\n    CommandLine|containz: whoami\n  condition: sel")
        let diagnostic = try #require(parse(text).diagnostics.first)
        #expect(
            diagnostic.rendered(source: text) == """
                error[SIG012 unknown-modifier]: unknown modifier 'containz'
                  --> r.yml:5:5
                   |
                 5 |     CommandLine|containz: whoami
                   |     ^
                   = hint: did you mean 'contains'?
                """)
        #expect(diagnostic.description == "r.yml:5:5: error[SIG012 unknown-modifier]: unknown modifier 'containz'")
    }

    @Test func `a place inside a condition is that of the word`() throws {
        let text = rule("  sel: {a: b}\n  condition: sel and selektion")
        let diagnostic = try #require(parse(text).diagnostics.first)
        #expect(
            diagnostic.rendered(source: text) == """
                error[SIG021 unknown-identifier]: no search identifier 'selektion'
                  --> r.yml:5:22
                   |
                 5 |   condition: sel and selektion
                   |                      ^
                   = hint: the rule has 'sel'
                """)
    }

    @Test func `a long line is cut around the place, control characters are not passed on`() throws {
        let padding = String(repeating: "x", count: 300)
        let text = rule("  sel: {a: b, \"\(padding)\": c, \"f|b\\x1bd\": 1}\n  condition: sel")
        let diagnostic = try #require(parse(text).diagnostics.first { $0.code == .unknownModifier })
        let shown = diagnostic.rendered(source: text)
        #expect(shown.split(separator: "\n").allSatisfy { $0.count < 130 })
        #expect(!shown.unicodeScalars.contains { $0.value == 0x1B } && shown.contains("…"))
    }

    /// What is wrong, the code it is given, the line and column.
    static let findings: [(text: String, code: Diagnostic.Code, place: String)] = [
        ("title: [", .syntax, "1:9"), ("title: t\n title: u", .syntax, "2:7"),
        ("title: t\ntitle: u\n", .duplicateKey, "1:1"), ("- a\n- b\n", .notSigma, "1:1"),
        ("title: t\n", .notSigma, "1:1"), ("title: t\ndetection: {}\ncorrelation: {}\n", .notSigma, "1:1"),
        ("title: t\nlogsource: {product: x}\ndetection:\n  sel: {a: b}\n", .missingKey, "4:3"),
        ("title: t\nlogsource: {product: x}\ndetection: text\n", .wrongType, "3:12"),
        (detection("sel: {a: {b: c}}\n  condition: sel"), .wrongType, "4:12"),
        (detection("sel: {a: [[b]]}\n  condition: sel"), .wrongType, "4:13"),
        (detection("sel: {}\n  condition: sel"), .invalidValue, "4:8"),
        (detection("sel: []\n  condition: sel"), .invalidValue, "4:8"),
        (detection("sel: {a|: b}\n  condition: sel"), .unknownModifier, "4:9"),
        (detection("sel: {a|re|cidr: b}\n  condition: sel"), .modifierConflict, "4:9"),
        (detection("sel: {a|i: b}\n  condition: sel"), .modifierConflict, "4:9"),
        (detection("sel: {a|wide: b}\n  condition: sel"), .modifierConflict, "4:17"),
        (detection("sel: {a|base64: 'b*'}\n  condition: sel"), .modifierConflict, "4:19"),
        (detection("sel: {a|exists: 3}\n  condition: sel"), .invalidValue, "4:19"),
        (detection("sel: {a|gt: b}\n  condition: sel"), .invalidValue, "4:15"),
        (detection("sel: {a|re: '('}\n  condition: sel"), .invalidRegularExpression, "4:15"),
        (detection("sel: {a|cidr: 10.0.0.1/8}\n  condition: sel"), .invalidNetwork, "4:17"),
        (detection("sel: {a|cidr: 10.0.0.0/33}\n  condition: sel"), .invalidNetwork, "4:17"),
        (detection("sel: {a|expand: '%b%'}\n  condition: sel"), .unresolvedPlaceholder, "4:19"),
        (detection("sel: {a|windash: '-a -b -c -d -e -f'}\n  condition: sel"), .limit, "4:20"),
        (detection("sel: {a: b}\n  condition: sel and"), .conditionSyntax, "5:21"),
        (detection("sel: {a: b}\n  condition: (sel"), .conditionSyntax, "5:18"),
        (detection("sel: {a: b}\n  condition: sel sel"), .conditionSyntax, "5:18"),
        (detection("sel: {a: b}\n  condition: 2 of sel*"), .conditionSyntax, "5:14"),
        (detection("sel: {a: b}\n  condition: 1 of x*"), .unknownIdentifier, "5:19"),
        (detection("sel: {a: b}\n  condition: sel | count() > 5"), .aggregation, "5:18"),
        (detection("sel: {a: b}\n  unused: {a: b}\n  condition: sel"), .unusedIdentifier, "5:3"),
        (
            "title: t\nlevel: severe\nlogsource: {product: x}\ndetection:\n  s: {a: b}\n  condition: s\n",
            .unknownValue, "2:8"
        ),
        ("logsource: {product: x}\ndetection:\n  s: {a: b}\n  condition: s\n", .missingKey, "1:1"),
        (correlation("type: event_sum"), .invalidValue, "3:9"), (correlation("type: event_count"), .missingKey, "2:1"),
        (correlation("type: event_count\n  rules: a\n  timespan: 5x\n  condition: {gte: 1}"), .invalidValue, "5:13"),
        (correlation("type: event_count\n  rules: a\n  timespan: 5m"), .missingKey, "2:1"),
        (correlation("type: value_count\n  rules: a\n  timespan: 5m\n  condition: {gte: 1}"), .missingKey, "6:14"),
        (correlation("type: event_count\n  rules: a\n  timespan: 5m\n  condition: {above: 1}"), .invalidValue, "6:15"),
        (correlation("type: temporal\n  timespan: 5m\n  condition: not a"), .conditionSyntax, "5:14"),
        (correlation("type: temporal\n  rules: [a]\n  timespan: 5m\n  condition: a and b"), .unknownRule, "6:14"),
        (correlation("type: temporal_ordered\n  timespan: 5m\n  condition: a or b"), .conditionSyntax, "5:14"),
    ]

    private static func detection(_ text: String) -> String {
        "title: t\nlogsource: {product: x}\ndetection:\n  \(text)\n"
    }

    private static func correlation(_ text: String) -> String { "title: t\ncorrelation:\n  \(text)\n" }

    @Test(arguments: findings.indices)
    func `what is wrong is named with its place`(index: Int) {
        let (text, code, place) = Self.findings[index]
        let found = parse(text).diagnostics
        let match = found.contains { $0.code == code && "\($0.place.line):\($0.place.column)" == place }
        #expect(match, Comment(rawValue: "\(text) gave \(found)"))
    }

    @Test func `one file can have several findings, and keeps its good documents`() {
        let bad = "title: t\nlogsource: {product: x}\ndetection:\n  s: {a|x: b, c|y: d}\n  condition: s\n"
        let good = "title: g\nlogsource: {product: x}\ndetection:\n  s: {a: b}\n  condition: s\n"
        let parsed = parse([bad, good, bad, "title: ["].joined(separator: "---\n"))
        #expect(parsed.diagnostics.filter { $0.code == .unknownModifier }.count == 4)
        #expect(parsed.documents.count == 1 && parsed.rejected == 3)
    }

    @Test func `codes are unique and stable`() {
        #expect(Set(Diagnostic.Code.allCases.map(\.slug)).count == Diagnostic.Code.allCases.count)
        #expect(Diagnostic.Code.unknownModifier.rawValue == "SIG012")
        #expect(Diagnostic.Code.correlationCycle.rawValue == "SIG031")
    }
}
