import Bytes
import Events

/// When a row of Process Monitor happened: its columns state a local time of day, and a date only where the user asked for it.
struct ProcmonClock: Sendable {
    private var clock = DayClock()
    private var zone = 0
    private var isReported = false

    /// Turns to a source.
    mutating func begin(_ source: SourceFacts) {
        clock.begin(source)
        zone = source.zone
        isReported = false
    }

    /// The moment of a row; ``Timestamp/unknown`` when it states no readable time. A day that had to be assumed is a defect
    /// once.
    mutating func moment(_ row: ProcmonRow, _ offset: Int64, into batch: inout EventBatch) -> Timestamp {
        let time = row[.timeOfDay].flatMap { batch.withBytes(of: $0.slot, EventTime.timeOfDay) }
        if let stated = row[.dateTime], let date = batch.withBytes(of: stated.slot, Self.date),
            let time = time ?? date.time
        {
            let seconds = date.day.daysSince1970 * 86_400 - Int64(zone)
            let (start, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            return overflow ? .unknown : Timestamp(nanoseconds: start &+ time)
        }
        guard let time else { return .unknown }
        let moment = clock.moment(ofDay: Int(time))
        if clock.isAssumed, !isReported {
            isReported = true
            batch.defects.append(
                Defect(
                    code: "procmon-day-assumed", offset: offset,
                    detail: "rows state no day, and neither does the source; counted from an assumed one"))
        }
        return moment
    }

    /// The day and the time of `Date & Time`: `3/12/2026 10:29:05 AM`, `12.03.2026 10:29:05`, `2026-03-12 10:29:05`.
    ///
    /// Where month and day could be either, a twelve-hour clock tells the American order.
    static func date(_ text: RawSpan) -> (day: CivilDate, time: Int64?)? {
        var offset = 0
        guard let first = number(text, &offset), let separator = text.uint8(at: offset),
            [UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-")].contains(separator)
        else { return nil }
        offset += 1
        guard let second = number(text, &offset), text.uint8(at: offset) == separator else { return nil }
        offset += 1
        guard let third = number(text, &offset) else { return nil }
        while let byte = text.uint8(at: offset), byte == 0x20 || byte == UInt8(ascii: ",") { offset += 1 }
        let rest = text.extracting(offset..<text.byteCount)
        let last = text.uint8(at: text.byteCount - 1).map { $0 | 0x20 }
        let isAmerican = separator == UInt8(ascii: "/") && (last == UInt8(ascii: "m") || last == UInt8(ascii: "."))
        var (year, month, day) = first > 31 ? (first, second, third) : (third, second, first)
        if first <= 31, isAmerican ? first <= 12 : second > 12 { (month, day) = (first, second) }
        if year < 100 { year += 2000 }
        guard 1601...9999 ~= year, 1...12 ~= month, day >= 1, day <= CivilDate.days(inMonth: month, of: year) else {
            return nil
        }
        return (CivilDate(year: year, month: month, day: day), EventTime.timeOfDay(rest))
    }

    private static func number(_ text: RawSpan, _ offset: inout Int) -> Int? {
        var value = 0
        let start = offset
        while offset - start < 4, let byte = text.uint8(at: offset), byte &- 0x30 < 10 {
            value = value * 10 + Int(byte &- 0x30)
            offset += 1
        }
        return offset > start ? value : nil
    }
}
