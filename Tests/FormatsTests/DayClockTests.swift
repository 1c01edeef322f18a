import Bytes
import Events
import Testing

@testable import Formats

@Suite struct DayClockTests {
    private static let hour: Int64 = 3_600_000_000_000
    private static let day: Int64 = 24 * hour

    @Test(
        "times of day are read in the forms that locales write",
        arguments: [
            ("18:54:19.3", 68_059_300_000_000), ("18:54:19.341081180", 68_059_341_081_180),
            ("9:08:07", 32_887_000_000_000),
            ("10:29:05.0593693 AM", 37_745_059_369_300), ("12:00:00.0 am", 0), ("12:00:01 PM", 43_201_000_000_000),
            ("1:02:03,5 p.m.", 46_923_500_000_000), ("1:02:03\u{202F}PM", 46_923_000_000_000),
            ("23.59.59", 86_399_000_000_000), ("24:00:00", nil), ("13:00:00 PM", nil), ("1:2", nil), ("", nil),
            ("10:29:05 X", nil), ("10:60:00", nil), ("10:29:05.", nil),
        ] as [(String, Int64?)])
    func timeOfDay(_ text: String, _ expected: Int64?) {
        let bytes = Array(text.utf8)
        #expect(EventTime.timeOfDay(bytes.span.bytes) == expected)
    }

    @Test("the day said by the user is that of the first record, and midnight is passed")
    func midnight() {
        var clock = DayClock(SourceFacts(day: CivilDate(year: 1970, month: 1, day: 11), zone: 3600))
        let times = [22, 23, 1, 23, 2].map { clock.timestamp(at: Int64($0) * Self.hour).nanoseconds }
        // 23 after 1 is a straggler of the day before.
        let days: [Int64] = [10, 10, 11, 10, 11]
        #expect(times == zip(days, [21, 22, 0, 22, 1] as [Int64]).map { $0 * Self.day + $1 * Self.hour })
    }

    @Test("else the day the file was written, or the one before for later times")
    func modified() {
        let modified = Timestamp(nanoseconds: 20 * Self.day + 10 * Self.hour)
        var same = DayClock(SourceFacts(modified: modified))
        #expect(same.timestamp(at: 9 * Self.hour).nanoseconds == 20 * Self.day + 9 * Self.hour)
        var before = DayClock(SourceFacts(modified: modified))
        #expect(before.timestamp(at: 23 * Self.hour).nanoseconds == 19 * Self.day + 23 * Self.hour)
        #expect(before.timestamp(at: 1 * Self.hour).nanoseconds == 20 * Self.day + 1 * Self.hour)
        var unknown = DayClock(SourceFacts())
        #expect(unknown.timestamp(at: 0) == .unknown)
    }
}
