import Events

/// The connections of one pair of addresses and port.
struct FlowLog: Sendable, Codable {
    /// Nanoseconds of a slot: within it a client's port is not used twice.
    static let slotLength: Int64 = 8_000_000_000
    /// The same for records that tell the process alone, which may connect again at once.
    static let shortSlotLength: Int64 = 2_000_000_000

    /// A client's port in a span of time, and who asked.
    struct Key: Hashable, Comparable, Sendable, Codable {
        var span: Int64
        var sourcePort: UInt16
        /// The process of records without a source address; else empty.
        var process: FlowProcess?

        static func < (left: Key, right: Key) -> Bool {
            if (left.span, left.sourcePort) != (right.span, right.sourcePort) {
                return (left.span, left.sourcePort) < (right.span, right.sourcePort)
            }
            guard let first = left.process else { return right.process != nil }
            return right.process.map { first < $0 } ?? false
        }
    }

    private(set) var slots: [Key: FlowSlot] = [:]
    /// Packets by the client's port: bytes of connections that no other record counts.
    private(set) var packets: [UInt16: PacketCount] = [:]
    /// Whether there were more connections than are kept.
    private(set) var overflowed = false

    /// What it weighs: edges themselves take room as well.
    var cost: Int { 2 + slots.count + packets.count }

    /// Takes in a record; by how much it has grown.
    mutating func observe(_ record: FlowRecord, _ view: EventView) -> Int {
        let before = slots.isEmpty && packets.isEmpty ? 0 : cost
        if record.origin == .packet {
            packets[record.sourcePort, default: PacketCount()].add(record, view)
            if packets.count > 2 * FlowGatherer.slotLimit { trim() }
        }
        if record.origin != .packet || record.state != [] {
            let process = FlowProcess(record, view)
            let key = Key(
                span: view.time.nanoseconds
                    / (record.source == .none ? FlowLog.shortSlotLength : FlowLog.slotLength),
                sourcePort: record.sourcePort, process: record.source == .none ? process : nil)
            let slot = FlowSlot(record, view, process)
            if slots[key]?.formUnion(slot) == nil { slots[key] = slot }
            if slots.count > 2 * FlowGatherer.slotLimit { trim() }
        }
        return cost - before
    }

    mutating func merge(_ other: FlowLog) -> Int {
        let before = slots.isEmpty && packets.isEmpty ? 0 : cost
        for (key, slot) in other.slots where slots[key]?.formUnion(slot) == nil { slots[key] = slot }
        for (port, count) in other.packets { packets[port, default: PacketCount()].formUnion(count) }
        overflowed = overflowed || other.overflowed
        if max(slots.count, packets.count) > 2 * FlowGatherer.slotLimit { trim() }
        return cost - before
    }

    /// Keeps the earliest slots and the smallest ports.
    mutating func trim() {
        if slots.count > FlowGatherer.slotLimit {
            for key in slots.keys.sorted().dropFirst(FlowGatherer.slotLimit) { slots.removeValue(forKey: key) }
            overflowed = true
        }
        if packets.count > FlowGatherer.slotLimit {
            for port in packets.keys.sorted().dropFirst(FlowGatherer.slotLimit) { packets.removeValue(forKey: port) }
            overflowed = true
        }
    }
}

/// What all records of one client port in a span of time say; every member is a smallest, a largest or a union.
struct FlowSlot: Hashable, Sendable, Codable {
    /// First record that shows the beginning; `.max` when none does.
    var start = Int64.max
    /// First record of any kind.
    var first: Int64
    /// End by what the records tell of the duration.
    var last: Int64
    var state: FlowRecord.State
    /// Largest count; -1 where no record counts.
    var bytesOut: Int64
    var bytesIn: Int64
    var packets: Int64
    var process: FlowProcess?
    /// The host whose log it is, lower case; empty if not known.
    var host: String
    var place: EventPlace

    init(_ record: FlowRecord, _ view: EventView, _ process: FlowProcess?) {
        let time = view.time.nanoseconds
        if record.state.contains(.started) { start = time }
        first = time
        last = Container.plus(time, record.duration)
        state = record.state
        let counts = record.origin != .packet
        bytesOut = counts ? min(record.bytesOut ?? -1, FlowSlot.mostBytes) : -1
        bytesIn = counts ? min(record.bytesIn ?? -1, FlowSlot.mostBytes) : -1
        packets = counts ? record.packets : 0
        self.process = process
        host = ASCII.lowered(view.host)
        place = view.place
    }

    /// What a record may claim.
    static let mostBytes: Int64 = 1 << 40

