import Events

/// One call by which a process reads or changes the memory, the threads or the thread pointers of a process.
struct MemoryAct: Hashable, Sendable, Codable {
    /// What is done; the field `Tls.Access`.
    enum Access: String, Sendable, Codable {
        case read, write, protect, map, allocate, context, apc, resume
        /// A thread pointer is set.
        case pointer = "thread-pointer"
        /// The loader's own call for thread-local storage (`ProcessTlsInformation`).
        case information = "tls-information"

        /// Whether it changes what the target does.
        var changes: Bool { self != .read && self != .resume && self != .allocate }
    }

    /// Whose memory or thread.
    enum Target: Hashable, Sendable, Codable {
        /// A process by its id.
        case process(UInt32)
        /// A thread by its id.
        case thread(UInt32)
        /// A handle of the caller.
        case processHandle(UInt64)
        /// A thread handle of the caller.
        case threadHandle(UInt64)
        /// A file descriptor of the caller.
        case descriptor(UInt64)
        /// The caller's own.
        case own
    }

    /// Bytes of the target.
    struct Span: Hashable, Sendable, Codable {
        var address: UInt64
        var length: UInt64
    }

    /// What the kernel says of the region that the address lies in.
    struct Region: Hashable, Sendable, Codable {
        /// `MEM_IMAGE`, `MEM_MAPPED` or `MEM_PRIVATE` (winnt.h).
        var type: UInt64
        var base: UInt64
        /// File that is mapped. Adversary text.
        var file: String

        static let image: UInt64 = 0x100_0000
        static let privateMemory: UInt64 = 0x2_0000
    }

    /// Most spans of one call: `UIO_MAXIOV` allows 1024, what is behind the first is as bad.
    static let spanLimit = 64

    var access: Access
    var host: String
    var source: SourceNumber
    var moment: TraceMoment
    /// 0: the trace does not tell.
    var caller: UInt32
    var target: Target
    var spans: [Span]
    /// The word that is written, where the record tells it.
    var value: UInt64?
    var region: Region?
    var isLinux: Bool
    var isFailed: Bool
    var place: EventPlace = .none
}

extension MemoryAct {
    /// Bytes of a TLS directory, 32 and 64 bits (winnt.h).
    private static let directorySizes: Set<UInt64> = [24, 40]

    /// What is kept of a read of another process: whoever is about to change a TLS directory looks at it before.
    var glance: ThreadRecord? {
        guard access == .read, !isFailed, target != .own,
            let span = spans.first(where: { MemoryAct.directorySizes.contains($0.length) })
        else { return nil }
        return ThreadRecord(
            kind: .glance, host: host, source: source, time: moment.time, order: moment.order, pid: caller,
            address: span.address, size: span.length)
    }
}

extension MemoryAct: Distinct {
    var cost: Int { 176 + spans.count * 16 + (region?.file.utf8.count ?? 0) }

    /// Places differ between two exports of one record.
    func isSame(as other: MemoryAct) -> Bool {
        var one = self
        one.place = other.place
        return one == other
    }

    /// Changes before the rest, the latest first.
    func isKept(before other: MemoryAct) -> Bool {
        let (left, right) = (access == .write, other.access == .write)
        if left != right { return left }
        if moment != other.moment { return moment > other.moment }
        if host != other.host { return host < other.host }
        if key != other.key { return key < other.key }
        if source != other.source { return source < other.source }
        return place < other.place
    }

    private var key: String {
        let bytes = spans.map { "\($0.address)+\($0.length)" }.joined(separator: ",")
        return "\(access.rawValue)|\(caller)|\(target)|\(bytes)|\(value ?? 0)|\(value == nil)|"
            + "\(region.map { "\($0.type)|\($0.base)|\($0.file)" } ?? "")|\(isLinux)|\(isFailed)"
    }
}
