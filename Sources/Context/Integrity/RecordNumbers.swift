import Events

/// Record numbers and times of logs that number their records, as runs without a hole.
///
/// A batch is judged as a whole, so that the same evidence gives the same runs however it is spread over workers: a log
/// whose numbers in a batch are mostly holes is a filtered export, of which only that is kept.
struct RecordNumbers: Sendable, Codable {
    /// Most runs that are kept; when there are more, logs at the end of the order (host, channel) are not judged.
    static let runLimit = 1 << 17
    /// Most filtered exports that are remembered.
    static let sparseLimit = 1 << 14
    /// Most logs that are told apart in one batch; records of others are not looked at.
    static let logsInBatchLimit = 4096
    /// A batch in which a log has more runs than this …
    static let fewRuns = 16
    /// … and, on average, fewer records in a run than this, is of a filtered export.
    static let shortRun: Int64 = 8
    /// Times may go back by so much from a record to the next one: records are numbered when they are written, which
    /// under load and at boot is some time after they are stamped.
    static let jitter: Int64 = 120_000_000_000
    /// A run ends where nothing was written for so long, so that silence shows.
    static let pause: Int64 = 3_600_000_000_000

    /// Record numbers from here on are nobody's: no log has written so much.
    static let numberLimit: UInt64 = 1 << 62

    /// A log of a source that is a filtered export.
    struct SparseLog: Hashable, Comparable, Sendable, Codable {
        var log: LogName
        var source: Int32

        static func < (left: SparseLog, right: SparseLog) -> Bool {
            left.log == right.log ? left.source < right.source : left.log < right.log
        }
    }

    private(set) var runs = BoundedSet<RecordRun>(limit: runLimit)
    private(set) var sparse = BoundedSet<SparseLog>(limit: sparseLimit)

    /// Takes in the records of a batch. O(events); a record that goes on where the one before ended costs some
    /// comparisons.
    mutating func observe(_ batch: EventBatch, _ table: OriginTable, source: Int32) {
        guard table.hasChannels, batch.events.contains(where: { $0.eventRecordID >= 0 }) else { return }
        var scan = RecordScan(source: source, table: table)
        scan.read(batch)
        for (log, found) in scan.finish() {
            let records = found.reduce(0) { $0 + $1.count }
            let pieces = Self.pieces(found)
            if pieces > Self.fewRuns, records < Self.shortRun * Int64(pieces) {
                sparse.insert(SparseLog(log: log, source: source))
            } else {
                for run in found { runs.insert(run) }
            }
        }
    }

    /// Runs that do not go on with each other's numbers.
    private static func pieces(_ runs: [RecordRun]) -> Int {
        guard runs.count > fewRuns else { return runs.count }
        let ends = Set(runs.map(\.last))
        return runs.count { !ends.contains($0.first &- 1) }
    }

    mutating func merge(_ other: RecordNumbers) {
        runs.merge(other.runs)
        sparse.merge(other.sparse)
    }
}

/// One walk over the records of a batch.
struct RecordScan {
    private struct Key: Hashable {
        var host: String
        var channel: Int32
    }

    private let source: Int32
    private let table: OriginTable
    private var open: [Key: RecordRun] = [:]
    private var closed: [LogName: [RecordRun]] = [:]
    private var current: RecordRun?
    private var currentKey = Key(host: "", channel: -1)

    init(source: Int32, table: OriginTable) {
        self.source = source
        self.table = table
    }

    mutating func read(_ batch: EventBatch) {
        let table = table
        let channels = table.channelOfOrigin.span
        for head in batch.events {
            let number = head.eventRecordID
            let origin = Int(head.origin.index)
            guard UInt64(bitPattern: number) < RecordNumbers.numberLimit, origin < channels.count else { continue }
            let channel = channels[origin]
            guard channel >= 0 else { continue }
            if channel == currentKey.channel, current?.goesOn(with: head) == true { continue }
            turn(to: head, channel, batch)
        }
    }

    /// The runs by log.
    mutating func finish() -> [LogName: [RecordRun]] {
        if let current { open[currentKey] = current }
        for run in open.values { closed[run.log, default: []].append(run) }
        return closed
    }

    /// A record that does not follow the one before: of another log, or behind a hole.
    private mutating func turn(to head: EventHead, _ channel: Int32, _ batch: EventBatch) {
        var host = ""
        if head.hostSlot >= 0, Int(head.hostSlot) < batch.slots.count {
            host = NeutralText.cut(ASCII.lowered(batch.text(of: batch.slots[Int(head.hostSlot)])), to: 256)
        }
        let key = Key(host: host, channel: channel)
        if let current { open[currentKey] = current }
        currentKey = key
        current = open[key]
        if current?.goesOn(with: head) == true { return }
        if let current {
            if current.holds(head) { return }
            closed[current.log, default: []].append(current)
        } else if open.count >= RecordNumbers.logsInBatchLimit {
            currentKey = Key(host: "", channel: -1)
            return
        }
        let place = EventPlace(source: source, record: head.record, offset: head.offset)
        current = RecordRun(
            log: LogName(host: host, channel: table.channels[Int(channel)]), source: source, first: head.eventRecordID,
            last: head.eventRecordID, firstTime: head.time, lastTime: head.time, firstPlace: place, lastPlace: place)
    }
}

extension RecordRun {
    /// Takes in the record that comes next, upwards or (logs written latest first) downwards; false if it does not.
    @inline(__always)
    fileprivate mutating func goesOn(with head: EventHead) -> Bool {
        let number = head.eventRecordID
        if number == last &+ 1 {
            guard RecordRun.isNext(head.time, lastTime) else { return false }
            last = number
            lastTime = head.time
            lastPlace.record = head.record
            lastPlace.offset = head.offset
            return true
        }
        if number == first &- 1 {
            guard RecordRun.isNext(firstTime, head.time) else { return false }
            first = number
            firstTime = head.time
            firstPlace.record = head.record
            firstPlace.offset = head.offset
            return true
        }
        return false
    }

    /// Whether a record of one of these numbers is one of these, told twice.
    fileprivate func holds(_ head: EventHead) -> Bool {
        head.eventRecordID >= first && head.eventRecordID <= last && RecordRun.follows(head.time, firstTime)
            && RecordRun.follows(lastTime, head.time)
    }

    /// Whether a record of time `next` goes on with a run that ended at `time`: not before it, and without a long pause.
    /// Unknown times tell nothing.
    @inline(__always)
    fileprivate static func isNext(_ next: Timestamp, _ time: Timestamp) -> Bool {
        let step = UInt64(bitPattern: next.nanoseconds &- time.nanoseconds &+ RecordNumbers.jitter)
        return step < UInt64(RecordNumbers.jitter + RecordNumbers.pause) || next == .unknown || time == .unknown
    }

    /// Whether a record of time `next` may follow one of time `time`. Unknown times tell nothing.
    @inline(__always)
    static func follows(_ next: Timestamp, _ time: Timestamp) -> Bool {
        next.nanoseconds >= time.nanoseconds || next == .unknown
            || next.nanoseconds &- time.nanoseconds >= -RecordNumbers.jitter
    }
}
