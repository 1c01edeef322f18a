import Archives
import Foundation
import Testing

@testable import Formats

@Suite struct DamagedArchiveTests {
    typealias Folder = EvidenceTests.Folder

    @Test("a compressed file that is cut off gives what came before, and a defect with its place") func cutGzip() throws
    {
        let folder = try Folder()
        let lines = numberedLines(15_000)
        let packed = try folder.packed([.gzip], [("", lines)])
        try folder.write("a.json.gz", bytes: Array(packed[..<(packed.count * 3 / 4)]))
        let evidence = folder.evidence("a.json.gz")
        #expect(evidence.defects.map(\.code) == ["archive-damaged"])
        #expect(evidence.defects[0].offset > 0)
        #expect(evidence.sources.map(\.formatName) == ["ndjson"])
        #expect(evidence.sources[0].size > Int64(lines.count / 2))
        let numbers = try evidence.values("n")
        #expect(numbers.count > 6000)
        #expect(numbers == (0..<numbers.count).map { "\($0)" })
    }

    @Test(
        "archives cut anywhere never crash, and say so",
        arguments: [[ArchiveKind.zip], [.sevenZip], [.tar], [.gzip, .tar], [.xz, .tar], [.gzip], [.bzip2], [.zstd]])
    func cutAnywhere(_ kinds: [ArchiveKind]) throws {
        let folder = try Folder()
        let members = [("a.json", numberedLines(20)), ("b.json", numberedLines(30, padding: 40))]
        let whole = try folder.packed(kinds, kinds.last?.isCompression == true ? [members[0]] : members)
        let step = max(1, whole.count / 97)
        for length in stride(from: 1, to: whole.count, by: step) {
            try folder.write("cut", bytes: Array(whole[..<length]))
            let evidence = folder.evidence("cut")
            let isRead = evidence.sources.contains { $0.format != nil }
            let isNamed = evidence.sources.contains { !$0.reason.isEmpty }
            #expect(isRead || isNamed || !evidence.defects.isEmpty, "\(length) of \(whole.count)")
            for index in evidence.sources.indices { _ = try evidence.events(of: index) }
        }
    }

    @Test(
        "bytes changed anywhere never crash",
        arguments: [[ArchiveKind.zip], [.sevenZip], [.tar], [.gzip, .tar], [.xz]])
    func changedAnywhere(_ kinds: [ArchiveKind]) throws {
        let folder = try Folder()
        let members = [("a.json", numberedLines(20)), ("b.json", numberedLines(30, padding: 40))]
        let whole = try folder.packed(kinds, kinds.last?.isCompression == true ? [members[0]] : members)
        var random = SplitMix(state: 7)
        for _ in 0..<150 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            try folder.write("changed", bytes: bytes)
            let evidence = folder.evidence("changed")
            #expect(!evidence.sources.isEmpty || !evidence.defects.isEmpty)
        }
    }

    @Test("one damaged member of a zip does not take the others with it") func damagedMember() throws {
        let folder = try Folder()
        var random = SplitMix(state: 3)
        let noise = (0..<3000).map { _ in "{\"n\":\"\(UInt64.random(in: 0...UInt64.max, using: &random))\"}\n" }
            .joined()
        try folder.archive(
            "a.zip", [.zip],
            [("a.json", numberedLines(3)), ("b.json", Array(noise.utf8)), ("c.json", numberedLines(2))])
        var bytes = try folder.bytes(of: "a.zip")
        for index in 4000..<4100 { bytes[index] = 0xFF }
        try folder.write("a.zip", bytes: bytes)
        let evidence = folder.evidence("a.zip")
        #expect(evidence.sources.map { folder.short($0.path) }.contains("a.zip!c.json"))
        #expect(evidence.defects.count == 1)
        #expect(["archive-damaged", "archive-warning"].contains(evidence.defects[0].code))
        #expect(folder.short(evidence.defects[0].path) == "a.zip!b.json")
    }

    @Test("what only looks like an archive is a defect", arguments: ["PK\u{3}\u{4}", "7z\u{BC}", "BZh91AY&SY"])
    func impostors(_ head: String) throws {
        let folder = try Folder()
        try folder.write(
            "x",
            bytes: head.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } + Array(repeating: 1, count: 600))
        let evidence = folder.evidence("x")
        #expect(!evidence.defects.isEmpty || !evidence.sources[0].reason.isEmpty)
    }

    @Test("a zip whose directory is cut off is read from its members") func noDirectory() throws {
        let folder = try Folder()
        try folder.archive("a.zip", [.zip], [("a.json", numberedLines(3)), ("b.json", numberedLines(4))])
        let bytes = try folder.bytes(of: "a.zip")
        try folder.write("a.zip", bytes: Array(bytes.dropLast(30)))
        let evidence = folder.evidence("a.zip")
        #expect(try evidence.values("n").count == 7)
    }

    @Test("passwords", arguments: [ArchiveWriter.Encryption.aes, .zipCrypto])
    func passwords(_ encryption: ArchiveWriter.Encryption) throws {
        let folder = try Folder()
        try folder.archive(
            "a.zip", [.zip], [("a.json", numberedLines(3)), ("b.json", numberedLines(2))], password: "infected",
            encryption: encryption)
        let closed = folder.evidence("a.zip")
        #expect(closed.defects.map(\.code) == ["archive-password"])
        #expect(closed.defects[0].detail.contains("--password"))
        #expect(closed.sources.map(\.formatName) == ["", ""])
        #expect(closed.sources.allSatisfy { $0.reason.contains("--password") })
        var options = EvidenceOptions()
        options.passwords = ["wrong"]
        let wrong = folder.evidence("a.zip", options)
        #expect(try wrong.values("n").isEmpty)
        #expect(!wrong.defects.isEmpty)
        options.passwords = ["wrong", "infected"]
        let opened = folder.evidence("a.zip", options)
        #expect(opened.defects.isEmpty)
        #expect(try opened.values("n") == ["0", "1", "2", "0", "1"])
    }
}
