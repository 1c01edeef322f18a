import Bytes
import EVTX
import Events
import Formats
import Foundation
import Sinks
import Testing

@testable import Engine

/// Rules hit the same whatever a log was exported to: the example incident's binary logs, written in every shape, hunted
/// with the built-in strategy beside the same runtime records.
@Suite struct ExportShapesTests {
    static let example = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples/incident/evidence")

    /// What makes two alerts the same, whatever file they were found in.
    struct Found: Hashable, Comparable, CustomStringConvertible {
        var rule: String
        var time: Int64
        var host: String
        var container: String
        var description: String { "\(rule) at \(time) on \(host) in \(container)" }

        static func < (left: Found, right: Found) -> Bool { "\(left)" < "\(right)" }
    }

    /// An event of a log: its members of System and its data, by name.
    struct LogEvent {
        var system: [String: String] = [:]
        var data: [(name: String, value: String)] = []
    }

    static func events(of log: URL) throws -> [LogEvent] {
        let evidence = Evidence(paths: [log.path(percentEncoded: false)])
        var reader = BatchReader(evidence: evidence, options: ReadingOptions())
        var events: [LogEvent] = []
        for segment in evidence.segments() {
            try reader.read(segment)
            for head in reader.batch.events {
                var event = LogEvent()
                for slot in reader.batch.slots[Int(head.firstSlot)..<Int(head.firstSlot + head.slotCount)] {
                    let name = reader.vocabulary.name(of: slot.field)
                    let value = reader.batch.text(of: slot)
                    if systemNames.contains(name) {
                        event.system[name] = value
                    } else if !name.contains("."), name != "ContainerId" {
                        event.data.append((name, value))
                    }
                }
                events.append(event)
            }
        }
        return events
    }

    static let systemNames: Set<String> = [
        "Provider_Name", "Provider_Guid", "Provider_EventSourceName", "EventID", "EventID_Qualifiers", "Version",
        "Level", "Task", "Opcode", "Keywords", "TimeCreated_SystemTime", "EventRecordID", "Execution_ProcessID",
        "Execution_ThreadID", "Channel", "Computer", "Security_UserID", "Correlation_ActivityID",
    ]

    static func rendered(_ log: URL, asXML: Bool) throws -> [String] {
        var reader = try EVTXReader(path: log.path(percentEncoded: false))
        let decoder = EVTXDecoder()
        var lines: [String] = []
        while let window = try reader.nextWindow() {
            for chunk in window.chunks {
                var batch = EVTXBatch()
                decoder.decodeChunk(window.storage.bytes, at: chunk, fileOffset: window.fileOffset, into: &batch)
                for record in batch.records {
                    var bytes: [UInt8] = []
                    if asXML {
                        decoder.appendXML(of: record, in: batch, window: window.storage.bytes, to: &bytes)
                    } else {
                        decoder.appendJSON(of: record, in: batch, window: window.storage.bytes, to: &bytes)
                    }
                    lines.append(String(decoding: bytes, as: UTF8.self))
                }
            }
        }
        return lines
    }

    /// What `convert --format events` makes of a log.
    static func converted(_ log: URL) throws -> String {
        let evidence = Evidence(paths: [log.path(percentEncoded: false)])
        var reader = BatchReader(evidence: evidence, options: ReadingOptions())
        var lines = EventJSON()
        for segment in evidence.segments() {
            try reader.read(segment)
            for head in reader.batch.events {
                lines.append(head, of: reader.batch, reader.vocabulary, format: "evtx", file: "x.evtx")
            }
        }
        return String(decoding: lines.take(), as: UTF8.self)
    }

