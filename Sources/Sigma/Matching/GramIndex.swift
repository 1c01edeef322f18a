import Bytes

/// The arithmetic of the gram filter.
///
/// Every literal of four bytes or more is filed under one of its four-byte pieces (a gram), the rarest it has. A value is
/// scanned by asking a bitmap, at every position, whether any literal is filed under a gram with this hash: one multiply
/// and one load per byte, whatever the number of literals. Only where the bit is set are the literals compared.
///
/// ```
///  literal     i n v o k e - m i m i k a t z        filed under "mika" with position 9
///  value   … ; i n v o k e - m i m i k a t z   -c   at "mika": compare from 9 bytes back
/// ```
enum GramIndex {
    /// Least bits of filter per literal (the size is rounded up to a power of two).
    static let bitsPerLiteral = 24

    /// A 16-bit hash for counting grams.
    static func slot(_ gram: UInt32) -> Int { Int(GramFilter.hash(gram) >> 16) }

    /// Four bytes from `at`, the first lowest.
    @inline(__always)
    static func gram(_ bytes: [UInt8], at: Int) -> UInt32 {
        UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
    }

    /// Hash of a whole value: its length and its end. Values that only differ before share a bucket.
    @inline(__always)
    static func wholeHash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        let word = TextKernels.lastWord(of: bytes, range) ^ UInt64(truncatingIfNeeded: range.count) &<< 56
        return UInt32(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) &>> 32)
    }
}
