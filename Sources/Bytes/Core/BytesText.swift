/// Numbers and identifiers as Windows writes them, appended as UTF-8.
public enum BytesText {
    /// Appends an unsigned integer in decimal.
    public static func appendDecimal(_ value: UInt64, to output: inout [UInt8]) {
        guard value >= 10 else { return output.append(UInt8(ascii: "0") + UInt8(value)) }
        var digits = 1
        var bound = value
        while bound >= 10 {
            bound /= 10
            digits += 1
        }
        output.append(addingCapacity: digits) { (span: inout OutputSpan<UInt8>) in
            span.append(repeating: 0, count: digits)
            var rest = value
            var index = span.count - 1
            for _ in 0..<digits {
                span[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
                index -= 1
            }
        }
    }

    /// Appends a signed integer in decimal.
    public static func appendDecimal(_ value: Int64, to output: inout [UInt8]) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        appendDecimal(value.magnitude, to: &output)
    }

    /// Appends `0x` and the value in lower-case hex without leading zeros (`0x0` for zero).
    public static func appendHex(_ value: UInt64, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "0"))
        output.append(UInt8(ascii: "x"))
        var shift = max(0, (63 - value.leadingZeroBitCount) / 4 * 4)
        while shift >= 0 {
            output.append(lowerHexDigit(UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15))
            shift -= 4
        }
    }

    /// Appends bytes as hex digits, two a byte.
    public static func appendHex(_ bytes: RawSpan, uppercase: Bool, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + bytes.byteCount * 2)
        var offset = 0
        while let byte = bytes.uint8(at: offset) {
            output.append(uppercase ? upperHexDigit(byte >> 4) : lowerHexDigit(byte >> 4))
            output.append(uppercase ? upperHexDigit(byte & 15) : lowerHexDigit(byte & 15))
            offset += 1
        }
    }

    /// Appends a GUID (16 bytes, Windows' mixed-endian layout) as `{5770385f-c22a-43e0-bf4c-06f5698ffbd9}`.
    /// Appends nothing when there are fewer than 16 bytes.
    public static func appendGUID(_ bytes: RawSpan, to output: inout [UInt8]) {
        guard bytes.byteCount >= 16, let low = bytes.uint64(at: 0), let high = bytes.uint64(at: 8) else { return }
        // Byte order of the 16 digits pairs: 3 2 1 0 - 5 4 - 7 6 - 8 9 - 10 ... 15
        let first = UInt32(truncatingIfNeeded: low)
        let second = UInt16(truncatingIfNeeded: low >> 32)
        let third = UInt16(truncatingIfNeeded: low >> 48)
        let rest = high.byteSwapped
        output.append(UInt8(ascii: "{"))
        appendDigits(UInt64(first), count: 8, to: &output)
        output.append(UInt8(ascii: "-"))
        appendDigits(UInt64(second), count: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        appendDigits(UInt64(third), count: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        appendDigits(rest >> 48, count: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        appendDigits(rest & 0xFFFF_FFFF_FFFF, count: 12, to: &output)
        output.append(UInt8(ascii: "}"))
    }

    /// Bytes of the SID that starts `bytes`, by its sub-authority count, or nil when they do not hold it.
    @inlinable
    public static func sidLength(_ bytes: RawSpan) -> Int? {
        guard let count = bytes.uint8(at: 1), bytes.byteCount >= 8 + 4 * Int(count) else { return nil }
        return 8 + 4 * Int(count)
    }

    /// Appends a SID as `S-1-5-21-…`. Answers false, and appends nothing, when the bytes do not hold one.
    @discardableResult
    public static func appendSID(_ bytes: RawSpan, to output: inout [UInt8]) -> Bool {
        guard let revision = bytes.uint8(at: 0), let length = sidLength(bytes),
            let top = bytes.uint16(at: 2), let bottom = bytes.uint32(at: 4)
        else { return false }
        output.append(UInt8(ascii: "S"))
        output.append(UInt8(ascii: "-"))
        appendDecimal(UInt64(revision), to: &output)
        output.append(UInt8(ascii: "-"))
        // The authority is the one big-endian number of the format: 48 bits.
        let authority = UInt64(top.byteSwapped) << 32 | UInt64(bottom.byteSwapped)
        // Authorities of 2^32 and more are shown in hex ([MS-DTYP] 2.4.2.1).
        if authority < 1 << 32 { appendDecimal(authority, to: &output) } else { appendHex(authority, to: &output) }
        var offset = 8
        while offset < length, let part = bytes.uint32(at: offset) {
            output.append(UInt8(ascii: "-"))
            appendDecimal(UInt64(part), to: &output)
            offset += 4
        }
        return true
    }

    @inline(__always)
    private static func appendDigits(_ value: UInt64, count: Int, to output: inout [UInt8]) {
        var shift = UInt64(count * 4)
        while shift > 0 {
            shift -= 4
            output.append(lowerHexDigit(UInt8(truncatingIfNeeded: value >> shift) & 15))
        }
    }

    /// `0`–`f` of 0–15.
    @inlinable @inline(__always)
    public static func lowerHexDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }

    /// `0`–`F` of 0–15.
    @inlinable @inline(__always)
    public static func upperHexDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x37 + nibble }
}
