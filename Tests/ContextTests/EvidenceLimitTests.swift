import Events
import Testing

@testable import Context

@Suite("Evidence of one event is bounded") struct EvidenceLimitTests {
    private static func evidence(_ number: Int) -> Evidence {
        Evidence(
            code: .siloPath, weight: 40 + number % 50, subject: .volume("volume \(number)"), reason: "reason \(number)")
    }

    @Test("of more than the limit the weightiest are kept, in whatever order they come")
    func weightiest() {
        let all = (0..<100).map(Self.evidence)
        let kept = Evidence.strongest(all)
        #expect(kept.count == Evidence.limit)
        #expect(kept.map(\.weight).min() == 40 + 50 - Evidence.limit / 2)
        #expect(Evidence.strongest(all.reversed()) == kept)
        #expect(Evidence.strongest(Array(all.prefix(Evidence.limit))).count == Evidence.limit)
    }

    @Test("a chain through ever other silos stays cheap and is still in a container")
    func chain() {
        var builder = ContextBuilder()
        func start(_ number: Int) -> EventView {
            let guid = "00000000-0000-0000-0000-" + String(String(1_000_000_000_000 + number).dropFirst())
            return EventView(
                kind: .processStart, time: Timestamp(nanoseconds: Int64(number) * 1_000_000_000), host: "HOST",
                values: [
                    .init(.image, "\\Device\\VhdHardDisk{\(guid)}\\app\\a.exe"),
                    .init(.processID, String(number * 4 + 4)), .init(.parentProcessID, String(number * 4)),
                    .init(.parentImage, "a.exe"),
                ])
        }
        for number in 0..<2000 { builder.observe(start(number)) }
        let context = builder.finish()
        #expect(context.memberships.allSatisfy { $0.count <= Evidence.limit })
        #expect(context.attribution(of: start(1999)) != nil)
    }
}
