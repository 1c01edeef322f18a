import Events

/// One thing a record tells of the memory, threads or handles of a process. Kept as it is: what follows from it depends on
/// what others tell, in any order.
struct ThreadRecord: Hashable, Sendable, Codable {
    /// What it tells, and what the numbers mean then.
    enum Kind: UInt8, Sendable, Codable {
        /// Process `pid` started, or executes another program: `text` its path, `other` its parent.
        case start
        /// Module `text` lies at `address`, `size` bytes (0: not known); `value` its time stamp and checksum.
        case load
        /// The environment block of thread `other` lies at `address`; `value` is its pointer size, 0 if not known.
        case block
        /// The thread pointer of thread `pid` is set to `address`, the end of the stack below it is at `size`.
        case pointer
        /// The thread pointer of thread `pid` was read: it is `address`.
        case pointerSeen
        /// Thread `pid` belongs to the process of thread `other`.
        case thread
        /// Process `pid` is a copy of process `other`.
        case fork
        /// In `pid`, handle `address` is process `other`, `text` its program where `other` is 0.
        case processHandle
        /// In `pid`, handle `address` is thread `other`.
        case threadHandle
        /// In `pid`, handle `address` is what handle `value` is.
        case copiedHandle
        /// In `pid`, handle or descriptor `address` was closed.
        case closed
        /// In `pid`, descriptor `address` is the file `text`.
        case descriptor
        /// Process `pid` makes a suspended process that runs `text`; no number tells which.
        case suspendedChild
        /// Thread `other`'s word at `address` was read: it is `value`.
        case word
        /// A thread began in process `pid`.
        case threadStart
        /// `size` writable bytes at `address` in `pid` are of the file `text`, or follow it where that is empty.
        case segment
        /// `size` bytes at `address` in `pid` (0: the map does not tell whose it is) are mapped with the permissions
        /// `value` (``MemoryMap/Permission``), of the file `text` where that is not empty.
        case region
        /// Process `pid` read `size` bytes at `address` in another one: as many as a TLS directory has.
        case glance
    }

    var kind: Kind
    var host: String
    /// The trace it lies in, for what holds in one trace only.
    var source: SourceNumber
    /// Nanoseconds since 1970.
    var time: Int64
    /// Order of records of one moment in one trace.
    var order: Int64
    var pid: UInt32
    var other: UInt32 = 0
    var address: UInt64 = 0
    var size: UInt64 = 0
    var value: UInt64 = 0
    /// Adversary text.
    var text = ""

    /// Longest text that is kept.
    static let textLimit = 256

    /// When it happened within a trace.
    var moment: TraceMoment { TraceMoment(time: time, order: order) }
}

/// A moment in a trace: time, then the order of records.
struct TraceMoment: Hashable, Comparable, Sendable, Codable {
    var time: Int64
    var order: Int64

    static func < (left: TraceMoment, right: TraceMoment) -> Bool {
        (left.time, left.order) < (right.time, right.order)
    }
}

extension ThreadRecord: Distinct {
    var cost: Int { 112 + (text.utf8.count > 15 ? text.utf8.count : 0) }

    func isSame(as other: ThreadRecord) -> Bool { self == other }

    /// What is rare and tells most first, then the latest.
    private var rank: Int {
        switch kind {
        case .start, .block, .pointer, .thread, .fork, .suspendedChild: 0
        case .load, .processHandle, .threadHandle, .copiedHandle, .pointerSeen, .threadStart: 1
        case .descriptor, .closed, .word, .segment, .region, .glance: 2
        }
    }

    func isKept(before other: ThreadRecord) -> Bool {
        if rank != other.rank { return rank < other.rank }
        if time != other.time { return time > other.time }
        if host != other.host { return host < other.host }
        if order != other.order { return order < other.order }
        let left = [UInt64(kind.rawValue), UInt64(pid), UInt64(self.other), address, size, value]
        let right = [
            UInt64(other.kind.rawValue), UInt64(other.pid), UInt64(other.other), other.address, other.size, other.value,
        ]
        if left != right { return left.lexicographicallyPrecedes(right) }
        if text != other.text { return text < other.text }
        return source < other.source
    }
}
