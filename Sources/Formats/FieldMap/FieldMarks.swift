import Events

/// What the members of one record said about the event as a whole.
struct FieldMarks: Sendable {
    /// Most ranks of times.
    static let timeRanks = 8
    /// Most members whose texts make up the name of a kind.
    static let kindPartLimit = 4

    /// A value with a role: its slot in the batch, or -1.
    struct Mark: Sendable {
        var slot = -1
        var rank = UInt8.max

        /// Takes `slot` if its rank is better than what is there.
        @inline(__always)
        mutating func take(_ slot: Int, rank: UInt8) {
            guard rank < self.rank else { return }
            self.slot = slot
            self.rank = rank
        }
    }

    /// The first member that may state the time, by rank; -1 where there is none.
    var times = InlineArray<8, Int32>(repeating: -1)
    var channel = Mark()
    var eventID = Mark()
    var provider = Mark()
    var host = Mark()
    var recordID = Mark()
    var kind = Mark()
    var inner = Mark()
    /// The parts of a composed kind name; -1 where there is none.
    var kindParts = InlineArray<4, Int32>(repeating: -1)
    /// The member that may add a suffix to the kind's name (-1: none), and 1 + the place of its words in the map.
    var kindSuffix: (slot: Int32, rules: UInt8) = (-1, 0)

    /// Notes that the value in `slot` has a role.
    @inline(__always)
    mutating func note(_ role: FieldRole, slot: Int) {
        if role.kindPart > 0, kindParts[Int(role.kindPart) - 1] < 0 {
            kindParts[Int(role.kindPart) - 1] = Int32(truncatingIfNeeded: slot)
        }
        if role.kindSuffix > 0, kindSuffix.slot < 0 {
            kindSuffix = (Int32(truncatingIfNeeded: slot), role.kindSuffix)
        }
        switch role.part {
        case .none: break
        case .time:
            let rank = Int(role.rank)
            if times[rank] < 0 { times[rank] = Int32(truncatingIfNeeded: slot) }
        case .channel: channel.take(slot, rank: role.rank)
        case .eventID: eventID.take(slot, rank: role.rank)
        case .provider: provider.take(slot, rank: role.rank)
        case .host: host.take(slot, rank: role.rank)
        case .recordID: recordID.take(slot, rank: role.rank)
        case .kind: kind.take(slot, rank: role.rank)
        case .inner: inner.take(slot, rank: role.rank)
        }
    }

    /// The time that the best readable member states.
    ///
    /// - Parameter zone: Seconds east of Greenwich that local times are in.
    func time(in batch: EventBatch, map: borrowing FieldMap, zone: Int) -> Timestamp {
        for rank in times.indices where times[rank] >= 0 {
            let zone = rank >= map.firstLocalTime ? zone : 0
            let isNanoseconds = map.nanosecondTimes >> UInt8(rank) & 1 != 0
            let time = batch.withBytes(of: batch.slots[Int(times[rank])]) {
                isNanoseconds ? EventTime.parseNanoseconds($0) : EventTime.parse($0, zone: zone)
            }
            if let time { return time }
        }
        return .unknown
    }
}
