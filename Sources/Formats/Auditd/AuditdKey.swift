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
    private struct Entry: Sendable {
        let bytes: [UInt8]
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
        entries.append(Entry(bytes: bytes, key: key))
        var index = Self.slot(bytes.span.bytes, 0..<bytes.count)
        while table[index] != 0 { index = (index + 1) & 511 }
        table[index] = UInt8(entries.count)
    }

    /// First, last and middle byte and the length: enough to tell these few names apart, and verified.
    @inline(__always)
    private static func slot(_ text: RawSpan, _ range: Range<Int>) -> Int {
        let first = Int(text.uint8(at: range.lowerBound) ?? 0)
        let last = Int(text.uint8(at: range.upperBound &- 1) ?? 0)
        let middle = Int(text.uint8(at: range.lowerBound &+ range.count / 2) ?? 0)
        return (first &* 31 &+ last &* 7 &+ middle &* 131 &+ range.count &* 53) & 511
    }

    /// What a key means.
    @inline(__always)
    func key(_ text: RawSpan, _ range: Range<Int>, isProgram: Bool) -> AuditdKey {
        if isProgram, text.uint8(at: range.lowerBound) == UInt8(ascii: "a"), range.count > 1,
            let digit = text.uint8(at: range.lowerBound &+ 1), TraceText.isDigit(digit)
        {
            return .argument
        }
        var index = Self.slot(text, range)
        while table[index] != 0 {
            let entry = Int(table[index]) &- 1
            if entries[entry].bytes.count == range.count,
                text.equals(entries[entry].bytes, at: range.lowerBound, from: 0, length: range.count)
            {
                return entries[entry].key
            }
            index = (index &+ 1) & 511
        }
        return .other
    }
}
