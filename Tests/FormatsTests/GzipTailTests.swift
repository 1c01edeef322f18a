import Archives
import Foundation
import Testing

@testable import Formats

@Suite struct GzipTailTests {
    typealias Folder = EvidenceTests.Folder

    private static let contents: [[UInt8]] = {
        var random = SplitMix(state: 5)
        return [
            Array("short, so the code is the fixed one".utf8), numberedLines(900),
            (0..<40_000).map { _ in UInt8.random(in: 0...255, using: &random) },
            (0..<20_000).map { _ in UInt8.random(in: 0x61...0x64, using: &random) },
            [UInt8](repeating: 0x20, count: 9000),
        ]
    }()

    @Test("whole files are unpacked like the library does, from anywhere", arguments: 0..<5) func whole(_ index: Int)
        throws
    {
        let folder = try Folder()
        let content = Self.contents[index]
        try folder.write("a.gz", bytes: try folder.packed([.gzip], [("", content)]))
        for start in [0, 1, content.count / 2, content.count - 1, content.count, content.count + 1] {
            #expect(GzipTail.bytes(of: folder.at("a.gz"), behind: start) == Array(content.dropFirst(start)))
        }
    }

    @Test("several members in a row are one content") func members() throws {
        let folder = try Folder()
        let packed = try Self.contents[..<3].map { try folder.packed([.gzip], [("", $0)]) }
        try folder.write("a.gz", bytes: Array(packed.joined()))
        #expect(GzipTail.bytes(of: folder.at("a.gz"), behind: 0) == Array(Self.contents[..<3].joined()))
    }

    @Test("files cut anywhere give a beginning of the content, more of it the longer they are", arguments: 0..<5)
    func cut(_ index: Int) throws {
        let folder = try Folder()
        let content = Self.contents[index]
        let packed = try folder.packed([.gzip], [("", content)])
        var before = 0
        for length in stride(from: 0, to: packed.count, by: max(1, packed.count / 17)) {
            try folder.write("a.gz", bytes: Array(packed[..<length]))
            let tail = GzipTail.bytes(of: folder.at("a.gz"), behind: 0)
            #expect(tail == Array(content.prefix(tail.count)))
            #expect(tail.count >= before)
            before = tail.count
        }
    }

    @Test("bytes changed anywhere never crash") func changed() throws {
        let folder = try Folder()
        let packed = try folder.packed([.gzip], [("", numberedLines(300))])
        var random = SplitMix(state: 9)
        for _ in 0..<150 {
            var bytes = packed
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            try folder.write("a.gz", bytes: bytes)
            _ = GzipTail.bytes(of: folder.at("a.gz"), behind: 0)
        }
    }

    @Test("a small log that was cut in compression is read up to the cut") func small() throws {
        let folder = try Folder()
        let packed = try folder.packed([.gzip], [("", numberedLines(500))])
        try folder.write("a.json.gz", bytes: Array(packed[..<(packed.count * 4 / 5)]))
        var random = SplitMix(state: 13)
        let noise = (0..<400).map { _ in "{\"n\":\"\(UInt64.random(in: 0...UInt64.max, using: &random))\"}\n" }.joined()
        let tar = try folder.packed([.gzip, .tar], [("a.json", numberedLines(40)), ("b.json", Array(noise.utf8))])
        try folder.write("b.tgz", bytes: Array(tar[..<(tar.count * 4 / 5)]))
        let evidence = folder.evidence()
        #expect(evidence.sources.map { folder.short($0.path) } == ["a.json.gz", "b.tgz!a.json", "b.tgz!b.json"])
        try #require(evidence.sources.map(\.wrapping) == [["gzip"], ["gzip", "tar"], ["gzip", "tar"]])
        #expect(evidence.sources.allSatisfy { $0.formatName == "ndjson" })
        #expect(evidence.defects.contains { $0.code == "archive-damaged" && $0.path.hasSuffix("a.json.gz") })
        #expect(evidence.defects.contains { $0.code == "archive-damaged" && $0.path.contains("b.tgz") })
        #expect(try evidence.events(of: 0).events.count > 300)
        #expect(try evidence.events(of: 1).events.count == 40)
        #expect(try evidence.events(of: 2).events.count > 100)
    }
}
