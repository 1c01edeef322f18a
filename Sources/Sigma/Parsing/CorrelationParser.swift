/// Parses the `correlation` of a document.
struct CorrelationParser {
    /// The `generate` that stands beside `correlation` (specification) and not inside (pySigma).
    let generateOutside: YAMLNode?

    private static let known: Set<String> = [
        "type", "rules", "timespan", "group-by", "aliases", "condition", "generate",
    ]

    func parse(_ pair: YAMLPair, _ metadata: Metadata, _ place: Place, _ report: inout DocumentReport) -> Correlation? {
        guard let pairs = pair.value.pairs else {
            report.error(.wrongType, "'correlation' must be a map, not \(pair.value.kindName)", at: pair.place)
            return nil
        }
        for unknown in pairs where !Self.known.contains(unknown.key) {
            report.warning(
                .unknownValue, "'\(unknown.key)' is not known in a correlation and not used", at: unknown.place)
        }
        let type = type(pair, &report)
        let timespan = timespan(pair, &report)
        guard let type, let timespan else { return nil }
        let bounds = CorrelationConditionParser(type: type)
        guard let parsed = bounds.parse(pair, &report) else { return nil }
        let kind = parsed.kind
        var condition = parsed.condition
        var rules = pair.value.value("rules").map(MetadataParser.texts) ?? []
        if case .expression(let expression) = condition {
            guard let joined = join(rules, expression.rules, pair, &report) else { return nil }
            rules = joined
        }
        if kind == .temporalOrdered { condition = ordered(condition, rules.count, pair, &report) }
        guard !rules.isEmpty else {
            report.error(.missingKey, "the correlation names no 'rules'", at: pair.place)
            return nil
        }
        let aliases = aliases(pair, &report)
        let generate = generate(pair.value.value("generate"), &report) || self.generate(generateOutside, &report)
        guard !report.rejected else { return nil }
        return Correlation(
            metadata: metadata, place: place, kind: kind, rules: rules, timespan: timespan,
            groupBy: pair.value.value("group-by").map(MetadataParser.texts) ?? [], aliases: aliases,
            condition: condition ?? .bounds([Correlation.Bound(.gte, Double(Set(rules).count))]), generate: generate)
    }

    private func type(_ pair: YAMLPair, _ report: inout DocumentReport) -> CorrelationType? {
        guard let node = pair.value.value("type"), let name = node.scalar?.text else {
            report.error(.missingKey, "the correlation has no 'type'", at: pair.place)
            return nil
        }
        guard let type = CorrelationType(rawValue: name) else {
            let known = CorrelationType.allCases.map(\.rawValue).joined(separator: ", ")
            report.error(.invalidValue, "unknown correlation type '\(name)'", at: node.place, hint: "one of \(known)")
            return nil
        }
        return type
    }

    private func timespan(_ pair: YAMLPair, _ report: inout DocumentReport) -> Int64? {
        guard let node = pair.value.value("timespan") else {
            report.error(.missingKey, "the correlation has no 'timespan'", at: pair.place)
            return nil
        }
        guard let text = node.scalar?.text, let span = Timespan.nanoseconds(text) else {
            let hint = "a number and one of s, m, h, d, w, M, y: 15m"
            report.error(.invalidValue, "the timespan '\(node.flowText)' is not understood", at: node.place, hint: hint)
            return nil
        }
        return span
    }

    /// The rules of an expression, in the order of the list `rules` when there is one.
    private func join(
        _ listed: [String], _ mentioned: [String], _ pair: YAMLPair, _ report: inout DocumentReport
    ) -> [String]? {
        guard !listed.isEmpty else { return mentioned }
        for rule in mentioned where !listed.contains(rule) {
            let place = pair.value.value("condition")?.place ?? pair.place
            report.error(.unknownRule, "the condition names '\(rule)', which 'rules' does not list", at: place)
            return nil
        }
        for rule in listed where !mentioned.contains(rule) {
            report.warning(.unusedIdentifier, "the condition does not use the rule '\(rule)'", at: pair.place)
        }
        return listed.filter { mentioned.contains($0) }
    }

    /// An ordered correlation can only have a plain `a and b and not c`: of an `or` nobody could say what its order is.
    private func ordered(
        _ condition: Correlation.Condition?, _ count: Int, _ pair: YAMLPair, _ report: inout DocumentReport
    ) -> Correlation.Condition {
        let all = Correlation.Condition.bounds([Correlation.Bound(.gte, Double(count))])
        guard let condition else { return all }
        guard case .expression(let expression) = condition else { return condition }
        guard expression.isPlainConjunction else {
            let place = pair.value.value("condition")?.place ?? pair.place
            let message = "the condition of 'temporal_ordered' may join rules and `not` rules by 'and' only"
            report.error(.conditionSyntax, message, at: place)
            return condition
        }
        return expression.hasNegation ? condition : all
    }

    private func aliases(_ pair: YAMLPair, _ report: inout DocumentReport) -> [String: [String: String]] {
        guard let node = pair.value.value("aliases") else { return [:] }
        var aliases: [String: [String: String]] = [:]
        for alias in node.pairs ?? [] {
            var fields: [String: String] = [:]
            for rule in alias.value.pairs ?? [] { fields[rule.key] = rule.value.scalar?.text }
            guard !fields.isEmpty, fields.count == alias.value.pairs?.count else {
                report.error(.wrongType, "the alias '\(alias.key)' must map rules to fields", at: alias.place)
                continue
            }
            aliases[alias.key] = fields
        }
        if aliases.isEmpty { report.error(.wrongType, "'aliases' must be a map of maps", at: node.place) }
        return aliases
    }

    private func generate(_ node: YAMLNode?, _ report: inout DocumentReport) -> Bool {
        guard let node else { return false }
        if case .boolean(let value) = node.scalar?.meaning { return value }
        report.error(.invalidValue, "'generate' takes true or false", at: node.place)
        return false
    }
}

/// The names of the correlation types; `value_median` is pySigma's.
enum CorrelationType: String, CaseIterable {
    case eventCount = "event_count"
    case valueCount = "value_count"
    case valueSum = "value_sum"
    case valueAverage = "value_avg"
    case valuePercentile = "value_percentile"
    case valueMedian = "value_median"
    case temporal
    case temporalOrdered = "temporal_ordered"

    var isTemporal: Bool { self == .temporal || self == .temporalOrdered }
}

/// `15m` and the like.
enum Timespan {
    private static let second: Int64 = 1_000_000_000
    /// `M` is 30 days and `y` is 365 (the specification says nothing; pySigma leaves them to the backend).
    private static let units: [(unit: Character, nanoseconds: Int64)] = [
        ("s", second), ("m", 60 * second), ("h", 3_600 * second), ("d", 86_400 * second), ("w", 7 * 86_400 * second),
        ("M", 30 * 86_400 * second), ("y", 365 * 86_400 * second),
    ]

    /// Whole, positive numbers only; `nil` when it is none or does not fit in 64 bits of nanoseconds.
    static func nanoseconds(_ text: String) -> Int64? {
        guard let last = text.last, let unit = units.first(where: { $0.unit == last }) else { return nil }
        let digits = text.dropLast()
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits), count > 0 else {
            return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
        return overflow ? nil : product
    }
}

extension RuleExpression {
    /// The rules it mentions, each once, in the order of mention.
    public var rules: [String] {
        switch self {
        case .rule(let name): return [name]
        case .not(let member): return member.rules
        case .and(let members), .or(let members):
            var seen: Set<String> = []
            return members.flatMap(\.rules).filter { seen.insert($0).inserted }
        }
    }
}
