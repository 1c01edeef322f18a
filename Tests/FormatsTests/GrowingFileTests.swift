import Bytes
import Foundation
import Testing

@testable import Formats

@Suite struct GrowingFileTests {
    typealias Folder = EvidenceTests.Folder

    private func append(_ text: String, to path: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    @Test("of a file that grows only what was found is read") func grown() throws {
        let folder = try Folder()
        try folder.write("a.json", "{\"n\":\"0\",\"ts\":1603007406}\n{\"n\":\"1\",\"ts\":1603007406}\n{\"n\":\"ha")
        let evidence = folder.evidence()
        try append("lf\"}\n{\"n\":\"3\"}\n", to: folder.at("a.json"))
        let (events, defects) = try evidence.events(of: 0)
        #expect(events.flatMap { $0["n"] } == ["0", "1"])
        #expect(defects.count == 1)
    }

    @Test("of a file that shrinks, what is gone is refused, without a crash") func shrunk() throws {
        let folder = try Folder()
        try folder.write("a.json", bytes: numberedLines(400_000))
        let evidence = folder.evidence()
        let segments = evidence.segments()
        #expect(segments.count > 1)
        var reader = SegmentReader(evidence: evidence)
        let first = try reader.load(segments[0])
        #expect(!reader.hasShrunk(segments[0]))
        truncate(folder.at("a.json"), 5000)
        // Mapped before: the lost pages read as zeroes.
        #expect(first.storage.bytes.uint8(at: first.storage.count / 2) == 0)
        #expect(reader.hasShrunk(segments[0]))
        for segment in segments {
            let error = #expect(throws: FileError.self) { _ = try reader.load(segment) }
            #expect(error?.code == .outOfRange)
        }
        var fresh = SegmentReader(evidence: evidence)
        #expect(throws: FileError.self) { _ = try fresh.load(segments[1]) }
    }
}
