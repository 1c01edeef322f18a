extension BytesText {
    /// Escapes for a JSON string what was appended to `output` since `start`, in place: quotes, backslashes and control
    /// characters. O(n), eight bytes a step when nothing needs escaping.
    public static func escapeJSON(_ output: inout [UInt8], from start: Int) {
        let extra = growth(output, from: start)
        guard extra > 0 else { return }
        let count = output.count
        output.append(contentsOf: repeatElement(0, count: extra))
        var read = count - 1
        var write = count + extra - 1
        while read >= start, read != write {
            let byte = output[read]
            read -= 1
            guard mustEscape(byte) else {
                output[write] = byte
                write -= 1
                continue
            }
            if let short = shortEscape(byte) {
                output[write] = short
                output[write - 1] = 0x5C
                write -= 2
            } else {
                output[write] = lowerHexDigit(byte & 15)
                output[write - 1] = lowerHexDigit(byte >> 4)
                output[write - 2] = 0x30
                output[write - 3] = 0x30
                output[write - 4] = 0x75
                output[write - 5] = 0x5C
                write -= 6
            }
        }
    }

    /// Bytes that escaping adds from `start` on.
    private static func growth(_ bytes: [UInt8], from start: Int) -> Int {
        // Safe: the loads are below `count`; the pointer stays in the closure.
        unsafe bytes.withUnsafeBytes { buffer in
            var sum = 0
            var index = start
            while index + 8 <= buffer.count {
                let eight = unsafe buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if hasEscape(eight) {
                    for place in index..<(index + 8) { sum += unsafe growth(buffer[place]) }
                }
                index += 8
            }
            while index < buffer.count {
                sum += unsafe growth(buffer[index])
                index += 1
            }
            return sum
        }
    }

    /// Whether one of eight bytes may be below 0x20, a quote or a backslash (SWAR; bytes of 0x80 and more are not).
    @inline(__always)
    private static func hasEscape(_ eight: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let control = eight &- ones &* 0x20
        let quote = (eight ^ ones &* 0x22) &- ones
        let slash = (eight ^ ones &* 0x5C) &- ones
        return (control | quote | slash) & ~eight & (ones &* 0x80) != 0
    }

    @inline(__always)
    private static func mustEscape(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5C }

    @inline(__always)
    private static func growth(_ byte: UInt8) -> Int {
        guard mustEscape(byte) else { return 0 }
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
