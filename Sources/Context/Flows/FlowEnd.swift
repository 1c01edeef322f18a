/// One side of an edge.
struct FlowEnd: Hashable, Comparable, Sendable {
    /// What it is.
    enum Kind: Int, Comparable, Sendable {
        case container
        /// A gateway of a container network: the host.
        case host
        /// The link-local address of cloud metadata, or Docker Desktop's engine.
        case metadata
        /// In a subnet of containers, and nobody's then.
        case unowned
        /// A private address of nobody known.
        case internalAddress
        case external

        var name: String {
            switch self {
            case .container: "container"
            case .host: "host"
            case .metadata: "metadata"
            case .unowned: "unowned"
            case .internalAddress: "internal"
            case .external: "external"
            }
        }

        static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
    }

    var kind: Kind
    /// Index in the inventory; -1 for all others.
    var container = -1
    /// A container that the inventory does not know: what the attribution calls it.
    var unlisted = ""
    /// Of ends that are no container.
    var address = NetworkAddress.none

    static func < (left: FlowEnd, right: FlowEnd) -> Bool {
        if left.kind != right.kind { return left.kind < right.kind }
        if left.container != right.container { return left.container < right.container }
        return left.address == right.address ? left.unlisted < right.unlisted : left.address < right.address
    }
}
