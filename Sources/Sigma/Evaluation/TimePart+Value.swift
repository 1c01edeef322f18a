extension TimePart {
    /// The part of a date text that starts `YYYY-MM-DDThh:mm` (or a space for the `T`); `nil` when it does not. The week
    /// is that of ISO 8601. No time zone arithmetic: the digits count as they stand.
    public func value(of text: String) -> Int? {
        let bytes = Array(text.utf8.prefix(16))
        guard bytes.count == 16, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "), bytes[13] == UInt8(ascii: ":"),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]),
            let minute = Self.number(bytes[14..<16])
        else { return nil }
        switch self {
        case .year: return year
        case .month: return month
        case .day: return day
        case .hour: return hour
        case .minute: return minute
        case .week: return Self.week(year: year, month: month, day: day)
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// ISO 8601: weeks start on Monday, week 1 holds the first Thursday.
    private static func week(year: Int, month: Int, day: Int) -> Int? {
        guard year > 0, (1...12).contains(month), (1...31).contains(day) else { return nil }
        let ordinal = dayOfYear(year, month, day)
        let weekday = weekday(year, month, day)
        let week = (ordinal - weekday + 10) / 7
        if week < 1 { return weeks(in: year - 1) }
        return week > weeks(in: year) ? 1 : week
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func dayOfYear(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month - 1]
        return before + day + (month > 2 && isLeap(year) ? 1 : 0)
    }

    /// 1 for Monday to 7 for Sunday.
    private static func weekday(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let past = year - 1
        let days = past * 365 + past / 4 - past / 100 + past / 400 + dayOfYear(year, month, day)
        return (days - 1) % 7 + 1
    }

    private static func weeks(in year: Int) -> Int {
        let first = weekday(year, 1, 1)
        return first == 4 || (first == 3 && isLeap(year)) ? 53 : 52
    }
}
