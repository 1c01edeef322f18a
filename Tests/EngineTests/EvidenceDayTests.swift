import Bytes
import Events
import Testing

@testable import Engine

@Suite struct EvidenceDayTests {
    private static func at(_ day: Int64, _ hour: Int64 = 12) -> Timestamp {
        Timestamp(nanoseconds: (day * 24 + hour) * 3_600_000_000_000)
    }

    @Test(
        "copied evidence shows by files that are younger than all their records",
        arguments: [
            ([(at(100), at(103)), (at(99), at(103))], 100),
            // Collected on the day itself: the file's date stands.
            ([(at(100), at(103)), (at(103, 9), at(103))], nil),
            // No record of its own time: it has the file's.
            ([(at(100), at(103)), (at(103), at(103))], 100),
            ([(at(103), at(103))], nil), ([], nil),
        ] as [([(last: Timestamp?, modified: Timestamp?)], Int64?)])
    func inferred(sources: [(last: Timestamp?, modified: Timestamp?)], day: Int64?) {
        #expect(EvidenceDay.inferred(from: sources) == day.map { CivilDate(daysSince1970: $0) })
    }
}
