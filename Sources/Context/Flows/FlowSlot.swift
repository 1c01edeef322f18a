import Events

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
