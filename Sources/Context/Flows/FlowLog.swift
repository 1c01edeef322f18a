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
    var cost: Int { 2 + slots.count + 2 * packets.count }

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
