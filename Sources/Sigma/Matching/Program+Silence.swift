extension Program {
    /// Why a rule could not match anything in some evidence.
    public enum Silence: Sendable, Equatable {
        /// The rule cannot be carried out.
        case rejected(String)
        /// Nothing of the rule's log source was there.
        case noLogSource
        /// No event log carries the rule's log source at all (and why).
        case unavailable(String)
        /// The log source was there, but none of the event ids the rule needs.
        case noEvent(ids: [Int])
        /// Events were there, but without the fields that the rule needs (named as in the event), so it could not be true.
        case noField([String])
    }

    /// Rules that could not match, with the reason; a rule that is missing here could have matched.
    ///
    /// - Parameter seen: every kind of event that occurred, with the names of all fields that its events had (as offered:
    ///   event field names). O(kinds × log sources + kinds × conditions).
    public func whySilent(seen: [EventKind: Set<String>]) -> [Int: Silence] {
        let router = Router(code: code, ignoreLogSource: ignoreLogSource)
        // What was seen, by log source: the ways its events are bound and their fields.
        let ways = code.sources.map { source in
            seen.flatMap { kind, fields in
                let bound = ignoreLogSource ? [.asStated] : Router.alternatives(of: source, for: kind)
                return bound.map { Way(alternative: $0, kind: kind, fields: fields) }
            }
        }
        var reasons: [Int: Silence] = [:]
        for (index, rule) in code.rules.enumerated() {
            let ids = ignoreLogSource ? nil : router.requiredEventIDs[index]
            reasons[index] = silence(of: rule, ways: ways[Int(rule.source)], eventIDs: ids)
        }
        return reasons
    }

    private struct Way {
        var alternative: PartitionBuilder.Alternative
        var kind: EventKind
        var fields: Set<String>
    }

    private func silence(of rule: RuleCode.FlatRule, ways: [Way], eventIDs: Set<Int>?) -> Silence? {
        if !rule.rejection.isEmpty { return .rejected(rule.rejection) }
        guard !ways.isEmpty else {
            let why = code.sources[Int(rule.source)].unavailable
            return why.isEmpty ? .noLogSource : .unavailable(why)
        }
        let present = ways.filter { way in
            eventIDs.map { way.kind.eventID < 0 || $0.contains(way.kind.eventID) } ?? true
        }
        guard !present.isEmpty else { return .noEvent(ids: (eventIDs ?? []).sorted()) }
        var missing: Set<String> = []
        for way in present {
            var at = Int(rule.start)
            var absent: Set<String> = []
            if truth(at: &at, way, &absent) != false { return nil }
            missing.formUnion(absent)
        }
        return .noField(missing.sorted())
    }

    /// What an expression must be for events with only the given fields: `nil` when it may be either. Collects the fields
    /// whose absence makes comparisons false.
    private func truth(at: inout Int, _ way: Way, _ absent: inout Set<String>) -> Bool? {
        let word = code.words[at]
        let operand = word & RuleCode.operandMask
        at += 1
        switch word >> 30 {
        case RuleCode.opTest: return truth(of: code.tests[Int(operand)], way, &absent)
        case RuleCode.opNot:
            var ignored: Set<String> = []
            return truth(at: &at, way, &ignored).map { !$0 }
        default:
            // "All" is decided by one false child, "any" by one true child.
            let decisive = word >> 30 != RuleCode.opAll
            var isUnknown = false
            var isDecided = false
            for _ in 0..<operand {
                switch truth(at: &at, way, &absent) {
                case decisive: isDecided = true
                case nil: isUnknown = true
                default: break
                }
            }
            return isDecided ? decisive : isUnknown ? nil : !decisive
        }
    }

    private func truth(of test: FlatTest, _ way: Way, _ absent: inout Set<String>) -> Bool? {
        if test.kind == .never { return false }
        guard test.field != FlatTest.keyword else { return nil }
        var field = test.field
        for rename in way.alternative.renames where rename.rule == test.field { field = rename.event }
        let name = code.names[Int(field)]
        if way.fields.contains(name) { return nil }
        if test.kind == .absent { return true }
        absent.insert(name)
        return false
    }
}

extension PartitionBuilder.Alternative {
    /// Bound by what the kind says of itself: no conditions, no renames.
    static let asStated = PartitionBuilder.Alternative(guardStart: 0, guardCount: 0, renames: [])
}
