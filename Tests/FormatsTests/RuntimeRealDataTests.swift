import Events
import Foundation
import Testing

@testable import Formats

/// Recordings of real engines, for development only: skipped where they are absent.
@Suite struct RuntimeRealDataTests {
    struct File {
        var path: String
        var format: String
        var decoded: Decoded
    }

    static func decode(_ folder: String) throws -> [File] {
        guard let root = sharedData(folder) else { return [] }
        let evidence = Evidence(paths: [root.path])
        var reader = SegmentReader(evidence: evidence)
        var files: [File] = []
        for (index, source) in evidence.sources.enumerated() {
            guard let format = source.format else { continue }
            var decoder = format.init()
            var vocabulary = Vocabulary()
            decoder.begin(source.facts())
            for segment in evidence.segments(of: index) {
                let loaded = try reader.load(segment)
                var batch = EventBatch(base: loaded.storage)
                decoder.decode(loaded.range, fileOffset: loaded.fileOffset, into: &batch, vocabulary: &vocabulary)
                decoder.finish(into: &batch, vocabulary: &vocabulary)
                files.append(File(path: source.path, format: source.formatName, decoded: Decoded(batch, vocabulary)))
            }
        }
        return files
    }

    @Test(
        "every file of the recorded engine is read without a defect", .enabled(if: sharedData("recorded/docker") != nil)
    )
    func everything() throws {
        let files = try Self.decode("recorded/docker") + Self.decode("recorded/containerd")
        #expect(files.count > 100)
        for file in files {
            #expect(file.decoded.defects.isEmpty, "\(file.path) \(file.decoded.defects.prefix(2))")
            #expect(!file.decoded.events.isEmpty, "\(file.path)")
            #expect(file.decoded.events.allSatisfy { $0.origin.product != "" && $0.time > 0 }, "\(file.path)")
            #expect(!["ndjson", "json", "logfmt"].contains(file.format), "\(file.path) \(file.format)")
        }
    }

    @Test("the text of the events says what their JSON says", .enabled(if: sharedData("recorded/docker") != nil))
    func textIsJSON() throws {
        let files = try Self.decode("recorded/docker")
        let json = try #require(files.first { $0.format == "docker-events" }).decoded.events
        let text = try #require(files.first { $0.format == "docker-events-text" }).decoded.events
        #expect(json.count == text.count && json.count > 400)
        // The two clients did not see all events in the same order.
        func order(_ left: Decoded.Event, _ right: Decoded.Event) -> Bool { left.time < right.time }
        for (left, right) in zip(json.sorted(by: order), text.sorted(by: order)) {
            #expect(left.time == right.time && left.origin == right.origin)
            for name in Set(left.fields.map(\.name))
            where !["status", "id", "from", "scope", "time", "timeNano"].contains(name) {
                #expect(left[name] == right[name], "\(name) \(left[name]) \(right[name])")
            }
        }
    }

    @Test("a container on disk says what inspect says of it", .enabled(if: sharedData("recorded/docker") != nil))
    func onDisk() throws {
        let files = try Self.decode("recorded/docker")
        var inspected: [String: [Decoded.Event]] = [:]
        for file in files where file.path.contains("/inspect/containers-") {
            for event in file.decoded.events { inspected[event["Id"][0], default: []].append(event) }
        }
        var checked = 0
        for file in files where file.path.contains("/var-lib-docker/") {
            let event = file.decoded.events[0]
            let id = event["Id"][0]
            #expect(file.path.contains(id))
            guard let views = inspected[id] else { continue }
            checked += 1
            let names =
                file.format == "docker-hostconfig"
                ? [
                    "HostConfig.Privileged", "HostConfig.Binds", "HostConfig.PidMode", "HostConfig.NetworkMode",
                    "HostConfig.SecurityOpt", "HostConfig.CapAdd", "HostConfig.LogConfig.Type",
                ] : ["Created", "Config.Image", "Config.User", "Driver", "Platform", "Path", "Args"]
            for name in names { #expect(views.contains { $0[name] == event[name] }, "\(name) \(file.path)") }
            if file.format == "docker-inspect" {
                for name in ["Mounts.Source", "Mounts.Destination", "Mounts.RW"] {
                    #expect(views.contains { $0[name].sorted() == event[name].sorted() }, "\(name) \(file.path)")
                }
            }
        }
        #expect(checked >= 20)
    }

    @Test("the daemon's log names containers", .enabled(if: sharedData("recorded/docker") != nil)) func daemon() throws
    {
        let log = try #require(try Self.decode("recorded/docker").first { $0.format == "docker-daemon" }).decoded.events
        #expect(log.filter { !$0["ContainerId"].isEmpty }.count > 40)
        #expect(
            log.contains {
                $0["msg"].first?.hasPrefix("Binding to IP address") == true && $0["host"] == ["tcp://127.0.0.1:2375"]
            })
        #expect(log.allSatisfy { $0["level"].count == 1 && $0["msg"].count == 1 })
    }

    @Test("Kubernetes audit of Falco's collection is read", .enabled(if: sharedData("public/kubernetes") != nil))
    func kubernetes() throws {
        let files = try Self.decode("public/kubernetes").filter { !$0.path.contains("panther") }
        #expect(files.count > 40)
        for file in files {
            #expect(file.format == "kubernetes-audit" && file.decoded.defects.isEmpty, "\(file.path)")
        }
        let exec = try #require(files.first { $0.path.hasSuffix("exec_pod.json") }).decoded.events[0]
        #expect(exec["Exec.Command"] == ["bash"] && exec["ContainerName"] == ["nginx1"])
    }
}
