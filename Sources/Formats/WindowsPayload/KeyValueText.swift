/// Texts of `key=value key=value` whose values are not quoted and may hold spaces.
enum KeyValueText {
    /// The pairs, in order: a pair begins at the start or after a space, where a key and `=` stand outside of brackets.
    /// When the brackets of the text do not match they do not count. O(n).
    ///
    ///     module=libcontainerd event=exit event-info={ccf9 1140 m=+5171.7 false <nil>}
    ///     ^                    ^          ^
    static func pairs(_ text: [UInt8]) -> [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
        let starts = starts(text, countsBrackets: true) ?? starts(text, countsBrackets: false) ?? []
        var pairs: [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
        for (index, start) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1].key - 1 : text.count
            pairs.append((text[start.key..<start.equals], text[(start.equals + 1)..<end]))
        }
        return pairs
    }

    private static func starts(_ text: [UInt8], countsBrackets: Bool) -> [(key: Int, equals: Int)]? {
        var starts: [(key: Int, equals: Int)] = []
        var depth = 0
        // Where the word that is being read began; nil when it cannot be a key any more.
        var word: Int? = 0
        for (index, byte) in text.enumerated() {
            switch byte {
            case 0x20: word = depth == 0 ? index + 1 : nil
            case UInt8(ascii: "=") where depth == 0:
                if let key = word, key < index { starts.append((key, index)) }
                word = nil
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("):
                if countsBrackets { depth += 1 }
                word = nil
            case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"):
                if countsBrackets { depth -= 1 }
                if depth < 0 { return nil }
                word = nil
            default:
                if !isKey(byte) { word = nil }
            }
        }
        return depth == 0 ? starts : nil
    }

    private static func isKey(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }
}
