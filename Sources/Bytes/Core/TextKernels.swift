/// Kernels that copy an event's text into an arena in the form that case-insensitive matching compares: ASCII letters in
/// lower case. Both stop at the first code unit that is not ASCII, where the caller's slower path takes over.
public enum TextKernels {
    /// The byte at `offset`; traps when it lies outside.
    @inlinable @inline(__always)
    public static func byte(_ source: RawSpan, at offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < source.byteCount)
        // Safe: the offset was just checked; every bit pattern is a UInt8.
        return unsafe source.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// `word` with every ASCII capital in lower case; all its bytes must be below 0x80.
    ///
    /// Per byte: adding 0x3F sets the top bit from `A` on, adding 0x25 from `[` on; one without the other is a capital,
    /// and its top bit moved two places down is the 0x20 that makes it small.
    @inlinable @inline(__always)
    public static func lowercased(_ word: UInt64) -> UInt64 {
        let fromA = word &+ 0x3F3F_3F3F_3F3F_3F3F
        let afterZ = word &+ 0x2525_2525_2525_2525
        return word | (((fromA & ~afterZ) & 0x8080_8080_8080_8080) >> 2)
    }

    /// Copies `source` to `destination` from `offset` on, ASCII capitals made small, up to the first byte from 0x80 on.
    /// `destination` must have room for all of `source` (traps otherwise).
    ///
    /// - Returns: how many bytes were copied; `source.byteCount` when all of it is ASCII.
    @inlinable
    public static func copyFoldingASCII(
        _ source: RawSpan, to destination: inout [UInt8], at offset: Int
    ) -> Int {
        let count = source.byteCount
        precondition(offset >= 0 && count <= destination.count - offset)
        // Safe: reads stay below `count`, writes below `offset + count`, both checked above against their buffers.
        return unsafe source.withUnsafeBytes { input in
            unsafe destination.withUnsafeMutableBytes { output in
                var index = 0
                while index &+ 8 <= count {
                    let word = unsafe input.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    if word & 0x8080_8080_8080_8080 != 0 { break }
                    unsafe output.storeBytes(of: lowercased(word), toByteOffset: offset &+ index, as: UInt64.self)
                    index &+= 8
                }
                while index < count {
                    let byte = unsafe input[index]
                    if byte >= 0x80 { break }
                    unsafe output[offset &+ index] = byte &- 0x41 < 26 ? byte | 0x20 : byte
                    index &+= 1
                }
                return index
            }
        }
    }

    /// The last eight bytes of `text[range]` (zeros above when there are fewer), the first of them lowest.
    @inlinable
    public static func lastWord(of text: [UInt8], _ range: Range<Int>) -> UInt64 {
        precondition(range.lowerBound >= 0 && range.upperBound <= text.count)
        if range.count >= 8 {
            // Safe: the eight bytes before `upperBound` lie in the range, which was just checked against the array.
            return unsafe text.withUnsafeBytes { input in
                unsafe UInt64(littleEndian: input.loadUnaligned(fromByteOffset: range.upperBound - 8, as: UInt64.self))
            }
        }
        var word: UInt64 = 0
        for index in range.reversed() { word = word << 8 | UInt64(text[index]) }
        return word
    }

    /// Whether `text[at ..< at + literal.count]` equals `pool[literal]`; false when it does not fit.
    @inlinable
    public static func equal(_ text: [UInt8], at: Int, _ pool: [UInt8], _ literal: Range<Int>) -> Bool {
        guard at >= 0, literal.count <= text.count - at else { return false }
        precondition(literal.lowerBound >= 0 && literal.upperBound <= pool.count)
        // Safe: both ranges were just checked against their arrays.
        return unsafe text.withUnsafeBytes { left in
            unsafe pool.withUnsafeBytes { right in
                var index = 0
                while index &+ 8 <= literal.count {
                    let a = unsafe left.loadUnaligned(fromByteOffset: at &+ index, as: UInt64.self)
                    let b = unsafe right.loadUnaligned(fromByteOffset: literal.lowerBound &+ index, as: UInt64.self)
                    if a != b { return false }
                    index &+= 8
                }
                while index < literal.count {
                    if unsafe left[at &+ index] != right[literal.lowerBound &+ index] { return false }
                    index &+= 1
                }
                return true
            }
        }
    }

    /// Copies `source` to `destination` from `offset` on; there must be room (traps otherwise).
    @inlinable
    public static func copy(_ source: RawSpan, to destination: inout [UInt8], at offset: Int) {
        precondition(offset >= 0 && source.byteCount <= destination.count - offset)
        // Safe: the destination range was just checked, and the two buffers cannot overlap (one is exclusively ours).
        unsafe source.withUnsafeBytes { input in
            unsafe destination.withUnsafeMutableBytes { output in
                unsafe UnsafeMutableRawBufferPointer(rebasing: output[offset...]).copyMemory(from: input)
            }
        }
    }

    /// Copies UTF-16LE `source` to `destination` from `offset` on as bytes, up to the first unit from 0x80 on; with
    /// `fold`, ASCII capitals are made small. `destination` must have room for one byte per unit (traps otherwise).
    ///
    /// - Returns: how many units were copied; `source.byteCount / 2` when all of it is ASCII.
    @inlinable
    public static func copyNarrowing(
        utf16LE source: RawSpan, to destination: inout [UInt8], at offset: Int, fold: Bool
    ) -> Int {
        let count = source.byteCount / 2
        precondition(offset >= 0 && count <= destination.count - offset)
        // Safe: reads stay below `2 * count`, writes below `offset + count`, both checked above against their buffers.
        return unsafe source.withUnsafeBytes { input in
            unsafe destination.withUnsafeMutableBytes { output in
                var index = 0
                while index &+ 8 <= count {
                    let low = unsafe input.loadUnaligned(fromByteOffset: 2 &* index, as: UInt64.self)
                    let high = unsafe input.loadUnaligned(fromByteOffset: 2 &* index &+ 8, as: UInt64.self)
                    if (low | high) & 0xFF80_FF80_FF80_FF80 != 0 { break }
                    let word = narrowed(low) | narrowed(high) << 32
                    let text = fold ? lowercased(word) : word
                    unsafe output.storeBytes(of: text, toByteOffset: offset &+ index, as: UInt64.self)
                    index &+= 8
                }
                while index < count {
                    let unit = unsafe UInt16(
                        littleEndian: input.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
                    if unit >= 0x80 { break }
                    let byte = UInt8(truncatingIfNeeded: unit)
                    unsafe output[offset &+ index] = fold && byte &- 0x41 < 26 ? byte | 0x20 : byte
                    index &+= 1
                }
                return index
            }
        }
    }

    /// The low bytes of four 16-bit units, side by side: `00dd00cc00bb00aa` becomes `ddccbbaa`.
    @inlinable @inline(__always)
    public static func narrowed(_ word: UInt64) -> UInt64 {
        let pairs = (word | word >> 8) & 0x0000_FFFF_0000_FFFF
        return (pairs | pairs >> 16) & 0xFFFF_FFFF
    }
}
