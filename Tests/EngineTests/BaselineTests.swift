import Context
import Foundation
import Testing

@testable import Engine

/// What a hunt learned is kept, and the next one goes on from it.
@Suite struct BaselineTests {
    private static let id = String(repeating: "c0ffee00", count: 8)
    private static let exec = """
        title: Exec
        id: 44444444-4444-4444-8444-444444444444
        logsource: { product: docker, service: events }
        detection:
          selection: { Action.Verb: exec_start }
          condition: selection
        level: low
        """
    private static let inspect =
        "[{\"Id\":\"\(id)\",\"Name\":\"/shop\",\"Created\":\"2026-01-05T08:00:00Z\","
        + "\"Config\":{\"Image\":\"shop:1\",\"User\":\"app\"},\"HostConfig\":{\"Privileged\":false},"
        + "\"State\":{\"StartedAt\":\"2026-01-05T08:00:01Z\"}}]"
    private static let event =
        "{\"Type\":\"container\",\"Action\":\"exec_start: sh\",\"Actor\":{\"ID\":\"\(id)\","
        + "\"Attributes\":{\"image\":\"shop:1\",\"name\":\"shop\"}},\"time\":1767603600,"
        + "\"timeNano\":1767603600000000000}\n"

    @Test("a hunt of the second half with the baseline of the first says what a hunt of the whole says")
    func cut() async throws {
        let whole = try Workbench()
        try whole.write(Self.inspect, to: "evidence/a-inspect.json")
        try whole.write(Self.event, to: "evidence/b-events.jsonl")
        let expected = try await whole.hunt(rules: Self.exec).alerts

        let first = try Workbench()
        try first.write(Self.inspect, to: "evidence/a-inspect.json")
        let file = first.url.appending(path: "state").path()
        _ = try await first.hunt(rules: Self.exec) { $0.savedBaselinePath = file }
        let second = try Workbench()
        try second.write(Self.event, to: "evidence/b-events.jsonl")
        let alone = try await second.hunt(rules: Self.exec).alerts
        let resumed = try await second.hunt(rules: Self.exec) { $0.baselinePath = file }.alerts

        #expect(expected.count == 1)
        #expect(expected.first?.container?.user == "app")
        #expect(alone.first?.container?.user == "")
        #expect(resumed.map(\.container) == expected.map(\.container))
        #expect(resumed.map(\.id) == expected.map(\.id))
    }

    @Test("a baseline grows from hunt to hunt and keeps the paths of all")
    func grows() async throws {
        let first = try Workbench()
        try first.write(Self.inspect, to: "evidence/a-inspect.json")
        let file = first.url.appending(path: "state").path()
        _ = try await first.hunt(rules: Self.exec) { $0.savedBaselinePath = file }
        let second = try Workbench()
        try second.write(Self.event, to: "evidence/b-events.jsonl")
        _ = try await second.hunt(rules: Self.exec) {
            $0.baselinePath = file
            $0.savedBaselinePath = file
        }
        let baseline = try Baseline(readingFrom: file)
        #expect(baseline.paths.map { URL(filePath: $0).lastPathComponent } == ["a-inspect.json", "b-events.jsonl"])
        #expect(baseline.notes.compactMap(\.source.priorIndex) == [0, 1])
    }

    @Test(
        "what is no baseline is refused", arguments: ["", "siloscope baseline 1\nnonsense", "siloscope baseline 0\n"])
    func refused(text: String) throws {
        let bench = try Workbench()
        let path = try bench.write(text, to: "state")
        #expect { try Baseline(readingFrom: path) } throws: { ($0 as? HuntError)?.code == .baseline }
    }
}
