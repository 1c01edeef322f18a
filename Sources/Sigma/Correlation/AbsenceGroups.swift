/// The open windows of a correlation with `not`: they are decided at their deadline.
struct AbsenceGroups: Sendable {
    private struct Window: Sendable {
        var number: Int
        var start: Int64
        var deadline: Int64
        var seen: Set<String>
        /// For an ordered correlation: how many of the wanted rules came in their order, and when the last of them did.
        var progress: Int
        var progressTime: Int64
        var tokens: [UInt64]
        var fields: [String: String]
    }

    private struct Group: Sendable {
        var values: [String]
        var latest: Int64
        var windows: [Window] = []
        /// When each rule under `not` was seen last.
        var lastSeen: [String: Int64] = [:]
    }

    private struct Deadline: Sendable {
        var time: Int64
        var key: String
        var number: Int
    }

    private let planned: PlannedCorrelation
    private let limits: Correlator.Limits
    private let expression: RuleExpression
    private let isOrdered: Bool
    /// Rules whose events can make the expression true, in the order of the correlation.
    private let wanted: [String]
    private let unwanted: Set<String>
    private var groups: [String: Group] = [:]
    /// In order of time; those before `head` are done.
    private var deadlines: [Deadline] = []
    private var head = 0
    private var counter = 0

    init?(_ planned: PlannedCorrelation, _ limits: Correlator.Limits) {
        guard case .expression(let expression) = planned.condition else { return nil }
        self.planned = planned
        self.limits = limits
        self.expression = expression
        isOrdered = planned.kind == .temporalOrdered
        let positive = expression.positiveRules()
        wanted = planned.memberNames.filter { positive.contains($0) }
        unwanted = expression.positiveRules(negated: true)
    }

    var nextDeadline: Int64? { head < deadlines.count ? deadlines[head].time : nil }

    /// The windows that are still undecided, in order of deadline.
    var open: [(start: Int64, deadline: Int64, values: [String])] {
        deadlines[head...].compactMap { deadline in
            guard let group = groups[deadline.key],
                let window = group.windows.first(where: { $0.number == deadline.number })
            else { return nil }
            return (window.start, window.deadline, group.values)
        }
    }

    mutating func take(
        _ event: CorrelationEvent, _ positions: [Int], key: String, values: [String],
        _ statistics: inout Correlator.Statistics
    ) {
        if groups.count >= limits.groups, groups[key] == nil { evict(at: event.time, &statistics) }
        var group = groups.removeValue(forKey: key) ?? Group(values: values, latest: event.time)
        group.latest = max(group.latest, event.time)
        let names = Set(positions.map { planned.memberNames[$0] })
        for index in group.windows.indices { join(&group.windows[index], event, names) }
        group.windows.removeAll { !canStillHold($0) }
        for name in names where unwanted.contains(name) {
            group.lastSeen[name] = max(group.lastSeen[name] ?? .min, event.time)
        }
        if opens(names) {
            if group.windows.count < limits.openWindows {
                openWindow(in: &group, event, names, key)
            } else {
                statistics.unopenedWindows += 1
            }
        }
        groups[key] = group
    }

    /// An event of the first wanted rule opens an ordered window, one of any wanted rule an unordered one.
    private func opens(_ names: Set<String>) -> Bool {
        isOrdered ? wanted.first.map(names.contains) ?? false : wanted.contains { names.contains($0) }
    }

    private mutating func openWindow(
        in group: inout Group, _ event: CorrelationEvent, _ names: Set<String>, _ key: String
    ) {
        let end = event.time.addingReportingOverflow(planned.timespan)
        counter += 1
        var window = Window(
            number: counter, start: event.time, deadline: end.overflow ? .max : end.partialValue, seen: names,
            progress: 1, progressTime: event.time, tokens: event.tokens, fields: event.fields)
        if !isOrdered {
            for (name, time) in group.lastSeen where event.time - time <= planned.timespan { window.seen.insert(name) }
        }
        guard canStillHold(window) else { return }
        // The same event by another rule, or another event at the same time, has nothing to add to an open window.
        guard !group.windows.contains(where: { $0.start == window.start && $0.seen.isSuperset(of: window.seen) }) else {
            return
        }
        group.windows.append(window)
        var index = deadlines.count
        while index > head, deadlines[index - 1].time > window.deadline { index -= 1 }
        deadlines.insert(Deadline(time: window.deadline, key: key, number: window.number), at: index)
    }

    private func join(_ window: inout Window, _ event: CorrelationEvent, _ names: Set<String>) {
        guard event.time >= window.start, event.time <= window.deadline else { return }
        if isOrdered {
            guard event.time > window.start else { return }
            if window.progress < wanted.count, names.contains(wanted[window.progress]), event.time > window.progressTime
            {
                window.progress += 1
                window.progressTime = event.time
            }
        }
        window.seen.formUnion(names)
        window.fields = event.fields
        guard window.tokens.count < limits.tokens else { return }
        window.tokens += event.tokens.filter { !window.tokens.contains($0) }
    }

    /// Whether the expression can be true at the deadline, if every wanted rule still comes.
    private func canStillHold(_ window: Window) -> Bool {
        expression.holds { wanted.contains($0) || window.seen.contains($0) }
    }

    /// Decides the window with the earliest deadline.
    mutating func closeNext() -> CorrelationState.Outcome? {
        guard head < deadlines.count else { return nil }
        let deadline = deadlines[head]
        head += 1
        if head > 64, head > deadlines.count / 2 {
            deadlines.removeFirst(head)
            head = 0
        }
        guard var group = groups[deadline.key],
            let index = group.windows.firstIndex(where: { $0.number == deadline.number })
        else { return nil }
        let window = group.windows.remove(at: index)
        let complete = !isOrdered || window.progress == wanted.count
        let holds = complete && expression.holds(window.seen.contains)
        if holds { group.windows.removeAll { $0.start <= window.deadline } }
        let isIdle = group.windows.isEmpty && window.deadline - group.latest >= planned.timespan
        groups[deadline.key] = isIdle ? nil : group
        guard holds else { return nil }
        return CorrelationState.Outcome(
            time: window.deadline, start: window.start, group: group.values, tokens: window.tokens, number: nil,
            fields: window.fields)
    }

    private mutating func evict(at time: Int64, _ statistics: inout Correlator.Statistics) {
        groups = groups.filter { !$0.value.windows.isEmpty || time - $0.value.latest <= planned.timespan }
        guard groups.count >= limits.groups else { return }
        let quiet = groups.map { ($0.value.latest, $0.key) }.sorted { $0 < $1 }.prefix(max(1, limits.groups / 10))
        for (_, key) in quiet { groups[key] = nil }
        statistics.evictedGroups += quiet.count
    }
}
