/// A set of four-byte pieces of text ("grams"), asked at every position of a value: the first stage of looking for thousands
/// of literals at once.
///
/// Two bits in one 64-bit word per gram (a blocked Bloom filter): one multiply and one load per position, and with 16 bits
/// or more per gram at most one position in sixty passes by chance.
///
/// ```
///  gram × constant =  ┌ word index ┬ … ┬ bit b (6) ┬ bit a (6) ┬ 32 low bits ┐
///                     top                43…38       37…32
/// ```
public enum GramFilter {
    /// The hash that places a gram; its top bits also make good bucket numbers.
    @inlinable @inline(__always)
    public static func hash(_ gram: UInt32) -> UInt64 { UInt64(gram) &* 0x9E37_79B9_7F4A_7C15 }

    /// Adds a gram to the filter of `1 << (64 - shift)` words from `base` on.
    public static func insert(_ gram: UInt32, to words: inout [UInt64], base: Int, shift: UInt64) {
        let hash = hash(gram)
        words[base + Int(hash >> shift)] |= 1 << (hash >> 32 & 63) | 1 << (hash >> 38 & 63)
    }

    /// The first position in `start ..< end - 3` whose four bytes may be in the filter, or -1.
    ///
    /// `end` must lie in the text, and the filter's `1 << (64 - shift)` words from `base` on in `words` (traps otherwise).
    @inlinable
    public static func next(
        _ text: [UInt8], from start: Int, to end: Int, _ words: [UInt64], base: Int, shift: UInt64
    ) -> Int {
        precondition(start >= 0 && end <= text.count && shift > 32 && shift < 64)
        precondition(base >= 0 && 1 << Int(64 - shift) <= words.count - base)
        // Safe: `position + 8 <= end` or `position + 4 <= end` before each read of the text; a word index is below
        // `1 << (64 - shift)`, which was checked to lie in `words`.
        return unsafe text.withUnsafeBytes { text in
            unsafe words.withUnsafeBufferPointer { words in
                var position = start
                while position &+ 8 <= end {
                    let word = unsafe UInt64(
                        littleEndian: text.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                    var passed = unsafe test(UInt32(truncatingIfNeeded: word), words, base, shift)
                    passed |= unsafe test(UInt32(truncatingIfNeeded: word &>> 8), words, base, shift) &<< 1
                    passed |= unsafe test(UInt32(truncatingIfNeeded: word &>> 16), words, base, shift) &<< 2
                    passed |= unsafe test(UInt32(truncatingIfNeeded: word &>> 24), words, base, shift) &<< 3
                    if passed != 0 { return position &+ passed.trailingZeroBitCount }
                    position &+= 4
                }
                while position &+ 4 <= end {
                    let gram = unsafe UInt32(
                        littleEndian: text.loadUnaligned(fromByteOffset: position, as: UInt32.self))
                    if unsafe test(gram, words, base, shift) != 0 { return position }
                    position &+= 1
                }
                return -1
            }
        }
    }

    /// 1 when both bits of the gram are set, else 0.
    @inlinable @inline(__always)
    static func test(_ gram: UInt32, _ words: UnsafeBufferPointer<UInt64>, _ base: Int, _ shift: UInt64) -> UInt64 {
        let hash = hash(gram)
        // Safe: the caller checked that every index below `1 << (64 - shift)` from `base` on is in the buffer.
        let word = unsafe words.baseAddress.unsafelyUnwrapped[base &+ Int(truncatingIfNeeded: hash &>> shift)]
        return (word &>> (hash &>> 32)) & (word &>> (hash &>> 38)) & 1
    }
}
