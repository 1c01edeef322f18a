import Bytes

/// Finds the pairs of a line of logfmt (`key=value key="quoted \"value\"" bare`), where they lie.
///
/// The dialect is that of logrus and Go's `slog`: keys have no spaces, values are bare up to the next space or quoted as Go's
/// `%q`. A quote that is never closed takes the rest of the line.
struct LogfmtScanner {
    /// One pair.
    struct Pair {
        var keyStart: Int
        var keyEnd: Int
        var valueStart: Int
        var valueEnd: Int
        /// Whether the value holds a backslash that is to be resolved.
        var isEscaped: Bool
        /// Whether the quote was never closed.
        var isOpen: Bool
        /// Whether there is no `=`: the key is a word of free text.
        var isBare: Bool
    }

    /// The pair at or after `position`, which moves past it; nil at the end.
    @inline(__always)
    static func next(_ text: RawSpan, _ position: inout Int, _ end: Int) -> Pair? {
        var start = position
        while start < end, let byte = text.uint8(at: start), byte <= 0x20 { start &+= 1 }
        guard start < end else {
            position = end
            return nil
        }
        var keyEnd = start
        while keyEnd < end, let byte = text.uint8(at: keyEnd), byte != UInt8(ascii: "="), byte > 0x20 { keyEnd &+= 1 }
        guard keyEnd < end, text.uint8(at: keyEnd) == UInt8(ascii: "="), keyEnd > start else {
            if keyEnd == start { keyEnd = endOfWord(text, start, end) }
            position = keyEnd
            return Pair(
                keyStart: start, keyEnd: keyEnd, valueStart: start, valueEnd: keyEnd, isEscaped: false, isOpen: false,
                isBare: true)
        }
        let value = keyEnd &+ 1
        guard value < end, text.uint8(at: value) == UInt8(ascii: "\"") else {
            let valueEnd = endOfWord(text, value, end)
            position = valueEnd
            return Pair(
                keyStart: start, keyEnd: keyEnd, valueStart: value, valueEnd: valueEnd, isEscaped: false,
                isOpen: false, isBare: false)
        }
        var escaped = false
        let close = endOfQuoted(text, value &+ 1, end, &escaped)
        position = min(close &+ 1, end)
        return Pair(
            keyStart: start, keyEnd: keyEnd, valueStart: value &+ 1, valueEnd: close, isEscaped: escaped,
            isOpen: close >= end, isBare: false)
    }

    @inline(__always)
    private static func endOfWord(_ text: RawSpan, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position < end, let byte = text.uint8(at: position), byte > 0x20 { position &+= 1 }
        return position
    }

    /// Offset of the quote that closes the value from `start` on, or `end`. Eight bytes a step, as in ``JSONGrammar``.
    @inline(__always)
    private static func endOfQuoted(_ text: RawSpan, _ start: Int, _ end: Int, _ escaped: inout Bool) -> Int {
        var position = start
        while position < end {
            if let word = text.uint64(at: position) {
                let quotes = word ^ 0x2222_2222_2222_2222
                let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
                let hits =
                    (((quotes &- 0x0101_0101_0101_0101) & ~quotes) | ((slashes &- 0x0101_0101_0101_0101) & ~slashes))
                    & 0x8080_8080_8080_8080
                if hits == 0 {
                    position &+= 8
                    continue
                }
                position &+= hits.trailingZeroBitCount &>> 3
            }
            guard position < end, let byte = text.uint8(at: position) else { return end }
            if byte == UInt8(ascii: "\"") { return position }
            if byte == UInt8(ascii: "\\") {
                escaped = true
                position &+= 2
            } else {
                position &+= 1
            }
        }
        return end
    }
}

/// The escapes of Go's `%q` (`strconv.Quote`) to plain bytes.
enum GoEscapes {
    /// Appends the inside of a quoted text with its escapes resolved; one that Go does not know stands for its own character.
    /// `\x` gives a byte as it is. O(n); the result is never longer.
    static func appendUnescaped(_ text: RawSpan, to output: inout [UInt8]) {
        var position = 0
        while let slash = text.firstOffset(of: UInt8(ascii: "\\"), from: position) {
            if let plain = text.slice(at: position, length: slash - position) { output.append(plain) }
            guard let letter = text.uint8(at: slash + 1) else {
                position = slash
                break
            }
            position = slash + 2
            switch letter {
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "a"): output.append(0x07)
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "v"): output.append(0x0B)
            case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
                let count = letter == UInt8(ascii: "x") ? 2 : letter == UInt8(ascii: "u") ? 4 : 8
                guard let value = hex(text, position, count) else {
                    output.append(letter)
                    continue
                }
                position += count
                if count == 2 {
                    output.append(UInt8(truncatingIfNeeded: value))
                } else {
                    output.append(contentsOf: String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
                }
            default: output.append(letter)
            }
        }
        if let rest = text.slice(at: position, length: text.byteCount - position) { output.append(rest) }
    }

    private static func hex(_ text: RawSpan, _ start: Int, _ count: Int) -> UInt32? {
        var value: UInt32 = 0
        for index in start..<(start + count) {
            guard let byte = text.uint8(at: index) else { return nil }
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46, 0x61...0x66: value = value << 4 | UInt32((byte & 0x0F) + 9)
            default: return nil
            }
        }
        return value
    }
}

/// Sequences with which terminals are told colours (`ESC [ … letter`).
enum TerminalColours {
    /// Appends `text` without them.
    static func appendStripped(_ text: RawSpan, to output: inout [UInt8]) {
        var position = 0
        while let escape = text.firstOffset(of: 0x1B, from: position) {
            if let plain = text.slice(at: position, length: escape - position) { output.append(plain) }
            position = escape + 1
            guard text.uint8(at: position) == UInt8(ascii: "[") else { continue }
            position += 1
            while let byte = text.uint8(at: position), 0x20...0x3F ~= byte { position += 1 }
            position += 1
        }
        if let rest = text.slice(at: position, length: text.byteCount - position) { output.append(rest) }
    }
}
