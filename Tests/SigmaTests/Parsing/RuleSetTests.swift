import Sigma
import Testing

@Suite struct RuleSetTests {
    private func rule(
        _ name: String, id: String = "", source: String = "{product: windows, category: process_creation}"
    ) -> String {
        "title: \(name)\nname: \(name)\nid: \(id.isEmpty ? "id-" + name : id)\nlogsource: \(source)\n"
            + "detection: {s: {f: \(name)}, condition: s}\n"
    }

    private func filter(_ rules: String, source: String = "{product: windows}") -> String {
        "title: flt\nlogsource: \(source)\nfilter: {rules: \(rules), s: {user|startswith: adm_}, condition: not s}\n"
    }

    private func correlation(_ name: String, _ rules: String, more: String = "") -> String {
        "title: \(name)\nname: \(name)\ncorrelation: {type: temporal, rules: \(rules), timespan: 1m}\n\(more)"
    }

    private func set(_ files: (String, String)...) -> RuleSet {
        RuleSet(texts: files.map { RuleText(path: $0.0, text: $0.1) })
    }

    private func matches(_ set: RuleSet, _ name: String, _ fields: [String: [String]]) -> Bool {
        guard case .rule(let index) = set.find(name) else { return false }
        return Evaluator().matches(set.rules[index].condition, fields: fields)
    }

    @Test func `rules are ordered by path, then by document`() {
        let set = set(("b.yml", rule("b1") + "---\n" + rule("b2")), ("a/z.yml", rule("z")), ("B.yml", rule("B")))
        #expect(set.rules.map(\.metadata.title) == ["B", "z", "b1", "b2"])
        #expect(set.find("ID-B1") == .rule(2) && set.find("z") == .rule(1) && set.find("y") == nil)
    }

    @Test func `a second rule with the same id is left out and named`() {
        let set = set(("b.yml", rule("second", id: "X-1")), ("a.yml", rule("first", id: "x-1")))
        #expect(set.rules.map(\.metadata.title) == ["first"] && set.rejected == 1)
        #expect(set.diagnostics.map(\.code) == [.duplicateID])
        #expect(set.diagnostics.first?.place.file == "b.yml")
    }

    @Test func `a filter narrows the rules it names, by id, by name or any`() {
        for named in ["[id-r]", "[r]", "r", "any"] {
            let set = set(("a.yml", rule("r")), ("f.yml", filter(named)))
            #expect(
                matches(set, "r", ["f": ["r"], "user": ["joe"]]) && !matches(set, "r", ["f": ["r"], "user": ["ADM_x"]]))
            #expect(set.filtersOfRule == [[0]] && set.diagnostics.isEmpty)
            let without = set.unfilteredCondition(ofRule: 0)
            #expect(Evaluator().matches(without, fields: ["f": ["r"], "user": ["adm_x"]]))
        }
    }

    @Test func `a judge sets filters aside for the rules as they stand in their files`() {
        let texts = [("a.yml", rule("r")), ("b.yml", rule("q")), ("f.yml", filter("any")), ("g.yml", filter("any"))].map
        {
            RuleText(path: $0, text: $1)
        }
        var seen: [Expression] = []
        let set = RuleSet(texts: texts) { filter, rule in
            seen.append(rule.condition)
            return filter.place.file == "f.yml" ? .applied : rule.place.file == "a.yml" ? .expired : .outdated
        }
        #expect(set.filtersOfRule == [[0], [0]])
        #expect(set.filtersSetAside.map(\.verdict) == [.expired, .outdated])
        #expect(set.filtersSetAside.map { [$0.filter, $0.rule] } == [[1, 0], [1, 1]])
        #expect(
            Set(seen.map { "\($0)" }).count
                == Set(set.rules.indices.map { "\(set.unfilteredCondition(ofRule: $0))" }).count)
        #expect(set.unfilteredRule(0).condition == set.unfilteredCondition(ofRule: 0))
    }

    @Test func `a filter whose log source is not part of the rule's does not apply`() {
        let set = set(("a.yml", rule("r")), ("f.yml", filter("[r]", source: "{product: windows, service: sysmon}")))
        #expect(matches(set, "r", ["f": ["r"], "user": ["adm_x"]]))
        #expect(set.diagnostics.contains { $0.code == .idleFilter })
    }

    @Test func `identifiers of rule and filter are apart even when they have the same name`() {
        let text = "title: t\nlogsource: {product: windows}\nfilter: {rules: any, s: {g: 1}, condition: 1 of them}\n"
        let set = set(("a.yml", rule("r")), ("f.yml", text))
        #expect(matches(set, "r", ["f": ["r"], "g": ["1"]]) && !matches(set, "r", ["f": ["r"]]))
    }

    @Test func `several filters are all applied`() {
        let second = "title: t\nlogsource: {product: windows}\nfilter: {rules: [r], s: {g: 1}, condition: s}\n"
        let set = set(("a.yml", rule("r")), ("f.yml", filter("any") + "---\n" + second))
        #expect(set.filtersOfRule == [[0, 1]])
        #expect(!matches(set, "r", ["f": ["r"]]) && matches(set, "r", ["f": ["r"], "g": ["1"]]))
    }

    @Test func `a filter that names nothing known says so`() {
        let set = set(("f.yml", filter("[nobody]")))
        #expect(Set(set.diagnostics.map(\.code)) == [.unknownRule, .idleFilter])
    }

    @Test func `correlations find rules and other correlations`() {
        let set = set(
            ("a.yml", correlation("top", "[mid, r]")), ("b.yml", correlation("mid", "[id-r, q]")),
            ("c.yml", rule("r") + "---\n" + rule("q") + "---\n" + rule("other")))
        #expect(set.references == [[.correlation(1), .rule(0)], [.rule(0), .rule(1)]])
        #expect(set.correlationOrder == [1, 0] && set.find("mid") == .correlation(1))
        #expect([0, 1, 2].map { set.alerts(rule: $0) } == [false, false, true])
        #expect(set.alerts(correlation: 0) && !set.alerts(correlation: 1))
    }

    @Test func `generate lets referenced rules alert, in both places`() {
        let inside = "title: c\ncorrelation: {type: temporal, rules: [r], timespan: 1m, generate: true}\n"
        let sets = [
            set(("a.yml", rule("r")), ("c.yml", correlation("c", "[r]", more: "generate: true\n"))),
            set(("a.yml", rule("r")), ("c.yml", inside)),
        ]
        for set in sets { #expect(set.alerts(rule: 0)) }
    }

    @Test func `cycles and missing references are rejected, with all that depends on them`() {
        let text = [
            rule("r"), correlation("x", "[y, r]"), correlation("y", "[x]"), correlation("self", "[self]"),
            correlation("lost", "[nobody]"), correlation("above", "[lost, r]"), correlation("fine", "[r]"),
        ].joined(separator: "---\n")
        let set = set(("a.yml", text))
        #expect(set.correlations.map(\.metadata.title) == ["fine"])
        #expect(set.references == [[.rule(0)]])
        #expect(set.diagnostics.filter { $0.code == .correlationCycle }.count == 3)
        #expect(set.diagnostics.filter { $0.code == .unknownRule }.count == 2)
        #expect(set.rejected == 5)
    }

    @Test func `a long chain of correlations is refused, not followed to the end of the stack`() {
        var texts = [rule("r"), correlation("c0", "[r]")]
        for index in 1..<5_000 { texts.append(correlation("c\(index)", "[c\(index - 1)]")) }
        let set = set(("a.yml", texts.reversed().joined(separator: "---\n")))
        #expect(set.correlations.count + set.rejected == 5_000)
    }
}
