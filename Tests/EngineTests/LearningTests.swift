import Bytes
import Events
import Foundation
import Sigma
import Strategies
import Testing

@testable import Engine

/// When a hunt learns before it matches: where an event shows a container, or may be in one by what others say.
@Suite struct LearningTests {
    private static let start: Int64 = 1_767_600_000 * 1_000_000_000
    private static let id = String(repeating: "c0ffee00", count: 8)

    private static func rule(_ product: String, _ selection: String) -> String {
        """
        title: Rule
        id: 66666666-6666-4666-8666-666666666666
        logsource: { product: \(product) }
        detection:
          selection: { \(selection) }
          condition: selection
        level: low
        """
    }

    /// A process creation of the Security log: a silo's shell, or what descends from it.
    private static func process(_ image: String, _ pid: String, parent: String, at seconds: Double) -> SampleEvent {
        SampleEvent(
            offset: seconds,
            payload: .windows(
                WindowsSample(fields: [
                    .init(name: "Channel", values: ["Security"]), .init(name: "EventID", values: ["4688"]),
                    .init(name: "Provider_Name", values: ["Microsoft-Windows-Security-Auditing"]),
                    .init(name: "Computer", values: ["HOST"]), .init(name: "NewProcessName", values: [image]),
                    .init(name: "NewProcessId", values: [pid]), .init(name: "ProcessId", values: [parent]),
                ])))
    }

    private static func write(_ events: [SampleEvent], to bench: Workbench) throws {
        for file in try EvidenceComposer(start: start).files(of: events) {
            try bench.write(file.bytes, to: "evidence/" + file.name)
        }
    }

    private static let silo = #"\Device\VhdHardDisk{6f1d2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b}\Windows\System32\cmd.exe"#

    @Test("a process of a silo lends its container to a child that shows nothing, though the time range leaves it out")
    func outsideTheRange() async throws {
        let bench = try Workbench()
        let events = [
            Self.process(Self.silo, "0x64", parent: "0x10", at: 0),
            Self.process(#"C:\tools\x.exe"#, "0x68", parent: "0x64", at: 60),
        ]
        try Self.write(events, to: bench)
        let rules = Self.rule("windows", #"NewProcessName|endswith: '\x.exe'"#)
        let (alerts, report) = try await bench.hunt(rules: rules) {
            $0.from = Timestamp(nanoseconds: Self.start + 30_000_000_000)
        }
        #expect(alerts.count == 1)
        #expect(alerts.first?.container?.evidence == ["silo-path"])
        #expect(report.events == 2)
    }

    @Test("records of Linux alone are learned before they are matched")
    func linux() async throws {
        let bench = try Workbench()
        func exec(_ serial: Int, _ pid: Int, _ parent: Int, _ exe: String, _ comm: String, _ words: [String]) -> String
        {
            let arguments = words.enumerated().map { "a\($0)=\"\($1)\"" }.joined(separator: " ")
            let stamp = "msg=audit(1767600000.\(100 + serial):\(serial)):"
            return "type=SYSCALL \(stamp) arch=c000003e syscall=59 success=yes exit=0 ppid=\(parent) pid=\(pid) uid=0 "
                + "comm=\"\(comm)\" exe=\"\(exe)\" key=\"exec\"\n"
                + "type=EXECVE \(stamp) argc=\(words.count) \(arguments)\n"
        }
        let shim = ["/usr/bin/containerd-shim-runc-v2", "-namespace", "moby", "-id", Self.id]
        let log =
            exec(1, 70, 1, "/usr/bin/containerd-shim-runc-v2", "containerd-shim", shim)
            + exec(2, 80, 70, "/usr/bin/nginx", "nginx", ["nginx"]) + exec(3, 81, 80, "/usr/bin/id", "id", ["id"])
        try bench.write(log, to: "evidence/audit.log")
        let (alerts, _) = try await bench.hunt(rules: Self.rule("linux", "Image|endswith: /id"))
        #expect(alerts.map(\.container?.id) == [Self.id])
    }

    @Test("two copies of a container's log are compared, though no engine speaks of the container")
    func containerLogs() async throws {
        let bench = try Workbench()
        func line(_ second: Int) -> String {
            "{\"log\":\"line \(second)\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-05T08:00:\(10 + second).5Z\"}\n"
        }
        let folder = bench.url.appending(path: "evidence")
        for (name, lines) in [("before", Array(0..<30)), ("after", Array(0..<32).filter { ![4, 5].contains($0) })] {
            let path = folder.appending(path: name)
            try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
            try Data(lines.map(line).joined().utf8).write(to: path.appending(path: "\(Self.id)-json.log"))
        }
        let (alerts, _) = try await bench.hunt(rules: Self.rule("siloscope", "Finding: log-lines-removed"))
        #expect(alerts.count == 1)
        #expect(alerts.first?.container?.id == Self.id)
        #expect(alerts.first?.fields.first { $0.name == "Log.Missing" }?.values == ["2"])
    }

    @Test("what a baseline led to is not told again")
    func told() async throws {
        func logs(_ bench: Workbench, _ minute: Int, without gone: [Int]) throws {
            let lines = (0..<30).filter { !gone.contains($0) }.map {
                "{\"log\":\"\(minute) \($0)\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-05T08:\(minute):\(10 + $0)Z\"}\n"
            }
            let path = bench.url.appending(path: "evidence/\(gone.isEmpty ? "before" : "after")")
            try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
            try Data(lines.joined().utf8).write(to: path.appending(path: "\(Self.id)-json.log"))
        }
        let rules = Self.rule("siloscope", "Finding|exists: true")
        let first = try Workbench()
        try logs(first, 10, without: [])
        try logs(first, 10, without: [4, 5])
        let file = first.url.appending(path: "state").path()
        let told = try await first.hunt(rules: rules) { $0.savedBaselinePath = file }.alerts
        #expect(told.map { $0.fields.first?.values } == [["log-lines-removed"]])
        let second = try Workbench()
        try logs(second, 10, without: [])
        try second.write("{}\n", to: "evidence/later.ndjson")
        // The copy is the whole log again: what is gone from the earlier copy was told, and nothing else is wrong.
        #expect(try await second.hunt(rules: rules) { $0.baselinePath = file }.alerts.map(\.time) == told.map(\.time))
        let third = try Workbench()
        try logs(third, 40, without: [])
        // Nor are the lines of earlier sources taken for those of present ones.
        #expect(try await third.hunt(rules: rules) { $0.baselinePath = file }.alerts.isEmpty)
    }

    @Test("a trace without dates is put on the day of the engine's last record where all files are younger")
    func day() async throws {
        let bench = try Workbench()
        try bench.write(
            "{\"Type\":\"container\",\"Action\":\"start\",\"Actor\":{\"ID\":\"\(Self.id)\",\"Attributes\":{}},"
                + "\"time\":1767600000,\"timeNano\":1767600000000000000}\n", to: "evidence/events.jsonl")
        try bench.write("70    08:00:05.000000 execve(\"/usr/bin/id\", [\"id\"], 0x1) = 0\n", to: "evidence/a.strace")
        let (alerts, report) = try await bench.hunt(rules: Self.rule("linux", "Image|endswith: /id"))
        #expect(alerts.map(\.time.nanoseconds) == [Self.start + 5_000_000_000])
        #expect(report.inferredDay == "2026-01-05")
        #expect(report.blindSpots.contains { $0.contains("2026-01-05") })
    }
}
