public import Events

/// What kind of record an event is, as far as this room treats it differently.
public enum EventKind: UInt8, Sendable, Hashable {
    /// A process started: Sysmon 1, Security 4688.
    case processStart
    /// A process ended: Sysmon 5, Security 4689.
    case processEnd
    /// A compute system changed: Hyper-V-Compute 2000–2003 and 2007.
    case hostCompute
    /// A Docker Engine event.
    case dockerEvent
    /// A container of Docker inspect.
    case dockerInspect
    /// An event of containerd.
    case containerdEvent
    /// A row of a listing that containerd's tools print.
    case runtimeListing
    /// A request to a Kubernetes API server. Only those that make, remove or enter pods are read in the first pass.
    case kubernetesAudit
    /// Any other record of an engine or runtime: a log, a container's output. It tells the inventory nothing, but may name
    /// its container.
    case runtimeRecord
    /// A connection that a Windows log tells of: Sysmon 3, Security 5154–5159, Kernel-Network.
    case connection
    /// A job or server silo of the Windows kernel: Kernel-Process 13, 14 and 22–26.
    case silo
    /// What a host says of its virtual machines and compute systems: Hyper-V VMMS and Worker, VHDMP 12, `hcsdiag list`.
    case hostRecord
    /// A registry value was set: Sysmon 13, Security 4657. Only values of WSL distributions are read in the first pass.
    case registryValue
    /// Memory, threads, handles or modules of Windows processes: Threat-Intelligence, Kernel-Process 1, 3 and 5, traces of
    /// system calls, image loads with their base.
    case memory
    /// Any other event of a Windows log.
    case windows
    /// A file was made or written over, as a Windows log tells: Sysmon 11.
    case fileWrite
    /// A program was started on Linux: a guest, WSL, or a Linux host.
    case linuxProcess
    /// Any other record of a Linux system: a call, an alert of a sensor.
    case linuxRecord
    /// Packets, connections or names asked for, as the network saw them: no process.
    case flow
    /// What a container wrote to its output.
    case containerOutput
    /// An image, network or volume, or the state of the engine, as the engine describes it; changed paths of a container.
    case dockerObject
    /// Anything else: never attributed.
    case other

    /// The kind of events with these log-source keys. O(1); cache it per origin.
    public init(_ origin: Origin) {
        switch origin.product {
        case "docker": self = EventKind.docker(origin.service)
        case "containerd": self = EventKind.containerd(origin.service)
        // What the context itself derived names its container as records of a runtime do.
        case "siloscope": self = .runtimeRecord
        case "kubernetes": self = origin.service == "audit" ? .kubernetesAudit : .runtimeRecord
        case "zeek", "network": self = .flow
        case "linux" where origin.service == "conntrack": self = .flow
        case "linux" where origin.service == "syslog": self = .other
        case "linux": self = origin.category == "process_creation" ? .linuxProcess : .linuxRecord
        case "windows": self = EventKind.windows(origin)
        default: self = origin.channel.isEmpty ? .other : EventKind.windows(origin)
        }
    }

    private static func docker(_ service: String) -> EventKind {
        switch service {
        case "events": .dockerEvent
        // A row of `docker ps` has id, name and image under the names of inspect.
        case "inspect", "ps": .dockerInspect
        case "image", "network", "volume", "info", "version", "daemon-config", "diff", "top": .dockerObject
        case "container-log": .containerOutput
        default: .runtimeRecord
        }
    }

    private static func containerd(_ service: String) -> EventKind {
        switch service {
        case "events": .containerdEvent
        case "containers", "tasks", "ps", "pods", "image": .runtimeListing
        default: .runtimeRecord
        }
    }

    private static func windows(_ origin: Origin) -> EventKind {
        if origin.service == "hcsdiag" { return .hostRecord }
        let provider = ASCII.lowered(origin.provider)
        switch (ASCII.lowered(origin.channel), origin.eventID) {
        case ("security", 4688), ("microsoft-windows-sysmon/operational", 1): return .processStart
        case ("security", 4689), ("microsoft-windows-sysmon/operational", 5): return .processEnd
        case ("microsoft-windows-hyper-v-compute-operational", 2000...2003),
            ("microsoft-windows-hyper-v-compute-admin", 2000...2003),
            ("microsoft-windows-hyper-v-compute-operational", 2007), ("microsoft-windows-hyper-v-compute-admin", 2007):
            return .hostCompute
        case ("microsoft-windows-sysmon/operational", 13), ("security", 4657): return .registryValue
        case ("microsoft-windows-sysmon/operational", 3), ("security", 5154...5159): return .connection
        case ("microsoft-windows-sysmon/operational", 11): return .fileWrite
        default: break
        }
        switch (provider, origin.eventID) {
        case ("microsoft-windows-kernel-process", 13), ("microsoft-windows-kernel-process", 14),
            ("microsoft-windows-kernel-process", 22...26):
            return .silo
        case ("microsoft-windows-kernel-network", _): return .connection
        case ("microsoft-windows-hyper-v-vmms", 13002), ("microsoft-windows-hyper-v-vmms", 13003),
            ("microsoft-windows-hyper-v-vmms", 18302), ("microsoft-windows-hyper-v-worker", 18500...18608),
            ("microsoft-windows-vhdmp", 12):
            return .hostRecord
        case ("microsoft-windows-kernel-process", 1), ("microsoft-windows-kernel-process", 3),
            ("microsoft-windows-kernel-process", 5), ("microsoft-windows-threat-intelligence", _):
            return .memory
        default: break
        }
        switch (origin.service, origin.category) {
        case ("nttrace", _), ("drstrace", _), ("apimonitor", _), ("wine-relay", _), ("procmon", "image_load"),
            ("procmon", "process_creation"):
            return .memory
        default: return .windows
        }
    }

    /// Whether the first pass needs events of this kind in full.
    public var isWantedFirst: Bool { self != .windows && self != .other && self != .runtimeRecord }

    /// Whether an event of this kind is an ordinary Windows event for the attribution: tied to a container by what it shows.
    var isOfWindows: Bool {
        switch self {
        case .processStart, .processEnd, .connection, .silo, .memory, .hostRecord, .registryValue, .windows, .fileWrite:
            true
        default: false
        }
    }

    /// Whether a record that is read whole is also read field by field: it may carry evidence like any Windows event.
    var isReadTwice: Bool { self == .hostCompute || isOfWindows }

    /// Whether the whole record is needed, by its own names, and not only the fields this room knows.
    var isReadWhole: Bool {
        switch self {
        case .dockerEvent, .dockerInspect, .containerdEvent, .dockerObject, .runtimeListing, .kubernetesAudit,
            .hostCompute, .hostRecord, .registryValue:
            true
        default: false
        }
    }
}
