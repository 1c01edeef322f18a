/// A rule matched an event: what the correlator consumes.
public struct RuleHit: Sendable {
    /// Index into ``RuleSet/rules``.
    public var rule: Int
    /// Nanoseconds, of any epoch; hits come in order of time.
    public var time: Int64
    /// The caller's handle of the event. The same event has the same token, whichever rule matched it.
    public var token: UInt64
    /// The values of ``Correlator/neededFields(ofRule:)``, in that order; `nil` where the event lacks the field.
    public var values: [String?]

    /// A hit of one rule on one event; `values` line up with ``Correlator/neededFields(ofRule:)``.
    public init(rule: Int, time: Int64, token: UInt64, values: [String?]) {
        self.rule = rule
        self.time = time
        self.token = token
        self.values = values
    }
}

/// A correlation came true.
public struct CorrelationHit: Sendable, Equatable {
    /// One field that groups events, with its value as the last event has it.
    public struct GroupValue: Sendable, Equatable {
        /// Name of the field as the correlation's `group-by` gives it.
        public var field: String
        /// The field's text in the last event, in its original case.
        public var value: String

        /// A pair of a `group-by` field and its text.
        public init(field: String, value: String) {
            self.field = field
            self.value = value
        }
    }

    /// Index into ``RuleSet/correlations``.
    public var correlation: Int
    /// Time of the event that made it true; for an absence the deadline.
    public var time: Int64
    /// Time of the earliest contributing event.
    public var start: Int64
    /// In the order of `group-by`.
    public var group: [GroupValue]
    /// The contributing events in order of time, each once; at most ``Correlator/Limits/tokens``, the latest.
    public var tokens: [UInt64]
    /// The number that was compared (events, values, sum, rules); `nil` for a condition over rules.
    public var number: Double?

    /// A correlation that became true at `time`, with the group and the events that made it so.
    public init(
        correlation: Int, time: Int64, start: Int64, group: [GroupValue], tokens: [UInt64], number: Double?
    ) {
        self.correlation = correlation
        self.time = time
        self.start = start
        self.group = group
        self.tokens = tokens
        self.number = number
    }
}

/// An absence that could not be decided: the data ended before its deadline.
public struct PendingCorrelation: Sendable, Equatable {
    /// Index into ``RuleSet/correlations``.
    public var correlation: Int
    /// Time of the event that opened the window.
    public var start: Int64
    /// Until when the absent event could still have come.
    public var deadline: Int64
    /// Fields and values that identify the waiting group, in the order of `group-by`.
    public var group: [CorrelationHit.GroupValue]
}
