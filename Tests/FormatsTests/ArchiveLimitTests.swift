import Archives
import Foundation
import Testing

@testable import Formats

@Suite struct ArchiveLimitTests {
    typealias Folder = EvidenceTests.Folder

    private func limited(_ change: (inout EvidenceOptions.Limits) -> Void) -> EvidenceOptions {
        var options = EvidenceOptions()
        change(&options.limits)
        return options
    }

    @Test("nesting ends at the limit, with a defect") func depth() throws {
        let folder = try Folder()
        var inner = try folder.packed([.zip], [("a.json", numberedLines(1))])
        for level in 0..<12 {
            inner = try folder.packed([.zip], [("\(level).zip", inner), ("a.json", numberedLines(1))])
        }
        try folder.write("bomb.zip", bytes: inner)
        let evidence = folder.evidence("bomb.zip")
        #expect(evidence.defects.map(\.code) == ["archive-too-deep"])
        #expect(evidence.sources.filter { $0.format != nil }.count == 8)
        #expect(evidence.sources.filter { $0.format == nil }.count == 1)
        let shallow = folder.evidence("bomb.zip", limited { $0.depth = 2 })
        #expect(shallow.sources.filter { $0.format != nil }.count == 2)
        #expect(shallow.defects.map(\.code) == ["archive-too-deep"])
    }

    @Test("compression in compression counts as nesting") func stacked() throws {
        let folder = try Folder()
        var inner = numberedLines(1)
        for _ in 0..<10 { inner = try folder.packed([.gzip], [("", inner)]) }
        try folder.write("bomb.gz", bytes: inner)
        let evidence = folder.evidence("bomb.gz")
        #expect(evidence.defects.map(\.code) == ["archive-too-deep"])
        #expect(evidence.sources.map(\.formatName) == [""])
    }

    @Test("members are counted over all archives") func members() throws {
        let folder = try Folder()
        let members = (0..<10).map { ("\($0).json", numberedLines(1)) }
        try folder.archive("a.zip", [.zip], members)
        try folder.archive("b.tar", [.tar], members)
        let evidence = folder.evidence("", limited { $0.members = 14 })
        #expect(evidence.sources.count == 14)
        #expect(evidence.defects.map(\.code) == ["archive-too-many"])
        #expect(folder.short(evidence.defects[0].path) == "b.tar")
    }

    @Test(
        "a bomb ends at the ratio; what came before counts",
        arguments: [[ArchiveKind.zip], [.xz], [.gzip, .tar], [.zstd]])
    func ratio(_ kinds: [ArchiveKind]) throws {
        let folder = try Folder()
        let line = Array("{\"n\":\"1\"}\n".utf8)
        let lines = Array(repeatElement(line, count: 400_000).joined())
        try folder.archive("bomb", kinds, [("a.json", lines)])
        let evidence = folder.evidence(
            "bomb",
            limited {
                $0.ratio = 20
                $0.ratioFloor = 1 << 20
            })
        #expect(evidence.defects.map(\.code) == ["archive-ratio"])
        #expect(evidence.sources.map(\.formatName) == ["ndjson"])
        #expect((1 << 19..<3 << 20).contains(evidence.sources[0].size))
        #expect(folder.evidence("bomb").defects.isEmpty)
    }

    @Test("bytes are counted over all archives, unpacked for nothing too") func bytes() throws {
        let folder = try Folder()
        let junk = [UInt8](repeating: 1, count: 1 << 20)
        try folder.archive(
            "a.tgz", [.gzip, .tar], (0..<10).map { ("\($0).bin", junk) } + [("z.json", numberedLines(1))])
        let evidence = folder.evidence("", limited { $0.bytes = 5 << 20 })
        #expect(evidence.defects.map(\.code) == ["archive-too-large"])
        #expect(evidence.sources.count < 7)
        #expect(folder.evidence().sources.count == 11)
    }

    @Test("one member past its limit does not end the archive") func memberBytes() throws {
        let folder = try Folder()
        try folder.archive("a.zip", [.zip], [("a.json", numberedLines(100_000)), ("b.json", numberedLines(2))])
        let evidence = folder.evidence("a.zip", limited { $0.memberBytes = 1 << 20 })
        #expect(evidence.defects.map(\.code) == ["archive-too-large"])
        #expect(folder.short(evidence.defects[0].path) == "a.zip!a.json")
        #expect(evidence.sources.map(\.formatName) == ["ndjson", "ndjson"])
        #expect(evidence.sources[0].size <= 1 << 20)
        #expect(evidence.sources[0].size > 1 << 19)
    }

    @Test("a temporary folder that cannot be written is a defect") func noSpool() throws {
        let folder = try Folder()
        try folder.archive("a.zip", [.zip], [("a.json", numberedLines(2)), ("b.json", numberedLines(2))])
        var options = EvidenceOptions()
        options.temporaryFolder = folder.at("missing")
        let evidence = folder.evidence("a.zip", options)
        #expect(evidence.defects.map(\.code) == ["spool-failed"])
    }

    @Test("a cancelled run stops unpacking and says so") func cancelled() async throws {
        let folder = try Folder()
        try folder.archive("a.zip", [.zip], (0..<50).map { ("\($0).json", numberedLines(1)) })
        let path = folder.at("a.zip")
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return Evidence(paths: [path])
        }
        task.cancel()
        let evidence = await task.value
        #expect(evidence.defects.map(\.code) == ["interrupted"])
        #expect(evidence.sources.count == 1)
    }
}