    static func json(_ object: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]), as: UTF8.self)
    }

    static func flat(_ event: LogEvent) throws -> String {
        var object: [String: Any] = [
            "@timestamp": event.system["TimeCreated_SystemTime"] ?? "", "Hostname": event.system["Computer"] ?? "",
            "SourceName": event.system["Provider_Name"] ?? "", "Channel": event.system["Channel"] ?? "",
            "EventID": Int(event.system["EventID"] ?? "") ?? 0, "RecordNumber": event.system["EventRecordID"] ?? "",
        ]
        for (name, values) in Dictionary(grouping: event.data, by: \.name) {
            object[name] = values.count == 1 ? values[0].value : values.map(\.value)
        }
        return try json(object)
    }

    static func winlogbeat(_ event: LogEvent) throws -> String {
        var data: [String: Any] = [:]
        for (name, values) in Dictionary(grouping: event.data, by: \.name) {
            data[name] = values.count == 1 ? values[0].value : values.map(\.value)
        }
        return try json([
            "@timestamp": event.system["TimeCreated_SystemTime"] ?? "",
            "event": ["code": event.system["EventID"] ?? ""],
            "winlog": [
                "channel": event.system["Channel"] ?? "", "event_id": event.system["EventID"] ?? "",
                "provider_name": event.system["Provider_Name"] ?? "", "computer_name": event.system["Computer"] ?? "",
                "record_id": event.system["EventRecordID"] ?? "", "event_data": data,
            ],
        ])
    }

    static func wazuh(_ event: LogEvent) throws -> String {
        func camel(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }
        var data: [String: Any] = [:]
        for (name, values) in Dictionary(grouping: event.data, by: \.name) {
            data[camel(name)] = values.map(\.value).joined(separator: ", ")
        }
        return try json([
            "timestamp": event.system["TimeCreated_SystemTime"] ?? "", "agent": ["name": "collector"],
            "data": [
                "win": [
                    "system": [
                        "providerName": event.system["Provider_Name"] ?? "", "eventID": event.system["EventID"] ?? "",
                        "channel": event.system["Channel"] ?? "", "computer": event.system["Computer"] ?? "",
                        "systemTime": event.system["TimeCreated_SystemTime"] ?? "",
                        "eventRecordID": event.system["EventRecordID"] ?? "",
                    ], "eventdata": data,
                ]
            ],
        ])
    }

    /// The shapes: name, extension, and the text of a whole log.
    enum Shape: String, CaseIterable {
        case xmlLines, xmlDocument, evtxDump, flat, winlogbeat, wazuh, utf16, converted

        func write(_ log: URL, into folder: URL) throws {
            let name = log.deletingPathExtension().lastPathComponent
            let text: String
            switch self {
            case .xmlLines, .utf16: text = try rendered(log, asXML: true).joined(separator: "\n")
            case .xmlDocument:
                text =
                    "<?xml version=\"1.0\"?>\r\n<Events>\r\n" + (try rendered(log, asXML: true)).joined()
                    + "\r\n</Events>"
            case .evtxDump: text = try rendered(log, asXML: false).joined(separator: "\n")
            case .flat: text = try events(of: log).map(ExportShapesTests.flat).joined(separator: "\n")
            case .winlogbeat: text = try events(of: log).map(ExportShapesTests.winlogbeat).joined(separator: "\n")
            case .converted: text = try ExportShapesTests.converted(log)
            case .wazuh: text = try events(of: log).map(ExportShapesTests.wazuh).joined(separator: "\n")
            }
            let file = folder.appending(path: name + (rawValue.hasPrefix("xml") ? ".xml" : ".json"))
            if self == .utf16 {
                try Data([0xFF, 0xFE] + Array(text.utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }).write(
                    to: file)
            } else {
                try Data(text.utf8).write(to: file)
            }
        }
    }

    static func hunt(_ folder: URL) async throws -> (found: [Found], report: HuntReport) {
        var options = HuntOptions()
        options.evidence = [folder.path(percentEncoded: false)]
        options.ungrouped = true
        options.threads = 1
        var sink = CollectingSink()
        let report = try await Hunt(options: options).run(into: &sink)
        let found = sink.alerts.map {
            Found(
                rule: $0.rule.title, time: $0.time.nanoseconds / 1_000_000, host: $0.host,
                container: $0.container?.id ?? "")
        }
        return (found.sorted(), report)
    }

    @Test("the incident is found the same in every shape its logs are exported to", arguments: Shape.allCases)
    func same(_ shape: Shape) async throws {
        let bench = try Workbench()
        let folder = bench.url.appending(path: "evidence")
        for file in try FileManager.default.contentsOfDirectory(at: Self.example, includingPropertiesForKeys: nil) {
            if file.pathExtension == "evtx" {
                try shape.write(file, into: folder)
            } else {
                try FileManager.default.copyItem(at: file, to: folder.appending(path: file.lastPathComponent))
            }
        }
        let (found, report) = try await Self.hunt(folder)
        let (expected, _) = try await Self.hunt(Self.example)
        #expect(expected.count > 10)
        #expect(report.sources.allSatisfy { $0.defects.isEmpty && $0.events > 0 }, "\(report.sources)")
        #expect(Set(found).subtracting(expected).isEmpty)
        #expect(Set(expected).subtracting(found).isEmpty)
        #expect(found.count == expected.count)
    }
}
