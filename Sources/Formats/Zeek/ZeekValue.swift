import Bytes

/// The text of one value in a column of a Zeek log.
enum ZeekValue {
    /// Offset of the first `separator` from `start` on, or `end`; notes a backslash on the way.
    ///
    /// Eight bytes a step, as in ``JSONGrammar/endOfString(_:from:escaped:)``.
    @inline(__always)
    static func end(
        _ text: RawSpan, from start: Int, to end: Int, separator: UInt64, isEscaped: inout Bool
    ) -> Int {
        let separators = separator &* 0x0101_0101_0101_0101
        var position = start
        while position < end {
            if position &+ 8 <= end, let word = text.uint64(at: position) {
                let columns = word ^ separators
                let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
                let hits =
                    (((columns &- 0x0101_0101_0101_0101) & ~columns)
                        | ((slashes &- 0x0101_0101_0101_0101) & ~slashes)) & 0x8080_8080_8080_8080
                if hits == 0 {
                    position &+= 8
                    continue
                }
                position &+= hits.trailingZeroBitCount &>> 3
            }
            guard let byte = text.uint8(at: position) else { return end }
            if UInt64(byte) == separator { return position }
            if byte == UInt8(ascii: "\\") { isEscaped = true }
            position &+= 1
        }
        return end
    }

    /// Appends a value with its `\xHH` and `\\` resolved; anything else stands for itself. O(n).
    static func appendUnescaped(_ text: RawSpan, to output: inout [UInt8]) {
        var position = 0
        while let byte = text.uint8(at: position) {
            guard byte == UInt8(ascii: "\\"), let next = text.uint8(at: position + 1) else {
                output.append(byte)
                position += 1
                continue
            }
            if next == UInt8(ascii: "x"), let high = hex(text.uint8(at: position + 2)),
                let low = hex(text.uint8(at: position + 3))
            {
                output.append(high << 4 | low)
                position += 4
            } else {
                output.append(next == UInt8(ascii: "\\") ? next : byte)
                position += next == UInt8(ascii: "\\") ? 2 : 1
            }
        }
    }

    private static func hex(_ byte: UInt8?) -> UInt8? {
        switch byte {
        case let byte? where byte &- 0x30 < 10: byte &- 0x30
        case let byte? where (byte | 0x20) &- 0x61 < 6: (byte | 0x20) &- 0x57
        default: nil
        }
    }
}
