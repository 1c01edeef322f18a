import Bytes
import Events

extension EventTime {
    /// The moment that a line begins with, and where the rest of the line begins.
    ///
    ///     2026-11-23T17:11:04.601706614Z rest
    ///     2026-11-23 17:10:51.031 +0000 UTC rest            Go's `time.Time`; the zone's name may be `+03`, and
    ///     2026-11-23 17:10:51.031 +0100 CET m=+0.012 rest   the monotonic clock may follow
    ///     2026/11/23 17:10:51 rest                          Go's `log` package
    static func leading(_ text: RawSpan, from start: Int = 0, zone: Int = 0) -> (time: Timestamp, end: Int)? {
        guard let mark = text.uint8(at: start &+ 4), let first = text.uint8(at: start), first &- 0x30 < 10,
            let between = text.uint8(at: start &+ 10)
        else { return nil }
        if mark == UInt8(ascii: "/") { return slashed(text, start, zone) }
        guard mark == UInt8(ascii: "-") else { return nil }
        var end = endOfWord(text, start &+ 11)
        guard between == UInt8(ascii: " ") else {
            return parse(text, start..<end, zone: zone).map { ($0, end + 1) }
        }
        let zoneEnd = endOfWord(text, end + 1)
        let sign = text.uint8(at: end + 1)
        let hasZone =
            (sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")) && [5, 6].contains(zoneEnd - end - 1)
        if hasZone { end = zoneEnd }
        guard let time = parse(text, start..<end, zone: zone) else { return nil }
        guard hasZone else { return (time, end + 1) }
        var next = end + 1
        if isZoneName(text, next) { next = endOfWord(text, next) + 1 }
        if text.uint16(at: next) == 0x3D6D { next = endOfWord(text, next) + 1 }
        return (time, next)
    }

    /// Whether a line begins with digits in the places where a date has them; cheaper than ``leading(_:from:zone:)``.
    @inline(__always)
    static func looksDated(_ text: RawSpan, at start: Int) -> Bool {
        guard let first = text.uint8(at: start), first &- 0x30 < 10, let mark = text.uint8(at: start &+ 4),
            mark == UInt8(ascii: "-") || mark == UInt8(ascii: "/"), text.uint8(at: start &+ 7) == mark,
            let between = text.uint8(at: start &+ 10)
        else { return false }
        return (between == UInt8(ascii: "T") || between == UInt8(ascii: " "))
            && text.uint8(at: start &+ 13) == UInt8(ascii: ":")
    }

    /// The moment that a part of a text states, or nil.
    static func parse(_ text: RawSpan, _ range: Range<Int>, zone: Int = 0) -> Timestamp? {
        guard let part = text.slice(at: range.lowerBound, length: range.count) else { return nil }
        return parse(part, zone: zone)
    }

    private static func slashed(_ text: RawSpan, _ start: Int, _ zone: Int) -> (time: Timestamp, end: Int)? {
        let end = endOfWord(text, start + 11)
        guard let slice = text.slice(at: start, length: end - start), slice.uint8(at: 7) == UInt8(ascii: "/") else {
            return nil
        }
        var copy: [UInt8] = []
        copy.append(slice)
        copy[4] = UInt8(ascii: "-")
        copy[7] = UInt8(ascii: "-")
        return parse(copy.span.bytes, zone: zone).map { ($0, end + 1) }
    }

    /// `UTC`, `CEST`, `+03`.
    private static func isZoneName(_ text: RawSpan, _ start: Int) -> Bool {
        let length = endOfWord(text, start) - start
        guard 1...5 ~= length, let first = text.uint8(at: start) else { return false }
        if first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { return length >= 3 }
        for index in start..<(start + length) {
            guard let byte = text.uint8(at: index), byte &- 0x41 < 26 else { return false }
        }
        return true
    }

    private static func endOfWord(_ text: RawSpan, _ start: Int) -> Int {
        var position = start
        while let byte = text.uint8(at: position), byte > 0x20 { position += 1 }
        return position
    }
}
