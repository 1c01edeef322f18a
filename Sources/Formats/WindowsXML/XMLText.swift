import Bytes

/// References in XML text.
enum XMLText {
    /// Longest reference that is looked at, from `&` to `;`.
    private static let referenceLimit = 12

    /// Appends `text` with its character references and the five entities of XML resolved.
    ///
    /// Logs are more generous than XML 1.0: references to control characters are taken as they are, those to surrogates and
    /// past U+10FFFF become U+FFFD, and a reference that is none (`&amp` without its semicolon, `&unknown;`) stays as
    /// written. Nothing ever expands to more than it is written with. O(n).
    static func appendResolved(_ text: RawSpan, to output: inout [UInt8]) {
        var start = 0
        while let ampersand = text.firstOffset(of: UInt8(ascii: "&"), from: start) {
            output.append(text.extracting(start..<ampersand))
            var end = ampersand &+ 1
            while end &- ampersand < referenceLimit, let byte = text.uint8(at: end), byte != UInt8(ascii: ";") {
                end &+= 1
            }
            if text.uint8(at: end) == UInt8(ascii: ";"), end &- ampersand < referenceLimit,
                appendReference(text.extracting((ampersand &+ 1)..<end), to: &output)
            {
                start = end &+ 1
            } else {
                output.append(UInt8(ascii: "&"))
                start = ampersand &+ 1
            }
        }
        output.append(text.extracting(start..<text.byteCount))
    }

    /// Appends what stands between `&` and `;` stands for; false when it is nothing known.
    private static func appendReference(_ name: RawSpan, to output: inout [UInt8]) -> Bool {
        if name.uint8(at: 0) == UInt8(ascii: "#") {
            guard let scalar = number(name) else { return false }
            output.append(contentsOf: String(Character(Unicode.Scalar(scalar) ?? "\u{FFFD}")).utf8)
            return true
        }
        switch (name.byteCount, name.uint16(at: 0)) {
        case (2, 0x746C): output.append(UInt8(ascii: "<"))
        case (2, 0x7467): output.append(UInt8(ascii: ">"))
        case (3, 0x6D61) where name.uint8(at: 2) == UInt8(ascii: "p"): output.append(UInt8(ascii: "&"))
        case (4, 0x7571) where name.uint16(at: 2) == 0x746F: output.append(UInt8(ascii: "\""))
        case (4, 0x7061) where name.uint16(at: 2) == 0x736F: output.append(UInt8(ascii: "'"))
        default: return false
        }
        return true
    }

    /// `#10` or `#xA`, as far as 32 bits hold it.
    private static func number(_ text: RawSpan) -> UInt32? {
        let isHex = text.uint8(at: 1).map { $0 | 0x20 } == UInt8(ascii: "x")
        var offset = isHex ? 2 : 1
        guard offset < text.byteCount else { return nil }
        var value: UInt32 = 0
        while let byte = text.uint8(at: offset) {
            var digit = UInt32(byte &- 0x30)
            if digit >= 10 {
                guard isHex, (byte | 0x20) &- 0x61 < 6 else { return nil }
                digit = UInt32((byte | 0x20) &- 0x57)
            }
            value = value > 0xFF_FFFF ? 0xFFFF_FFFF : value &* (isHex ? 16 : 10) &+ digit
            offset &+= 1
        }
        return value
    }
}
