import Bytes
import Events
import Foundation
import Testing

@testable import Formats

@Suite struct EvidenceTests {
    /// A directory of its own, removed at the end.
    final class Folder {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("evidence-\(UUID().uuidString)")

        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(at: url) }

        var path: String { url.path }

        func write(_ name: String, _ text: String) throws {
            let file = url.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }

        func link(_ name: String, to target: String) throws {
            try FileManager.default.createSymbolicLink(
                atPath: url.appendingPathComponent(name).path, withDestinationPath: target)
        }
    }

    @Test("a tree is listed once, sorted by bytes, hidden files too") func walk() throws {
        let folder = try Folder()
        try folder.write("b/z.json", "{\"a\":1}")
        try folder.write("B.json", "{\"a\":1}")
        try folder.write(".hidden", "{\"a\":1}")
        try folder.write("b.txt", "hello")
        try folder.write("empty.json", "")
        let evidence = Evidence(paths: [folder.path, folder.path + "/b", folder.path + "/B.json"])
        #expect(
            evidence.sources.map { String($0.path.dropFirst(folder.path.count)) }
                == ["/.hidden", "/B.json", "/b.txt", "/b/z.json", "/empty.json"])
        #expect(evidence.sources.map(\.formatName) == ["ndjson", "ndjson", "", "ndjson", ""])
        #expect(evidence.sources.map(\.reason)[4] == "empty file")
        #expect(evidence.defects.isEmpty)
        #expect(evidence.segments().map(\.source) == [0, 1, 3])
    }

    @Test("links are not followed below a directory, and followed when given") func links() throws {
        let folder = try Folder()
        let outside = try Folder()
        try folder.write("a.json", "{\"a\":1}")
        try outside.write("o.json", "{\"a\":1}")
        try folder.link("loop", to: ".")
        try folder.link("alias.json", to: "a.json")
        try folder.link("out.json", to: outside.path + "/o.json")
        try folder.link("dead.json", to: "nowhere")
        let evidence = Evidence(paths: [folder.path])
        #expect(evidence.sources.map { String($0.path.dropFirst(folder.path.count)) } == ["/a.json"])
        #expect(evidence.defects.map { $0.code } == ["link-not-followed", "link-not-followed"])
        let given = Evidence(paths: [folder.path + "/out.json", folder.path + "/loop"])
        #expect(given.sources.map { String($0.path.dropFirst(folder.path.count)) } == ["/loop/a.json", "/out.json"])
    }

    @Test("what is not there or is no file is a defect") func unreadable() throws {
        let folder = try Folder()
        let evidence = Evidence(paths: [folder.path + "/missing", "/dev/null"])
        #expect(evidence.sources.isEmpty)
        #expect(evidence.defects.map(\.code) == ["not-a-file", "unreadable"])
    }

    @Test("pieces of any size give the same events as the whole file", arguments: [1, 2, 3, 7, 16, 64, 1000])
    func pieces(_ size: Int) throws {
        let folder = try Folder()
        var text = ""
        for index in 0..<40 {
            text += "{\"ts\":\(1_603_007_406 + index),\"x\":\"\(String(repeating: "y", count: index % 13))\"}"
            text += index % 5 == 0 ? "\r\n" : index % 7 == 0 ? "\n\n" : "\n"
        }
        text += "{\"ts\":1703007406,\"x\":\"last, without newline\"}"
        try folder.write("a.ndjson", text)
        let evidence = Evidence(paths: [folder.path + "/a.ndjson"])
        var reader = SegmentReader(evidence: evidence)
        var decoder = NDJSONFormat()
        var vocabulary = Vocabulary()
        var events: [Decoded.Event] = []
        for offset in stride(from: 0, to: text.utf8.count, by: size) {
            let segment = Segment(
                source: 0, offset: Int64(offset), length: Int64(min(size, text.utf8.count - offset)))
            let loaded = try reader.load(segment)
            var batch = EventBatch(base: loaded.storage)
            decoder.decode(loaded.range, fileOffset: loaded.fileOffset, into: &batch, vocabulary: &vocabulary)
            #expect(batch.defects.isEmpty)
            events += Decoded(batch, vocabulary).events
        }
        let whole = Decoded.decode(NDJSONFormat.self, text).events
        #expect(events.map(\.time) == whole.map(\.time))
        #expect(events.map(\.offset) == whole.map(\.offset))
        #expect(events.map(\.length) == whole.map(\.length))
        #expect(events.map { $0["x"] } == whole.map { $0["x"] })
        #expect(whole.count == 41)
    }

    @Test("segments cover a file without gap or overlap") func cover() throws {
        let folder = try Folder()
        try folder.write("a.ndjson", "{\"a\":\"" + String(repeating: "x", count: 100) + "\"}\n")
        let file = FileHandle(forWritingAtPath: folder.path + "/a.ndjson")
        try file?.truncate(atOffset: 20 << 20)
        try file?.close()
        let segments = Evidence(paths: [folder.path]).segments()
        #expect(segments.map(\.offset) == [0, 8 << 20, 16 << 20])
        #expect(segments.map(\.length).reduce(0, +) == 20 << 20)
        #expect(segments.map(\.isFirst) == [true, false, false])
    }

    @Test("a line that no window holds is one defect, whatever the pieces") func longLine() throws {
        let folder = try Folder()
        let text =
            "{\"ts\":1603007406}\n{\"a\":\"" + String(repeating: "x", count: 40 << 20) + "\"}\n{\"ts\":1603007407}\n"
        try folder.write("a.ndjson", text)
        let evidence = Evidence(paths: [folder.path])
        var reader = SegmentReader(evidence: evidence)
        var decoder = NDJSONFormat()
        var vocabulary = Vocabulary()
        var codes: [String] = []
        var times: [Int64] = []
        for segment in evidence.segments() {
            let loaded = try reader.load(segment)
            var batch = EventBatch(base: loaded.storage)
            decoder.decode(loaded.range, fileOffset: loaded.fileOffset, into: &batch, vocabulary: &vocabulary)
            codes += batch.defects.map(\.code)
            times += batch.events.map(\.time.nanoseconds)
        }
        #expect(codes == ["line-too-long"])
        #expect(times == [1_603_007_406_000_000_000, 1_603_007_407_000_000_000])
    }

    @Test("a pipe is spooled and its copy goes away") func pipe() throws {
        let folder = try Folder()
        try folder.write("a.json", "{\"a\":1}\n")
        let input = try SpooledInput(path: folder.path + "/a.json")
        #expect(input.size == 8)
        #expect(FileManager.default.fileExists(atPath: input.path))
    }
}
