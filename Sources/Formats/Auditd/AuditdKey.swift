import Bytes

/// The keys of audit records that the decoder does more with than writing them down.
enum AuditdKey: UInt8, Sendable {
    case other
    /// Free text, written in hexadecimal where it holds a space, a quote or a byte outside ASCII.
    case encoded
    /// Free text that is always in hexadecimal.
    case alwaysEncoded
    case architecture, syscall, syscallName, success, proctitle, socketAddress, argumentCount
    case userID, userName, workingDirectory, name, nameType, key, lost, message
    case firstArgument, secondArgument, thirdArgument
    /// `a0`, `a12`, `a3_len`, `a3[0]` of EXECVE.
    case argument
}

/// Finds the meaning of a key by its bytes.
struct AuditdKeyTable: Sendable {
    /// A key of at most 16 bytes: its first eight and its last eight, and its length. Two keys with the same are the same.
    private struct Entry: Sendable {
        let head: UInt64
        let tail: UInt64
        let length: Int
        let key: AuditdKey
    }

    private var entries: [Entry] = []
    private var table = [UInt8](repeating: 0, count: 512)

    init() {
        // Free text by the kernel's `audit_log_untrustedstring` and user space's `audit_encode_nv_string`.
        for name in [
            "comm", "exe", "cmd", "acct", "path", "dir", "file", "vm", "watch", "ocomm", "device", "grp", "new_group",
            "old-disk", "new-disk", "sw", "root_dir", "cgroup",
        ] {
            insert(name, .encoded)
        }
        insert("data", .alwaysEncoded)
        let others: [(String, AuditdKey)] = [
            ("arch", .architecture), ("syscall", .syscall), ("SYSCALL", .syscallName), ("success", .success),
            ("proctitle", .proctitle), ("saddr", .socketAddress), ("argc", .argumentCount), ("uid", .userID),
            ("UID", .userName), ("cwd", .workingDirectory), ("name", .name), ("nametype", .nameType), ("key", .key),
            ("audit_lost", .lost), ("lost", .lost), ("msg", .message), ("a0", .firstArgument),
            ("a1", .secondArgument), ("a2", .thirdArgument),
        ]
        for (name, key) in others { insert(name, key) }
    }

    private mutating func insert(_ name: String, _ key: AuditdKey) {
        let bytes = Array(name.utf8)
        let range = 0..<bytes.count
        let (head, tail) = Self.words(bytes.span.bytes, range)
        entries.append(Entry(head: head, tail: tail, length: bytes.count, key: key))
        var index = Self.slot(head, tail)
        while table[index] != 0 { index = (index + 1) & 511 }
        table[index] = UInt8(entries.count)
    }

    @inline(__always)
    private static func slot(_ head: UInt64, _ tail: UInt64) -> Int {
        Int(truncatingIfNeeded: ((head ^ tail &* 31) &* 0x9E37_79B9_7F4A_7C15) >> 55)
    }

    /// The first eight bytes, with zeros behind shorter keys, and the last eight of longer ones.
    @inline(__always)
    private static func words(_ text: RawSpan, _ range: Range<Int>) -> (UInt64, UInt64) {
        let length = range.count
        if length > 8 {
            return (text.uint64(at: range.lowerBound) ?? 0, text.uint64(at: range.upperBound &- 8) ?? 0)
        }
        if let word = text.uint64(at: range.lowerBound) {
            return (length == 8 ? word : word & ((1 << UInt64(length &* 8)) &- 1), 0)
        }
        var word: UInt64 = 0
        for position in range.reversed() { word = word << 8 | UInt64(text.uint8(at: position) ?? 0) }
        return (word, 0)
    }

    /// What a key means.
    @inline(__always)
    func key(_ text: RawSpan, _ range: Range<Int>, isProgram: Bool) -> AuditdKey {
        let length = range.count
        guard length <= 16 else { return .other }
        let (head, tail) = Self.words(text, range)
        // `a` and a digit.
        if isProgram, length > 1, head & 0xFF == 0x61, UInt8(truncatingIfNeeded: head >> 8) &- 0x30 < 10 {
            return .argument
        }
        var index = Self.slot(head, tail)
        while table[index] != 0 {
            let entry = entries[Int(table[index]) &- 1]
            if entry.head == head, entry.tail == tail, entry.length == length { return entry.key }
            index = (index &+ 1) & 511
        }
        return .other
    }
}
