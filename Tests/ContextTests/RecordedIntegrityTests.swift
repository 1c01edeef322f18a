import Events
import Foundation
import Testing

@testable import Context

/// What the recording's logs say of themselves, against its ground truth; skipped where the recording is absent.
@Suite("Integrity of the recorded engine", .enabled(if: Recorded.folder != nil))
struct RecordedIntegrityTests {
    private struct Line: Decodable {
        var log: String
        var stream: String
        var time: String
    }

    private func derived(_ folder: URL, upTo last: String = "9") throws -> [DerivedEvent] {
        var builder = ContextBuilder()
        for view in try Recorded.events(folder) + Recorded.inspects(folder) where view.time.text < last {
            builder.observe(view)
        }
        let logs = folder.appendingPathComponent("docker/json-logs")
        var notes: [SourceNote] = []
        let decoder = JSONDecoder()
        for (number, file) in try FileManager.default.contentsOfDirectory(atPath: logs.path).sorted().enumerated() {
            let text = try String(contentsOf: logs.appendingPathComponent(file), encoding: .utf8)
            var offset: Int64 = 0
            var events = 0
            for line in text.split(separator: "\n") {
                let parsed = try decoder.decode(Line.self, from: Data(line.utf8))
                events += 1
                builder.observe(
                    EventView(
                        kind: .containerOutput, time: DockerEvent.moment(parsed.time) ?? .unknown, host: "",
                        values: [
                            EventView.Value(.message, parsed.log), EventView.Value(.outputStream, parsed.stream),
                        ], place: EventPlace(source: Int32(number), record: UInt64(events), offset: offset)))
                offset += Int64(line.utf8.count + 1)
            }
            notes.append(
                SourceNote(
                    source: Int32(number), path: "docker/json-logs/" + file, format: events > 0 ? "container-log" : "",
                    size: offset, events: events))
        }
        return builder.finish(sources: notes).derived
    }

    @Test("both logs that were tampered with are found, at the right moment, and no other")
    func logs() throws {
        let found = try derived(#require(Recorded.folder)).filter { $0.finding.hasPrefix("log-") }
        #expect(
            Set(found.map { "\($0.finding) \($0.container?.short ?? "")" })
                == ["log-truncated 30c35d81ad55", "log-lines-removed aac0852b07d8"])
        #expect(found.count == 2)
        let removed = try #require(found.first { $0.finding == "log-lines-removed" })
        #expect(removed.field("Log.Missing") == "2")
        #expect(removed.field("Log.MissingFrom") == "2026-11-23T17:24:51.944152478Z")
        // Truth: the log was emptied at 17:28:32.4, lines were cut out at 17:28:35.5.
        for event in found { #expect(event.time.text.hasPrefix("2026-11-23T17:28:3")) }
    }

    @Test("contradictions are of the attack alone")
    func contradictions() throws {
        let folder = try #require(Recorded.folder)
        let found = try derived(folder).filter { $0.service == .contradictions || !$0.finding.hasPrefix("log-") }
        #expect(found.allSatisfy { $0.time.text > "2026-11-23T17:26:56" })
        let kinds = Set(found.map(\.finding))
        #expect(kinds.isSuperset(of: ["image-mismatch", "renamed-like-sibling", "removed-after-use"]))
        #expect(found.filter { $0.finding == "removed-after-use" }.count == 2)
    }
}
