import Events

/// Puts connections together to edges: a step of ``FlowGatherer/finish(_:)``.
struct FlowGraph {
    let context: Context
    let book: AddressBook
    private(set) var edges: [FlowEdge.Identity: FlowEdge] = [:]

    /// The ports and addresses at which a host or a cloud gives away what no application needs. Docker Desktop's engine
    /// is at 192.168.65.7 (CVE-2025-9074).
    static let desktopEngine = NetworkAddress(v4: 0xC0A8_4107)
    static let metadata = NetworkAddress(v4: 0xA9FE_A9FE)

    init(_ context: Context, _ book: AddressBook) {
        self.context = context
        self.book = book
    }

    /// The edges with a container at one end at least, sorted. O(n log n).
    mutating func build(_ logs: [FlowAddressPair: FlowLog]) -> [FlowEdge] {
        var ofProcesses: [(connection: FlowConnection, overflowed: Bool)] = []
        for pair in logs.keys.sorted() {
            guard let log = logs[pair], !pair.destination.isLoopback else { continue }
            for connection in FlowConnection.all(of: pair, log, logs) {
                if pair.source == .none {
                    ofProcesses.append((connection, log.overflowed))
                } else if !pair.source.isLoopback {
                    add(connection, log.overflowed)
                }
            }
        }
        addProcesses(ofProcesses)
        var all = edges.values.sorted { $0.identity < $1.identity }
        for index in all.indices { all[index].connections.sort { $0.isBefore($1) } }
        judgeNovelty(&all)
        return all
    }

    private mutating func add(_ connection: FlowConnection, _ overflowed: Bool) {
        let identity = identity(of: connection, by: connection.process.flatMap { container(of: $0, connection.time) })
        guard let identity else { return }
        edges[identity, default: FlowEdge(identity: identity, connections: [], overflowed: false)]
            .connections.append(connection)
        if overflowed { edges[identity]?.overflowed = true }
    }

    /// What both ends are; nil when neither is a container.
    func identity(of connection: FlowConnection, by process: FlowEnd?) -> FlowEdge.Identity? {
        let time = connection.time
        let source = process ?? end(connection.source, at: time, on: connection.host)
        let destination = end(connection.destination, at: time, on: connection.host)
        guard source.kind == .container || destination.kind == .container, source != destination else { return nil }
        return FlowEdge.Identity(
            source: source, destination: destination, port: connection.port, transport: connection.transport)
    }

    /// What an address is at a moment.
    func end(_ address: NetworkAddress, at time: Timestamp, on host: String) -> FlowEnd {
        if let owner = book.owner(of: address, at: time, on: host, context) {
            return FlowEnd(kind: .container, container: owner.container)
        }
        let kind: FlowEnd.Kind
        if book.hostAddresses.contains(address) {
            kind = .host
        } else if address == FlowGraph.metadata || address == FlowGraph.desktopEngine {
            kind = .metadata
        } else if book.network(of: address) != nil {
            kind = .unowned
        } else {
            kind = address.isPrivate || address.isLinkLocal || address.isLoopback ? .internalAddress : .external
        }
        return FlowEnd(kind: kind, address: address)
    }

    /// The container of a process, by everything the context knows.
    private func container(of process: FlowProcess, _ time: Timestamp) -> FlowEnd? {
        context.attribution(of: process.view(at: time)).flatMap { end(of: $0, on: process.host) }
    }

    /// The end that an attribution stands for.
    func end(of attribution: ContainerAttribution, on host: String) -> FlowEnd? {
        guard attribution.confidence >= 50 else { return nil }
        guard let id = ContainerID(attribution.id), case .one(let found) = context.inventory.resolve(id),
            let index = context.inventory.index(of: found.id)
        else {
            let isNamed = ContainerID(attribution.id) != nil || host.isEmpty
            return FlowEnd(kind: .container, unlisted: isNamed ? attribution.id : "\(attribution.id) on \(host)")
        }
        return FlowEnd(kind: .container, container: index)
    }
}

extension FlowGraph {
    private struct Target: Hashable {
        var source: FlowEnd
        var address: NetworkAddress
        var port: UInt16
    }

