/// Comparisons of ASCII text that ignore case, byte by byte: no locale, no normalisation (an attacker's confusables are
/// not the letters they look like).
enum ASCII {
    @inline(__always)
    static func isHexDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
    }

    @inline(__always)
    static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// `text` with A–Z lowered; everything else as it is. O(n).
    static func lowered(_ text: some StringProtocol) -> String {
        if !text.utf8.contains(where: { $0 &- 0x41 < 26 }) { return String(text) }
        return String(decoding: text.utf8.map(lowered), as: UTF8.self)
    }

    /// Whether `text` begins with `prefix`, which is lower case. O(prefix).
    static func hasPrefix(_ text: some Collection<UInt8>, _ prefix: StaticString) -> Bool {
        var position = text.startIndex
        for index in 0..<prefix.utf8CodeUnitCount {
            guard position != text.endIndex, lowered(text[position]) == prefix.byte(index) else { return false }
            position = text.index(after: position)
        }
        return true
    }

    /// Whether `text` ends with `suffix`, which is lower case. O(suffix).
    static func hasSuffix(_ text: some BidirectionalCollection<UInt8>, _ suffix: StaticString) -> Bool {
        var position = text.endIndex
        var index = suffix.utf8CodeUnitCount
        while index > 0 {
            guard position != text.startIndex else { return false }
            position = text.index(before: position)
            index -= 1
            guard lowered(text[position]) == suffix.byte(index) else { return false }
        }
        return true
    }

    /// Whether two texts are equal when case of A–Z is ignored. O(n).
    static func equal(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { lowered($0) == lowered($1) }
    }

    /// The part after the last `\`. O(n) from the end.
    static func lastComponent(_ path: String) -> Substring {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "\\")) else { return path[...] }
        return path[path.utf8.index(after: slash)...]
    }
}

extension StaticString {
    /// The byte at `index` of an ASCII literal of this room; 0 outside.
    @inline(__always)
    fileprivate func byte(_ index: Int) -> UInt8 {
        withUTF8Buffer { index < $0.count ? $0[index] : 0 }
    }
}
