import Events

/// Records of one log in one source whose numbers follow one another without a hole, and whose times do not go back.
struct RecordRun: Hashable, Comparable, Sendable, Codable {
    var log: LogName
    /// Number of the source in the evidence.
    var source: SourceNumber
    /// The first record's number (`System/EventRecordID`).
    var first: Int64
    /// The last record's number.
    var last: Int64
    /// The first record's time.
    var firstTime: Timestamp
    /// The last record's time.
    var lastTime: Timestamp
    /// Where the first record lies.
    var firstPlace: EventPlace
    /// Where the last record lies.
    var lastPlace: EventPlace

    /// Numbers in it.
    var count: Int64 { last - first + 1 }

    static func < (left: RecordRun, right: RecordRun) -> Bool {
        if left.log != right.log { return left.log < right.log }
        if left.first != right.first { return left.first < right.first }
        if left.last != right.last { return left.last < right.last }
        if left.firstTime != right.firstTime { return left.firstTime < right.firstTime }
        if left.lastTime != right.lastTime { return left.lastTime < right.lastTime }
        if left.firstPlace != right.firstPlace { return left.firstPlace < right.firstPlace }
        return left.lastPlace < right.lastPlace
    }
}
