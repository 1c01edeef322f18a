/// Base64 as the modifiers `base64` and `base64offset` need it.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// With padding.
    static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let count = min(3, bytes.count - index)
            var group = UInt32(bytes[index]) << 16
            if count > 1 { group |= UInt32(bytes[index + 1]) << 8 }
            if count > 2 { group |= UInt32(bytes[index + 2]) }
            for digit in 0..<4 {
                let value = Int(group >> UInt32(18 - 6 * digit)) & 63
                out.append(digit <= count ? alphabet[value] : UInt8(ascii: "="))
            }
            index += 3
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The three texts as which `bytes` can appear inside longer Base64, by their offset modulo 3.
    ///
    /// ```
    /// offset 0   |b b b|b . .|      digits that mix with foreign bits are cut away:
    /// offset 1   |  b b|b b .|      0, 2, 3 at the start; none, 3, 2 at the end,
    /// offset 2   |    b|b b b|      by (count + offset) modulo 3, padding included
    /// ```
    static func offsetVariants(_ bytes: [UInt8]) -> [String] {
        (0..<3).map { offset in
            let text = Array(encode([UInt8](repeating: 0x20, count: offset) + bytes).utf8)
            let start = [0, 2, 3][offset]
            let end = text.count - [0, 3, 2][(bytes.count + offset) % 3]
            return start < end ? String(decoding: text[start..<end], as: UTF8.self) : ""
        }
    }
}

/// UTF-16 as the modifiers `utf16le`, `wide`, `utf16be` and `utf16` need it.
enum UTF16Bytes {
    static func littleEndian(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
    static func bigEndian(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }
    static func withByteOrderMark(_ text: String) -> [UInt8] { [0xFF, 0xFE] + littleEndian(text) }
}
