import Bytes

/// Small readers over the text of traces. All answer nil or the start instead of reading past the end.
enum TraceText {
    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// First position from `start` on that holds no space, at most `end`.
    @inline(__always)
    static func skipSpaces(_ text: RawSpan, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position < end, text.uint8(at: position) == 0x20 { position &+= 1 }
        return position
    }

    /// First position from `start` on that holds no digit, at most `end`.
    @inline(__always)
    static func skipDigits(_ text: RawSpan, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position < end, let byte = text.uint8(at: position), isDigit(byte) { position &+= 1 }
        return position
    }

    /// The whole number that stands in a range; nil when it is none or longer than 18 digits.
    @inline(__always)
    static func number(_ text: RawSpan, _ range: Range<Int>) -> Int? {
        guard 1...18 ~= range.count else { return nil }
        var value = 0
        for position in range {
            guard let byte = text.uint8(at: position), isDigit(byte) else { return nil }
            value = value &* 10 &+ Int(byte &- 0x30)
        }
        return value
    }

    /// Nanoseconds that the digits of a fraction in a range state; digits past the ninth are dropped.
    @inline(__always)
    static func fraction(_ text: RawSpan, _ range: Range<Int>) -> Int {
        var value = 0
        var scale = 100_000_000
        for position in range {
            guard let byte = text.uint8(at: position), isDigit(byte) else { break }
            value &+= Int(byte &- 0x30) &* scale
            scale /= 10
        }
        return value
    }

    /// Whether `word` stands at `position` and ends by `end`.
    @inline(__always)
    static func stands(_ word: [UInt8], in text: RawSpan, at position: Int, before end: Int) -> Bool {
        position &+ word.count <= end && text.equals(word, at: position, from: 0, length: word.count)
    }

    /// First position of `byte` from `start` on and before `end`, or nil; looks no further.
    @inline(__always)
    static func first(_ byte: UInt8, in text: RawSpan, _ start: Int, _ end: Int) -> Int? {
        guard start >= 0, start < end, end <= text.byteCount else { return nil }
        return text.extracting(0..<end).firstOffset(of: byte, from: start)
    }

    /// First position of `word` that lies in `range` as a whole, or nil. O(range), by its first byte.
    static func find(_ word: [UInt8], in text: RawSpan, _ range: Range<Int>) -> Int? {
        guard let first = word.first else { return nil }
        var position = range.lowerBound
        while let hit = Self.first(first, in: text, position, range.upperBound),
            hit &+ word.count <= range.upperBound
        {
            if text.equals(word, at: hit, from: 0, length: word.count) { return hit }
            position = hit &+ 1
        }
        return nil
    }

    /// Seconds of a day times 10⁹ that `HH:MM:SS` at `start` states, with a fraction after `.` or `,`; and where it ends.
    static func clock(_ text: RawSpan, _ start: Int, _ end: Int) -> (nanoseconds: Int, end: Int)? {
        let first = skipDigits(text, start, min(end, start &+ 2))
        guard first > start, let hour = number(text, start..<first), hour < 24, first &+ 6 <= end,
            text.uint8(at: first) == UInt8(ascii: ":"), text.uint8(at: first &+ 3) == UInt8(ascii: ":"),
            let minute = number(text, (first &+ 1)..<(first &+ 3)), minute < 60,
            let second = number(text, (first &+ 4)..<(first &+ 6)), second <= 60
        else { return nil }
        let whole = (hour &* 3600 &+ minute &* 60 &+ second) &* 1_000_000_000
        var position = first &+ 6
        guard position < end, let point = text.uint8(at: position),
            point == UInt8(ascii: ".") || point == UInt8(ascii: ",")
        else { return (whole, position) }
        let fractionEnd = skipDigits(text, position &+ 1, end)
        let nanoseconds = fraction(text, (position &+ 1)..<fractionEnd)
        position = fractionEnd
        return (whole &+ nanoseconds, position)
    }

    /// The decimal digits of a number.
    static func digits(_ value: Int) -> [UInt8] { Array(String(value).utf8) }

    /// The text of a range; for what is met rarely.
    static func string(_ text: RawSpan, _ range: Range<Int>) -> String {
        guard let slice = text.slice(at: range.lowerBound, length: range.count) else { return "" }
        var bytes: [UInt8] = []
        bytes.append(slice)
        return String(decoding: bytes, as: UTF8.self)
    }
}
