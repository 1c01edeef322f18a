import Bytes
import Events

/// One record of an event that is not complete: where its line lies.
struct AuditdRecord: Sendable {
    /// Offset of the line in the source.
    var offset: Int64
    /// Where the line lies: in the window (nil), or in the group's kept bytes from here on.
    var kept: Int?
    /// Length of the line, and of what lies between it and the next one.
    var length: Int
    var lengthWithEnd: Int
    /// Within the line.
    var type: Range<Int>
    var body: Int
    var isInterpreted: Bool
}

/// The records with one serial of one node: an event that is being put together.
struct AuditdGroup: Sendable {
    var node: [UInt8] = []
    /// Within the first line.
    var nodeRange = 0..<0
    var time = Timestamp.unknown
    var serial: UInt64 = 0
    var ordinal: UInt64 = 0
    var records: [AuditdRecord] = []
    /// Lines of earlier windows.
    var kept: [UInt8] = []
    var bytes = 0

    /// Empties the group and keeps its memory.
    mutating func clear() {
        node.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
        kept.removeAll(keepingCapacity: true)
        bytes = 0
    }
}

/// The events that are not complete, oldest first.
///
/// An event is complete with its EOE or PROCTITLE record, at once when it is user space's, or when a record of its node is
/// two seconds later (as auparse has it). Bounded in events, in records and bytes of one, and in bytes of all: what exceeds
/// a bound is given out as it is.
struct AuditdGroups: Sendable {
    /// Most events that are open at once.
    static let limit = 128
    /// Most records of one event.
    static let recordLimit = 4096
    /// Most bytes of one event.
    static let groupByteLimit = 8 << 20
    /// Most bytes of all open events.
    static let byteLimit = 32 << 20
    /// After which distance in time an event is complete.
    static let patience: Int64 = 2_000_000_000

    private(set) var open: [AuditdGroup] = []
    private var spare: [AuditdGroup] = []
    private var bytes = 0

    /// The open event of a serial, or nil.
    @inline(__always)
    func index(_ serial: UInt64, _ text: RawSpan, node: Range<Int>) -> Int? {
        var index = open.count &- 1
        while index >= 0 {
            if open[index].serial == serial, open[index].node.count == node.count,
                node.isEmpty || text.equals(open[index].node, at: node.lowerBound, from: 0, length: node.count)
            {
                return index
            }
            index &-= 1
        }
        return nil
    }

    /// Opens an event and answers its index.
    mutating func begin(_ header: AuditdHeader, _ text: RawSpan, lineStart: Int, ordinal: UInt64) -> Int {
        var group = spare.popLast() ?? AuditdGroup()
        group.serial = header.serial
        group.time = header.time
        group.ordinal = ordinal
        group.nodeRange = 0..<0
        if !header.node.isEmpty {
            group.nodeRange = (header.node.lowerBound - lineStart)..<(header.node.upperBound - lineStart)
            group.node.append(text.extracting(header.node))
        }
        open.append(group)
        return open.count - 1
    }

    /// Adds a record to an open event.
    @inline(__always)
    mutating func add(_ record: AuditdRecord, to index: Int) {
        open[index].records.append(record)
        open[index].bytes &+= record.lengthWithEnd
        bytes &+= record.lengthWithEnd
    }

    /// Whether an event holds as much as it may.
    func isFull(_ index: Int) -> Bool {
        open[index].records.count >= Self.recordLimit || open[index].bytes >= Self.groupByteLimit
    }

    /// Whether the oldest event must be given out: for age, or for the bounds.
    @inline(__always)
    func oldestIsDue(at time: Timestamp) -> Bool {
        guard let oldest = open.first else { return false }
        if open.count > Self.limit || bytes > Self.byteLimit { return true }
        let distance = time.nanoseconds.subtractingReportingOverflow(oldest.time.nanoseconds)
        return distance.overflow || distance.partialValue > Self.patience
    }

    /// Takes an event out.
    mutating func take(_ index: Int) -> AuditdGroup {
        let group = index == open.count - 1 ? open.removeLast() : open.remove(at: index)
        bytes &-= group.bytes
        return group
    }

    /// Gives back an event that has been written, for its memory.
    mutating func giveBack(_ group: consuming AuditdGroup) {
        guard spare.count < 16, group.kept.capacity <= 1 << 16, group.records.capacity <= 256 else { return }
        var group = group
        group.clear()
        spare.append(group)
    }

    /// Copies the lines of open events out of a window that goes away.
    mutating func keepLines(of window: RawSpan, fileOffset: Int64) {
        for index in open.indices {
            for record in open[index].records.indices where open[index].records[record].kept == nil {
                let start = Int(open[index].records[record].offset - fileOffset)
                open[index].records[record].kept = open[index].kept.count
                if let line = window.slice(at: start, length: open[index].records[record].length) {
                    open[index].kept.append(line)
                }
            }
        }
    }
}
