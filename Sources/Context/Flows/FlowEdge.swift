import Events

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
