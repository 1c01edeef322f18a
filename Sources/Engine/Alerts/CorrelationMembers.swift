import Events

/// Alerts that correlations may still refer to, by the token of their event. Bounded: what is older than the longest
/// window twice over, or past ``limit``, is forgotten, the oldest first.
struct CorrelationMembers {
    /// Most events remembered.
    static let limit = 50_000

    private let timespan: Int64
    private var byToken: [UInt64: [Alert]] = [:]
    /// Tokens in the order of their events, from `head` on.
    private var order: [(token: UInt64, time: Int64)] = []
    private var head = 0

    /// - Parameter timespan: The longest window, nanoseconds.
    init(timespan: Int64) { self.timespan = timespan }

    /// Remembers an alert of the event `token`. Amortised O(1).
    mutating func remember(_ alert: Alert, token: UInt64) {
        if byToken[token] == nil { order.append((token, alert.time.nanoseconds)) }
        byToken[token, default: []].append(alert)
        forget(before: alert.time.nanoseconds)
    }

    private mutating func forget(before time: Int64) {
        let (horizon, overflow) = time.subtractingReportingOverflow(
            timespan.multipliedReportingOverflow(by: 2).partialValue)
        while head < order.count {
            let isOld = !overflow && order[head].time < horizon
            guard isOld || order.count - head > CorrelationMembers.limit else { break }
            byToken[order[head].token] = nil
            head += 1
        }
        if head > 4096, head * 2 > order.count {
            order.removeFirst(head)
            head = 0
        }
    }

    /// The alerts of some events, in the order of the tokens.
    func alerts(of tokens: [UInt64]) -> [Alert] { tokens.flatMap { byToken[$0] ?? [] } }
}
