import Bytes
import EVTX
import Events
import Foundation
import Testing

@testable import Formats

/// One set of events in every shape that tools export, decoded: names, values, origin, time, host and record id are those
/// of the binary log. What may differ stands in ``allowed``.
@Suite struct WindowsShapesTests {
    /// A shape: how it is written, the format it is recognised as, and the fields it cannot have as the log has them.
    struct Shape: Sendable, CustomTestStringConvertible {
        let name: String
        let format: String
        let fileExtension: String
        /// Fields that are missing or written otherwise.
        let allowed: Set<String>
        let write: @Sendable ([Source]) -> String
        var testDescription: String { name }
    }

    /// An event as the binary log has it.
    struct Source: Sendable {
        let event: Decoded.Event
        let xml: String
        let json: String

        /// Names and values of the data, in order.
        var data: [(name: String, value: String)] {
            event.fields.filter { field in
                !WindowsNames.system.contains(field.name) && !field.name.hasPrefix("Hcs.")
                    && !field.name.hasPrefix("Docker.")
                    && field.name != "ContainerId" && !field.name.hasPrefix("EventData_")
            }
        }
    }

    private static let id = String(repeating: "5c", count: 32)

    static let log: [UInt8] = {
        var writer = EVTXWriter(firstRecordID: 40)
        func system(_ provider: String, _ id: UInt16, _ channel: String) -> EVTXWriter.System {
            var system = EVTXWriter.System(
                provider: provider, providerGuid: "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}", eventID: id,
                channel: channel,
                computer: "host.corp", nanoseconds: 1_603_007_406_220_000_000 + Int64(id) * 1_000_000_100)
            system.userID = "S-1-5-18"
            system.eventRecordID = 9000 + UInt64(id)
            return system
        }
        let sysmon = "Microsoft-Windows-Sysmon"
        let events: [EVTXWriter.Event] = [
            .init(
                system: system(sysmon, 1, sysmon + "/Operational"),
                eventData: [
                    ("RuleName", .string("-")), ("UtcTime", .string("2020-10-18 07:50:06.220")),
                    ("ProcessGuid", .guid("{2d9b1c52-4086-6902-78d0-010000006903}")), ("ProcessId", .uint32(42)),
                    ("Image", .string(#"C:\Windows\System32\cmd.exe"#)),
                    ("CommandLine", .string("\"C:\\Windows\\System32\\cmd.exe\" /c \"echo <é> & 'x'\"\t\\\\srv\\s")),
                    ("ParentImage", .string(#"C:\Windows\explorer.exe"#)), ("User", .string(#"CORP\bob"#)),
                ]),
            .init(
                system: system("Microsoft-Windows-Security-Auditing", 4688, "Security"),
                eventData: [
                    ("SubjectUserSid", .sid("S-1-5-18")), ("SubjectUserName", .string("H$")),
                    ("NewProcessId", .hexInt64(0x1050)), ("NewProcessName", .string(#"C:\a.exe"#)),
                    ("ProcessId", .hexInt64(0x994)), ("CommandLine", .string("")), ("TargetUserName", .string("-")),
                ]),
            .init(
                system: system("docker", 11, "Application"),
                eventData: [(nil, .string("sending event")), (nil, .string("module=x container=\(id) event=exit"))]),
            .init(
                system: system(
                    "Microsoft-Windows-Hyper-V-Compute", 2007, "Microsoft-Windows-Hyper-V-Compute-Operational"),
                userData: "VmlEventLog", namespace: "http://x",
                fields: [
                    ("SystemId", .string(id)),
                    ("Parameter", .string(#"{"ResourcePath":"a","Settings":{"HostPath":"C:\\"}}"#)),
                ]),
            .init(
                system: system("Microsoft-Windows-Eventlog", 1102, "Security"), userData: "LogFileCleared",
                namespace: nil,
                fields: [("SubjectUserName", .string("bob")), ("Channel", .string("Other"))]),
        ]
        for event in events { try? writer.add(event) }
        return writer.finish()
    }()

    static let sources: [Source] = zip(Decoded.decode(EVTXFormat.self, log).events, WindowsExports.rendered(log)).map {
        Source(event: $0, xml: $1.xml, json: $1.json)
    }

    private static func line(_ members: [String: Any]) -> String {
        guard let data = try? JSONSerialization.data(withJSONObject: members, options: [.sortedKeys]) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    /// Values under one name become a list.
    private static func grouped(_ fields: [(name: String, value: String)]) -> [String: Any] {
        var members: [String: Any] = [:]
        for field in fields {
            if let known = members[field.name] {
                members[field.name] = ((known as? [Any]) ?? [known]) + [field.value]
            } else {
                members[field.name] = field.value
            }
        }
        return members
    }

    private static func pretty(_ xml: String) -> String {
        // A line break may stand between two tags, but not inside of an element that holds only text.
        var text = ""
        for part in xml.components(separatedBy: "><") {
            text +=
                text.isEmpty
                ? part
                : (text.hasSuffix("\"/") || !part.hasPrefix("/") || part == "/Event>" || part.hasPrefix("/System")
                    || part.hasPrefix("/EventData") ? ">\r\n  <" : "><") + part
        }
        return text
    }

    /// System's fields that flat exports do not write.
    private static let rare: Set<String> = [
        "Provider_Guid", "Version", "Level", "Task", "Opcode", "Keywords", "TimeCreated_SystemTime",
        "Execution_ThreadID",
        "Execution_ProcessID", "Security_UserID", "EventID_Qualifiers",
        // Made of Level.
        "Docker.Level",
    ]

    static let shapes: [Shape] = [
        Shape(name: "XML lines", format: "windows-xml", fileExtension: "xml", allowed: []) {
            $0.map(\.xml).joined(separator: "\n")
        },
        Shape(name: "XML on one line", format: "windows-xml", fileExtension: "log", allowed: []) {
            $0.map(\.xml).joined()
        },
        Shape(name: "XML in a root, pretty", format: "windows-xml", fileExtension: "xml", allowed: []) {
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Events>\r\n"
                + $0.map { pretty($0.xml) }.joined(separator: "\r\n")
                + "\r\n</Events>\r\n"
        },
        Shape(name: "XML rendered", format: "windows-xml", fileExtension: "xml", allowed: []) {
            $0.map {
                $0.xml.replacing(
                    "</Event>",
                    with:
                        "<RenderingInfo Culture='de-DE'><Message>Prozess &lt;x&gt;</Message><Level>Informationen</Level><Channel>Sicherheit</Channel></RenderingInfo></Event>"
                )
            }.joined(separator: "\n")
        },
        Shape(name: "XML with apostrophes", format: "windows-xml", fileExtension: "log", allowed: []) {
            $0.map { $0.xml.replacing("\"", with: "'") }.joined(separator: "\n")
        },
        Shape(name: "XML of Splunk with a prefix", format: "windows-xml", fileExtension: "log", allowed: []) {
            $0.map { "2020-10-18T07:50:06 host " + $0.xml }.joined(separator: "\n")
        },
        Shape(name: "XML in Splunk's JSON", format: "ndjson", fileExtension: "json", allowed: []) {
            $0.map { line(["host": "x", "_raw": $0.xml]) }.joined(separator: "\n")
        },
        Shape(name: "evtx_dump, lines", format: "evtx-dump-json", fileExtension: "json", allowed: []) {
            $0.map(\.json).joined(separator: "\n")
        },
        Shape(name: "evtx_dump, array", format: "evtx-dump-json", fileExtension: "json", allowed: []) {
            "[" + $0.map(\.json).joined(separator: ",\n") + "]"
        },
        Shape(name: "flat", format: "windows-json", fileExtension: "json", allowed: rare) {
            $0.map { source in
                var members = grouped(source.data)
                members["EventID"] = source.event.origin.eventID
                members["Channel"] = source.event.origin.channel
                members["SourceName"] = source.event.origin.provider
                members["Hostname"] = source.event.host
                members["RecordNumber"] = source.event.eventRecordID
                members["TimeCreated"] = source.event["TimeCreated_SystemTime"][0].replacing("T", with: " ").replacing(
                    "Z", with: "")
                return line(members)
            }.joined(separator: "\n")
        },
        Shape(name: "Winlogbeat", format: "winlogbeat", fileExtension: "ndjson", allowed: rare) {
            $0.map { source in
                line([
                    "@timestamp": source.event["TimeCreated_SystemTime"][0],
                    "event": ["code": source.event["EventID"][0]],
                    "winlog": [
                        "channel": source.event.origin.channel, "event_id": source.event["EventID"][0],
                        "provider_name": source.event.origin.provider, "computer_name": source.event.host ?? "",
                        "record_id": source.event.eventRecordID, "event_data": grouped(source.data),
                    ] as [String: Any],
                ])
            }.joined(separator: "\n")
        },
        Shape(
            name: "Winlogbeat out of Elasticsearch, dotted", format: "winlogbeat", fileExtension: "ndjson",
            allowed: rare
        ) {
            $0.map { source in
                var members: [String: Any] = [
                    "@timestamp": source.event["TimeCreated_SystemTime"][0],
                    "winlog.channel": source.event.origin.channel,
                    "winlog.event_id": source.event.origin.eventID,
                    "winlog.provider_name": source.event.origin.provider,
                    "winlog.computer_name": source.event.host ?? "", "winlog.record_id": source.event.eventRecordID,
                ]
                for (name, value) in grouped(source.data) { members["winlog.event_data." + name] = value }
                return line(["_index": "x", "_id": "1", "_source": members])
            }.joined(separator: "\n")
        },
        Shape(name: "Wazuh", format: "wazuh", fileExtension: "json", allowed: rare) {
            $0.map { source in
                var data: [String: Any] = [:]
                for (name, value) in grouped(source.data) {
                    let small = (name.first?.lowercased() ?? "") + name.dropFirst()
                    data[small] =
                        (value as? String).map { $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") }
                        ?? value
                }
                let system: [String: Any] = [
                    "providerName": source.event.origin.provider, "eventID": source.event["EventID"][0],
                    "systemTime": source.event["TimeCreated_SystemTime"][0], "channel": source.event.origin.channel,
                    "eventRecordID": "\(source.event.eventRecordID)", "computer": source.event.host ?? "",
                ]
                return line([
                    "timestamp": "2020-10-18T09:00:00.000+0000", "agent": ["name": "x"],
                    "data": ["win": ["system": system, "eventdata": data]],
                ])
            }.joined(separator: "\n")
        },
    ]

    @Test("every shape says what the binary log says", arguments: shapes) func same(_ shape: Shape) throws {
        let sources = Self.sources
        try #require(sources.count == 5)
        let text = shape.write(sources)
        let (format, decoded) = try #require(Decoded.recognised(text, fileExtension: shape.fileExtension))
        #expect(format == shape.format)
        #expect(decoded.defects.isEmpty, "\(decoded.defects)")
        try #require(decoded.events.count == sources.count)
        for (ours, source) in zip(decoded.events, sources) {
            let theirs = source.event
            #expect(ours.origin == theirs.origin)
            #expect(ours.time == theirs.time)
            #expect(ours.host == theirs.host)
            #expect(ours.eventRecordID == theirs.eventRecordID)
            for name in Set(theirs.fields.map(\.name)).subtracting(shape.allowed) {
                // Flat exports cannot have a second Channel.
                if name.hasPrefix("EventData_"), !shape.allowed.isEmpty { continue }
                #expect(ours[name] == theirs[name], "\(shape.name): \(name) of \(theirs.origin.eventID)")
            }
        }
    }
}
