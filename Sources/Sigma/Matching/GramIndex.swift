/// The arithmetic of the gram filter.
///
/// Every literal of four bytes or more is filed under one of its four-byte pieces (a gram), the rarest it has. A value is
/// scanned by asking a bitmap, at every position, whether any literal is filed under a gram with this hash: one multiply
/// and one bit test per byte, whatever the number of literals. Only where the bit is set are the literals compared.
///
/// ```
///  literal     i n v o k e - m i m i k a t z        filed under "mika" with position 9
///  value   … ; i n v o k e - m i m i k a t z   -c   at "mika": compare from 9 bytes back
/// ```
enum GramIndex {
    /// Bits of bitmap per literal: how many literals per position pass by chance is the reverse of it.
    static let bitsPerLiteral = 24

    @inline(__always)
    static func hash(_ gram: UInt32) -> UInt32 { gram &* 0x9E37_79B1 }

    /// Four bytes from `at`, the first lowest.
    @inline(__always)
    static func gram(_ bytes: [UInt8], at: Int) -> UInt32 {
        UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
    }

    /// Hash of a whole value: its length and both ends. Values that only differ in between share a bucket.
    @inline(__always)
    static func wholeHash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        var hash = UInt32(truncatingIfNeeded: range.count) &* 0x85EB_CA6B
        let end = range.upperBound
        var at = max(range.lowerBound, end - 8)
        while at < end {
            hash = (hash ^ UInt32(bytes[at])) &* 0x0100_0193
            at += 1
        }
        if range.count > 8 { hash ^= UInt32(bytes[range.lowerBound]) }
        return hash &* 0x9E37_79B1
    }
}
