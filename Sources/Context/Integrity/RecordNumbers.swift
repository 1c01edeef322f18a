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
        var source: SourceNumber

        static func < (left: SparseLog, right: SparseLog) -> Bool {
            left.log == right.log ? left.source < right.source : left.log < right.log
        }
    }

    private(set) var runs = BoundedSet<RecordRun>(limit: runLimit)
    private(set) var sparse = BoundedSet<SparseLog>(limit: sparseLimit)

    /// Takes in the records of a batch. O(events); a record that goes on where the one before ended costs some
    /// comparisons.
    mutating func observe(_ batch: EventBatch, _ table: OriginTable, source: SourceNumber) {
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
