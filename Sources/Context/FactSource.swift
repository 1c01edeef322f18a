/// Where a fact of the inventory comes from.
public enum FactSource: String, Hashable, Comparable, Sendable, Codable {
    /// Docker Engine events.
    case dockerEvents = "docker-events"
    /// Docker inspect.
    case dockerInspect = "docker-inspect"
    /// Events of containerd.
    case containerdEvents = "containerd-events"
    /// Hyper-V-Compute events of the host.
    case hostCompute = "hyper-v-compute"

    /// Orders sources by their raw names, alphabetically.
    public static func < (left: FactSource, right: FactSource) -> Bool { left.rawValue < right.rawValue }
}
