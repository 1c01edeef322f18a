import Events

/// A runtime's word that a process id is a container's: `State.Pid` of inspect, `pid` of containerd's task events.
/// The id is of the namespace that the runtime runs in, which need not be the one of another record's.
struct LinuxClaim: Hashable, Sendable, Codable {
    var container: ContainerID
    var pid: UInt32
    /// When the process started.
    var time: Int64
    /// `Path` of inspect: the program; empty if not told.
    var path: String
    /// The engine's host; empty if not told.
    var host: String
    /// Whether it is the container's first process.
    var isFirst: Bool

    /// A start is recorded so close to the process's own `exec`, nanoseconds.
    static let closeness: Int64 = 3_000_000_000
}

extension LinuxClaim {
    /// The claim of an inspect or of a task event; nil if there is none.
    init?(_ view: EventView) {
        func value(_ name: String) -> String { view.fields.first { $0.name == name }?.value ?? "" }
        host = ASCII.lowered(view.host)
        switch view.kind {
        case .dockerInspect:
            guard let id = ContainerID(value("Id")), let pid = ProcessID(value("State.Pid")), pid.number != 0,
                let started = DockerEvent.moment(value("State.StartedAt"))
            else { return nil }
            (container, self.pid, time) = (id, pid.number, started.nanoseconds)
            path = NeutralText.cut(value("Path"), to: LinuxSighting.imageLimit)
            isFirst = true
        case .containerdEvent:
            let topic = value("Topic")
            guard topic == "/tasks/start" || topic == "/tasks/exec-started", view.time != .unknown,
                let id = ContainerID(value("ContainerId")), id.isFull, let pid = ProcessID(value("pid")),
                pid.number != 0
            else { return nil }
            (container, self.pid, time) = (id, pid.number, view.time.nanoseconds)
            path = ""
            isFirst = topic == "/tasks/start"
        default: return nil
        }
    }
}

extension LinuxClaim: Distinct {
    var cost: Int { 200 + path.utf8.count }

    func isSame(as other: LinuxClaim) -> Bool { self == other }

    /// First processes first, then the latest.
    func isKept(before other: LinuxClaim) -> Bool {
        if isFirst != other.isFirst { return isFirst }
        if time != other.time { return time > other.time }
        if pid != other.pid { return pid < other.pid }
        return (container, path, host) < (other.container, other.path, other.host)
    }
}
