import Events

/// What the members of one record said about the event as a whole.
struct FieldMarks: Sendable {
    /// Most ranks of times.
    static let timeRanks = 8

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

    /// Notes that the value in `slot` has a role.
    @inline(__always)
    mutating func note(_ role: FieldRole, slot: Int) {
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
    /// - Parameters:
    ///   - firstLocal: Rank from which on times without a zone are local (``FieldMap/firstLocalTime``).
    ///   - zone: Seconds east of Greenwich that local times are in.
    func time(in batch: EventBatch, firstLocal: Int, zone: Int) -> Timestamp {
        for rank in times.indices where times[rank] >= 0 {
            let zone = rank >= firstLocal ? zone : 0
            let time = batch.withBytes(of: batch.slots[Int(times[rank])]) { EventTime.parse($0, zone: zone) }
            if let time { return time }
        }
        return .unknown
    }
}
