import Bytes
import Events

/// Moments as logs write them, without Foundation.
enum EventTime {
    /// The moment a text or number states, or nil.
    ///
    /// Texts: RFC 3339, with a space for the `T`, `,` before the fraction, `±hhmm` or `±hh` zones, and UTC where no zone
    /// stands; a zone's name may follow the numeric zone. Numbers: time since 1970 in seconds, milliseconds, microseconds or nanoseconds, told by magnitude
    /// (below 10¹¹ s, 10¹⁴ ms, 10¹⁷ µs), with a fraction; read digit by digit, since nanoseconds do not fit a Double. Audit
    /// stamps (`1700000000.123:42`) are numbers with a serial behind.
    ///
    /// Texts of a culture and of PowerShell's JSON: ``culture(_:zone:)``, `/Date(1603007406000)/`.
    ///
    /// - Parameter zone: Seconds east of Greenwich that a text without a zone is in.
    static func parse(_ text: RawSpan, zone: Int = 0) -> Timestamp? {
        guard text.byteCount >= 8 else { return nil }
        if text.uint8(at: 4) == UInt8(ascii: "-") {
            guard let value = calendar(text, zone) else { return nil }
            return Timestamp(nanoseconds: value)
        }
        if text.uint8(at: 0) == UInt8(ascii: "/") { return powerShell(text) }
        if let time = culture(text, zone: zone) { return time }
        guard let value = number(text) else { return nil }
        return Timestamp(nanoseconds: value)
    }

    /// `/Date(1603007406000)/`, as PowerShell's JSON has it: milliseconds since 1970, UTC; an offset after them says only
    /// how to show it.
    private static func powerShell(_ text: RawSpan) -> Timestamp? {
        guard text.uint32(at: 0) == 0x7461_442F, text.uint16(at: 4) == 0x2865 else { return nil }
        let isNegative = text.uint8(at: 6) == UInt8(ascii: "-")
        let start = isNegative ? 7 : 6
        var end = start
        while let byte = text.uint8(at: end), byte &- 0x30 < 10 { end &+= 1 }
        guard let milliseconds = DecimalText.parse(text.extracting(start..<end)) else { return nil }
        let (value, overflow) = milliseconds.multipliedReportingOverflow(by: isNegative ? -1_000_000 : 1_000_000)
        return overflow ? nil : Timestamp(nanoseconds: value)
    }

    /// The moment that a number of nanoseconds since 1970 states; nil below 10¹⁷ (1973): such a number counts from the
    /// machine's boot. Texts of a calendar are read too.
    static func parseNanoseconds(_ text: RawSpan) -> Timestamp? {
        if text.uint8(at: 4) == UInt8(ascii: "-") { return parse(text) }
        guard let value = DecimalText.parse(text), value >= 100_000_000_000_000_000 else { return nil }
        return Timestamp(nanoseconds: value)
    }

    private static func calendar(_ text: RawSpan, _ local: Int) -> Int64? {
        guard let year = digits(text, 0, 4), let month = digits(text, 5, 2), text.uint8(at: 7) == UInt8(ascii: "-"),
            let day = digits(text, 8, 2), let separator = text.uint8(at: 10),
            separator == UInt8(ascii: "T") || separator == UInt8(ascii: " ") || separator == UInt8(ascii: "t"),
            let hour = digits(text, 11, 2), text.uint8(at: 13) == UInt8(ascii: ":"), let minute = digits(text, 14, 2),
            text.uint8(at: 16) == UInt8(ascii: ":"), let second = digits(text, 17, 2),
            1...12 ~= month, day >= 1, day <= CivilDate.days(inMonth: month, of: year), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        var offset = 19
        var fraction = 0
        if let point = text.uint8(at: offset), point == UInt8(ascii: ".") || point == UInt8(ascii: ",") {
            offset &+= 1
            var scale = 100_000_000
            while let byte = text.uint8(at: offset), byte &- 0x30 < 10 {
                fraction &+= Int(byte &- 0x30) &* scale
                scale /= 10
                offset &+= 1
            }
        }
        guard let zone = zone(text, offset, local) else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        let seconds = days &* 86_400 &+ Int64(hour &* 3600 &+ minute &* 60 &+ second &- zone)
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(Int64(fraction))
        return overflow || carry || sum == .min ? nil : sum
    }

