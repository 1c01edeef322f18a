import Bytes

/// The inside of a C string literal as tracers print it.
enum TraceEscapes {
    /// Appends the text with its escapes resolved: `\n`, `\t`, `\"`, `\\`, `\e`…, one to three octal digits, `\x` with one or
    /// two hexadecimal ones. A backslash at the end stands for itself. O(n).
    static func append(_ text: RawSpan, _ range: Range<Int>, to output: inout [UInt8]) {
        var position = range.lowerBound
        while position < range.upperBound {
            // What stands before the next backslash is taken as a whole.
            let slash = TraceText.first(UInt8(ascii: "\\"), in: text, position, range.upperBound) ?? range.upperBound
            if let plain = text.slice(at: position, length: slash &- position) { output.append(plain) }
            position = slash &+ 1
            guard slash < range.upperBound else { return }
            guard position < range.upperBound, let next = text.uint8(at: position) else {
                output.append(UInt8(ascii: "\\"))
                return
            }
            switch next {
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                var value = 0
                let limit = min(range.upperBound, position &+ 3)
                while position < limit, let digit = text.uint8(at: position), digit &- 0x30 < 8 {
                    value = value &* 8 &+ Int(digit &- 0x30)
                    position &+= 1
                }
                output.append(UInt8(truncatingIfNeeded: value))
            case UInt8(ascii: "x"):
                position &+= 1
                var value: UInt8 = 0
                let limit = min(range.upperBound, position &+ 2)
                while position < limit, let digit = text.uint8(at: position).flatMap(hexadecimal) {
                    value = value << 4 | digit
                    position &+= 1
                }
                output.append(value)
            default:
                output.append(single(next))
                position &+= 1
            }
        }
    }

    private static func single(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "v"): 0x0B
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "a"): 0x07
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "e"): 0x1B
        default: byte
        }
    }

    /// The value of a hexadecimal digit of either case.
    @inline(__always)
    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        if byte &- 0x30 < 10 { return byte &- 0x30 }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter &+ 10 : nil
    }
}
