/// A correlation rule (Sigma 2.1.0), and the extension with a boolean condition and a deadline.
public struct Correlation: Sendable {
    /// What is computed over the window.
    public enum Kind: Sendable, Equatable {
        case eventCount
        case valueCount(fields: [String])
        case valueSum(field: String)
        case valueAverage(field: String)
        case valuePercentile(field: String, percentile: Double)
        case temporal
        case temporalOrdered
    }

    /// Title, id, level and the other descriptive keys of the document.
    public var metadata: Metadata
    /// Where the document stands in its rule file.
    public var place: Place
    /// What is computed over the events of a window (`type`).
    public var kind: Kind
    /// Ids or names of rules or other correlations.
    public var rules: [String]
    /// Nanoseconds.
    public var timespan: Int64
    /// Fields whose values, compared without case, separate the groups; empty puts all events into one group.
    public var groupBy: [String]
    /// alias → (rule id or name → field of that rule's events).
    public var aliases: [String: [String: String]]
    /// What must hold for a window to fire.
    public var condition: Condition
    /// Whether the referenced rules also alert by themselves.
    public var generate: Bool

    /// When a window qualifies.
    public enum Condition: Sendable, Equatable {
        /// All bounds hold for the computed number (two make a range). For temporal kinds: the number of distinct rules.
        case bounds([Bound])
        /// `condition: a and not b` over referenced rules; negated terms make the window wait for its deadline
        /// (`timespan` after the first positive term) before it fires: "A not followed by B within t".
        case expression(RuleExpression)
    }

    /// One comparison of the computed number.
    public struct Bound: Sendable, Equatable {
        /// How the computed number is compared with the bound, under Sigma's keys (`gte`: greater or equal).
        public enum Operator: String, Sendable { case gt, gte, lt, lte, eq, neq }
        /// The comparison, with the computed number on its left side.
        public var comparison: Operator
        /// The number on the right side, in the unit of what is computed (events, values, sum, rules).
        public var value: Double
        /// A bound that holds for numbers that compare so with `value`.
        public init(_ comparison: Operator, _ value: Double) {
            self.comparison = comparison
            self.value = value
        }
    }

    /// A correlation from its parsed parts; `timespan` is in nanoseconds.
    public init(
        metadata: Metadata, place: Place, kind: Kind, rules: [String], timespan: Int64, groupBy: [String],
        aliases: [String: [String: String]], condition: Condition, generate: Bool
    ) {
        self.metadata = metadata
        self.place = place
        self.kind = kind
        self.rules = rules
        self.timespan = timespan
        self.groupBy = groupBy
        self.aliases = aliases
        self.condition = condition
        self.generate = generate
    }
}

/// A boolean expression over referenced rules.
public indirect enum RuleExpression: Sendable, Equatable {
    case rule(String)
    case and([RuleExpression])
    case or([RuleExpression])
    case not(RuleExpression)
}
