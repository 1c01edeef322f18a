import Events
import Foundation
import Testing

@testable import Formats

/// Real records of sensors and network logs, where the development data is there.
@Suite struct SensorDataTests {
    struct File {
        var path: String
        var format: String
        var events: [Decoded.Event]
        var defects: [Defect]
    }

    /// All events of the files below a folder, read as a hunt reads them.
    static func decode(_ folder: String) throws -> [File] {
        guard let root = sharedData(folder) else { return [] }
        let evidence = Evidence(paths: [root.path])
        var files: [File] = []
        var reader = SegmentReader(evidence: evidence)
        for (index, source) in evidence.sources.enumerated() {
            guard let format = source.format else { continue }
            var file = File(path: source.path, format: source.formatName, events: [], defects: [])
            var decoder = format.init()
            var vocabulary = Vocabulary()
            decoder.begin(source.facts())
            let segments = evidence.segments(of: index)
            for (number, segment) in segments.enumerated() {
                let loaded = try reader.load(segment)
                var batch = EventBatch(base: loaded.storage)
                decoder.decode(loaded.range, fileOffset: loaded.fileOffset, into: &batch, vocabulary: &vocabulary)
                if number == segments.count - 1 { decoder.finish(into: &batch, vocabulary: &vocabulary) }
                let decoded = Decoded(batch, vocabulary)
                file.events += decoded.events
                file.defects += decoded.defects
            }
            files.append(file)
        }
        return files
    }

    @Test(
        "sensors are recognised and read without loss",
        arguments: [
            ("public/falco", "falco", 13), ("public/tracee", "tracee", 17), ("public/tetragon", "tetragon", 40),
            ("public/inspektor-gadget", "inspektor-gadget", 8),
        ])
    func sensors(_ folder: String, _ format: String, _ atLeast: Int) throws {
        guard sharedData(folder) != nil else { return }
        var count = 0
        for file in try Self.decode(folder) {
            #expect(file.format == format, "\(file.path)")
            let lost = file.defects.filter { $0.code != "event-without-time" }
            #expect(lost.isEmpty, "\(file.path) \(lost.prefix(2))")
            for event in file.events { #expect(event.origin.product == "linux" && event.origin.service == format) }
            count += file.events.count
        }
        #expect(count >= atLeast)
    }

    @Test("processes in containers carry Sigma's names", .enabled(if: sharedData("public/tetragon") != nil))
    func processes() throws {
        let files = try Self.decode("public/tetragon") + (try Self.decode("public/tracee"))
        let starts = files.flatMap(\.events).filter { $0.origin.category == "process_creation" }
        #expect(starts.count > 10)
        for event in starts { #expect(event["Image"].count == 1 && event["CommandLine"].count == 1, "\(event)") }
        for event in files.flatMap(\.events) {
            for id in event["ContainerId"] { #expect(id.allSatisfy(\.isHexDigit) && id.count >= 24, "\(id)") }
        }
    }

    @Test("Zeek's logs are read", .enabled(if: sharedData("public/zeek") != nil)) func zeek() throws {
        var services: Set<String> = []
        var count = 0
        for file in try Self.decode("public/zeek") where !file.path.hasSuffix("text_file/conn.log") {
            #expect(file.format == "zeek", "\(file.path)")
            // The baselines have their times blotted out; some files are truncated on purpose.
            let isTruncated = ["truncated", "baselines", "has_unknown_field"].contains { file.path.contains($0) }
            let lost = file.defects.filter { $0.code != "event-without-time" }
            #expect(isTruncated || lost.isEmpty, "\(file.path) \(lost.prefix(2))")
            if lost.contains(where: { $0.recordsLost > 0 }) {
                #expect(file.path.contains("truncated"), "\(file.path) \(lost)")
            }
            for event in file.events {
                services.insert(event.origin.service)
                #expect(event.origin.product == "zeek" && !event.origin.service.isEmpty, "\(file.path)")
                #expect(file.path.contains("baselines") || event["SourceIp"].count == 1, "\(file.path)")
            }
            count += file.events.count
        }
        #expect(services.isSuperset(of: ["conn", "dns", "http"]) && count > 1000)
    }

    @Test("recorded network logs agree", .enabled(if: sharedData("recorded/net") != nil)) func network() throws {
        let files = try Self.decode("recorded/net")
        func file(_ suffix: String) throws -> File { try #require(files.first { $0.path.hasSuffix(suffix) }) }
        let text = try file("br-shop.conn.log")
        let json = try file("br-shop.conn.json")
        #expect(text.format == "zeek" && json.format == "zeek" && text.defects.isEmpty && json.defects.isEmpty)
        #expect(text.events.count == json.events.count && text.events.count > 400)
        for (one, other) in zip(text.events, json.events) {
            for name in ["uid", "SourceIp", "DestinationIp", "DestinationPort", "conn_state"] {
                #expect(one[name] == other[name])
            }
            #expect(one.origin == other.origin)
        }
        let conntrack = try file("conntrack-events.log")
        #expect(conntrack.format == "conntrack" && conntrack.defects.isEmpty && conntrack.events.count > 3600)
        for event in conntrack.events {
            #expect(event["SourceIp"].count == 1 && event.time > 1_795_000_000_000_000_000)
        }
        let packets = try file("tshark-packets.csv")
        #expect(packets.format == "tshark" && packets.defects.isEmpty && packets.events.count > 4000)
        #expect(packets.events.contains { $0.origin.category == "dns" && $0["QueryName"].count == 1 })
        #expect(packets.events.contains { $0.origin.category == "network_connection" && $0["SourceIp"].count == 1 })
    }

    @Test("Procmon and ETW are read", .enabled(if: sharedData("public/procmon") != nil)) func windows() throws {
        let procmon = try #require(try Self.decode("public/procmon").first)
        #expect(procmon.format == "procmon" && procmon.events.count == 2)
        // The sample ends inside a row.
        #expect(Set(procmon.defects.map(\.code)).isSubset(of: ["procmon-day-assumed", "csv-open-quote"]))
        let formats = try Self.decode("public/etw").filter { $0.defects.isEmpty }.map(\.format)
        #expect(formats.filter { $0 == "sealighter" }.count == 2 && formats.contains("silketw"))
    }
}
