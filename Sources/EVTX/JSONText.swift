import Bytes

/// JSON strings.
enum JSONText {
    /// `"name":`, escaped.
    static func key(_ name: String) -> [UInt8] {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        let bytes = Array(name.utf8)
        result.append(contentsOf: bytes)
        escape(&result, from: 1)
        result.append(UInt8(ascii: "\""))
        result.append(UInt8(ascii: ":"))
        return result
    }

    /// Escapes what was appended to `output` since `start`, in place. O(n); nothing is moved when nothing needs escaping.
    static func escape(_ output: inout [UInt8], from start: Int) {
        let count = output.count
        let extra = growth(output.span, from: start)
        guard extra > 0 else { return }
        output.append(contentsOf: repeatElement(0, count: extra))
        var read = count - 1
        var write = count + extra - 1
        while read >= start, read != write {
            let byte = output[read]
            read -= 1
            guard byte < 0x20 || byte == 0x22 || byte == 0x5C else {
                output[write] = byte
                write -= 1
                continue
            }
            if let short = shortEscape(byte) {
                output[write] = short
                output[write - 1] = 0x5C
                write -= 2
            } else {
                output[write] = BytesText.lowerHexDigit(byte & 15)
                output[write - 1] = BytesText.lowerHexDigit(byte >> 4)
                output[write - 2] = 0x30
                output[write - 3] = 0x30
                output[write - 4] = 0x75
                output[write - 5] = 0x5C
                write -= 6
            }
        }
    }

    /// Bytes that escaping adds.
    @inline(__always)
    private static func growth(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var sum = 0
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { sum += growth(byte) }
            index += 1
        }
        return sum
    }

    @inline(__always)
    private static func growth(_ byte: UInt8) -> Int {
        guard byte < 0x20 || byte == 0x22 || byte == 0x5C else { return 0 }
        return shortEscape(byte) != nil ? 1 : 5
    }

    @inline(__always)
    private static func shortEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x22, 0x5C: byte
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        default: nil
        }
    }
}
