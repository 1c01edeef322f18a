import Events

/// Whose process ids a record speaks of. Ids of two feeds may be of different pid namespaces and are never compared.
enum LinuxFeed: UInt8, Hashable, Sendable, Codable {
    /// The kernel's audit (auditd, laurel, go-audit): ids of the initial namespace, each record tells the parent.
    case audit
    /// strace: ids of the tracer's namespace, except for what a call inside a container returns.
    case trace
    /// A sensor (Falco, Tetragon, Tracee, Sysmon for Linux).
    case sensor

    init(_ origin: Origin) {
        switch origin.service {
        case "auditd", "audit", "laurel": self = .audit
        case "strace": self = .trace
        default: self = .sensor
        }
    }
}
