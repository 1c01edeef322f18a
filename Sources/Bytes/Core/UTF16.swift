/// UTF-16LE, as Windows writes it, to UTF-8.
public enum UTF16LE {
    /// Appends `bytes` (UTF-16LE) to `output` as UTF-8. An unpaired surrogate becomes U+FFFD; an odd last byte is ignored.
    ///
    /// O(n). Four ASCII units a step; anything else unit by unit.
    public static func appendUTF8(_ bytes: RawSpan, to output: inout [UInt8]) {
        transcode(bytes, foldingASCII: false, to: &output)
    }

    /// The same with `A`–`Z` lowered to `a`–`z` (other letters are left as they are).
    public static func appendFoldedUTF8(_ bytes: RawSpan, to output: inout [UInt8]) {
        transcode(bytes, foldingASCII: true, to: &output)
    }

    /// Bytes (not units) before the first NUL unit, or all of them (less an odd last byte).
    public static func lengthBeforeNUL(_ bytes: RawSpan) -> Int {
        var offset = 0
        // Safe readers below: out of range answers nil, and the loops end.
        while let four = bytes.uint64(at: offset) {
            // Zero unit test, SWAR over four units.
            if (four &- 0x0001_0001_0001_0001) & ~four & 0x8000_8000_8000_8000 != 0 { break }
            offset += 8
        }
        while let unit = bytes.uint16(at: offset) {
            if unit == 0 { return offset }
            offset += 2
        }
        return offset
    }

    @inline(__always)
    private static func transcode(_ bytes: RawSpan, foldingASCII fold: Bool, to output: inout [UInt8]) {
        let units = bytes.byteCount / 2
        // Worst case three bytes a unit (a surrogate pair is four for two).
        output.append(addingCapacity: units * 3) { (span: inout OutputSpan<UInt8>) in
            // Safe: `transcode(units:)` writes at most 3 bytes a unit, which is the capacity asked for,
            // reads only below `units * 2`, and the count it reports is what it initialised.
            unsafe span.withUnsafeMutableBufferPointer { target, count in
                guard let base = target.baseAddress else { return }
                unsafe bytes.withUnsafeBytes { source in
                    guard let start = source.baseAddress else { return }
                    let end = unsafe transcode(start, units: units, fold: fold, into: base + count)
                    count = unsafe end - base
                }
            }
        }
    }

    @inline(__always)
    private static func transcode(
        _ source: UnsafeRawPointer, units: Int, fold: Bool, into target: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        // Safe (whole function): `unit < units` before each read; see the caller for the writes.
        var out = unsafe target
        var unit = 0
        while unit < units {
            while unit + 4 <= units {
                // Four units aA bB cC dD; all ASCII when no bit but the low seven of each is set.
                let four = UInt64(littleEndian: unsafe source.loadUnaligned(fromByteOffset: unit * 2, as: UInt64.self))
                guard four & 0xFF80_FF80_FF80_FF80 == 0 else { break }
                let pairs = (four | four >> 8) & 0x0000_FFFF_0000_FFFF
                var packed = UInt32(truncatingIfNeeded: pairs | pairs >> 16)
                if fold { packed = lowered(packed) }
                unsafe UnsafeMutableRawPointer(out).storeBytes(of: packed.littleEndian, as: UInt32.self)
                unsafe out += 4
                unit += 4
            }
            guard unit < units else { break }
            let value = UInt16(littleEndian: unsafe source.loadUnaligned(fromByteOffset: unit * 2, as: UInt16.self))
            unit += 1
            var scalar = UInt32(value)
            if value < 0x80 {
                unsafe out.pointee = fold && value &- 0x41 < 26 ? UInt8(value | 0x20) : UInt8(value)
                unsafe out += 1
                continue
            }
            if value & 0xF800 == 0xD800 {
                scalar = 0xFFFD
                if value < 0xDC00, unit < units {
                    let low = UInt16(
                        littleEndian: unsafe source.loadUnaligned(fromByteOffset: unit * 2, as: UInt16.self))
                    if low & 0xFC00 == 0xDC00 {
                        scalar = 0x10000 + (UInt32(value & 0x3FF) << 10 | UInt32(low & 0x3FF))
                        unit += 1
                    }
                }
            }
            unsafe out = encode(scalar, into: out)
        }
        return unsafe out
    }

    /// Lowers four packed ASCII bytes.
    @inline(__always)
    private static func lowered(_ four: UInt32) -> UInt32 {
        // Bit 7 of each byte is set when the byte is in A...Z; shifted to bit 5 it is the case bit.
        let aboveAt = four &+ 0x3F3F_3F3F
        let aboveZ = four &+ 0x2525_2525
        return four | (aboveAt & ~aboveZ & 0x8080_8080) >> 2
    }

    /// Writes one scalar ≥ U+0080 as two to four bytes.
    @inline(__always)
    private static func encode(_ scalar: UInt32, into out: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        // Safe: the caller has room for four bytes (two units) or three (one unit).
        if scalar < 0x800 {
            unsafe out[0] = UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6)
            unsafe out[1] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
            return unsafe out + 2
        }
        if scalar < 0x10000 {
            unsafe out[0] = UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12)
            unsafe out[1] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F)
            unsafe out[2] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
            return unsafe out + 3
        }
        unsafe out[0] = UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
        unsafe out[1] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F)
        unsafe out[2] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F)
        unsafe out[3] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
        return unsafe out + 4
    }
}
