import Events

/// Puts connections together to edges: a step of ``FlowGatherer/finish(_:)``.
struct FlowGraph {
    let context: Context
    let book: AddressBook
    private(set) var edges: [FlowEdge.Identity: FlowEdge] = [:]

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
        let source = process ?? book.end(connection.source, at: time, on: connection.host, context)
        let destination = book.end(connection.destination, at: time, on: connection.host, context)
        guard source.kind == .container || destination.kind == .container, source != destination else { return nil }
        return FlowEdge.Identity(
            source: source, destination: destination, port: connection.port, transport: connection.transport)
    }

    /// The container of a process, by everything the context knows.
    private func container(of process: FlowProcess, _ time: Timestamp) -> FlowEnd? {
        context.attribution(of: process.view(at: time)).flatMap { book.end(of: $0, on: process.host, context) }
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

    /// How many of `count` sorted things are before something. O(log n).
    private static func rank(_ count: Int, isBefore: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func nearest(
        to start: Int64, _ known: [(start: Int64, identity: FlowEdge.Identity, index: Int)]
    ) -> (identity: FlowEdge.Identity, index: Int)? {
        let low = rank(known.count) { known[$0].start < start }
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
        firsts = firsts.mapValues { $0.sorted() }
        for index in all.indices where all[index].source.kind == .container {
            let edge = all[index]
            let source = label(edge.source, edge.first)
            let names = Names(
                source: source, destination: label(edge.destination, edge.first), port: edge.identity.port)
            let begin = talks[source] ?? edge.first
            var novelty = FlowNovelty()
            novelty.sourceKnownFor = edge.first - begin
            novelty.isNew = (pairs[names] ?? edge.first) - begin >= FlowNovelty.learning
            let before = firsts[source] ?? []
            novelty.edgesBefore = FlowGraph.rank(before.count) { before[$0] < edge.first }
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