    /// Seconds east of Greenwich that the rest of the text states; nil when it is something else.
    private static func zone(_ text: RawSpan, _ start: Int, _ local: Int) -> Int? {
        var offset = start
        if text.uint8(at: offset) == UInt8(ascii: " ") { offset &+= 1 }
        let rest = endOfZone(text, offset) &- offset
        guard rest > 0, let sign = text.uint8(at: offset) else { return local }
        if rest == 1, sign | 0x20 == UInt8(ascii: "z") { return 0 }
        if rest == 3, sign == UInt8(ascii: "U"), text.uint16(at: offset &+ 1) == 0x4354 { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let hours = digits(text, offset &+ 1, 2),
            hours < 24
        else { return nil }
        var minutes = 0
        switch rest {
        case 3: break
        case 5:
            guard let value = digits(text, offset &+ 3, 2) else { return nil }
            minutes = value
        case 6:
            guard text.uint8(at: offset &+ 3) == UInt8(ascii: ":"), let value = digits(text, offset &+ 4, 2)
            else { return nil }
            minutes = value
        default: return nil
        }
        guard minutes < 60 else { return nil }
        let seconds = hours &* 3600 &+ minutes &* 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// The end of a numeric zone that its name follows (`+0000 UTC`, as Go prints a time), else that of the text.
    @inline(__always)
    private static func endOfZone(_ text: RawSpan, _ offset: Int) -> Int {
        let count = text.byteCount
        guard count &- offset > 6 else { return count }
        for end in [offset &+ 5, offset &+ 6] where text.uint8(at: end) == UInt8(ascii: " ") { return end }
        return count
    }

    private static func number(_ text: RawSpan) -> Int64? {
        var offset = 0
        let isNegative = text.uint8(at: 0) == UInt8(ascii: "-")
        if isNegative { offset = 1 }
        let first = offset
        var whole: Int64 = 0
        while let byte = text.uint8(at: offset), byte &- 0x30 < 10 {
            guard offset &- first < 19 else { return nil }
            let (tenfold, overflow) = whole.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(Int64(byte &- 0x30))
            guard !overflow, !carry else { return nil }
            whole = sum
            offset &+= 1
        }
        guard offset > first else { return nil }
        let unit: Int64 =
            whole < 100_000_000_000
            ? 1_000_000_000 : whole < 100_000_000_000_000 ? 1_000_000 : whole < 100_000_000_000_000_000 ? 1000 : 1
        var (nanoseconds, overflow) = whole.multipliedReportingOverflow(by: unit)
        if text.uint8(at: offset) == UInt8(ascii: ".") {
            offset &+= 1
            var scale = unit / 10
            while let byte = text.uint8(at: offset), byte &- 0x30 < 10 {
                nanoseconds &+= Int64(byte &- 0x30) &* scale
                scale /= 10
                offset &+= 1
            }
        }
        if text.uint8(at: offset) == UInt8(ascii: ":") {
            offset &+= 1
            while let byte = text.uint8(at: offset), byte &- 0x30 < 10 { offset &+= 1 }
        }
        guard !overflow, nanoseconds >= 0, offset == text.byteCount else { return nil }
        return isNegative ? -nanoseconds : nanoseconds
    }

    @inline(__always)
    private static func digits(_ text: RawSpan, _ offset: Int, _ count: Int) -> Int? {
        var value = 0
        for index in offset..<(offset &+ count) {
            guard let byte = text.uint8(at: index), byte &- 0x30 < 10 else { return nil }
            value = value &* 10 &+ Int(byte &- 0x30)
        }
        return value
    }
}
