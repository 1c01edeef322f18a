/// Internet timestamps (RFC 3339) as text.
public enum RFC3339 {
    /// Appends nanoseconds since 1970 as `2024-01-02T03:04:05.123456789Z` with `digits` (0–9) fraction digits.
    public static func append(nanoseconds: Int64, digits: Int = 9, to output: inout [UInt8]) {
        var (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        if fraction < 0 {
            fraction += 1_000_000_000
            seconds -= 1
        }
        var (days, secondOfDay) = seconds.quotientAndRemainder(dividingBy: 86_400)
        if secondOfDay < 0 {
            secondOfDay += 86_400
            days -= 1
        }
        let kept = max(0, min(digits, 9))
        for _ in kept..<9 { fraction /= 10 }
        append(
            CivilDate(daysSince1970: days), secondOfDay: Int(secondOfDay), fraction: Int(fraction), digits: kept,
            to: &output)
    }

    /// Appends date, time of day and a fraction of `digits` digits, ending in `Z`. Years past 9999 take more digits.
    public static func append(
        _ date: CivilDate, secondOfDay: Int, fraction: Int, digits: Int, to output: inout [UInt8]
    ) {
        if date.year > 9999 || date.year < 0 {
            output.append(contentsOf: String(date.year).utf8)
        } else {
            appendTwo(date.year / 100, to: &output)
            appendTwo(date.year % 100, to: &output)
        }
        output.append(UInt8(ascii: "-"))
        appendTwo(date.month, to: &output)
        output.append(UInt8(ascii: "-"))
        appendTwo(date.day, to: &output)
        output.append(UInt8(ascii: "T"))
        appendTwo(secondOfDay / 3600, to: &output)
        output.append(UInt8(ascii: ":"))
        appendTwo(secondOfDay / 60 % 60, to: &output)
        output.append(UInt8(ascii: ":"))
        appendTwo(secondOfDay % 60, to: &output)
        if digits > 0 {
            output.append(UInt8(ascii: "."))
            var divisor = 1
            for _ in 1..<digits { divisor *= 10 }
            while divisor > 0 {
                output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: fraction / divisor % 10))
                divisor /= 10
            }
        }
        output.append(UInt8(ascii: "Z"))
    }

    /// Nanoseconds since 1970 of an RFC 3339 text, or nil when it is none.
    ///
    /// Accepts `T`, `t` or a space between date and time, any number of fraction digits (more than nine are cut), and
    /// `Z`, `z` or `±hh:mm` at the end. The whole span must be the timestamp. A leap second counts as the second after.
    public static func nanoseconds(_ text: RawSpan) -> Int64? {
        func number(_ offset: Int, _ count: Int) -> Int? {
            var value = 0
            for index in offset..<(offset + count) {
                guard let byte = text.uint8(at: index), byte &- 0x30 < 10 else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        func isByte(_ offset: Int, _ character: Unicode.Scalar) -> Bool {
            text.uint8(at: offset) == UInt8(ascii: character)
        }
        guard let year = number(0, 4), isByte(4, "-"), let month = number(5, 2), isByte(7, "-"),
            let day = number(8, 2), isByte(10, "T") || isByte(10, "t") || isByte(10, " "),
            let hour = number(11, 2), isByte(13, ":"), let minute = number(14, 2), isByte(16, ":"),
            let second = number(17, 2),
            1...12 ~= month, day >= 1, day <= CivilDate.days(inMonth: month, of: year),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var offset = 19
        var fraction = 0
        if isByte(offset, ".") {
            offset += 1
            var scale = 100_000_000
            let first = offset
            while let byte = text.uint8(at: offset), byte &- 0x30 < 10 {
                fraction += Int(byte - 0x30) * scale
                scale /= 10
                offset += 1
            }
            guard offset > first else { return nil }
        }
        var zone = 0
        if isByte(offset, "Z") || isByte(offset, "z") {
            offset += 1
        } else {
            guard isByte(offset, "+") || isByte(offset, "-"), let hours = number(offset + 1, 2),
                isByte(offset + 3, ":"), let minutes = number(offset + 4, 2), hours < 24, minutes < 60
            else { return nil }
            zone = (hours * 60 + minutes) * (isByte(offset, "-") ? -60 : 60)
            offset += 6
        }
        guard offset == text.byteCount else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        let seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + second - zone)
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(Int64(fraction))
        return overflow || carry ? nil : sum
    }

    @inline(__always)
    private static func appendTwo(_ value: Int, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10 % 10))
        output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
}
