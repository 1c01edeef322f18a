import Bytes
import EVTX
import Foundation
public import Strategies

/// Writes sample events as the evidence a host would leave: binary event logs by channel, the engine's events, inspect
/// documents. What is tested and shown is therefore read by the same code as real evidence.
public struct EvidenceComposer {
    /// Nanoseconds since 1970 of offset zero.
    public var start: Int64

    /// A composer whose samples begin at `start` (nanoseconds since 1970).
    public init(start: Int64) { self.start = start }

    /// A file to write: its name, and its bytes.
    public typealias File = (name: String, bytes: [UInt8])

    /// Composes the files of some events; the same events give the same bytes.
    ///
    /// - Throws: ``SampleError`` for an event that no log can hold.
    public func files(of events: [SampleEvent], inventory: [String] = []) throws(SampleError) -> [File] {
        var logs: [(channel: String, writer: EVTXWriter)] = []
        var dockerLines: [String] = []
        var jsonLines: [String] = []
        var inspected = inventory
        var others: [(name: String, text: String)] = []
        var derivedLines: [String] = []
        for event in events {
            switch event.payload {
            case .windows(let sample):
                let channel = sample.system["Channel"] ?? ""
                let index = logs.firstIndex { $0.channel == channel } ?? logs.count
                if index == logs.count { logs.append((channel, EVTXWriter())) }
                try add(sample, at: event.offset, to: &logs[index].writer)
            case .dockerEvent(let json): dockerLines.append(json)
            case .dockerInspect(let json): inspected.append(json)
            case .json(let json): jsonLines.append(json)
            case .file(let name, let text):
                if let index = others.firstIndex(where: { $0.name == name }) {
                    others[index].text += text
                } else {
                    others.append((name, text))
                }
            case .derived(let sample): derivedLines.append(line(of: sample, at: event.offset))
            }
        }
        var files: [File] = []
        for index in logs.indices {
            files.append((EvidenceComposer.fileName(logs[index].channel), logs[index].writer.finish()))
        }
        if !dockerLines.isEmpty { files.append(("docker-events.jsonl", lines(dockerLines))) }
        files += others.map { ($0.name, Array($0.text.utf8)) }
        if !derivedLines.isEmpty { files.append(("derived-events.ndjson", lines(derivedLines))) }
        if !jsonLines.isEmpty { files.append(("events.ndjson", lines(jsonLines))) }
        if !inspected.isEmpty {
            files.append(("inspect.json", Array(("[\n" + inspected.joined(separator: ",\n") + "\n]\n").utf8)))
        }
        return files
    }

    /// A derived event in the shape of `siloscope convert --format events`, which is read back like any evidence.
    private func line(of sample: DerivedSample, at offset: Double) -> String {
        var stamp: [UInt8] = []
        RFC3339.append(nanoseconds: start + Int64(offset * 1e9), to: &stamp)
        let time = String(decoding: stamp, as: UTF8.self)
        let fields = sample.fields.map { field in
            EvidenceComposer.quoted(field.name) + ":["
                + field.values.map(EvidenceComposer.quoted).joined(separator: ",") + "]"
        }
        return "{\"time\":\"\(time)\",\"host\":\(EvidenceComposer.quoted(sample.host)),\"format\":\"siloscope\","
            + "\"source\":{\"product\":\"siloscope\",\"service\":\(EvidenceComposer.quoted(sample.service))},"
            + "\"file\":\"sample\",\"offset\":0,\"fields\":{" + fields.joined(separator: ",") + "}}"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private func lines(_ lines: [String]) -> [UInt8] { Array((lines.joined(separator: "\n") + "\n").utf8) }

    /// `Microsoft-Windows-Sysmon/Operational` → `Microsoft-Windows-Sysmon%4Operational.evtx`, as Windows names its logs.
    static func fileName(_ channel: String) -> String {
        let name = channel.isEmpty ? "Unknown" : channel
        return name.replacingOccurrences(of: "/", with: "%4") + ".evtx"
    }

    private func add(_ sample: WindowsSample, at offset: Double, to writer: inout EVTXWriter) throws(SampleError) {
        let names = sample.system
        guard let eventID = names["EventID"].flatMap({ UInt16($0) }) else {
            throw SampleError(path: "", line: 0, reason: "a Windows event needs an `EventID` of 0 to 65535")
        }
        var time = start + Int64(offset * 1e9)
        if let stated = names["TimeCreated"], let parsed = Array(stated.utf8).span.bytes.rfc3339 { time = parsed }
        var system = EVTXWriter.System(
            provider: names["Provider_Name"] ?? "", providerGuid: names["Provider_Guid"], eventID: eventID,
            channel: names["Channel"] ?? "", computer: names["Computer"] ?? "", nanoseconds: time)
        system.userID = names["Security_UserID"]
        system.eventRecordID = names["EventRecordID"].flatMap { UInt64($0) }
        if let number = names["Version"].flatMap({ UInt8($0) }) { system.version = number }
        if let number = names["Level"].flatMap({ UInt8($0) }) { system.level = number }
        if let number = names["Task"].flatMap({ UInt16($0) }) { system.task = number }
        if let number = names["Opcode"].flatMap({ UInt8($0) }) { system.opcode = number }
        if let number = names["Execution_ProcessID"].flatMap({ UInt32($0) }) { system.processID = number }
        if let number = names["Execution_ThreadID"].flatMap({ UInt32($0) }) { system.threadID = number }
        do {
            try writer.add(event(system, sample))
        } catch {
            throw SampleError(path: "", line: 0, reason: "the event does not fit into a log: \(error)")
        }
    }

    private func event(_ system: EVTXWriter.System, _ sample: WindowsSample) -> EVTXWriter.Event {
        if let element = sample.userDataElement {
            let fields = sample.eventData.map { ($0.name, EVTXWriterValue.string($0.values.first ?? "")) }
            return EVTXWriter.Event(system: system, userData: element, namespace: nil, fields: fields)
        }
        var data: [(name: String?, value: EVTXWriterValue)] = []
        for field in sample.eventData {
            for value in field.values { data.append((field.name == "Data" ? nil : field.name, .string(value))) }
        }
        return EVTXWriter.Event(system: system, eventData: data)
    }
}

extension RawSpan {
    /// The moment these bytes name in RFC 3339, as nanoseconds since 1970, or nil.
    fileprivate var rfc3339: Int64? { RFC3339.nanoseconds(self) }
}
