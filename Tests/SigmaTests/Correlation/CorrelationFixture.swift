import Sigma
import Testing

/// Three plain rules `a`, `b`, `c` and the given correlation documents.
enum CorrelationFixture {
    static let second: Int64 = 1_000_000_000

    static func set(_ correlations: String...) throws -> RuleSet {
        let rules = ["a", "b", "c"].map { name in
            """
            title: rule \(name)
            name: \(name)
            logsource: {product: windows}
            detection:
              selection: {f: \(name)}
              condition: selection
            """
        }
        let text = (rules + correlations).joined(separator: "\n---\n")
        let set = RuleSet(texts: [RuleText(path: "set.yml", text: text)])
        let errors = set.diagnostics.filter { $0.severity == .error }
        try #require(errors.isEmpty, "\(errors)")
        try #require(set.correlations.count == correlations.count)
        return set
    }

    static func correlation(
        _ name: String = "x", type: String, rules: String = "[a]", span: String = "10s", group: String = "[u]",
        condition: String? = nil, more: String = ""
    ) -> String {
        var text =
            "title: \(name)\nname: \(name)\ncorrelation:\n  type: \(type)\n  rules: \(rules)\n  timespan: \(span)\n"
        text += "  group-by: \(group)\n"
        if let condition { text += "  condition: \(condition)\n" }
        return text + more
    }

    /// A hit written `a@3 u=root n=5`; the token is its position, or `#7`.
    static func hit(_ text: String, position: Int, correlator: Correlator, set: RuleSet) throws -> RuleHit {
        var rule = 0
        var time: Int64 = 0
        var token = UInt64(position)
        var fields: [String: String] = [:]
        for word in text.split(separator: " ") {
            if word.hasPrefix("#") {
                token = try #require(UInt64(word.dropFirst()))
            } else if word.contains("@") {
                let parts = word.split(separator: "@")
                guard case .rule(let index) = set.find(String(parts[0])) else { throw Missing() }
                rule = index
                time = try #require(Int64(parts[1])) * second
            } else {
                let parts = word.split(separator: "=", omittingEmptySubsequences: false)
                fields[String(parts[0])] = String(parts[1])
            }
        }
        let values = correlator.neededFields(ofRule: rule).map { fields[$0] }
        return RuleHit(rule: rule, time: time, token: token, values: values)
    }

    struct Missing: Error {}

    /// Runs hits; each result is `name@time [tokens] group`.
    static func run(
        _ set: RuleSet, _ hits: [String], limits: Correlator.Limits = .init()
    ) throws -> (hits: [String], pending: [PendingCorrelation], statistics: Correlator.Statistics) {
        var correlator = Correlator(set, limits: limits)
        var found: [CorrelationHit] = []
        for (position, text) in hits.enumerated() {
            correlator.consume(try hit(text, position: position, correlator: correlator, set: set), into: &found)
        }
        let pending = correlator.finish(into: &found)
        return (found.map { describe($0, set) }, pending, correlator.statistics)
    }

    static func describe(_ hit: CorrelationHit, _ set: RuleSet) -> String {
        let name = set.correlations[hit.correlation].metadata.title
        let group = hit.group.map { "\($0.field)=\($0.value)" }.joined(separator: " ")
        return "\(name)@\(hit.time / second) \(hit.tokens)" + (group.isEmpty ? "" : " \(group)")
    }
}
