public import Events

/// A moment as text, always in UTC. Own arithmetic: no locale, no allocation per date, nanoseconds kept.
public enum TimeText {
    /// RFC 3339 with the digits the moment has, at least three: `2024-05-01T12:00:00.000Z`, `…00.1234567Z`.
    /// Empty for an unknown time.
    public static func rfc3339(_ time: Timestamp) -> String {
        time == .unknown ? "" : text(time, separator: "T", digits: nil) + "Z"
    }

    /// For people: `2024-05-01 12:00:00.123` (milliseconds, cut). `time unknown` for an unknown time.
    public static func readable(_ time: Timestamp) -> String {
        time == .unknown ? "time unknown" : text(time, separator: " ", digits: 3)
    }

    /// For people, without fractions: `2024-05-01 12:00:00`.
    public static func toTheSecond(_ time: Timestamp) -> String {
        time == .unknown ? "time unknown" : text(time, separator: " ", digits: 0)
    }

    /// ISO 8601 with microseconds and a numeric offset, which is what Timesketch reads: `2024-05-01T12:00:00.123456+00:00`.
    public static func timesketch(_ time: Timestamp) -> String {
        time == .unknown ? "" : text(time, separator: "T", digits: 6) + "+00:00"
    }

    /// - Parameter digits: Digits of the fraction; `nil`: as many as the moment has, at least three.
    private static func text(_ time: Timestamp, separator: Character, digits: Int?) -> String {
        let parts = civil(time)
        var result = four(parts.year) + "-" + two(parts.month) + "-" + two(parts.day)
        result.append(separator)
        result += two(parts.second / 3600) + ":" + two(parts.second / 60 % 60) + ":" + two(parts.second % 60)
        var fraction = String(parts.nanosecond)
        fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
        if let digits {
            fraction = String(fraction.prefix(digits))
        } else {
            while fraction.count > 3, fraction.last == "0" { fraction.removeLast() }
        }
        return fraction.isEmpty ? result : result + "." + fraction
    }

    /// Days since the epoch to a civil date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func civil(_ time: Timestamp) -> (year: Int, month: Int, day: Int, second: Int, nanosecond: Int) {
        let perDay = 86_400_000_000_000
        let total = Int(time.nanoseconds)
        // Division that rounds down, without a product that would overflow on the first day of the range.
        let remainder = total % perDay
        let rest = remainder < 0 ? remainder + perDay : remainder
        let days = total / perDay - (remainder < 0 ? 1 : 0)
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, day, rest / 1_000_000_000, rest % 1_000_000_000)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    private static func four(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
