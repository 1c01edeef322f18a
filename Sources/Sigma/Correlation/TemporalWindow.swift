/// The window of `temporal`: which rules were seen.
///
/// Whether a rule was seen depends on its latest event alone, so a flood of other events cannot make it forgotten.
struct TemporalWindow: CorrelationWindow {
    private let names: [String]
    private let members: [RuleSet.Reference]
    private let condition: Correlation.Condition
    private let capacity: Int
    /// Per member its latest event in the window.
    private var latest: [WindowEntry?]
    /// Recent events, to be named in a hit.
    private var recent: [WindowEntry] = []

    init(_ planned: PlannedCorrelation, _ limits: Correlator.Limits) {
        names = planned.memberNames
        members = planned.members
        condition = planned.condition
        capacity = limits.tokens
        latest = [WindowEntry?](repeating: nil, count: planned.members.count)
    }

    mutating func expire(before time: Int64) {
        for index in latest.indices {
            if let entry = latest[index], entry.time < time { latest[index] = nil }
        }
        recent.removeAll { $0.time < time }
    }

    mutating func insert(_ entry: WindowEntry) -> Int {
        for position in entry.positions where latest[position].map({ $0.time <= entry.time }) ?? true {
            latest[position] = entry
        }
        recent.append(entry)
        if recent.count > 2 * capacity { recent.removeFirst(capacity) }
        return 0
    }

    var isEmpty: Bool { recent.isEmpty && latest.allSatisfy { $0 == nil } }

    func evaluate() -> (number: Double?, holds: Bool) {
        switch condition {
        case .bounds:
            let seen = Set(zip(members, latest).filter { $0.1 != nil }.map(\.0)).count
            return (Double(seen), seen > 0 && condition.holds(Double(seen)))
        case .expression(let expression):
            let seen = Set(zip(names, latest).filter { $0.1 != nil }.map(\.0))
            return (nil, expression.holds(seen.contains))
        }
    }

    func contributions(limit: Int) -> (start: Int64, tokens: [UInt64]) {
        let all = (latest.compactMap { $0 } + recent).enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }.map(\.element)
        return (all.first?.time ?? 0, latestTokens(all.map(\.tokens), limit: limit))
    }
}
