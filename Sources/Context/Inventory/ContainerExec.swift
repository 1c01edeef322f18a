public import Events

/// A program that was put into a container (`docker exec`, `ctr tasks exec`, a health check).
public struct ContainerExec: Hashable, Sendable {
    /// The container, as far as its id is known.
    public var container: ContainerID
    /// Its id; empty where the records have none. Adversary text: a label can replace it in the engine's events.
    public var id: String
    /// The command as the engine writes it; empty where only containerd tells. Adversary text.
    public var command = ""
    /// When it was asked for.
    public var created: Timestamp?
    /// When it started.
    public var started: Timestamp?
    /// When it ended; nil while it runs or when the end was not recorded.
    public var ended: Timestamp?
    /// Exit code: containerd's word, else the engine's.
    public var exitCode: Int?
    /// Process id as the host of the containers sees it.
    public var pid: UInt32?
    /// Whether the client went away from it.
    public var isDetached = false
    /// Kinds of records that tell of it.
    public var sources: [FactSource] = []
    /// The first record of it.
    public var place = EventPlace.none
    /// Statements that do not go together, in words.
    public var conflicts: [String] = []

    /// The first moment that is known of it.
    public var time: Timestamp { created ?? started ?? ended ?? .unknown }
}

extension ContainerExec: Comparable {
    /// By container, time, id and command.
    public static func < (left: ContainerExec, right: ContainerExec) -> Bool {
        if left.container != right.container { return left.container < right.container }
        if left.time != right.time { return left.time < right.time }
        return (left.id, left.command) < (right.id, right.command)
    }
}

extension ContainerExec {
    /// The execs that happenings of one container tell of. Events of one exec share its id; where a label replaced the ids
    /// so that one id has several commands, each command is an exec of its own.
    static func all(_ happenings: [(happening: Happening, place: EventPlace)], of container: ContainerID) -> [Self] {
        var groups: [String: [(happening: Happening, place: EventPlace)]] = [:]
        for entry in happenings where entry.happening.verb.isOfExec {
            let id = entry.happening.object
            groups[id.isEmpty ? "\u{0}" + entry.happening.text : id, default: []].append(entry)
        }
        return groups.flatMap { id, entries in
            execs(entries, id: id.hasPrefix("\u{0}") ? "" : id, of: container)
        }.sorted()
    }

    private static func execs(
        _ entries: [(happening: Happening, place: EventPlace)], id: String, of container: ContainerID
    ) -> [Self] {
        let commands = Set(entries.map(\.happening.text)).subtracting([""])
        // One exec is created once; more creations with one id are more execs.
        let creations = entries.filter {
            $0.happening.verb == .execCreated && $0.happening.source == .dockerEvents
        }
        guard commands.count > 1 || creations.count > 1 else {
            var exec = ContainerExec(container: container, id: id)
            for entry in entries { exec.take(entry.happening, entry.place) }
            return [exec]
        }
        let beginnings = creations.isEmpty ? entries.filter { !$0.happening.text.isEmpty } : creations
        return beginnings.map { beginning in
            var exec = ContainerExec(container: container, id: id)
            exec.take(beginning.happening, beginning.place)
            exec.conflicts = ["the id stands for \(beginnings.count) execs: a label may have replaced it"]
            return exec
        }
    }

    private mutating func take(_ happening: Happening, _ place: EventPlace) {
        let time = happening.time
        if command.isEmpty { command = happening.text }
        switch happening.verb {
        case .execCreated: created = [created, time].compactMap { $0 }.min()
        case .execStarted: started = [started, time].compactMap { $0 }.min()
        case .execDetached: isDetached = true
        case .execEnded:
            ended = [ended, time].compactMap { $0 }.min()
            if let code = happening.code {
                if let known = exitCode, known != code {
                    conflicts = ["exit codes differ: \([known, code].sorted())"]
                }
                if exitCode == nil || happening.source == .containerdEvents { exitCode = code }
            }
        default: break
        }
        if pid == nil { pid = happening.pid }
        if !sources.contains(happening.source) { sources = (sources + [happening.source]).sorted() }
        if self.place == .none || (place != .none && place < self.place) { self.place = place }
    }
}
