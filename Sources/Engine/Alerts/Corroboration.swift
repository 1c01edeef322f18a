import Events
import Sigma

/// Which different behaviours were seen around each other on the same container (or host, without one): several weak
/// signs of one attack support each other.
///
/// A behaviour is a set of techniques (or the rule, where it names none), so two rules for the same thing are one. Alerts
/// of one record do not support each other, nor do informational ones. For each subject and behaviour only the union
/// of the spans within a day of its alerts is kept: exact, and small however many alerts there are.
struct Corroboration {
    /// How far apart two behaviours may lie, nanoseconds.
    static let span: Int64 = 24 * 3600 * 1_000_000_000
    /// Most pairs of subject and behaviour that are remembered; later ones support nothing and are counted.
    static let limit = 200_000

    struct Behaviour {
        var name: String
        /// Sorted by their starts, not touching.
        var spans: [(start: Int64, end: Int64)]
        /// The record all alerts so far came from; nil once there were several.
        var onlyRecord: String?
    }

    private var subjects: [String: [Behaviour]] = [:]
    private var pairs = 0
    private let limit: Int
    /// Alerts whose behaviour was not remembered.
    private(set) var forgotten = 0

    init(limit: Int = Corroboration.limit) { self.limit = limit }

    /// Takes an alert; they come in order of their first event.
    mutating func observe(_ alert: Alert) {
        guard alert.rule.level > .informational else { return }
        let start = saturating(alert.time.nanoseconds, -Corroboration.span)
        let end = saturating(max(alert.time, alert.lastTime).nanoseconds, Corroboration.span)
        let name = Corroboration.behaviour(of: alert)
        let subject = Corroboration.subject(of: alert)
        let record = alert.count == 1 && alert.members.isEmpty ? alert.rawHash : ""
        var behaviours = subjects[subject] ?? []
        if let index = behaviours.firstIndex(where: { $0.name == name }) {
            behaviours[index].extend(to: (start, end))
            if behaviours[index].onlyRecord != record || record.isEmpty { behaviours[index].onlyRecord = nil }
        } else if pairs < limit {
            pairs += 1
            behaviours.append(
                Behaviour(name: name, spans: [(start, end)], onlyRecord: record.isEmpty ? nil : record))
        } else {
            forgotten += 1
        }
        subjects[subject] = behaviours
    }

    /// Names of the other behaviours within a day of the alert's first event, in the order they were first seen.
    func behaviours(around alert: Alert) -> [String] {
        let name = Corroboration.behaviour(of: alert)
        let time = alert.time.nanoseconds
        let record = alert.count == 1 && alert.members.isEmpty ? alert.rawHash : ""
        return (subjects[Corroboration.subject(of: alert)] ?? []).filter { behaviour in
            guard behaviour.name != name, behaviour.covers(time) else { return false }
            return behaviour.onlyRecord == nil || behaviour.onlyRecord != record
        }.map(\.name)
    }

    /// The container, or the host where there is none. An id of digits is the same container whatever the source calls the
    /// host (the engine's own records name none); other ids (`unknown`) are apart by host.
    private static func subject(of alert: Alert) -> String {
        guard let id = alert.container?.id else { return "h\0\(alert.host)" }
        return id.utf8.count >= 12 && id.allSatisfy(\.isHexDigit) ? "c\0\(id)" : "c\0\(id)\0\(alert.host)"
    }

    private static func behaviour(of alert: Alert) -> String {
        let rule = alert.rule
        if !rule.techniques19.isEmpty { return rule.techniques19.sorted().joined(separator: "+") }
        return rule.title.isEmpty ? rule.id : rule.title
    }

    private func saturating(_ time: Int64, _ offset: Int64) -> Int64 {
        let (sum, overflow) = time.addingReportingOverflow(offset)
        return overflow ? (offset < 0 ? .min : .max) : sum
    }
}

extension Corroboration.Behaviour {
    /// Adds a span. Starts come in ascending order, so only the last one can touch it.
    mutating func extend(to span: (start: Int64, end: Int64)) {
        if let last = spans.indices.last, span.start <= spans[last].end {
            spans[last].start = min(spans[last].start, span.start)
            spans[last].end = max(spans[last].end, span.end)
        } else {
            spans.append(span)
        }
    }

    func covers(_ time: Int64) -> Bool {
        // The last span that begins at or before the time, by halving.
        var (low, high) = (0, spans.count)
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].start <= time { low = middle + 1 } else { high = middle }
        }
        return low > 0 && time <= spans[low - 1].end
    }
}
