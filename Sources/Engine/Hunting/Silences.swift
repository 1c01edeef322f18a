import Sigma

/// Why rules could not fire on this evidence, summed up by reason.
enum Silences {
    /// Most reasons that are told apart.
    private static let limit = 500

    static func of(_ book: RuleBook, seen: SeenOrigins) -> [HuntReport.Silence] {
        var fields: [Sigma.EventKind: Set<String>] = [:]
        for origin in seen.all { fields[origin.kind, default: []].formUnion(origin.fields) }
        var rules: [String: [Int]] = [:]
        for (rule, silence) in book.program.whySilent(seen: fields)
        where rule < book.suppression.ruleCount {
            rules[text(silence, book.ruleSet.rules[rule].logSource), default: []].append(rule)
        }
        let silences = rules.map { reason, rules in
            HuntReport.Silence(
                reason: reason, ruleCount: rules.count,
                examples: rules.sorted().prefix(3).map { book.ruleSet.rules[$0].metadata.title })
        }
        return Array(silences.sorted { ($1.ruleCount, $0.reason) < ($0.ruleCount, $1.reason) }.prefix(limit))
    }

    private static func text(_ silence: Program.Silence, _ source: LogSource) -> String {
        let name = [source.product, source.category, source.service].compactMap { $0 }.joined(separator: "/")
        switch silence {
        case .rejected(let reason): return "cannot be carried out: \(reason)"
        case .noLogSource: return "no events of log source \(name.isEmpty ? "any" : name)"
        case .unavailable(let reason): return "log source \(name) is in no event log: \(reason)"
        case .noEvent(let ids):
            let list = ids.prefix(4).map(String.init).joined(separator: ", ") + (ids.count > 4 ? ", …" : "")
            return "\(name) was there, but no event \(list)"
        case .noField(let fields):
            let list = fields.prefix(4).joined(separator: ", ") + (fields.count > 4 ? ", …" : "")
            return "\(name) was there, but never with \(list)"
        }
    }
}
