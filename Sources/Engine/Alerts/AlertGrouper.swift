import Events

/// Folds alerts of one behaviour into one: same rule, host and container within a window from the first.
///
/// Where there is no container, the values of fields take its place that the rule names for that (`siloscope.group_by`), or
/// of those a correlation groups by. Alerts come in time order. A group is given on when the window has passed, in
/// the order of the groups' first alerts, so that the output stays sorted by time and memory holds only the groups of
/// one window.
struct AlertGrouper {
    /// Window from the first alert of a group, nanoseconds.
    static let window: Int64 = 3600 * 1_000_000_000
    /// Most groups of a window; beyond, the oldest is given on before its window has passed, and counted.
    static let limit = 50_000

    private struct Key: Hashable {
        var rule: ObjectIdentifier
        var host: String
        var container: String
        var values: [String]
    }

    private struct Group {
        var alert: Alert
        var key: Key
    }

    /// Groups in the order of their first alert; those before `head` have been given on.
    private var groups: [Group?] = []
    private var head = 0
    private var open: [Key: Int] = [:]
    private let limit: Int
    /// Groups given on before their window had passed.
    private(set) var cutShort = 0

    init(limit: Int = AlertGrouper.limit) { self.limit = max(1, limit) }

    /// Takes the next alert in time order and gives on the groups whose window has passed.
    ///
    /// - Parameter values: What separates alerts without a container: fields with their values.
    mutating func add(_ alert: Alert, by values: [AlertField] = [], emit: (Alert) throws -> Void) rethrows {
        try close(before: alert.time, emit: emit)
        let values = alert.container == nil ? values : []
        let key = Key(
            rule: ObjectIdentifier(alert.rule), host: alert.host, container: alert.container?.id ?? "",
            values: values.flatMap(\.values))
        if let index = open[key], var group = groups[index] {
            // Taken out first, so that its lists grow in place.
            groups[index] = nil
            group.alert.fold(alert)
            groups[index] = group
            return
        }
        if open.count >= limit {
            cutShort += 1
            try emitFirst(emit)
        }
        open[key] = groups.count
        var first = alert
        first.groupBy = ["rule", "host"] + (alert.container == nil ? values.map(\.name) : ["container"])
        first.windowSeconds = Int(AlertGrouper.window / 1_000_000_000)
        groups.append(Group(alert: first, key: key))
    }

    /// Gives on what is left.
    mutating func finish(emit: (Alert) throws -> Void) rethrows {
        while head < groups.count { try emitFirst(emit) }
    }

    private mutating func close(before time: Timestamp, emit: (Alert) throws -> Void) rethrows {
        while head < groups.count, let first = groups[head] {
            let (age, overflow) = time.nanoseconds.subtractingReportingOverflow(first.alert.time.nanoseconds)
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
        open[group.key] = nil
        try emit(group.alert)
    }
}

extension Alert {
    /// Takes a later alert of the same group in.
    ///
    /// Of alerts of one moment the one with the smallest id speaks for the group, whatever log told of it first.
    mutating func fold(_ other: Alert) {
        if other.time == time, other.id < id {
            var first = other
            (first.groupBy, first.windowSeconds) = (groupBy, windowSeconds)
            first.fold(self)
            self = first
            return
        }
        count += other.count
        lastTime = max(lastTime, other.lastTime)
        for place in other.places where places.count < Alert.placesKept { places.append(place) }
        if let novelty = other.novelty { self.novelty = max(self.novelty ?? novelty, novelty) }
    }
}
