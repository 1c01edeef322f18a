import Events
import Testing

@testable import Context

@Suite("What parts leave out is told") struct PartRemarksTests {
    private static func silos(_ count: Int) -> Context {
        var builder = ContextBuilder()
        for number in 0..<count {
            let digits = String(1_000_000_000_000 + number).dropFirst()
            builder.observe(
                EventView(
                    kind: .silo, time: Timestamp(nanoseconds: Int64(number) * 1_000_000_000), host: "HOST", eventID: 22,
                    values: [.init(.siloGUID, "{00000000-0000-0000-0001-\(digits)}"), .init(.jobID, "7")]))
        }
        return builder.finish()
    }

    @Test("more signs of hosts than are kept: what cannot be judged by them is said")
    func contradictions() {
        #expect(Self.silos(100).partRemarks.isEmpty)
        let remarks = Self.silos(ContradictionGatherer.signLimit + 100).remarks
        #expect(remarks.contains { $0.contains("silos without an engine's record") })
    }

    @Test("more changes of settings than are kept")
    func integrity() {
        var builder = ContextBuilder()
        for number in 0...EngineSnapshots.limit + 1 {
            builder.observe(
                EventView(
                    kind: .dockerObject, time: Timestamp(nanoseconds: Int64(number)), host: "",
                    fields: [FieldValue(name: "log-driver", value: "d\(number)")],
                    origin: Origin(product: "docker", service: "daemon-config"),
                    place: EventPlace(source: 0, record: UInt64(number), offset: Int64(number))))
        }
        #expect(builder.finish().partRemarks.contains { $0.contains("settings of engines") })
    }
}
