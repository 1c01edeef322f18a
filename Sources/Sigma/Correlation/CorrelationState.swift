/// The live groups of one correlation.
struct CorrelationState: Sendable {
    /// The correlation came true.
    struct Outcome {
        var time: Int64
        var start: Int64
        /// Values of the group fields, as the last event has them.
        var group: [String]
        var tokens: [UInt64]
        var number: Double?
        /// Fields of the last event.
        var fields: [String: String]
    }

    private struct Group {
        var window: any CorrelationWindow
        var values: [String]
        var latest: Int64
        /// Whether the next time the condition holds is a hit.
        var armed = true

        mutating func take(
            _ entry: WindowEntry, _ values: [String], _ fields: [String: String], timespan: Int64, tokens limit: Int,
            _ statistics: inout Correlator.Statistics
        ) -> Outcome? {
            latest = max(latest, entry.time)
            self.values = values
            let oldest = latest.subtractingReportingOverflow(timespan)
            let start = oldest.overflow ? .min : oldest.partialValue
            guard entry.time >= start else { return nil }
            window.expire(before: start)
            if window.isEmpty { armed = true }
            statistics.evictedEvents += window.insert(entry)
            let (number, holds) = window.evaluate()
            defer { armed = !holds }
            guard holds, armed else { return nil }
            let (first, tokens) = window.contributions(limit: limit)
            return Outcome(time: latest, start: first, group: values, tokens: tokens, number: number, fields: fields)
        }
    }

    private let planned: PlannedCorrelation
    private let limits: Correlator.Limits
    private var groups: [String: Group] = [:]
    private var absences: AbsenceGroups?

    init(_ planned: PlannedCorrelation, _ limits: Correlator.Limits) {
        self.planned = planned
        self.limits = limits
        if planned.isAbsence { absences = AbsenceGroups(planned, limits) }
    }

    mutating func take(
        _ event: CorrelationEvent, from source: RuleSet.Reference, _ statistics: inout Correlator.Statistics
    ) -> Outcome? {
        let positions = planned.positions(of: source)
        guard let first = positions.first else { return nil }
        var values: [String] = []
        for field in planned.groupFields[first] {
            guard let value = event.fields[field] else {
                statistics.ungrouped += 1
                return nil
            }
            values.append(value)
        }
        let key = Self.key(values)
        if absences != nil {
            absences?.take(event, positions, key: key, values: values, &statistics)
            return nil
        }
        if groups.count >= limits.groups, groups[key] == nil { evict(at: event.time, &statistics) }
        let entry = WindowEntry(event: event, positions: positions, counted: planned.valueFields[first])
        let new = newGroup()
        return groups[key, default: new].take(
            entry, values, event.fields, timespan: planned.timespan, tokens: limits.tokens, &statistics)
    }

    private func newGroup() -> Group {
        let window: any CorrelationWindow =
            switch planned.kind {
            case .temporal: TemporalWindow(planned, limits)
            case .temporalOrdered: OrderedWindow(planned)
            default: CountingWindow(planned, limits)
            }
        return Group(window: window, values: [], latest: .min)
    }

    /// Forgets what is too old to matter; when that is not enough, the tenth of the groups that was quiet longest.
    private mutating func evict(at time: Int64, _ statistics: inout Correlator.Statistics) {
        let oldest = time.subtractingReportingOverflow(planned.timespan)
        if !oldest.overflow { groups = groups.filter { $0.value.latest >= oldest.partialValue } }
        guard groups.count >= limits.groups else { return }
        let quiet = groups.map { ($0.value.latest, $0.key) }.sorted { $0 < $1 }.prefix(max(1, limits.groups / 10))
        for (_, key) in quiet { groups[key] = nil }
        statistics.evictedGroups += quiet.count
    }

    /// Values without case, each with its length, so that no two lists of values make the same key.
    static func key(_ values: [String]) -> String {
        var key = String.UnicodeScalarView()
        for value in values {
            let folded = CaseFolding.fold(value)
            key.append(contentsOf: String(folded.count).unicodeScalars)
            key.append(":")
            key.append(contentsOf: folded)
        }
        return String(key)
    }

    // MARK: - absence

    var nextDeadline: Int64? { absences?.nextDeadline }

    mutating func closeNext(_ statistics: inout Correlator.Statistics) -> Outcome? { absences?.closeNext() }

    func pending(correlation: Int) -> [PendingCorrelation] {
        guard let absences else { return [] }
        return absences.open.map { start, deadline, values in
            let group = zip(planned.groupBy, values).map { CorrelationHit.GroupValue(field: $0, value: $1) }
            return PendingCorrelation(correlation: correlation, start: start, deadline: deadline, group: group)
        }
    }
}

/// The window of one group.
protocol CorrelationWindow: Sendable {
    /// Drops what happened earlier.
    mutating func expire(before time: Int64)
    /// Returns how many entries had to be forgotten.
    mutating func insert(_ entry: WindowEntry) -> Int
    /// Whether nothing is left in it.
    var isEmpty: Bool { get }
    /// The number that is compared, and whether the condition holds. An empty window never holds.
    func evaluate() -> (number: Double?, holds: Bool)
    /// The time of the first and the tokens of the latest contributing events, in order of time.
    func contributions(limit: Int) -> (start: Int64, tokens: [UInt64])
}

/// An event in a window.
struct WindowEntry: Sendable {
    var time: Int64
    var identity: CorrelationEvent.Identity
    var tokens: [UInt64]
    /// Which members of the correlation it is a hit of: one, or several when a rule is listed more than once.
    var positions: [Int]
    /// The counted values as one key without case; `nil` when one is absent.
    var key: String?
    /// The counted value as a number.
    var number: Double?

    init(event: CorrelationEvent, positions: [Int], counted: [String]) {
        time = event.time
        identity = event.identity
        tokens = event.tokens
        self.positions = positions
        guard let values = counted.compactAll({ event.fields[$0] }), let first = values.first else { return }
        key = CorrelationState.key(values)
        number = DecimalText.number(first)
    }
}

extension Correlation.Bound {
    /// Whether `number` is on the right side.
    public func holds(_ number: Double) -> Bool {
        switch comparison {
        case .gt: number > value
        case .gte: number >= value
        case .lt: number < value
        case .lte: number <= value
        case .eq: number == value
        case .neq: number != value
        }
    }
}

extension Correlation.Condition {
    func holds(_ number: Double) -> Bool {
        guard case .bounds(let bounds) = self else { return false }
        return bounds.allSatisfy { $0.holds(number) }
    }
}

/// Tokens in the order of first mention, each once, the latest `limit`.
func latestTokens(_ lists: some Sequence<[UInt64]>, limit: Int) -> [UInt64] {
    var seen: Set<UInt64> = []
    let all = lists.joined().filter { seen.insert($0).inserted }
    return Array(all.suffix(limit))
}
