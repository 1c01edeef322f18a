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
                        ], place: EventPlace(source: SourceNumber(number), record: UInt64(events), offset: offset)))
                offset += Int64(line.utf8.count + 1)
            }
            notes.append(
                SourceNote(
                    source: SourceNumber(number), path: "docker/json-logs/" + file,
                    format: events > 0 ? "container-log" : "",
                    size: offset, events: events))
        }
        try observeEngine(folder, &builder)
        return builder.finish(sources: notes).derived
    }

    /// The engine's log, and its configuration as it was kept at four moments.
    private func observeEngine(_ folder: URL, _ builder: inout ContextBuilder) throws {
        var writer = EventReaderTests.Writer()
        let log = try String(contentsOf: folder.appendingPathComponent("docker/dockerd.log"), encoding: .utf8)
        for (number, line) in log.split(separator: "\n").enumerated() where line.hasPrefix("time=\"") {
            guard let start = line.firstRange(of: " msg=\"") else { continue }
            writer.begin(Origin(product: "docker", service: "daemon"), at: 0, host: nil)
            writer.heads[writer.heads.count - 1].time =
                DockerEvent.moment(String(line.dropFirst(6).prefix { $0 != "\"" })) ?? .unknown
            writer.heads[writer.heads.count - 1].record = UInt64(number + 1)
            writer.narrow("Message", String(line[start.upperBound...].prefix { $0 != "\"" }))
        }
        builder.observe(writer.batch(), writer.vocabulary, source: 900)
        let inspect = folder.appendingPathComponent("docker/inspect")
        for (number, file) in try FileManager.default.contentsOfDirectory(atPath: inspect.path).sorted().enumerated()
        where file.hasPrefix("daemon-") || file.hasPrefix("info-") {
            let json = try JSONSerialization.jsonObject(with: Data(contentsOf: inspect.appendingPathComponent(file)))
            let object = (json as? [Any])?.first as? [String: Any] ?? json as? [String: Any] ?? [:]
            var fields: [FieldValue] = []
            for (name, value) in object {
                for item in value as? [Any] ?? [value] {
                    if let text = item as? String { fields.append(FieldValue(name: name, value: text)) }
                }
            }
            let time = (object["SystemTime"] as? String).flatMap { DockerEvent.moment($0) } ?? .unknown
            builder.observe(
                EventView(
                    kind: .dockerObject, time: time, host: "", fields: fields,
                    origin: Origin(product: "docker", service: file.hasPrefix("info-") ? "info" : "daemon-config"),
                    place: EventPlace(source: SourceNumber(1000 + number), record: 1, offset: 0)))
        }
    }

    @Test("the engine's restart with another configuration is found, and no other")
    func engine() throws {
        let engine: Set = ["engine-restarted", "engine-config-changed", "logging-driver-changed", "events-gap"]
        let found = try derived(#require(Recorded.folder)).filter { engine.contains($0.finding) }
        #expect(found.allSatisfy { $0.time.text > "2026-11-23T17:30:17" && $0.time.text < "2026-11-23T17:30:30" })
        #expect(found.filter { $0.finding == "engine-restarted" }.count == 1)
        #expect(Set(found.compactMap { $0.field("Config.Key") }).isSuperset(of: ["log-driver", "hosts"]))
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
