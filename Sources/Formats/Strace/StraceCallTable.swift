import Bytes

/// What is known of each system call by the bytes of its name: its shape and the kinds of event it makes. No `String` is
/// made for a name that has been met.
struct StraceCallTable: Sendable {
    /// Most names that are kept; a real kernel has fewer than 500. Past it the table starts anew.
    static let limit = 1 << 12

    /// One call.
    struct Entry: Sendable {
        var shape: StraceCallShape
        /// Kind of event when the call succeeds, fails, or opens for writing; numbers of the decoder's ``FieldWriter``.
        var kind: Int
        var failedKind: Int
        var writingKind: Int
        fileprivate var hash: UInt64
        fileprivate var start: Int
        fileprivate var length: Int
    }

    private var entries: [Entry] = []
    private var bytes: [UInt8] = []
    private var table = [UInt16](repeating: 0, count: 2 * StraceCallTable.limit)
    private let seed = UInt64.random(in: .min ... .max)

    /// The call of that name; `writer` knows the kinds.
    @inline(__always)
    mutating func entry(_ name: RawSpan, _ writer: inout FieldWriter) -> Entry {
        let hash = FieldPaths.hash(name, seed: seed)
        let mask = table.count &- 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while table[index] != 0 {
            let entry = entries[Int(table[index]) &- 1]
            if entry.hash == hash, entry.length == name.byteCount,
                name.equals(bytes, at: 0, from: entry.start, length: entry.length)
            {
                return entry
            }
            index = (index &+ 1) & mask
        }
        return make(name, hash, &writer)
    }

    @inline(never)
    private mutating func make(_ name: RawSpan, _ hash: UInt64, _ writer: inout FieldWriter) -> Entry {
        let text = TraceText.string(name, 0..<min(name.byteCount, 256))
        let kind = Self.kind(text, &writer)
        let failed = Self.kind(text + "#failed", &writer)
        let writing = Self.kind(text + "#write", &writer)
        let entry = Entry(
            shape: .named(text), kind: kind, failedKind: failed == FieldKinds.plain ? kind : failed,
            writingKind: writing == FieldKinds.plain ? kind : writing, hash: hash, start: bytes.count,
            length: name.byteCount)
        guard name.byteCount <= 256 else { return entry }
        if entries.count >= Self.limit {
            self = StraceCallTable()
            return entry
        }
        bytes.append(name)
        entries.append(entry)
        let mask = table.count - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while table[index] != 0 { index = (index + 1) & mask }
        table[index] = UInt16(entries.count)
        return entry
    }

    private static func kind(_ name: String, _ writer: inout FieldWriter) -> Int {
        let bytes = Array(name.utf8)
        return writer.kind(named: bytes.span.bytes)
    }
}
