/// Decides which rules are bound to a kind of event, and how.
struct Router: Sendable {
    /// Rules by log source.
    private let rulesBySource: [[UInt32]]
    /// Event ids of which a rule requires one; `nil` when it does not say.
    let requiredEventIDs: [Set<Int>?]
    private let ignoreLogSource: Bool

    init(code: RuleCode, ignoreLogSource: Bool) {
        var rulesBySource = [[UInt32]](repeating: [], count: code.sources.count)
        var required: [Set<Int>?] = []
        let name = code.names.firstIndex(of: "EventID").map { UInt32($0) }
        for (index, rule) in code.rules.enumerated() {
            if rule.rejection.isEmpty { rulesBySource[Int(rule.source)].append(UInt32(index)) }
            guard let name, rule.rejection.isEmpty else {
                required.append(nil)
                continue
            }
            var at = Int(rule.start)
            required.append(Self.eventIDs(code, at: &at, name: name))
        }
        self.rulesBySource = rulesBySource
        requiredEventIDs = required
        self.ignoreLogSource = ignoreLogSource
    }

    /// Rules bound to events of `kind`, ascending.
    func bindings(for kind: EventKind, code: RuleCode) -> [PartitionBuilder.Binding] {
        var bindings: [PartitionBuilder.Binding] = []
        for (source, rules) in zip(code.sources, rulesBySource) where !rules.isEmpty {
            let alternatives = ignoreLogSource ? [.asStated] : Self.alternatives(of: source, for: kind)
            guard !alternatives.isEmpty else { continue }
            for rule in rules {
                if !ignoreLogSource, kind.eventID >= 0, let ids = requiredEventIDs[Int(rule)] {
                    guard ids.contains(kind.eventID) else { continue }
                }
                bindings.append(PartitionBuilder.Binding(rule: rule, alternatives: alternatives))
            }
        }
        return bindings.sorted { $0.rule < $1.rule }
    }

    /// The ways in which events of `kind` belong to a log source: by the taxonomy's entries, else as stated.
    static func alternatives(
        of source: RuleCode.FlatSource, for kind: EventKind
    ) -> [PartitionBuilder.Alternative] {
        var ways: [PartitionBuilder.Alternative] = []
        for entry in source.entries where covers(entry, kind) {
            let way = PartitionBuilder.Alternative(
                guardStart: entry.guardCount == 0 ? 0 : entry.guardStart, guardCount: entry.guardCount,
                renames: entry.renames)
            if !ways.contains(way) { ways.append(way) }
        }
        if ways.isEmpty, states(kind, source.source) {
            ways.append(.asStated)
        }
        return ways
    }

    private static func covers(_ entry: RuleCode.FlatEntry, _ kind: EventKind) -> Bool {
        guard kind.product.isEmpty || kind.product == entry.product else { return false }
        guard entry.eventIDs.isEmpty || entry.eventIDs.contains(kind.eventID) else { return false }
        if !entry.providers.isEmpty, !kind.provider.isEmpty {
            guard entry.providers.contains(kind.provider.lowercased()) else { return false }
            if entry.channels.isEmpty { return true }
        }
        return !kind.channel.isEmpty && entry.channels.contains(kind.channel.lowercased())
    }

    /// Whether the kind says of itself what the source asks for. Events of a channel are Windows events.
    private static func states(_ kind: EventKind, _ source: LogSource) -> Bool {
        let product = kind.product.isEmpty && !kind.channel.isEmpty ? "windows" : kind.product
        if let wanted = source.product, wanted != product { return false }
        if let wanted = source.category, wanted != kind.category { return false }
        if let wanted = source.service, wanted != kind.service { return false }
        return true
    }

    /// The event ids of which the expression at `at` needs one, read from positive whole-value and number tests.
    private static func eventIDs(_ code: RuleCode, at: inout Int, name: UInt32) -> Set<Int>? {
        let word = code.words[at]
        let operand = Int(word & RuleCode.operandMask)
        at += 1
        switch word >> 30 {
        case RuleCode.opTest:
            let test = code.tests[operand]
            guard test.field == name, test.kind == .number || test.kind == .whole else { return nil }
            let text = String(decoding: code.pool[test.text.range], as: UTF8.self)
            return Int(text).map { [$0] }
        case RuleCode.opNot:
            _ = eventIDs(code, at: &at, name: name)
            return nil
        case RuleCode.opAll:
            var required: Set<Int>?
            for _ in 0..<operand {
                guard let ids = eventIDs(code, at: &at, name: name) else { continue }
                required = required?.intersection(ids) ?? ids
            }
            return required
        default:
            var union: Set<Int> = []
            var isKnown = operand > 0
            for _ in 0..<operand {
                if let ids = eventIDs(code, at: &at, name: name) { union.formUnion(ids) } else { isKnown = false }
            }
            return isKnown ? union : nil
        }
    }
}
