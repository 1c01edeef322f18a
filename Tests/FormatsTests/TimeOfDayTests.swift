import Bytes
import Testing

@testable import Formats

@Suite struct TimeOfDayTests {
    @Test(
        "times of day are read in the forms that locales write",
        arguments: [
            ("18:54:19.3", 68_059_300_000_000), ("18:54:19.341081180", 68_059_341_081_180),
            ("9:08:07", 32_887_000_000_000),
            ("10:29:05.0593693 AM", 37_745_059_369_300), ("12:00:00.0 am", 0), ("12:00:01 PM", 43_201_000_000_000),
            ("1:02:03,5 p.m.", 46_923_500_000_000), ("1:02:03\u{202F}PM", 46_923_000_000_000),
            ("23.59.59", 86_399_000_000_000), ("24:00:00", nil), ("13:00:00 PM", nil), ("1:2", nil), ("", nil),
            ("10:29:05 X", nil), ("10:60:00", nil), ("10:29:05.", nil),
        ] as [(String, Int?)])
    func timeOfDay(_ text: String, _ expected: Int?) {
        let bytes = Array(text.utf8)
        #expect(EventTime.timeOfDay(bytes.span.bytes) == expected)
    }
}
