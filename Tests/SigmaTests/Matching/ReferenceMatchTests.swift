import Foundation
import Sigma
import Testing

/// The reference's vectors and fuzz cases through the compiled matcher, many rules in one program.
@Suite struct ReferenceMatchTests {
    @Test(arguments: ["vectors", "fuzz"])
    func verdictsAreEqual(_ name: String) throws {
        let path = "tools/sigma/\(name).jsonl"
        guard SharedData.file(path) != nil else { return }
        let cases = try SharedData.lines(path).map { try JSONDecoder().decode(ReferenceVector.self, from: $0) }
        let size = 40
        for start in stride(from: 0, to: cases.count, by: size) {
            let chunk = Array(cases[start..<min(start + size, cases.count)])
            var rules: [Rule] = []
            var owners: [Int] = []
            for (index, vector) in chunk.enumerated() {
                for case .rule(let rule) in RuleParser().parse(RuleText(path: "x", text: vector.rule)).documents {
                    rules.append(rule)
                    owners.append(index)
                }
            }
            try compare(chunk, rules, owners)
        }
    }

    private func compare(_ cases: [ReferenceVector], _ rules: [Rule], _ owners: [Int]) throws {
        let evaluator = Evaluator()
        var harness = MatchHarness(Program(rules: rules, taxonomy: Taxonomy(), ignoreLogSource: true))
        for (index, vector) in cases.enumerated() {
            let hits = harness.hits(vector.fields)
            let expected = rules.indices.filter { evaluator.matches(rules[$0].condition, fields: vector.fields) }
            #expect(hits == expected, "\(vector.event)")
            #expect(harness.hits(vector.fields, encoding: .utf16LE) == expected, "\(vector.event)")
            if let own = owners.firstIndex(of: index) {
                #expect(hits.contains(own) == vector.expect, "\(vector.detection.yaml) \(vector.event)")
            }
        }
    }
}