    mutating func formUnion(_ other: FlowSlot) {
        start = min(start, other.start)
        first = min(first, other.first)
        last = max(last, other.last)
        state.formUnion(other.state)
        bytesOut = max(bytesOut, other.bytesOut)
        bytesIn = max(bytesIn, other.bytesIn)
        packets = max(packets, other.packets)
        if let theirs = other.process, process.map({ theirs < $0 }) ?? true { process = theirs }
        if !other.host.isEmpty, host.isEmpty || other.host < host { host = other.host }
        if place == .none || (other.place != .none && other.place < place) { place = other.place }
    }
}

/// The process that a record names.
struct FlowProcess: Hashable, Comparable, Sendable, Codable {
    /// Lower case.
    var host: String
    var pid: String
    var image: String
    var guid: String
    /// As the record names it; empty if it does not.
    var container: String
    var isWindows: Bool

    init?(_ record: FlowRecord, _ view: EventView) {
        guard record.origin == .process, !record.isReceived else { return nil }
        host = ASCII.lowered(view.host)
        isWindows = view.kind == .connection
        pid = view.first(.processID, .processIDOfFilter) ?? ""
        image = NeutralText.cut(view.first(.image, .application, .processName, .comm) ?? "", to: SeenTexts.textLimit)
        guid = view[.processGUID] ?? ""
        container = view[.containerID] ?? ""
        if pid.utf8.count > 20 { pid = "" }
        if guid.utf8.count > 40 { guid = "" }
        if container.utf8.count > ContainerID.fullLength { container = "" }
    }

    private var key: [String] { [host, pid, image, guid, container] }

    static func < (left: FlowProcess, right: FlowProcess) -> Bool {
        if left.host != right.host { return left.host < right.host }
        if left.pid != right.pid { return left.pid < right.pid }
        return left.key.lexicographicallyPrecedes(right.key)
    }

    /// A view by which the context attributes the process.
    func view(at time: Timestamp) -> EventView {
        var values: [EventView.Value] = []
        func add(_ field: EvidenceField, _ text: String) { if !text.isEmpty { values.append(.init(field, text)) } }
        add(.image, image)
        add(.processID, pid)
        add(.processGUID, guid)
        add(.containerID, container)
        return EventView(kind: isWindows ? .connection : .linuxRecord, time: time, host: host, values: values)
    }
}

/// Packets of one client port: added up within a source, the most of any source counts.
struct PacketCount: Hashable, Sendable, Codable {
    /// Sources that are told apart, the smallest numbers.
    static let sourceLimit = 4

    struct Sum: Hashable, Sendable, Codable {
        var bytesOut: Int64 = 0
        var bytesIn: Int64 = 0
        var packets: Int64 = 0
        var largest: Int64 = 0
    }

    var first = Int64.max
    var last = Int64.min
    var host = ""
    var place = EventPlace.none
    private(set) var sums: [Int32: Sum] = [:]

    /// The largest sums of a source.
    var best: Sum {
        sums.values.reduce(into: Sum()) { best, sum in
            best.bytesOut = max(best.bytesOut, sum.bytesOut)
            best.bytesIn = max(best.bytesIn, sum.bytesIn)
            best.packets = max(best.packets, sum.packets)
            best.largest = max(best.largest, sum.largest)
        }
    }

    mutating func add(_ record: FlowRecord, _ view: EventView) {
        see(view.time.nanoseconds, view.time.nanoseconds, ASCII.lowered(view.host), view.place)
        var sum = sums[view.place.source] ?? Sum()
        let bytes = min(max(record.bytesOut ?? record.bytesIn ?? 0, 0), 1 << 20)
        if record.isAnswer { sum.bytesIn += bytes } else { sum.bytesOut += bytes }
        sum.packets += 1
        sum.largest = max(sum.largest, bytes)
        sums[view.place.source] = sum
        bound()
    }

    mutating func formUnion(_ other: PacketCount) {
        see(other.first, other.last, other.host, other.place)
        for (source, theirs) in other.sums {
            var sum = sums[source] ?? Sum()
            sum.bytesOut += theirs.bytesOut
            sum.bytesIn += theirs.bytesIn
            sum.packets += theirs.packets
            sum.largest = max(sum.largest, theirs.largest)
            sums[source] = sum
        }
        bound()
    }

    private mutating func see(_ first: Int64, _ last: Int64, _ host: String, _ place: EventPlace) {
        self.first = min(self.first, first)
        self.last = max(self.last, last)
        if !host.isEmpty, self.host.isEmpty || host < self.host { self.host = host }
        if self.place == .none || (place != .none && place < self.place) { self.place = place }
    }

    private mutating func bound() {
        guard sums.count > PacketCount.sourceLimit, let largest = sums.keys.max() else { return }
        sums.removeValue(forKey: largest)
    }
}
