/// How a container is kept apart from its host.
public enum Isolation: String, Hashable, Sendable {
    /// A server silo on the host's kernel.
    case process
    /// A utility VM with a kernel of its own.
    case hyperv
    /// A job on the host without a namespace of its own.
    case hostprocess
    /// Linux namespaces.
    case linux
    /// Not told by the evidence.
    case unknown
}
