import Sigma
import Testing

@Suite struct DocumentTests {
    private func parse(_ text: String) -> ParsedFile { RuleParser().parse(RuleText(path: "d.yml", text: text)) }

    @Test func `metadata is kept, with custom keys as text`() throws {
        let text = """
            title: Title # a comment
            id: 0A1B2C3D-0000-4000-8000-000000000001
            name: named
            status: test
            level: critical
            description: |
              two
              lines
            author: a, b
            date: 2024-01-02
            modified: 2024/03/04
            references: [https://x, https://y]
            tags:
              - attack.t1055.005
            falsepositives: none
            fields: [Image]
            related:
              - {id: x, type: similar}
            regression_tests_path: a/b.yml
            logsource: {category: process_creation, product: windows, definition: 'anything'}
            detection: {s: {a: b}, condition: s}
            """
        let parsed = parse(text)
        #expect(parsed.diagnostics.isEmpty)
        guard case .rule(let rule) = try #require(parsed.documents.first) else { return }
        let metadata = rule.metadata
        #expect(metadata.title == "Title" && metadata.name == "named" && metadata.level == .critical)
        #expect(
            metadata.description == "two\nlines\n" && metadata.date == "2024-01-02" && metadata.modified == "2024/03/04"
        )
        #expect(metadata.references == ["https://x", "https://y"] && metadata.tags == ["attack.t1055.005"])
        #expect(metadata.falsePositives == ["none"] && metadata.fields == ["Image"])
        #expect(metadata.custom == ["related": "[{id: x, type: similar}]", "regression_tests_path": "a/b.yml"])
        #expect(rule.logSource == LogSource(category: "process_creation", product: "windows"))
        #expect(rule.place == Place(file: "d.yml", line: 1, column: 1))
        #expect(rule.outline.expression == rule.condition)
    }

    @Test func `collections of Sigma 1 are resolved`() {
        let text = """
            action: global
            title: common
            logsource: {product: windows}
            detection:
              condition: s
            ---
            id: one
            logsource: {service: security}
            detection: {s: {f: 1}}
            ---
            action: repeat
            id: two
            logsource: {service: system}
            ---
            action: reset
            ---
            title: alone
            logsource: {product: linux}
            detection: {s: {f: 1}, condition: s}
            """
        let rules = parse(text).documents.compactMap { document -> Rule? in
            if case .rule(let rule) = document { rule } else { nil }
        }
        #expect(rules.map(\.metadata.id) == ["one", "two", ""])
        #expect(rules.map(\.metadata.title) == ["common", "common", "alone"])
        #expect(rules.map(\.logSource.service) == ["security", "system", nil])
        #expect(rules.map(\.logSource.product) == ["windows", "windows", "linux"])
    }

    @Test func `a correlation is read whole`() throws {
        let text = """
            title: c
            correlation:
              type: value_count
              rules: [a, b]
              timespan: 2h
              group-by: user
              aliases: {user: {a: User, b: Target}}
              condition: {field: [p, q], gt: 3, lte: 9.5}
            generate: true
            level: high
            """
        guard case .correlation(let correlation) = try #require(parse(text).documents.first) else { return }
        #expect(correlation.kind == .valueCount(fields: ["p", "q"]) && correlation.rules == ["a", "b"])
        #expect(correlation.timespan == 7_200_000_000_000 && correlation.groupBy == ["user"] && correlation.generate)
        #expect(correlation.aliases == ["user": ["a": "User", "b": "Target"]])
        #expect(correlation.condition == .bounds([.init(.gt, 3), .init(.lte, 9.5)]))
    }

    @Test(arguments: [
        ("1s", 1), ("15m", 900), ("2h", 7_200), ("3d", 259_200), ("1w", 604_800), ("1M", 2_592_000), ("1y", 31_536_000),
    ])
    func `timespans have seven units`(text: String, seconds: Int64) throws {
        let file = parse("title: c\ncorrelation: {type: temporal, rules: [a], timespan: \(text)}\n")
        guard case .correlation(let correlation) = try #require(file.documents.first) else { return }
        #expect(correlation.timespan == seconds * 1_000_000_000)
    }

    @Test(arguments: ["5", "m", "-1m", "1.5h", "0s", "99999999999y", "1 m"])
    func `other timespans are refused`(text: String) {
        #expect(parse("title: c\ncorrelation: {type: temporal, rules: [a], timespan: '\(text)'}\n").documents.isEmpty)
    }

    @Test func `an absence is an expression over rules`() throws {
        let file = parse("title: c\ncorrelation: {type: temporal, timespan: 5m, condition: a and not (b or c)}\n")
        guard case .correlation(let correlation) = try #require(file.documents.first) else { return }
        #expect(correlation.rules == ["a", "b", "c"])
        #expect(correlation.condition == .expression(.and([.rule("a"), .not(.or([.rule("b"), .rule("c")]))])))
    }
}
