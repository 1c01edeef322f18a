import Foundation
import Sigma
import Testing

/// The SigmaHQ corpus against the reference's synthetic events: alerts of the whole Windows rule set must be equal.
@Suite struct CorpusMatchTests {
    private struct Line: Decodable {
        var fields: [String: [String]]
        var alerts: [String]
    }

    static func corpus() throws -> [Rule] {
        var rules: [Rule] = []
        for file in try SharedData.rules(SharedData.corpusFolders) {
            for case .rule(let rule) in RuleParser().parse(RuleText(path: file.path, text: file.text)).documents {
                rules.append(rule)
            }
        }
        return rules
    }

    private static func kind(_ fields: [String: [String]]) -> EventKind {
        EventKind(
            product: "windows", channel: fields["Channel"]?.first ?? "", provider: fields["Provider_Name"]?.first ?? "",
            eventID: (fields["EventID"]?.first).flatMap { Int($0) } ?? -1)
    }

    @Test(.enabled(if: SharedData.file("tools/sigma/synth.jsonl") != nil))
    func synthAlertsAreEqual() throws {
        let rules = try Self.corpus()
        #expect(rules.count > 3_500)
        var harness = MatchHarness(Program(rules: rules, taxonomy: try ShippedTaxonomy.windows()))
        var wrong = 0
        for line in try SharedData.lines("tools/sigma/synth.jsonl") {
            let event = try JSONDecoder().decode(Line.self, from: line)
            let kind = Self.kind(event.fields)
            // The reference's set are the rules of product Windows; those without a product (antivirus) are not in it.
            let own = harness.hits(event.fields, kind: kind).filter { rules[$0].logSource.product == "windows" }
            let hits = Set(own.map { rules[$0].metadata.id }).sorted()
            if hits != event.alerts.sorted() {
                wrong += 1
                if wrong < 6 {
                    let missing = Set(event.alerts).subtracting(hits).sorted()
                    let extra = Set(hits).subtracting(event.alerts).sorted()
                    Issue.record("missing \(missing) extra \(extra) on \(event.fields)")
                }
            }
            let wide = harness.hits(event.fields, kind: kind, encoding: .utf16LE)
            #expect(wide.filter { rules[$0].logSource.product == "windows" } == own)
        }
        #expect(wrong == 0)
    }

    /// Without routing, every rule's verdict equals the plain evaluator's.
    @Test(.enabled(if: SharedData.file("tools/sigma/synth.jsonl") != nil))
    func synthWithoutRoutingEqualsEvaluator() throws {
        let rules = try Self.corpus()
        var harness = MatchHarness(Program(rules: rules, taxonomy: Taxonomy(), ignoreLogSource: true))
        let evaluator = Evaluator()
        for (index, line) in try SharedData.lines("tools/sigma/synth.jsonl").enumerated() where index % 97 == 0 {
            let event = try JSONDecoder().decode(Line.self, from: line)
            let expected = rules.indices.filter { evaluator.matches(rules[$0].condition, fields: event.fields) }
            #expect(harness.hits(event.fields) == expected)
        }
    }
}
