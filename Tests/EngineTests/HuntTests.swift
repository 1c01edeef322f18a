import EVTX
import Events
import Foundation
import Sigma
import Strategies
import Testing

@testable import Engine

/// A folder of evidence and rules that goes away with the test.
final class Workbench {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "hunt-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url.appending(path: "evidence"), withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = url.appending(path: name)
        try Data(bytes).write(to: file)
        return file.path()
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    func hunt(rules: String, threads: Int = 1, _ change: (inout HuntOptions) -> Void = { _ in }) async throws
        -> (alerts: [Alert], report: HuntReport)
    {
        var options = HuntOptions()
        options.evidence = [url.appending(path: "evidence").path()]
        options.rulePaths = [try write(rules, to: "rules.yml")]
        options.useBuiltin = false
        options.threads = threads
        options.ungrouped = true
        change(&options)
        var sink = CollectingSink()
        let report = try await Hunt(options: options).run(into: &sink)
        return (sink.alerts, report)
    }
}

@Suite struct HuntTests {
    static let whoami = """
        title: Whoami
        id: 11111111-1111-4111-8111-111111111111
        logsource: { category: process_creation, product: windows }
        detection:
          selection: { Image|endswith: '\\whoami.exe' }
          condition: selection
        level: low
        """

    static func processCreation(_ image: String, at seconds: Double, computer: String = "HOST") -> SampleEvent {
        SampleEvent(
            offset: seconds,
            payload: .windows(
                WindowsSample(fields: [
                    .init(name: "Channel", values: ["Security"]), .init(name: "EventID", values: ["4688"]),
                    .init(name: "Provider_Name", values: ["Microsoft-Windows-Security-Auditing"]),
                    .init(name: "Computer", values: [computer]), .init(name: "NewProcessName", values: [image]),
                    .init(name: "NewProcessId", values: ["0x1f40"]), .init(name: "ProcessId", values: ["0x10"]),
                ])))
    }

    func evidence(_ events: [SampleEvent], in bench: Workbench) throws {
        for file in try EvidenceComposer(start: 1_700_000_000_000_000_000).files(of: events) {
            try bench.write(file.bytes, to: "evidence/" + file.name)
        }
    }

