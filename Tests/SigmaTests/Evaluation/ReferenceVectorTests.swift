import Foundation
import Sigma
import Testing

@Suite(.enabled(if: SharedData.file("tools/sigma/vectors.jsonl") != nil, "reference data absent"))
struct ReferenceVectorTests {
    @Test(arguments: ["vectors", "fuzz"])
    func `the evaluator agrees with the reference`(file: String) throws {
        let lines = try SharedData.lines("tools/sigma/\(file).jsonl")
        #expect(lines.count >= 98)
        let evaluator = Evaluator()
        var wrong: [String] = []
        for line in lines {
            let vector = try JSONDecoder().decode(ReferenceVector.self, from: line)
            let parsed = RuleParser().parse(RuleText(path: "vector", text: vector.rule))
            guard case .rule(let rule) = parsed.documents.first else {
                wrong.append("rejected: \(vector.rule) \(parsed.diagnostics)")
                continue
            }
            guard evaluator.matches(rule.condition, fields: vector.fields) != vector.expect else { continue }
            wrong.append("\(vector.name ?? "") expected \(vector.expect): \(vector.rule) on \(vector.fields)")
        }
        #expect(wrong.isEmpty, "\(wrong.count) of \(lines.count): \(wrong.prefix(5).joined(separator: "\n"))")
    }
}
