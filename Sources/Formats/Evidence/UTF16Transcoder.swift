import Bytes

/// UTF-16 to UTF-8, piece by piece. A unit or a pair of surrogates may be cut anywhere:
///
///     …│ 3D D8 │ 00 DE │…      U+1F600 over three pieces: what is incomplete is carried over
struct UTF16Transcoder {
    /// Surrogates without their other half; each became U+FFFD.
    private(set) var unpaired = 0
    /// Offset of the first of them in the UTF-16 text, in bytes with the mark.
    private(set) var firstUnpaired: Int64 = -1
    /// Whether half a unit was left at the end; it is left out.
    private(set) var endsInUnit = false
    private let text: UTF16Text
    private var carried: [UInt8] = []
    /// Bytes that came before ``carried``.
    private var consumed: Int64 = 0
    private var markLeft: Int

    init(_ text: UTF16Text) {
        self.text = text
        markLeft = text.markLength
    }

    /// Appends the text of the next piece, as UTF-8 without mark.
    mutating func append(_ piece: RawSpan, to output: inout [UInt8]) {
        var units = carried
        units.append(piece)
        transcode(&units, isLast: false, to: &output)
    }

    /// Appends what was carried over at the end.
    mutating func finish(to output: inout [UInt8]) {
        var units = carried
        transcode(&units, isLast: true, to: &output)
        endsInUnit = !carried.isEmpty
    }

    private mutating func transcode(_ units: inout [UInt8], isLast: Bool, to output: inout [UInt8]) {
        let skipped = min(markLeft, units.count)
        units.removeFirst(skipped)
        markLeft -= skipped
        consumed += Int64(skipped)
        var end = units.count & ~1
        if text.isBigEndian {
            var offset = 0
            while offset < end {
                (units[offset], units[offset + 1]) = (units[offset + 1], units[offset])
                offset += 2
            }
        }
        if !isLast, end >= 2, units[end - 1] & 0xFC == 0xD8 { end -= 2 }
        let bytes = units.span.bytes
        count(bytes.extracting(0..<end))
        UTF16LE.appendUTF8(bytes.extracting(0..<end), to: &output)
        carried = Array(units[end...])
        // Carried bytes stand as they came.
        if text.isBigEndian, carried.count >= 2 { carried.swapAt(0, 1) }
        consumed += Int64(end)
    }

    /// Counts unpaired surrogates in whole units, little-endian.
    private mutating func count(_ units: RawSpan) {
        var offset = 0
        while true {
            // Four units at once: one of them is a surrogate when its top five bits are 11011.
            while let four = units.uint64(at: offset) {
                let high = four & 0xF800_F800_F800_F800 ^ 0xD800_D800_D800_D800
                if (high &- 0x0001_0001_0001_0001) & ~high & 0x8000_8000_8000_8000 != 0 { break }
                offset += 8
            }
            guard let unit = units.uint16(at: offset) else { return }
            if unit & 0xF800 == 0xD800 {
                if unit & 0xFC00 == 0xD800, let low = units.uint16(at: offset + 2), low & 0xFC00 == 0xDC00 {
                    offset += 2
                } else {
                    if unpaired == 0 { firstUnpaired = consumed + Int64(offset) }
                    unpaired += 1
                }
            }
            offset += 2
        }
    }
}