    @Test func aRuleOfAGenericCategoryFiresOnTheSecurityLogAndSaysWhatMatched() async throws {
        let bench = try Workbench()
        try evidence([Self.processCreation(#"C:\Windows\System32\whoami.exe"#, at: 5)], in: bench)
        let (alerts, report) = try await bench.hunt(rules: Self.whoami)
        let alert = try #require(alerts.first)
        #expect(alerts.count == 1)
        #expect(alert.host == "HOST")
        #expect(alert.time.nanoseconds == 1_700_000_005_000_000_000)
        #expect(alert.matched.map(\.field) == ["Image"])
        #expect(alert.matched.map(\.value) == [#"C:\Windows\System32\whoami.exe"#])
        #expect(alert.place.path.hasSuffix("evidence/Security.evtx"))
        #expect(alert.place.record == 1)
        #expect(alert.container == nil)
        #expect(report.events == 1 && report.hits == 1)
    }

    @Test func anEventFromInsideAContainerNamesIt() async throws {
        let bench = try Workbench()
        let id = String(repeating: "4f1c9a7e2b6d", count: 6).prefix(64)
        try evidence(
            [Self.processCreation(#"C:\Windows\System32\whoami.exe"#, at: 5, computer: "4F1C9A7E2B6D")], in: bench)
        try bench.write(
            #"""
            [{"Id":"\#(id)","Created":"2023-11-01T00:00:00Z","Name":"/web","Platform":"windows","State":{"Status":"running"},
              "HostConfig":{"Isolation":"process","Privileged":false},"Config":{"Image":"shop/web:1","Hostname":"4f1c9a7e2b6d"}}]
            """#, to: "evidence/inspect.json")
        let container = try #require(try await bench.hunt(rules: Self.whoami).alerts.first?.container)
        #expect(container.id == id)
        #expect(container.name == "web")
        #expect(container.image == "shop/web:1")
        #expect(container.evidence.contains("computer-name"))
        #expect(container.confidence > 50)
    }

    @Test("the output is the same on any number of threads", arguments: [2, 3, 8])
    func determinism(threads: Int) async throws {
        let bench = try Workbench()
        let images = ["whoami.exe", "cmd.exe", "whoami.exe", "net.exe"]
        for file in 0..<9 {
            let events = (0..<40).map {
                Self.processCreation(#"C:\x\"# + images[($0 + file) % 4], at: Double(($0 * 37 + file) % 97))
            }
            let log = try EvidenceComposer(start: 0).files(of: events)
            try bench.write(try #require(log.first).bytes, to: "evidence/\(file).evtx")
        }
        let one = try await bench.hunt(rules: Self.whoami, threads: 1).alerts
        let many = try await bench.hunt(rules: Self.whoami, threads: threads) { $0.sortMemory = 1 }.alerts
        #expect(one.count == 180)
        #expect(one.map(\.id) == many.map(\.id))
        #expect(one.map(\.place) == many.map(\.place))
        #expect(one.map(\.time) == one.map(\.time).sorted())
    }

    @Test func theSameEventsHitTheSameAsJSONLinesAndKeepTheirLineNumbers() async throws {
        let bench = try Workbench()
        try bench.write(
            """
            {"Channel":"Security","EventID":4688,"Computer":"H","NewProcessName":"C:\\\\a\\\\cmd.exe"}
            this line is broken
            {"Channel":"Security","EventID":"4688","Computer":"H","NewProcessName":"C:\\\\a\\\\WHOAMI.exe"}

            """, to: "evidence/events.ndjson")
        let (alerts, report) = try await bench.hunt(rules: Self.whoami)
        #expect(alerts.map(\.place.record) == [3])
        let broken = report.sources.first?.defects.filter { $0.code.hasPrefix("json-") } ?? []
        #expect(broken.map(\.count) == [1])
    }

    @Test func badFilesAreNamedAndTheRestIsComplete() async throws {
        let bench = try Workbench()
        try evidence([Self.processCreation(#"C:\whoami.exe"#, at: 1)], in: bench)
        let whole = try Data(contentsOf: bench.url.appending(path: "evidence/Security.evtx"))
        try bench.write(Array(whole.prefix(5000)), to: "evidence/cut.evtx")
        try bench.write([UInt8](repeating: 0xFF, count: 100), to: "evidence/noise.bin")
        try bench.write("", to: "evidence/empty.evtx")
        let (alerts, report) = try await bench.hunt(rules: Self.whoami)
        // The first record lies within the first 5,000 bytes or it does not: either way the whole log's is there.
        #expect(alerts.contains { $0.place.path.hasSuffix("Security.evtx") })
        #expect(report.sources.contains { $0.path.hasSuffix("noise.bin") && !$0.defects.isEmpty })
        #expect(report.sources.contains { $0.path.hasSuffix("cut.evtx") && !$0.defects.isEmpty })
    }

    @Test func aCatastrophicRegularExpressionEndsTheEventNotTheHunt() async throws {
        let bench = try Workbench()
        let rule = Self.whoami.replacingOccurrences(of: #"Image|endswith: '\whoami.exe'"#, with: "Image|re: '(a+)+$'")
        try #require(rule.contains("(a+)+$"))
        try evidence([Self.processCreation(String(repeating: "a", count: 4000) + "!", at: 1)], in: bench)
        let start = ContinuousClock.now
        let (alerts, report) = try await bench.hunt(rules: rule)
        #expect(alerts.isEmpty)
        #expect(report.events == 1)
        #expect(report.searchesGivenUp == 1)
        #expect(report.blindSpots.contains { $0.contains("reached their bound") })
        // A bound on hanging, wide because tests share two cores: unbounded, this expression takes longer than the sun.
        #expect(ContinuousClock.now - start < .seconds(600))
    }

    @Test func absenceFiresWhenTheTimeOfTheEvidenceHasPassedTheDeadline() async throws {
        let rules = """
            title: Start
            name: start
            id: 22222222-2222-4222-8222-222222222222
            logsource: { product: windows, service: security }
            detection: { selection: { NewProcessName|endswith: start.exe }, condition: selection }
            ---
            title: Stop
            name: stop
            id: 33333333-3333-4333-8333-333333333333
            logsource: { product: windows, service: security }
            detection: { selection: { NewProcessName|endswith: stop.exe }, condition: selection }
            ---
            title: Started and never stopped
            id: 44444444-4444-4444-8444-444444444444
            correlation:
              type: temporal_ordered
              rules: [start, stop]
              group-by: [Computer]
              timespan: 1m
              condition: start and not stop
            level: high
            """
        func alerts(_ events: [SampleEvent]) async throws -> [String] {
            let bench = try Workbench()
            try evidence(events, in: bench)
            return try await bench.hunt(rules: rules).alerts.map(\.rule.title)
        }
        let start = Self.processCreation(#"C:\start.exe"#, at: 0)
        let other = Self.processCreation(#"C:\other.exe"#, at: 120)
        #expect(try await alerts([start, other]) == ["Started and never stopped"])
        #expect(try await alerts([start, Self.processCreation(#"C:\stop.exe"#, at: 30), other]) == [])
        #expect(try await alerts([start]) == [], "the window is still open: nothing is known yet")
    }

    @Test func aLevelAskedForDoesNotTakeFromCorrelationsTheRulesTheyReferTo() async throws {
        let bench = try Workbench()
        let events = [1, 2].map { Self.processCreation(#"C:\whoami.exe"#, at: $0) }
        try evidence(events, in: bench)
        let correlation = """

            ---
            title: Twice
            id: 55555555-5555-4555-8555-555555555555
            level: high
            generate: true
            correlation:
              type: event_count
              rules: [11111111-1111-4111-8111-111111111111]
              group-by: [Computer]
              timespan: 1m
              condition: { gte: 2 }
            """
        let (alerts, report) = try await bench.hunt(rules: Self.whoami + correlation) { $0.minimumLevel = .high }
        #expect(alerts.map(\.rule.title) == ["Twice"])
        #expect(alerts.first?.members.count == 2)
        #expect(report.rulesRejected == 0)
    }

    @Test func aMissingRulePathIsAnErrorWithThePath() async throws {
        let bench = try Workbench()
        await #expect(throws: HuntError.self) {
            try await bench.hunt(rules: Self.whoami) { $0.rulePaths = ["/nowhere/rules"] }
        }
    }
}
