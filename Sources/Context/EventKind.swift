public import Events

/// What kind of record an event is, as far as this room treats it differently.
public enum EventKind: UInt8, Sendable, Hashable {
    /// A process started: Sysmon 1, Security 4688.
    case processStart
    /// A process ended: Sysmon 5, Security 4689.
    case processEnd
    /// A compute system changed: Hyper-V-Compute 2000–2003.
    case hostCompute
    /// A Docker Engine event.
    case dockerEvent
    /// A container of Docker inspect.
    case dockerInspect
    /// An event of containerd.
    case containerdEvent
    /// Any other record of an engine or runtime: a log, a container's output. It tells the inventory nothing, but may name
    /// its container.
    case runtimeRecord
    /// Any other event of a Windows log.
    case windows
    /// Anything else: never attributed.
    case other

    /// The kind of events with these log-source keys. O(1); cache it per origin.
    public init(_ origin: Origin) {
        if origin.product == "docker" {
            switch origin.service {
            case "events": self = .dockerEvent
            // A row of `docker ps` has id, name and image under the names of inspect.
            case "inspect", "ps": self = .dockerInspect
            default: self = .runtimeRecord
            }
            return
        }
        if origin.product == "containerd" {
            self = origin.service == "events" ? .containerdEvent : .runtimeRecord
            return
        }
        guard origin.product == "windows" || !origin.channel.isEmpty else {
            self = .other
            return
        }
        switch (ASCII.lowered(origin.channel), origin.eventID) {
        case ("security", 4688), ("microsoft-windows-sysmon/operational", 1): self = .processStart
        case ("security", 4689), ("microsoft-windows-sysmon/operational", 5): self = .processEnd
        case ("microsoft-windows-hyper-v-compute-operational", 2000...2003),
            ("microsoft-windows-hyper-v-compute-admin", 2000...2003):
            self = .hostCompute
        default: self = .windows
        }
    }

    /// Whether the first pass needs events of this kind in full.
    public var isWantedFirst: Bool { self != .windows && self != .other && self != .runtimeRecord }
}
