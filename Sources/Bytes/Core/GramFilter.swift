/// A set of four-byte pieces of text ("grams"), asked at every position of a value: the first stage of looking for thousands
/// of literals at once.
///
/// One bit per gram, found by the top bits of a product: one multiply, one load and one bit test per position. With 24
/// bits or more per gram, at most one position in 24 passes by chance.
public enum GramFilter {
    /// The hash that places a gram; its top bits also make good bucket numbers.
    @inlinable @inline(__always)
    public static func hash(_ gram: UInt32) -> UInt32 { gram &* 0x9E37_79B1 }

    /// Adds a gram to the filter of `1 << (32 - shift)` bits in `words` from `base` on.
    public static func insert(_ gram: UInt32, to words: inout [UInt64], base: Int, shift: UInt32) {
        let bit = Int(hash(gram) >> shift)
        words[base + bit >> 6] |= 1 << UInt64(bit & 63)
    }

    /// Writes to `positions` every position in `start ..< end - 3` whose four bytes may be in the filter.
    ///
    /// `end` must lie in the text, the filter's `1 << (32 - shift)` bits from `base` on in `words` (at least 64 of them),
    /// and `positions` must have room for `end - start` numbers (traps otherwise).
    ///
    /// - Returns: how many positions there are.
    @inlinable
    public static func positions(
        in text: [UInt8], from start: Int, to end: Int, _ words: [UInt64], base: Int, shift: UInt32,
        to positions: inout [UInt32]
    ) -> Int {
        precondition(start >= 0 && end <= text.count && end - start <= positions.count && end < 1 << 31)
        precondition(shift > 0 && shift <= 26 && base >= 0 && 1 << Int(26 - shift) <= words.count - base)
        // Safe: `position + 8 <= end` or `position + 4 <= end` before each read of the text; a bit number is below
        // `1 << (32 - shift)`, whose words were checked to lie in `words`; each position is written at most once, and
        // there are fewer of them than `positions` has room for.
        return unsafe text.withUnsafeBytes { text in
            unsafe words.withUnsafeBufferPointer { words in
                unsafe positions.withUnsafeMutableBufferPointer { output in
                    var count = 0
                    var position = start
                    while position &+ 8 <= end {
                        let word = unsafe UInt64(
                            littleEndian: text.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                        for step in 0..<4 {
                            let gram = UInt32(truncatingIfNeeded: word &>> UInt64(8 &* step))
                            if unsafe contains(gram, words, base, shift) {
                                unsafe output[count] = UInt32(truncatingIfNeeded: position &+ step)
                                count &+= 1
                            }
                        }
                        position &+= 4
                    }
                    while position &+ 4 <= end {
                        let gram = unsafe UInt32(
                            littleEndian: text.loadUnaligned(fromByteOffset: position, as: UInt32.self))
                        if unsafe contains(gram, words, base, shift) {
                            unsafe output[count] = UInt32(truncatingIfNeeded: position)
                            count &+= 1
                        }
                        position &+= 1
                    }
                    return count
                }
            }
        }
    }

    /// Whether the gram's bit is set.
    @inlinable @inline(__always)
    static func contains(_ gram: UInt32, _ words: UnsafeBufferPointer<UInt64>, _ base: Int, _ shift: UInt32) -> Bool {
        let bit = Int(hash(gram) &>> shift)
        // Safe: the caller checked that the words of every bit number below `1 << (32 - shift)` are in the buffer.
        let word = unsafe words.baseAddress.unsafelyUnwrapped[base &+ bit &>> 6]
        return word & (1 &<< UInt64(truncatingIfNeeded: bit & 63)) != 0
    }
}
