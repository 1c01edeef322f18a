import Events

/// What the members of one record said about the event as a whole.
struct JSONMarks: Sendable {
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
    var times = InlineArray<5, Int32>(repeating: -1)
    var channel = Mark()
    var eventID = Mark()
    var provider = Mark()
    var host = Mark()
    var recordID = Mark()
    var action = Mark()

    /// The time that the best readable member states.
    func time(in batch: EventBatch) -> Timestamp {
        for rank in times.indices where times[rank] >= 0 {
            if let time = batch.withBytes(of: batch.slots[Int(times[rank])], EventTime.parse) { return time }
        }
        return .unknown
    }
}
