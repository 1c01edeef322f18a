import Events

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

/// Who talked to which port of whom.
struct FlowEdge: Sendable {
    /// What makes two connections the same edge.
    struct Identity: Hashable, Comparable, Sendable {
        var source: FlowEnd
        var destination: FlowEnd
        var port: UInt16
        var transport: FlowRecord.Transport

        static func < (left: Identity, right: Identity) -> Bool {
            if left.source != right.source { return left.source < right.source }
            if left.destination != right.destination { return left.destination < right.destination }
            return (left.port, left.transport) < (right.port, right.transport)
        }
    }

    var identity: Identity
    /// Sorted by start; at most as many as ``FlowGatherer/slotLimit`` of each pair of addresses.
    var connections: [FlowConnection]
    /// Whether there were more.
    var overflowed: Bool
    var novelty = FlowNovelty()

    var first: Int64 { connections.first?.start ?? .max }
    var last: Int64 { connections.map(\.start).max() ?? .min }
    var bytesOut: Int64 { connections.reduce(0) { $0 + $1.bytesOut } }
    var bytesIn: Int64 { connections.reduce(0) { $0 + $1.bytesIn } }
    var failed: Int { connections.count { $0.hasFailed } }
    var source: FlowEnd { identity.source }
    var destination: FlowEnd { identity.destination }
    var host: String { connections.map(\.host).filter { !$0.isEmpty }.min() ?? "" }
    /// The programs that opened connections, where known; sorted.
    var programs: [String] {
        Array(Set(connections.compactMap { $0.process?.image }.filter { !$0.isEmpty }).sorted().prefix(8))
    }
}

/// How new an edge is.
struct FlowNovelty: Hashable, Sendable {
    /// A source is known after so many nanoseconds of talk.
    static let learning: Int64 = 60_000_000_000

    /// Whether the source had talked for ``learning`` before it first talked to this port of that name.
    var isNew = false
    /// Nanoseconds for which the source had talked before.
    var sourceKnownFor: Int64 = 0
    /// Edges that the source had before.
    var edgesBefore = 0
    /// Whether the destination's container was created after the source had begun to talk.
    var isDestinationYounger = false
    /// Whether containers of the same two images talked over that port before.
    var isKnownByImage = false

    /// 0 to 100: how long the source was known, up to 60; a younger destination 20; no such pair of images 20.
    var score: Int {
        guard isNew else { return 0 }
        let minutes = Double(sourceKnownFor) / 60e9
        let known = Int(60 * minutes / (minutes + 1))
        return min(known + (isDestinationYounger ? 20 : 0) + (isKnownByImage ? 0 : 20), 100)
    }
}