    /// Connections that only a process tells of: the same as one that the network shows when it is close in time,
    /// else one of their own. Two sensors of one process within the tolerance tell of one.
    private mutating func addProcesses(_ all: [(connection: FlowConnection, overflowed: Bool)]) {
        var known: [Target: [(start: Int64, identity: FlowEdge.Identity, index: Int)]] = [:]
        for (identity, edge) in edges {
            for (index, connection) in edge.connections.enumerated() {
                let target = Target(
                    source: identity.source, address: connection.destination, port: connection.port)
                known[target, default: []].append((connection.start, identity, index))
            }
        }
        for target in known.keys {
            known[target]?.sort { ($0.start, $0.identity, $0.index) < ($1.start, $1.identity, $1.index) }
        }
        for item in all.sorted(by: { $0.connection.isBefore($1.connection) }) {
            guard let process = item.connection.process, let source = container(of: process, item.connection.time)
            else { continue }
            let target = Target(source: source, address: item.connection.destination, port: item.connection.port)
            let start = item.connection.start
            if let near = known[target].flatMap({ FlowGraph.nearest(to: start, $0) }) {
                if let theirs = edges[near.identity]?.connections[near.index].process, theirs <= process { continue }
                edges[near.identity]?.connections[near.index].process = process
                continue
            }
            var connection = item.connection
            if connection.port == 53 { connection.transport = .udp }
            guard let identity = identity(of: connection, by: source) else { continue }
            var edge = edges[identity] ?? FlowEdge(identity: identity, connections: [], overflowed: false)
            edge.overflowed = edge.overflowed || item.overflowed
            // Calls come in order of time, so that the last one is the closest.
            if let last = edge.connections.last, last.source == .none,
                connection.start - last.start <= FlowConnection.tolerance, last.process?.pid == process.pid
            {
                continue
            }
            edge.connections.append(connection)
            edges[identity] = edge
        }
    }

    private static func nearest(
        to start: Int64, _ known: [(start: Int64, identity: FlowEdge.Identity, index: Int)]
    ) -> (identity: FlowEdge.Identity, index: Int)? {
        var low = 0
        var high = known.count
        while low < high {
            let middle = (low + high) / 2
            if known[middle].start < start { low = middle + 1 } else { high = middle }
        }
        let candidates = [low - 1, low].filter { known.indices.contains($0) }
        let best = candidates.min { abs(known[$0].start - start) < abs(known[$1].start - start) }
        guard let best, abs(known[best].start - start) <= FlowConnection.tolerance else { return nil }
        return (known[best].identity, known[best].index)
    }

    private struct Names: Hashable {
        var source: String
        var destination: String
        var port: UInt16
    }

    private func label(_ end: FlowEnd, _ time: Int64) -> String {
        guard end.kind == .container else { return end.address.text }
        guard end.container >= 0 else { return end.unlisted }
        let container = context.inventory.containers[end.container]
        let name = container.name(at: Timestamp(nanoseconds: time))
        return name.isEmpty ? container.id.text : name
    }

    private func image(_ end: FlowEnd) -> String? {
        end.container < 0 ? nil : context.inventory.containers[end.container].image
    }

    /// By names, so that a container that was made anew is the one before. O(edges).
    private func judgeNovelty(_ all: inout [FlowEdge]) {
        var talks: [String: Int64] = [:]
        var pairs: [Names: Int64] = [:]
        var images: [Names: Int64] = [:]
        var firsts: [String: [Int64]] = [:]
        for edge in all {
            let (source, destination) = (label(edge.source, edge.first), label(edge.destination, edge.first))
            talks[source] = min(talks[source] ?? .max, edge.first)
            talks[destination] = min(talks[destination] ?? .max, edge.first)
            let names = Names(source: source, destination: destination, port: edge.identity.port)
            pairs[names] = min(pairs[names] ?? .max, edge.first)
            firsts[source, default: []].append(edge.first)
            if let from = image(edge.source), let to = image(edge.destination) {
                let names = Names(source: from, destination: to, port: edge.identity.port)
                images[names] = min(images[names] ?? .max, edge.first)
            }
        }
        for index in all.indices where all[index].source.kind == .container {
            let edge = all[index]
            let source = label(edge.source, edge.first)
            let names = Names(
                source: source, destination: label(edge.destination, edge.first), port: edge.identity.port)
            let begin = talks[source] ?? edge.first
            var novelty = FlowNovelty()
            novelty.sourceKnownFor = edge.first - begin
            novelty.isNew = (pairs[names] ?? edge.first) - begin >= FlowNovelty.learning
            novelty.edgesBefore = firsts[source, default: []].count { $0 < edge.first }
            if edge.destination.container >= 0 {
                let other = context.inventory.containers[edge.destination.container]
                novelty.isDestinationYounger = (other.created ?? .unknown).nanoseconds > begin
            }
            if let from = image(edge.source), let to = image(edge.destination) {
                let names = Names(source: from, destination: to, port: edge.identity.port)
                novelty.isKnownByImage = (images[names] ?? .max) < edge.first
            }
            all[index].novelty = novelty
        }
    }
}
