import Bytes

/// Text in UTF-16, with or without a mark, as PowerShell, `wevtutil` and registry exports write it.
struct UTF16Text: Equatable {
    /// Whether the high byte of a unit comes first.
    let isBigEndian: Bool
    /// Bytes of the byte order mark: 2 or 0.
    let markLength: Int

    /// The name of the encoding, as wrappings are told.
    var name: String { isBigEndian ? "utf-16be" : "utf-16le" }

    /// Bytes that are looked at.
    private static let sampleLength = 4096

    /// The encoding of a file with this head, or nil if it is not UTF-16.
    ///
    /// With a mark the text must hold no unit 0 (binary data does, within a few bytes; `FF FE 00 00` is UTF-32). Without
    /// one the NULs must lie as in text: the first units are printable ASCII, so are at least half of all, and no unit
    /// is 0. Binary logs fail at once: `ElfFile` has no NUL in its first unit.
    static func of(_ head: RawSpan) -> UTF16Text? {
        let sample = head.extracting(0..<min(head.byteCount, sampleLength))
        switch sample.uint16(at: 0) {
        case 0xFEFF:
            return isText(sample, from: 2, isBigEndian: false) ? UTF16Text(isBigEndian: false, markLength: 2) : nil
        case 0xFFFE:
            return isText(sample, from: 2, isBigEndian: true) ? UTF16Text(isBigEndian: true, markLength: 2) : nil
        default: break
        }
        for isBigEndian in [false, true] where hasPattern(sample, isBigEndian: isBigEndian) {
            return UTF16Text(isBigEndian: isBigEndian, markLength: 0)
        }
        return nil
    }

    private static func unit(_ bytes: RawSpan, at offset: Int, isBigEndian: Bool) -> UInt16? {
        bytes.uint16(at: offset).map { isBigEndian ? $0.byteSwapped : $0 }
    }

    private static func isText(_ sample: RawSpan, from start: Int, isBigEndian: Bool) -> Bool {
        var offset = start
        while let unit = unit(sample, at: offset, isBigEndian: isBigEndian) {
            if unit == 0 { return false }
            offset += 2
        }
        return true
    }

    private static func hasPattern(_ sample: RawSpan, isBigEndian: Bool) -> Bool {
        var units = 0
        var ascii = 0
        while let unit = unit(sample, at: units * 2, isBigEndian: isBigEndian) {
            let isASCII = (0x20..<0x7F).contains(unit) || (0x09...0x0D).contains(unit)
            if unit == 0 || units < 8 && !isASCII { return false }
            units += 1
            if isASCII { ascii += 1 }
        }
        return units >= 4 && ascii * 2 >= units
    }
}
