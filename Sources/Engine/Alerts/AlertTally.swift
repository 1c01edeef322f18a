import Events
import Sigma

/// Counts for the summary, kept while hits pass by.
struct AlertTally {
    /// Slices of the time span in the sparkline.
    static let slices = 60
    private static let topCount = 10

    private var byLevel: [Level: Int] = [:]
    private var byRule: [ObjectIdentifier: (rule: AlertRule, count: Int)] = [:]
    private var byHost: [String: Int] = [:]
    private var byContainer: [String: Int] = [:]
    private var first: Timestamp?
    private var last: Timestamp?
    private var histogram: [Int] = []
    private var start: Int64 = 0
    private var slice: Int64 = 1

    /// The span the sparkline covers.
    mutating func span(from first: Timestamp?, to last: Timestamp?) {
        guard let first, let last else { return }
        let (length, overflow) = last.nanoseconds.subtractingReportingOverflow(first.nanoseconds)
        guard !overflow else { return }
        start = first.nanoseconds
        slice = max(1, length / Int64(AlertTally.slices) + 1)
        histogram = [Int](repeating: 0, count: AlertTally.slices)
    }

    /// An event with hits.
    mutating func count(_ hit: HitEvent) {
        let time = Timestamp(nanoseconds: hit.key.time)
        guard time != .unknown else { return }
        if first == nil { first = time }
        last = time
        let index = Int((hit.key.time &- start) / slice)
        if histogram.indices.contains(index) { histogram[index] += hit.rules.count }
    }

    /// One rule × event.
    mutating func count(_ rule: AlertRule, host: String, container: AlertContainer?) {
        byLevel[rule.level, default: 0] += 1
        byRule[ObjectIdentifier(rule), default: (rule, 0)].count += 1
        if !host.isEmpty { byHost[host, default: 0] += 1 }
        if let container {
            let name = container.name.isEmpty ? String(container.id.prefix(12)) : container.name
            byContainer[name, default: 0] += 1
        }
    }

    /// Writes the counts into the report.
    func complete(_ report: inout HuntReport) {
        report.rulesThatFired = byRule.count
        report.hitsByLevel = Level.allCases.reversed().compactMap { level in
            byLevel[level].map { HuntReport.Tally(name: level.rawValue, count: $0) }
        }
        report.topRules = AlertTally.top(byRule.values.map { ($0.rule.title, $0.count) })
        report.topHosts = AlertTally.top(byHost.map { ($0.key, $0.value) })
        report.topContainers = AlertTally.top(byContainer.map { ($0.key, $0.value) })
        report.hitHistogram = histogram
        report.firstHit = first
        report.lastHit = last
    }

    private static func top(_ counts: [(String, Int)]) -> [HuntReport.Tally] {
        counts.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(topCount).map { HuntReport.Tally(name: $0.0, count: $0.1) }
    }
}
