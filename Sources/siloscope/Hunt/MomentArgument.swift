import ArgumentParser
import Events

/// Times as people type them.
enum MomentArgument {
    /// `2024-05-01`, `2024-05-01T12:30`, `2024-05-01 12:30:05.25`, with `Z` or an offset such as `+02:00` behind; UTC
    /// when none is given.
    static func moment(_ text: String) throws -> Timestamp {
        var parser = MomentParser(text)
        guard let moment = parser.parse() else {
            throw ValidationError("'\(text)' is no time. Write 2024-05-01, 2024-05-01T12:30 or 2024-05-01T12:30:05Z.")
        }
        return moment
    }

    /// `45m`, `12h`, `30d`, `2w` in nanoseconds.
    static func span(_ text: String) throws -> Int64 {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()), number > 0,
            number <= 10_000_000_000 / unit
        else { throw ValidationError("'\(text)' is no span of time. Write 45m, 12h, 30d or 2w.") }
        return number * unit * 1_000_000_000
    }
}

/// Reads ISO 8601 from left to right; anything it does not know makes the whole text invalid.
private struct MomentParser {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    mutating func parse() -> Timestamp? {
        guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2),
            (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day), (1678...2261).contains(year)
        else { return nil }
        var seconds: Int64 = 0
        var nanoseconds: Int64 = 0
        if take("T") || take("t") || take(" ") {
            guard let hour = number(2), hour < 24, take(":"), let minute = number(2), minute < 60 else { return nil }
            seconds = Int64(hour * 3600 + minute * 60)
            if take(":") {
                guard let second = number(2), second < 60 else { return nil }
                seconds += Int64(second)
                if take(".") || take(",") {
                    guard let fraction = fraction() else { return nil }
                    nanoseconds = fraction
                }
            }
            guard let offset = offset() else { return nil }
            seconds -= offset
        }
        guard rest.isEmpty else { return nil }
        return Timestamp(nanoseconds: (Self.days(year, month, day) * 86_400 + seconds) * 1_000_000_000 + nanoseconds)
    }

    /// `Z`, nothing, or `+hh:mm` and `+hhmm`: seconds east of Greenwich.
    private mutating func offset() -> Int64? {
        if take("Z") || take("z") || rest.isEmpty { return 0 }
        let sign: Int64
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = number(2), hours < 24 else { return nil }
        _ = take(":")
        guard let minutes = number(2), minutes < 60 else { return nil }
        return sign * Int64(hours * 3600 + minutes * 60)
    }

    private mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var digits = 0
        while let digit = digit() {
            if digits < 9 { value = value * 10 + Int64(digit) }
            digits += 1
        }
        guard digits > 0 else { return nil }
        for _ in digits..<max(digits, 9) { value *= 10 }
        return value
    }

    private mutating func number(_ digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func digit() -> Int? {
        guard let byte = rest.first, (0x30...0x39).contains(byte) else { return nil }
        rest.removeFirst()
        return Int(byte - 0x30)
    }

    private mutating func take(_ character: Character) -> Bool {
        guard let byte = rest.first, byte == character.asciiValue else { return false }
        rest.removeFirst()
        return true
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Days from the epoch (Howard Hinnant, `days_from_civil`); years after 0.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return Int64(era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468)
    }
}
