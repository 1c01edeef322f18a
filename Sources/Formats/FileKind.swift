import Bytes

/// Names for files that are not read, so that a report can say what was left out and what to do about it.
enum FileKind {
    /// Why a file with this head cannot be one of our formats, or nil when it may be.
    static func refusal(of head: RawSpan) -> String? {
        if head.isEmpty { return "empty file" }
        if let word = head.uint16(at: 0), word == 0xFEFF || word == 0xFFFE {
            return "UTF-16 text; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"
        }
        for (magic, reason) in magics where starts(head, with: magic) { return reason }
        return nil
    }

    /// What a file with this head seems to be.
    static func description(of head: RawSpan) -> String {
        if head.firstOffset(of: 0) != nil { return "binary file of no known format" }
        var position = JSONShape.lengthOfMark(head)
        JSONTape.skipSpace(head, &position)
        switch head.uint8(at: position) {
        case nil: return "nothing but white space"
        case UInt8(ascii: "<"): return "XML or HTML, which is not read; export the log as .evtx or JSON"
        case UInt8(ascii: "{"), UInt8(ascii: "["): return "looks like JSON but holds no readable object"
        default: return "text of no known format"
        }
    }

    private static let magics: [(magic: [UInt8], reason: String)] = [
        ([0x50, 0x4B, 0x03, 0x04], "zip archive; unpack it first"),
        ([0x1F, 0x8B], "gzip; unpack it first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "zstandard; unpack it first"),
        ([0x42, 0x5A, 0x68], "bzip2; unpack it first"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz; unpack it first"),
        ([0x37, 0x7A, 0xBC, 0xAF], "7-zip archive; unpack it first"),
        (Array("MDMP".utf8), "minidump, not a log"),
        ([0x7F, 0x45, 0x4C, 0x46], "ELF program, not a log"),
        (Array("MZ".utf8), "Windows program, not a log"),
        (Array("SQLite format 3".utf8), "SQLite database, not a log"),
        // Old event log of Windows NT to XP: the magic stands after the header size.
        ([0x30, 0, 0, 0, 0x4C, 0x66, 0x4C, 0x65], "event log of Windows XP or older (.evt), which is not read"),
    ]

    private static func starts(_ head: RawSpan, with magic: [UInt8]) -> Bool {
        head.equals(magic.span.bytes, at: 0, otherOffset: 0, length: magic.count)
    }
}
