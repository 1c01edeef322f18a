import Bytes

/// The parts of one alert of Falco as text.
struct FalcoLine: Sendable {
    /// Most keys that are read of one alert.
    static let pairLimit = 256
    private static let priorities: [[UInt8]] = [
        "Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Info", "Debug",
    ].map { Array($0.utf8) }

    /// Where the parts stand in the line.
    let time: Range<Int>
    let priority: Range<Int>
    let output: Range<Int>

    /// The parts of `line`; nil when it is no alert: a time, a colon, a space, a priority, a space.
    init?(_ line: RawSpan) {
        guard line.byteCount > 12, Self.beginsLikeOne(line) else { return nil }
        // The longest time is 2024-05-07T18:54:19.341081180+0000.
        guard let colon = (7..<min(line.byteCount, 48)).first(where: { Self.isColon(line, $0) }) else { return nil }
        let start = colon + 2
        guard let space = line.firstOffset(of: 0x20, from: start), space > start,
            Self.priorities.contains(where: {
                $0.count == space - start && line.equals($0, at: start, from: 0, length: $0.count)
            })
        else { return nil }
        let stated = line.extracting(0..<colon)
        guard EventTime.timeOfDay(stated) != nil || EventTime.parse(stated) != nil else { return nil }
        time = 0..<colon
        priority = start..<space
        output = (space + 1)..<line.byteCount
    }

    /// Whether a line begins with the digits of a time.
    static func beginsLikeOne(_ line: RawSpan) -> Bool {
        guard let first = line.uint8(at: 0), first &- 0x30 < 10, let second = line.uint8(at: 1), second &- 0x30 < 10
        else { return false }
        return line.uint8(at: 2) == UInt8(ascii: ":") || line.uint8(at: 4) == UInt8(ascii: "-")
    }

    private static func isColon(_ line: RawSpan, _ offset: Int) -> Bool {
        line.uint8(at: offset) == UInt8(ascii: ":") && line.uint8(at: offset + 1) == 0x20
    }

    /// The `key=value` pairs of an output. A key follows a space or an opening parenthesis; a value ends before the next
    /// key, and loses a closing parenthesis that it does not open. O(length).
    static func pairs(_ line: RawSpan, in output: Range<Int>) -> [(key: Range<Int>, value: Range<Int>)] {
        var pairs: [(key: Range<Int>, value: Range<Int>)] = []
        var position = output.lowerBound
        var open: Range<Int>?
        while position < output.upperBound {
            guard let before = line.uint8(at: position), before == 0x20 || before == UInt8(ascii: "("),
                let equals = endOfKey(line, position + 1, output.upperBound)
            else {
                position += 1
                continue
            }
            if let key = open { pairs.append((key, trimmed(line, (key.upperBound + 1)..<position))) }
            open = (position + 1)..<equals
            position = equals + 1
            if pairs.count == pairLimit { return pairs }
        }
        if let key = open { pairs.append((key, trimmed(line, (key.upperBound + 1)..<output.upperBound))) }
        return pairs
    }

    private static func endOfKey(_ line: RawSpan, _ start: Int, _ end: Int) -> Int? {
        guard let first = line.uint8(at: start), (first | 0x20) &- 0x61 < 26 else { return nil }
        for index in stride(from: start + 1, to: min(end, start + 64), by: 1) {
            guard let byte = line.uint8(at: index) else { return nil }
            switch byte {
            case UInt8(ascii: "="): return index
            case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"), 0x30...0x39, 0x41...0x5A,
                0x61...0x7A:
                continue
            default: return nil
            }
        }
        return nil
    }

    private static func trimmed(_ line: RawSpan, _ range: Range<Int>) -> Range<Int> {
        guard range.lowerBound < range.upperBound else { return range.lowerBound..<range.lowerBound }
        var end = range.upperBound
        while end > range.lowerBound, line.uint8(at: end - 1) == 0x20 { end -= 1 }
        if end > range.lowerBound, line.uint8(at: end - 1) == UInt8(ascii: ")") {
            var depth = 0
            for index in range.lowerBound..<end {
                if line.uint8(at: index) == UInt8(ascii: "(") { depth += 1 }
                if line.uint8(at: index) == UInt8(ascii: ")") { depth -= 1 }
            }
            if depth < 0 { end -= 1 }
        }
        return range.lowerBound..<end
    }
}
