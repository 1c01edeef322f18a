import Sigma

/// Why rules could not fire on this evidence, summed up by reason.
enum Silences {
    /// Most reasons that are told apart; the rest is summed up.
    private static let limit = 200

    static func of(_ book: RuleBook, seen: SeenOrigins) -> [HuntReport.Silence] {
        var reasons: [String: [Int]] = [:]
        var reached = [Bool](repeating: false, count: book.ruleSet.rules.count)
        for origin in seen.all { for rule in origin.route.rules { reached[rule] = true } }
        for rule in reached.indices where !reached[rule] {
            let source = book.ruleSet.rules[rule].logSource
            let parts = [source.product, source.category, source.service].compactMap { $0 }
            let name = parts.isEmpty ? "any" : parts.joined(separator: "/")
            reasons["no events of log source \(name)", default: []].append(rule)
        }
        for rejection in book.program.rejections { reasons[rejection.reason, default: []].append(rejection.rule) }
        var silences = reasons.map { reason, rules in
            HuntReport.Silence(
                reason: reason, ruleCount: rules.count,
                examples: rules.prefix(3).map { book.ruleSet.rules[$0].metadata.title })
        }
        silences.sort { ($1.ruleCount, $0.reason) < ($0.ruleCount, $1.reason) }
        return Array(silences.prefix(limit))
    }
}
