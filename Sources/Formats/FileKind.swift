import Bytes

/// Names for files that are not read, so that a report can say what was left out and what to do about it.
enum FileKind {
    /// Why a file with this head cannot be one of our formats, or nil when it may be.
    static func refusal(of head: RawSpan) -> String? {
        if head.isEmpty { return "empty file" }
        // ``Evidence`` takes off what is around a file before it asks; who asks directly is told.
        if let wrapping = Wrapping.of(head) { return "wrapped in \(wrapping.name)" }
        for (magic, reason) in magics where starts(head, with: magic) { return reason }
        return nil
    }

    /// What a file with this head seems to be.
    static func description(of head: RawSpan) -> String {
        if head.firstOffset(of: 0) != nil {
            return head.uint16(at: 0) == 0x5A4D
                ? "program of DOS or 16-bit Windows, or without headers" : "binary file of no known format"
        }
        var position = JSONShape.lengthOfMark(head)
        JSONTape.skipSpace(head, &position)
        switch head.uint8(at: position) {
        case nil: return "nothing but white space"
        case UInt8(ascii: "<"): return "XML or HTML without an event of Windows in it"
        case UInt8(ascii: "{"), UInt8(ascii: "["): return "looks like JSON but holds no readable object"
        default: return "text of no known format"
        }
    }

    private static let magics: [(magic: [UInt8], reason: String)] = [
        ([0x52, 0x61, 0x72, 0x21, 0x1A, 0x07], "RAR archive, which is not read; unpack it first"),
        (Array("SQLite format 3".utf8), "SQLite database, not a log"),
        // Old event log of Windows NT to XP: the magic stands after the header size.
        ([0x30, 0, 0, 0, 0x4C, 0x66, 0x4C, 0x65], "event log of Windows XP or older (.evt), which is not read"),
    ]

    private static func starts(_ head: RawSpan, with magic: [UInt8]) -> Bool {
        head.equals(magic.span.bytes, at: 0, otherOffset: 0, length: magic.count)
    }
}
