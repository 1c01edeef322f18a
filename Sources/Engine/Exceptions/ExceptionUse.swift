import Sigma

extension HuntReport {
    /// What became of an exception (a Sigma filter) in a hunt.
    public struct ExceptionUse: Sendable, Equatable {
        /// Whether it held.
        public enum State: String, Sendable {
            /// It held for all its rules that were loaded.
            case active
            /// None of its rules was loaded.
            case idle
            /// Its last day is over: it hid nothing.
            case expired
            /// A rule of it has changed since it was written: for that rule it hid nothing.
            case outdated
        }

        /// Id of the filter.
        public var id: String
        /// Title of the filter.
        public var title: String
        /// Who answers for it; empty if nobody.
        public var owner: String
        /// Its last day as written; empty without.
        public var expires: String
        /// Whether it held.
        public var state: State
        /// Hits (rule × event) that would have been there without it.
        public var hidden: Int
        /// Whether all hidden hits were counted.
        public var isCounted: Bool

        /// A use.
        public init(
            id: String, title: String, owner: String, expires: String, state: State, hidden: Int, isCounted: Bool = true
        ) {
            self.id = id
            self.title = title
            self.owner = owner
            self.expires = expires
            self.state = state
            self.hidden = hidden
            self.isCounted = isCounted
        }
    }
}

extension RuleBook {
    /// The uses of all filters, in the order of the rule set.
    func exceptions(_ counts: SuppressionCounts) -> [HuntReport.ExceptionUse] {
        var hidden = [Int](repeating: 0, count: ruleSet.filters.count)
        for (shadow, count) in counts.byShadow { hidden[suppression.shadows[shadow].filter] += count }
        let applied = Set(ruleSet.filtersOfRule.joined())
        var verdicts: [Int: Set<FilterVerdict>] = [:]
        for aside in ruleSet.filtersSetAside { verdicts[aside.filter, default: []].insert(aside.verdict) }
        return ruleSet.filters.enumerated().map { index, filter in
            let terms = ExceptionTerms(filter.metadata)
            let verdicts = verdicts[index] ?? []
            return HuntReport.ExceptionUse(
                id: filter.metadata.id, title: filter.metadata.title, owner: terms.owner, expires: terms.expires,
                state: verdicts.contains(.expired)
                    ? .expired : verdicts.contains(.outdated) ? .outdated : applied.contains(index) ? .active : .idle,
                hidden: hidden[index], isCounted: !suppression.uncounted.contains(index))
        }
    }
}
