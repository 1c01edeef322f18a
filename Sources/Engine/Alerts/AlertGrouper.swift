import Events

/// Folds alerts of one behaviour into one: same rule, host and container within a window from the first.
///
/// Alerts come in time order. A group is given on when the window has passed, in the order of the groups' first alerts,
/// so that the output stays sorted by time and memory holds only the groups of one window.
struct AlertGrouper {
    /// Window from the first alert of a group, nanoseconds.
    static let window: Int64 = 3600 * 1_000_000_000

    private struct Key: Hashable {
        var rule: ObjectIdentifier
        var host: String
        var container: String
    }

    /// Groups in the order of their first alert; those before `head` have been given on.
    private var groups: [Alert?] = []
    private var head = 0
    private var open: [Key: Int] = [:]

    /// Takes the next alert in time order and gives on the groups whose window has passed.
    mutating func add(_ alert: Alert, emit: (Alert) throws -> Void) rethrows {
        try close(before: alert.time, emit: emit)
        let key = AlertGrouper.key(of: alert)
        if let index = open[key], var group = groups[index] {
            group.count += alert.count
            group.lastTime = max(group.lastTime, alert.lastTime)
            groups[index] = group
            return
        }
        open[key] = groups.count
        groups.append(alert)
    }

    /// Gives on what is left.
    mutating func finish(emit: (Alert) throws -> Void) rethrows {
        while head < groups.count { try emitFirst(emit) }
    }

    private static func key(of alert: Alert) -> Key {
        Key(rule: ObjectIdentifier(alert.rule), host: alert.host, container: alert.container?.id ?? "")
    }

    private mutating func close(before time: Timestamp, emit: (Alert) throws -> Void) rethrows {
        while head < groups.count, let first = groups[head] {
            let (age, overflow) = time.nanoseconds.subtractingReportingOverflow(first.time.nanoseconds)
            guard overflow || age > AlertGrouper.window else { break }
            try emitFirst(emit)
        }
        if head > 1024, head * 2 > groups.count {
            groups.removeFirst(head)
            for (key, index) in open { open[key] = index - head }
            head = 0
        }
    }

    private mutating func emitFirst(_ emit: (Alert) throws -> Void) rethrows {
        guard let group = groups[head] else { return }
        groups[head] = nil
        head += 1
        open[AlertGrouper.key(of: group)] = nil
        try emit(group)
    }
}
