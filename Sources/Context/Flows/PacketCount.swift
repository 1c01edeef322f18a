import Events

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
    private(set) var sums: [SourceNumber: Sum] = [:]

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
