/// Folded text as UTF-8 bytes: ``CaseFolding`` through a table, for the hot path.
enum FoldedText {
    /// The folded scalar. A table look-up below U+3000, where nearly all cased scalars are.
    @inline(__always)
    static func fold(_ scalar: UInt32) -> UInt32 {
        if scalar < 0x80 { return scalar &- 0x41 < 26 ? scalar | 0x20 : scalar }
        if scalar < UInt32(tableEnd) { return table[Int(scalar)] }
        return foldRare(scalar)
    }

    /// The folded UTF-8 of a text.
    static func folded(_ text: String) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: text.utf8.count * 2)
        var end = 0
        for scalar in text.unicodeScalars { put(fold(scalar.value), into: &bytes, at: &end) }
        bytes.removeSubrange(end...)
        return bytes
    }

    /// Writes one scalar (a lone surrogate as U+FFFD) as UTF-8 at `end` and moves `end` behind it; there must be room.
    @inline(__always)
    static func put(_ value: UInt32, into bytes: inout [UInt8], at end: inout Int) {
        if value < 0x80 {
            bytes[end] = UInt8(truncatingIfNeeded: value)
            end += 1
            return
        }
        let value = value &- 0xD800 < 0x800 ? 0xFFFD : value
        let count = value < 0x800 ? 2 : value < 0x10000 ? 3 : 4
        let lead: UInt32 = count == 2 ? 0xC0 : count == 3 ? 0xE0 : 0xF0
        bytes[end] = UInt8(truncatingIfNeeded: lead | value >> UInt32(6 * (count - 1)))
        for index in 1..<count {
            bytes[end + index] = UInt8(truncatingIfNeeded: 0x80 | value >> UInt32(6 * (count - 1 - index)) & 0x3F)
        }
        end += count
    }

    private static let tableEnd = 0x3000

    private static let table: [UInt32] = {
        var table = [UInt32](0..<UInt32(tableEnd))
        for block in casedBlocks {
            for scalar in block where scalar < UInt32(tableEnd) { table[Int(scalar)] = compute(scalar) }
        }
        return table
    }()

    /// The blocks that hold cased scalars; everything else folds to itself (a test compares every scalar).
    private static let casedBlocks: [ClosedRange<UInt32>] = [
        0x80...0x58F, 0x10A0...0x10FF, 0x13A0...0x13FF, 0x1C80...0x1CBF, 0x1D00...0x1FFF, 0x2100...0x218F,
        0x24B0...0x24EF, 0x2C00...0x2DFF, 0xA640...0xA7FF, 0xAB30...0xABBF, 0xFF21...0xFF5A, 0x10400...0x105BF,
        0x10C80...0x10CFF, 0x10D50...0x10D8F, 0x118A0...0x118DF, 0x16E40...0x16EDF, 0x1E900...0x1E943,
    ]

    private static func foldRare(_ scalar: UInt32) -> UInt32 {
        for block in casedBlocks where block ~= scalar { return compute(scalar) }
        return scalar
    }

    private static func compute(_ value: UInt32) -> UInt32 {
        Unicode.Scalar(value).map { CaseFolding.fold($0).value } ?? value
    }
}
