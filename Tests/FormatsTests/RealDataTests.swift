import Events
import Foundation
import Testing

@testable import Formats

@Suite struct RealDataTests {
    /// All events and defects of the files below a folder of the development data, by path.
    private static func decode(_ folder: String) throws -> [(path: String, format: String, Decoded)] {
        guard let root = sharedData(folder) else { return [] }
        let evidence = Evidence(paths: [root.path])
        var results: [(path: String, format: String, Decoded)] = []
        var reader = SegmentReader(evidence: evidence)
        for (index, source) in evidence.sources.enumerated() {
            guard let format = source.format else { continue }
            var decoder = format.init()
            var vocabulary = Vocabulary()
            for segment in evidence.segments(of: index) {
                let loaded = try reader.load(segment)
                var batch = EventBatch(base: loaded.storage)
                decoder.decode(loaded.range, fileOffset: loaded.fileOffset, into: &batch, vocabulary: &vocabulary)
                results.append((source.path, source.formatName, Decoded(batch, vocabulary)))
            }
        }
        return results
    }

    @Test("recorded engine events decode without a defect", .enabled(if: sharedData("recorded/docker") != nil))
    func recordedEvents() throws {
        let all = try Self.decode("recorded/docker")
        let events = try #require(all.first { $0.path.hasSuffix("docker-events.jsonl") })
        #expect(events.format == "docker-events")
        #expect(events.2.defects.isEmpty)
        #expect(events.2.events.count > 300)
        for event in events.2.events {
            #expect(event.time > 1_795_000_000_000_000_000)
            #expect(event["Action.Verb"].count == 1)
            #expect(
                event["Exec.Command"].count
                    == (event["Action"][0].hasPrefix("exec_") && event["Action"][0].contains(": ") ? 1 : 0))
        }
        #expect(events.2.events.contains { $0["Action.Verb"] == ["exec_create"] })
    }

    @Test("recorded inspect files give containers", .enabled(if: sharedData("recorded/docker/inspect") != nil))
    func recordedInspect() throws {
        let all = try Self.decode("recorded/docker/inspect").filter { $0.path.contains("containers-") }
        #expect(all.count >= 4)
        for file in all {
            #expect(file.format == "docker-inspect")
            #expect(file.2.defects.isEmpty)
            #expect(file.2.events.count > 2)
            for event in file.2.events { #expect(event["Id"][0].utf8.count == 64 && event.time > 0) }
        }
    }

    @Test("a Windows container is recognised", .enabled(if: sharedData("public/docker/windows") != nil))
    func windowsInspect() throws {
        let file = try #require(try Self.decode("public/docker/windows").first { $0.format == "docker-inspect" })
        #expect(file.2.events.first?["Platform"] == ["windows"])
    }

    @Test("exported Windows logs are all routed", .enabled(if: sharedData("public/windows-json") != nil))
    func windowsJSON() throws {
        var count = 0
        for file in try Self.decode("public/windows-json") {
            #expect(["windows-json", "nxlog"].contains(file.format))
            #expect(file.2.defects.isEmpty, "\(file.path)")
            for event in file.2.events {
                #expect(event.origin.product == "windows" && event.origin.eventID > 0 && !event.origin.channel.isEmpty)
                #expect(event.time > 1_500_000_000_000_000_000 && event.host != nil)
                #expect(event["Provider_Name"].count == 1)
            }
            count += file.2.events.count
        }
        #expect(count > 2000)
    }

    @Test("other JSON of the collection is read or refused with a reason", .enabled(if: sharedData("public") != nil))
    func everything() throws {
        for folder in [
            "public/docker", "public/otrf", "public/tetragon", "public/falco", "public/tracee", "public/etw",
        ] {
            guard let root = sharedData(folder) else { continue }
            let evidence = Evidence(paths: [root.path])
            for source in evidence.sources where source.format == nil { #expect(!source.reason.isEmpty) }
            for file in try Self.decode(folder) {
                let unexpected = file.2.defects.filter {
                    $0.code != "event-without-time" && $0.code != "inspect-unknown-object"
                        // A manual's transcript, with prompts between the events.
                        && !($0.code == "docker-events-foreign" && file.path.contains("docs-cli"))
                }
                #expect(unexpected.isEmpty, "\(file.path) \(file.format) \(unexpected.prefix(2))")
            }
        }
    }
}
