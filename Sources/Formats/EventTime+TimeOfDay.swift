import Bytes

extension EventTime {
    /// Nanoseconds after midnight that a text states: `9:08:07`, `18:54:19.341081180`, `10:29:05.0593693 AM`,
    /// `22:29:05,0593693`; nil for anything else. The marks of the halves of the day may be any of AM, PM, a.m., p.m. in
    /// either case.
    static func timeOfDay(_ text: RawSpan) -> Int64? {
        var offset = 0
        guard var hour = number(text, &offset, most: 2), separates(text, &offset),
            let minute = number(text, &offset, most: 2), separates(text, &offset),
            let second = number(text, &offset, most: 2), minute < 60, second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if let point = text.uint8(at: offset), point == UInt8(ascii: ".") || point == UInt8(ascii: ",") {
            offset += 1
            let start = offset
            var scale: Int64 = 100_000_000
            while let byte = text.uint8(at: offset), byte &- 0x30 < 10 {
                fraction += Int64(byte &- 0x30) * scale
                scale /= 10
                offset += 1
            }
            guard offset > start else { return nil }
        }
        if offset < text.byteCount {
            guard let isAfternoon = afternoon(text, offset), 1...12 ~= hour else { return nil }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard hour < 24 else { return nil }
        return ((hour * 60 + minute) * 60 + second) * 1_000_000_000 + fraction
    }

    private static func number(_ text: RawSpan, _ offset: inout Int, most: Int) -> Int64? {
        var value: Int64 = 0
        let start = offset
        while offset - start < most, let byte = text.uint8(at: offset), byte &- 0x30 < 10 {
            value = value * 10 + Int64(byte &- 0x30)
            offset += 1
        }
        return offset > start ? value : nil
    }

    /// Moves past a colon, or the full stop that some locales put between hours, minutes and seconds.
    private static func separates(_ text: RawSpan, _ offset: inout Int) -> Bool {
        guard let byte = text.uint8(at: offset), byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") else {
            return false
        }
        offset += 1
        return true
    }

    /// Whether the rest is a mark of the afternoon; nil when it is none of either half.
    private static func afternoon(_ text: RawSpan, _ start: Int) -> Bool? {
        var letters: [UInt8] = []
        for index in start..<min(text.byteCount, start + 12) {
            guard let byte = text.uint8(at: index) else { return nil }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "."), 0xC2, 0xA0, 0xE2, 0x80, 0xAF: continue
            default: letters.append(byte | 0x20)
            }
        }
        if letters == [UInt8(ascii: "a"), UInt8(ascii: "m")] { return false }
        if letters == [UInt8(ascii: "p"), UInt8(ascii: "m")] { return true }
        return nil
    }
}
