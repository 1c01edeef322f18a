/// What is known of the memory of one process id over time: several processes when the id was used again.
struct ProcessTimeline: Sendable {
    struct Start: Sendable {
        var at: TracePoint
        var image: String
        var parent: UInt32
    }
    struct Load: Sendable {
        var at: TracePoint
        var base: UInt64
        var size: UInt64
        var timestamp: UInt32
        var checksum: UInt32
        var name: String
    }
    struct Block: Sendable {
        var at: TracePoint
        var base: UInt64
        var isNarrow: Bool
    }
    struct Pointer: Sendable {
        var at: TracePoint
        var thread: UInt32
        var address: UInt64
        var stackEnd: UInt64
        /// Whether the process set it; else it was read.
        var isSet: Bool
    }
    struct Segment: Sendable {
        var at: TracePoint
        var base: UInt64
        var end: UInt64
        var file: String
    }

    var starts: [Start] = []
    var loads: [Load] = []
    var blocks: [Block] = []
    var pointers: [Pointer] = []
    var segments: [Segment] = []
    var threadStarts: [TracePoint] = []
    /// The process it is a copy of.
    var forkedFrom: (at: TracePoint, parent: UInt32)?

    /// The process that has the id at a point: its start, and the start of the next.
    func life(at point: TracePoint) -> (begin: Start?, end: TracePoint?) {
        let begin = starts.last { $0.at.isAtOrBefore(point) }
        return (begin, starts.first { !$0.at.isAtOrBefore(point) }?.at)
    }

    /// Whether something that happened at `place` is of the process that has the id at `point`, be it before or after.
    func isOfLife(_ place: TracePoint, at point: TracePoint) -> Bool {
        let life = life(at: point)
        if let begin = life.begin, !begin.at.isAtOrBefore(place) { return false }
        if let end = life.end, end.isAtOrBefore(place) { return false }
        return true
    }
}

/// A moment and the trace it lies in: order within one trace is exact, between traces only time counts.
struct TracePoint: Sendable, Hashable {
    var moment: TraceMoment
    var source: SourceNumber

    func isAtOrBefore(_ other: TracePoint) -> Bool {
        source == other.source ? moment <= other.moment : moment.time <= other.moment.time
    }

    func isBefore(_ other: TracePoint) -> Bool {
        source == other.source ? moment < other.moment : moment.time < other.moment.time
    }

    /// Seconds from `other` to this point; a very large number where it does not fit.
    func seconds(since other: TracePoint) -> Int64 {
        let (difference, overflow) = moment.time.subtractingReportingOverflow(other.moment.time)
        return overflow ? (moment.time > other.moment.time ? .max : .min) : difference / 1_000_000_000
    }
}

extension ThreadRecord {
    var point: TracePoint { TracePoint(moment: moment, source: source) }
    var caller: ThreadKnowledge.CallerKey { .init(host: host, source: source, pid: pid) }
}

extension MemoryAct {
    var point: TracePoint { TracePoint(moment: moment, source: source) }
    var callerKey: ThreadKnowledge.CallerKey { .init(host: host, source: source, pid: caller) }
}

extension Array {
    /// The last entry before a point, of entries of one trace in order of time. O(log n): many entries may lie behind it.
    func lastIndex(before point: TracePoint, _ at: (Element) -> TracePoint) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if at(self[middle]).isBefore(point) { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }

    /// The same as an entry.
    func lastBefore(_ point: TracePoint, _ at: (Element) -> TracePoint) -> Element? {
        lastIndex(before: point, at).map { self[$0] }
    }
}
