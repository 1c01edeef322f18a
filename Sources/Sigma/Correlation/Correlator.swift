/// Evaluates correlations over a stream of rule hits in order of time.
///
/// **Window.** Sliding: for every event at time *t* the window of its group is `[t − timespan, t]`, both ends included. Group
/// values are compared without case; an event that lacks a group field is left out. An event that several rules of the
/// correlation matched counts once. `value_*` looks at distinct values (without case) or at the numeric values only.
///
/// **Firing.** Once per window and group: when the condition becomes true. It fires again only after an event found the
/// condition false, or after a timespan without any event of the group: an attack of an hour is one hit.
///
/// **Order.** `temporal_ordered` wants strictly increasing times, in the order of `rules`.
///
/// **Absence** (a condition with `not`): every event of a rule without `not` opens a window `[t, t + timespan]`; when the
/// time passes its end, the condition is evaluated over the rules seen in it. For `temporal`, rules under `not` that were
/// seen within `timespan` *before* the start count as seen too; for `temporal_ordered` only what came after. A window that
/// fired covers those that were opened within it.
///
/// **Chains.** A hit of a correlation is an event for the correlations that refer to it, with the time and the fields of
/// its last event.
///
/// State is bounded by ``Limits``; what had to be forgotten is counted in ``statistics``.
public struct Correlator: Sendable {
    /// Bounds of the state, per correlation.
    public struct Limits: Sendable {
        /// Groups with a live window; beyond, the oldest are forgotten.
        public var groups: Int
        /// Events kept in a window of a group; beyond, the oldest are forgotten. A count that is compared with more
        /// raises it for its correlation, up to a million.
        public var events: Int
        /// Open absence windows per group; beyond, no further ones are opened until one closes.
        public var openWindows: Int
        /// Events named in a hit.
        public var tokens: Int

        /// Values that fit millions of hits in a few hundred megabytes at worst.
        public init(groups: Int = 100_000, events: Int = 10_000, openWindows: Int = 64, tokens: Int = 256) {
            self.groups = max(1, groups)
            self.events = max(2, events)
            self.openWindows = max(1, openWindows)
            self.tokens = max(1, tokens)
        }
    }

    /// What the correlator had to forget or to bend.
    public struct Statistics: Sendable, Equatable {
        /// Groups forgotten because there were too many.
        public var evictedGroups = 0
        /// Events forgotten because a window held too many.
        public var evictedEvents = 0
        /// Absence windows not opened because a group had too many.
        public var unopenedWindows = 0
        /// Hits that came with an earlier time than one before them.
        public var lateHits = 0
        /// Hits left out of a correlation because they lack a field it groups by.
        public var ungrouped = 0
    }

    /// Counts, since the correlator was made, of what had to be forgotten or bent; all zero when nothing was lost.
    public private(set) var statistics = Statistics()
    /// The latest time seen.
    public private(set) var now: Int64?

    private let plan: CorrelationPlan
    private var states: [CorrelationState]
    private var sequence: UInt64 = 0

    /// A correlator that has seen no hit yet, for the correlations of the set; `limits` hold for each of them.
    public init(_ ruleSet: RuleSet, limits: Limits = Limits()) {
        plan = CorrelationPlan(ruleSet)
        states = plan.correlations.map { CorrelationState($0, limits) }
    }

    /// Whether any correlation refers to the rule, directly: only then its hits need to be given.
    public func isNeeded(rule: Int) -> Bool { !plan.parents(of: .rule(rule)).isEmpty }

    /// The fields whose values a hit of this rule must bring, sorted.
    public func neededFields(ofRule rule: Int) -> [String] { plan.neededFields(ofRule: rule) }

    /// Takes a hit; appends the correlations that became true, and before them the absences whose deadline has passed.
    public mutating func consume(_ hit: RuleHit, into hits: inout [CorrelationHit]) {
        advance(to: hit.time, into: &hits)
        let names = plan.neededFields(ofRule: hit.rule)
        var fields: [String: String] = [:]
        for (name, value) in zip(names, hit.values) { fields[name] = value }
        let event = CorrelationEvent(time: hit.time, identity: .event(hit.token), tokens: [hit.token], fields: fields)
        deliver(event, from: .rule(hit.rule), into: &hits)
    }

    /// Tells that the time has come to `time`: absences whose deadline lies before it fire.
    public mutating func advance(to time: Int64, into hits: inout [CorrelationHit]) {
        if let now, time < now {
            statistics.lateHits += 1
            return
        }
        now = time
        fireAbsences(before: time, into: &hits)
    }

    /// The data has ended: absences whose deadline is not later than the latest time fire; the others are returned.
    public mutating func finish(into hits: inout [CorrelationHit]) -> [PendingCorrelation] {
        guard let now else { return [] }
        fireAbsences(before: now == .max ? now : now + 1, into: &hits)
        return states.indices.flatMap { states[$0].pending(correlation: $0) }
    }

    // MARK: - delivery

    /// Fires in order of deadline over all correlations, parents after their children.
    private mutating func fireAbsences(before time: Int64, into hits: inout [CorrelationHit]) {
        while true {
            var earliest: (deadline: Int64, index: Int)?
            for index in plan.absences {
                guard let deadline = states[index].nextDeadline, deadline < time else { continue }
                if earliest.map({ deadline < $0.deadline }) ?? true { earliest = (deadline, index) }
            }
            guard let earliest else { return }
            guard let outcome = states[earliest.index].closeNext(&statistics) else { continue }
            emit(outcome, of: earliest.index, into: &hits)
        }
    }

    private mutating func deliver(
        _ event: CorrelationEvent, from source: RuleSet.Reference, into hits: inout [CorrelationHit]
    ) {
        for parent in plan.parents(of: source) {
            guard let outcome = states[parent].take(event, from: source, &statistics) else { continue }
            emit(outcome, of: parent, into: &hits)
        }
    }

    private mutating func emit(
        _ outcome: CorrelationState.Outcome, of correlation: Int, into hits: inout [CorrelationHit]
    ) {
        let planned = plan.correlations[correlation]
        let group = zip(planned.groupBy, outcome.group).map { CorrelationHit.GroupValue(field: $0, value: $1) }
        hits.append(
            CorrelationHit(
                correlation: correlation, time: outcome.time, start: outcome.start, group: group,
                tokens: outcome.tokens,
                number: outcome.number))
        guard !plan.parents(of: .correlation(correlation)).isEmpty else { return }
        var fields = outcome.fields
        for (name, value) in zip(planned.groupBy, outcome.group) { fields[name] = value }
        sequence += 1
        let event = CorrelationEvent(
            time: outcome.time, identity: .hit(sequence), tokens: outcome.tokens, fields: fields)
        deliver(event, from: .correlation(correlation), into: &hits)
    }
}

/// An event as a correlation sees it: a hit of a rule or of another correlation.
struct CorrelationEvent: Sendable {
    /// What makes two events the same.
    enum Identity: Sendable, Hashable {
        case event(UInt64)
        case hit(UInt64)
    }

    var time: Int64
    var identity: Identity
    var tokens: [UInt64]
    /// Only fields that some correlation asks for.
    var fields: [String: String]
}
