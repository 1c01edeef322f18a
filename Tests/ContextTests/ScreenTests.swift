import Testing

@testable import Context

/// The fast path is proved equal to the slow one: an event turned away at the first look has no evidence.
@Suite("First look against full evidence")
struct ScreenTests {
    @Test("attribution with and without the first look is the same on generated events")
    func differential() {
        var random = Seeded(3)
        let texts: [String] =
            PathTests.cases.map(\.0) + [
                "C:\\Windows\\System32\\CExecSvc.exe", "C:\\x\\containerd-shim-runhcs-v1.exe",
                "C:\\x\\cexecsvc.exe.bak",
                "User Manager\\ContainerUser", "CORP\\alice", "S-1-5-93-2-1", "S-1-5-18", "100", "0x64", "104", "",
                "\\BaseNamedObjects\\JobContainer_" + Fixture.api,
            ]
        let context = Fixture.context(
            AttributionTests.known + [
                Fixture.start(Fixture.disk(Fixture.silo, "a.exe"), pid: 100, at: 5),
                Fixture.inspect(Fixture.api, at: 5, hostname: "payroll"),
            ], hosts: ["HOST01", "payroll"])
        var attributed = 0
        for _ in 0..<20_000 {
            var values: [EvidenceField: String] = [:]
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                guard let field = EvidenceField.allCases.randomElement(using: &random) else { continue }
                values[field] = texts.randomElement(using: &random) ?? ""
            }
            let host =
                ["HOST01", "HOST02", "0a1b2c3d4e5f", "PAYROLL", "payrol1", ""].randomElement(using: &random) ?? ""
            let kind = [EventKind.windows, .processStart, .processEnd].randomElement(using: &random) ?? .windows
            let view = Fixture.windows(host: host, at: 10, kind: kind, values)
            let evidence = context.allEvidence(of: view, context.tie(of: view))
            if !context.mayAttribute(view) { #expect(evidence.isEmpty, "\(view)") }
            #expect((context.attribution(of: view) == nil) == evidence.isEmpty, "\(view)")
            attributed += evidence.isEmpty ? 0 : 1
        }
        #expect(attributed > 2000)
    }
}
