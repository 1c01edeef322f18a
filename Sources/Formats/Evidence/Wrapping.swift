import Archives
import Bytes

/// What is around a file's content, told from its first bytes.
enum Wrapping: Equatable {
    /// An archive, or one compressed stream.
    case archive(ArchiveKind)
    /// Text in UTF-16.
    case utf16(UTF16Text)

    /// The name it has in ``SourceFile/wrapping``.
    var name: String {
        switch self {
        case .archive(let kind): kind.rawValue
        case .utf16(let text): text.name
        }
    }

    /// What is around the content of a file with this head (as many bytes as there are, up to ``Formats/headLength``).
    static func of(_ head: RawSpan) -> Wrapping? {
        for (magic, kind) in magics where head.equals(magic.span.bytes, at: 0, otherOffset: 0, length: magic.count) {
            return .archive(kind)
        }
        if isBzip2(head) { return .archive(.bzip2) }
        if isTar(head) { return .archive(.tar) }
        return UTF16Text.of(head).map { .utf16($0) }
    }

    private static let magics: [(magic: [UInt8], kind: ArchiveKind)] = [
        // A local header; the directory's end, in a zip without members; the mark of one that was to be split.
        ([0x50, 0x4B, 0x03, 0x04], .zip),
        ([0x50, 0x4B, 0x05, 0x06], .zip),
        ([0x50, 0x4B, 0x07, 0x08, 0x50, 0x4B], .zip),
        // RFC 1952: the third byte is the method, of which there is one.
        ([0x1F, 0x8B, 0x08], .gzip),
        ([0x28, 0xB5, 0x2F, 0xFD], .zstd),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .xz),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .sevenZip),
        ([0x04, 0x22, 0x4D, 0x18], .lz4),
        ([0x4D, 0x53, 0x43, 0x46, 0, 0, 0, 0], .cabinet),
    ]

    /// `BZh`, the block size, and the mark of a block or of the end.
    private static func isBzip2(_ head: RawSpan) -> Bool {
        guard head.uint16(at: 0) == 0x5A42, head.uint8(at: 2) == UInt8(ascii: "h"),
            let size = head.uint8(at: 3), (0x31...0x39).contains(size)
        else { return false }
        return head.uint32(at: 4) == 0x2659_4131 || head.uint32(at: 4) == 0x3845_7217
    }

    /// A tar header: the checksum at 148 (octal digits) is the sum of the 512 bytes with itself taken as spaces. A block
    /// that says `ustar` is taken at its word: the archive is damaged then.
    private static func isTar(_ head: RawSpan) -> Bool {
        guard head.byteCount >= 512, head.uint8(at: 0) != 0 else { return false }
        if head.equals(ustar.span.bytes, at: 257, otherOffset: 0, length: ustar.count) { return true }
        var stated = 0
        var digits = 0
        for offset in 148..<156 {
            guard let byte = head.uint8(at: offset) else { return false }
            if (0x30...0x37).contains(byte) {
                stated = stated << 3 | Int(byte - 0x30)
                digits += 1
            } else if digits > 0 {
                break
            }
        }
        guard digits > 0 else { return false }
        var sum = 8 * 0x20
        for offset in 0..<512 where !(148..<156).contains(offset) { sum += Int(head.uint8(at: offset) ?? 0) }
        return sum == stated
    }

    private static let ustar = Array("ustar".utf8)
}
