/// The inside of JSON strings (RFC 8259 §7) to plain UTF-8.
public enum JSONEscapes {
    /// Appends the inside of a JSON string (without its quotes) to `output` with its escapes resolved.
    ///
    /// An unpaired surrogate escape becomes U+FFFD; an escape the standard does not know stands for its own character, and
    /// a lone backslash at the end for itself. O(n), eight bytes a step between escapes. The result is never longer.
    public static func appendUnescaped(_ text: RawSpan, to output: inout [UInt8]) {
        let count = text.byteCount
        // Whole words are stored, so up to eight bytes past the text's own length are touched.
        output.append(addingCapacity: count + 8) { (span: inout OutputSpan<UInt8>) in
            // Safe: `copy` writes at most `count + 8` bytes, the capacity asked for, reads only below `count`, and
            // answers the end of what it wrote.
            unsafe span.withUnsafeMutableBufferPointer { target, used in
                guard let base = target.baseAddress else { return }
                unsafe text.withUnsafeBytes { source in
                    guard let start = source.baseAddress else { return }
                    let end = unsafe copy(start, count: count, into: base + used)
                    used = unsafe end - base
                }
            }
        }
    }

    private static func copy(
        _ source: UnsafeRawPointer, count: Int, into target: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        // Safe (whole function): reads are below `count`; every escape is at least as long as what it stands for, so
        // the output never overtakes the input, and a word store ends at most eight bytes after it.
        var out = unsafe target
        var offset = 0
        while offset < count {
            while offset &+ 8 <= count {
                let word = UInt64(littleEndian: unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                unsafe UnsafeMutableRawPointer(out).storeBytes(of: word.littleEndian, as: UInt64.self)
                let marked = word ^ 0x5C5C_5C5C_5C5C_5C5C
                let hits = (marked &- 0x0101_0101_0101_0101) & ~marked & 0x8080_8080_8080_8080
                let plain = hits == 0 ? 8 : hits.trailingZeroBitCount / 8
                offset &+= plain
                unsafe out += plain
                if hits != 0 { break }
            }
            guard offset < count else { break }
            let byte = unsafe source.load(fromByteOffset: offset, as: UInt8.self)
            guard byte == UInt8(ascii: "\\"), offset &+ 1 < count else {
                unsafe out.pointee = byte
                unsafe out += 1
                offset &+= 1
                continue
            }
            let escape = unsafe source.load(fromByteOffset: offset &+ 1, as: UInt8.self)
            offset &+= 2
            guard escape == UInt8(ascii: "u"), let unit = unsafe hexUnit(source, offset, count) else {
                unsafe out.pointee = plainEscape(escape)
                unsafe out += 1
                continue
            }
            offset &+= 4
            var scalar = unit
            if unit & 0xF800 == 0xD800 {
                scalar = 0xFFFD
                if unit < 0xDC00, offset &+ 6 <= count,
                    unsafe source.load(fromByteOffset: offset, as: UInt8.self) == UInt8(ascii: "\\"),
                    unsafe source.load(fromByteOffset: offset &+ 1, as: UInt8.self) == UInt8(ascii: "u"),
                    let low = unsafe hexUnit(source, offset &+ 2, count), low & 0xFC00 == 0xDC00
                {
                    scalar = 0x10000 + ((unit & 0x3FF) << 10 | (low & 0x3FF))
                    offset &+= 6
                }
            }
            unsafe out = encode(scalar, into: out)
        }
        return unsafe out
    }

    /// What a one-letter escape stands for.
    @inline(__always)
    private static func plainEscape(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        default: letter
        }
    }

    /// The four hex digits at `offset`, or nil.
    @inline(__always)
    private static func hexUnit(_ source: UnsafeRawPointer, _ offset: Int, _ count: Int) -> UInt32? {
        guard offset &+ 4 <= count else { return nil }
        var value: UInt32 = 0
        for index in 0..<4 {
            // Safe: index is below four, and four bytes were just checked.
            let byte = unsafe source.load(fromByteOffset: offset &+ index, as: UInt8.self)
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte &- 0x30)
            case 0x41...0x46, 0x61...0x66: value = value << 4 | UInt32((byte & 0x0F) &+ 9)
            default: return nil
            }
        }
        return value
    }

    /// Writes one scalar as one to four bytes.
    @inline(__always)
    private static func encode(_ scalar: UInt32, into out: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        // Safe: the escape that was read is six bytes or more, and at most four are written.
        switch scalar {
        case 0..<0x80:
            unsafe out[0] = UInt8(truncatingIfNeeded: scalar)
            return unsafe out + 1
        case 0x80..<0x800:
            unsafe out[0] = UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6)
            unsafe out[1] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
            return unsafe out + 2
        case 0x800..<0x10000:
            unsafe out[0] = UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12)
            unsafe out[1] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F)
            unsafe out[2] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
            return unsafe out + 3
        default:
            unsafe out[0] = UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
            unsafe out[1] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F)
            unsafe out[2] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F)
            unsafe out[3] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
            return unsafe out + 4
        }
    }
}
