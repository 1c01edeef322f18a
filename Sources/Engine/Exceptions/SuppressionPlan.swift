import Sigma

/// How hits that filters hide are counted: for each filter and rule, a shadow rule that holds where the rule would have
/// fired and the filter forbids it. Shadows are compiled behind the rules into the same matcher; rules without filters
/// have none.
struct SuppressionPlan: Sendable {
    /// A shadow: its filter and its rule, by their indices.
    struct Shadow: Sendable, Equatable {
        var filter: Int
        var rule: Int
    }

    /// Most shadows; a filter for `any` rule of a large corpus is not counted beyond.
    static let limit = 2_000

    /// By index in the program minus ``ruleCount``.
    let shadows: [Shadow]
    /// The rules for the program, in the order of ``shadows``.
    let rules: [Rule]
    /// Rules before the shadows.
    let ruleCount: Int
    /// Filters some of whose hits are not counted.
    let uncounted: Set<Int>

    init(_ set: RuleSet, limit: Int = SuppressionPlan.limit) {
        var shadows: [Shadow] = []
        var rules: [Rule] = []
        var uncounted: Set<Int> = []
        for (rule, filters) in set.filtersOfRule.enumerated() {
            for filter in filters {
                guard shadows.count < limit else {
                    uncounted.insert(filter)
                    continue
                }
                var shadow = set.unfilteredRule(rule)
                shadow.condition = .all([shadow.condition, .not(set.filters[filter].condition)])
                shadow.outline = .identifier("hidden", shadow.condition)
                shadows.append(Shadow(filter: filter, rule: rule))
                rules.append(shadow)
            }
        }
        self.shadows = shadows
        self.rules = rules
        self.uncounted = uncounted
        ruleCount = set.rules.count
    }
}
