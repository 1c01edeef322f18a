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

    var time = Timestamp.unknown
    var timeRank = UInt8.max
    var channel = Mark()
    var eventID = Mark()
    var provider = Mark()
    var host = Mark()
    var recordID = Mark()
    var action = Mark()
}
