import Events

/// One connection, put together from everything that tells of it.
struct FlowConnection: Hashable, Sendable {
    /// Records so close to each other, of the same addresses and ports, are of one connection.
    static let tolerance: Int64 = 2_000_000_000

    var source: NetworkAddress
    var destination: NetworkAddress
    var sourcePort: UInt16
    var port: UInt16
    var transport: FlowRecord.Transport
    /// Nanoseconds since the epoch.
    var start: Int64
    var end: Int64
    var state: FlowRecord.State
    /// What sensors counted; -1 where none did.
    private var countedOut: Int64 = -1
    private var countedIn: Int64 = -1
    /// What packets add up to, both directions' frames together.
    private var packetsOut: Int64 = 0
    private var packetsIn: Int64 = 0
    var packets: Int64 = 0
    /// Largest packet, payload; 0 where no packets were seen.
    var largest: Int64 = 0
    var process: FlowProcess?
    var host = ""
    var place = EventPlace.none

    /// Bytes by a sensor's own count, which knows retransmissions and headers, else by the packets.
    var bytesOut: Int64 { countedOut >= 0 ? countedOut : packetsOut }
    var bytesIn: Int64 { countedIn >= 0 ? countedIn : packetsIn }

    /// Refused, or not answered where an answer would have been seen.
    var hasFailed: Bool {
        if state.contains(.answered) { return false }
        return state.contains(.failed) || (state.contains(.watched) && transport == .tcp)
    }
    var time: Timestamp { Timestamp(nanoseconds: start) }

    fileprivate init(_ pair: FlowAddressPair, port sourcePort: UInt16, start: Int64) {
        source = pair.source
        destination = pair.destination
        self.sourcePort = sourcePort
        port = pair.port
        transport = pair.transport
        self.start = start
        end = start
        state = []
    }

    fileprivate mutating func add(_ slot: FlowSlot) {
        start = min(start, min(slot.start, slot.first))
        end = max(end, slot.last)
        state.formUnion(slot.state)
        countedOut = max(countedOut, slot.bytesOut)
        countedIn = max(countedIn, slot.bytesIn)
        packets = max(packets, slot.packets)
        if let theirs = slot.process, process.map({ theirs < $0 }) ?? true { process = theirs }
        if !slot.host.isEmpty, host.isEmpty || slot.host < host { host = slot.host }
        cite(slot.place)
    }

    fileprivate mutating func add(_ count: PacketCount, turned: Bool) {
        start = min(start, count.first)
        end = max(end, count.last)
        let sum = count.best
        let (bytesOut, bytesIn) = turned ? (sum.bytesIn, sum.bytesOut) : (sum.bytesOut, sum.bytesIn)
        packetsOut += bytesOut
        packetsIn += bytesIn
        if bytesIn > 0, transport != .tcp { state.insert(.answered) }
        packets = max(packets, sum.packets)
        largest = max(largest, sum.largest)
        if !count.host.isEmpty, host.isEmpty || count.host < host { host = count.host }
        cite(count.place)
    }

    private mutating func cite(_ other: EventPlace) {
        if place == .none || (other != .none && other < place) { place = other }
    }
}

extension FlowConnection {
    /// The connections of a pair, and those of its processes without a source address. Sorted by start. O(n log n).
    static func all(of pair: FlowAddressPair, _ log: FlowLog, _ edges: [FlowAddressPair: FlowLog]) -> [FlowConnection] {
        var all: [FlowConnection] = []
        var ofPort: [UInt16: [Int]] = [:]
        let slots = log.slots.sorted { left, right in
            let (first, second) = (left.key, right.key)
            if first.sourcePort != second.sourcePort { return first.sourcePort < second.sourcePort }
            if first.process != second.process {
                guard let mine = first.process else { return true }
                return second.process.map { mine < $0 } ?? false
            }
            return first.span < second.span
        }
        var lastProcess: FlowProcess?
        for (key, slot) in slots {
            let last = all.indices.last
            let isSame = last.map { all[$0].sourcePort == key.sourcePort && lastProcess == key.process } ?? false
            if isSame, let last, slot.start == .max || slot.start - all[last].start <= tolerance {
                all[last].add(slot)
                continue
            }
            // Without a beginning and without an answer it is the end of something.
            guard slot.start != .max || slot.state.contains(.answered) else { continue }
            var connection = FlowConnection(pair, port: key.sourcePort, start: min(slot.start, slot.first))
            connection.add(slot)
            lastProcess = key.process
            ofPort[key.sourcePort, default: []].append(all.count)
            all.append(connection)
        }
        addPackets(of: pair, log, edges, ofPort, &all)
        return all.sorted { $0.isBefore($1) }
    }

    private static func addPackets(
        of pair: FlowAddressPair, _ log: FlowLog, _ edges: [FlowAddressPair: FlowLog], _ ofPort: [UInt16: [Int]],
        _ all: inout [FlowConnection]
    ) {
        for (port, count) in log.packets.sorted(by: { $0.key < $1.key }) {
            let candidates = ofPort[port] ?? []
            let at = candidates.last { all[$0].start <= Container.plus(count.first, tolerance) } ?? candidates.first
            if let at {
                all[at].add(count, turned: false)
            } else if edges[pair.turned(port)]?.begins(port: pair.port) != true {
                var connection = FlowConnection(pair, port: port, start: count.first)
                connection.add(count, turned: false)
                all.append(connection)
            }
        }
        // The lower port was the client's: its packets lie with the other direction.
        for (port, candidates) in ofPort {
            guard let at = candidates.first, let count = edges[pair.turned(port)]?.packets[pair.port] else { continue }
            all[at].add(count, turned: true)
        }
    }

    /// A total order of the connections of an edge.
    func isBefore(_ other: FlowConnection) -> Bool {
        if start != other.start { return start < other.start }
        if sourcePort != other.sourcePort { return sourcePort < other.sourcePort }
        if source != other.source { return source < other.source }
        if destination != other.destination { return destination < other.destination }
        guard let process else { return other.process != nil }
        return other.process.map { process < $0 } ?? false
    }
}

extension FlowAddressPair {
    /// The pair that packets of this one lie with, when the client's port is taken for the server's.
    fileprivate func turned(_ clientPort: UInt16) -> FlowAddressPair {
        var pair = self
        (pair.source, pair.destination, pair.port) = (destination, source, clientPort)
        return pair
    }
}

extension FlowLog {
    /// Whether a connection from that port was seen to begin.
    fileprivate func begins(port: UInt16) -> Bool {
        slots.contains { $0.key.sourcePort == port && $0.value.start != .max }
    }
}
