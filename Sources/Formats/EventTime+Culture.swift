import Bytes
import Events

extension EventTime {
    /// Moments as Windows shows them in a culture: `10/18/2020 7:50:06 AM`, `18.10.2020 07:50:06`, `18/10/2020 07:50:06`;
    /// with a fraction, a comma after the date, and narrow spaces before AM and PM.
    ///
    /// Dots put the day first, slashes the month (the United States) unless it is none.
    static func culture(_ text: RawSpan, zone: Int) -> Timestamp? {
        var position = 0
        guard let first = digits(text, &position, 1...2), let separator = text.uint8(at: position),
            separator == UInt8(ascii: "/") || separator == UInt8(ascii: ".") || separator == UInt8(ascii: "-")
        else { return nil }
        position += 1
        guard let second = digits(text, &position, 1...2), text.uint8(at: position) == separator else { return nil }
        position += 1
        guard let year = digits(text, &position, 4...4) else { return nil }
        let isDayFirst = separator != UInt8(ascii: "/") || first > 12
        let month = isDayFirst ? second : first
        let day = isDayFirst ? first : second
        guard 1...12 ~= month, day >= 1, day <= CivilDate.days(inMonth: month, of: year) else { return nil }
        if text.uint8(at: position) == UInt8(ascii: ",") { position += 1 }
        guard let (seconds, fraction) = clock(text, &position), position == text.byteCount else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        let whole = days &* 86_400 &+ Int64(seconds &- zone)
        let (scaled, overflow) = whole.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? nil : Timestamp(nanoseconds: scaled &+ Int64(fraction))
    }

    /// ` 7:50:06.123 AM`: seconds of the day and nanoseconds; midnight when nothing stands there.
    private static func clock(_ text: RawSpan, _ position: inout Int) -> (seconds: Int, fraction: Int)? {
        skipSpaces(text, &position)
        guard position < text.byteCount else { return (0, 0) }
        guard var hour = digits(text, &position, 1...2), text.uint8(at: position) == UInt8(ascii: ":") else {
            return nil
        }
        position += 1
        guard let minute = digits(text, &position, 2...2) else { return nil }
        var second = 0
        var fraction = 0
        if text.uint8(at: position) == UInt8(ascii: ":") {
            position += 1
            guard let value = digits(text, &position, 2...2) else { return nil }
            second = value
            if let point = text.uint8(at: position), point == UInt8(ascii: ".") || point == UInt8(ascii: ",") {
                position += 1
                var scale = 100_000_000
                while let byte = text.uint8(at: position), byte &- 0x30 < 10 {
                    fraction += Int(byte &- 0x30) * scale
                    scale /= 10
                    position += 1
                }
            }
        }
        skipSpaces(text, &position)
        if let letter = text.uint8(at: position),
            letter | 0x20 == UInt8(ascii: "a") || letter | 0x20 == UInt8(ascii: "p"),
            text.uint8(at: position + 1).map({ $0 | 0x20 }) == UInt8(ascii: "m")
        {
            guard 1...12 ~= hour else { return nil }
            hour = hour % 12 + (letter | 0x20 == UInt8(ascii: "p") ? 12 : 0)
            position += 2
        }
        guard hour < 24, minute < 60, second <= 60 else { return nil }
        return (hour * 3600 + minute * 60 + second, fraction)
    }

    /// Spaces, also U+00A0 and U+202F that newer cultures write.
    private static func skipSpaces(_ text: RawSpan, _ position: inout Int) {
        while let byte = text.uint8(at: position) {
            if byte == 0x20 {
                position += 1
            } else if byte == 0xC2, text.uint8(at: position + 1) == 0xA0 {
                position += 2
            } else if byte == 0xE2, text.uint16(at: position + 1) == 0xAF80 {
                position += 3
            } else {
                return
            }
        }
    }

    private static func digits(_ text: RawSpan, _ position: inout Int, _ count: ClosedRange<Int>) -> Int? {
        let start = position
        var value = 0
        while position - start < count.upperBound, let byte = text.uint8(at: position), byte &- 0x30 < 10 {
            value = value * 10 + Int(byte &- 0x30)
            position += 1
        }
        return position - start >= count.lowerBound ? value : nil
    }
}
