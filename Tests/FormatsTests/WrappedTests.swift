import Archives
import Bytes
import Events
import Foundation
import Synchronization
import Testing

@testable import Formats

@Suite struct WrappedTests {
    typealias Folder = EvidenceTests.Folder

    @Test(
        "bare compression keeps the file's path and recognises by the extension within",
        arguments: [ArchiveKind.gzip, .bzip2, .xz, .zstd, .lz4])
    func bare(_ kind: ArchiveKind) throws {
        let folder = try Folder()
        try folder.archive("a.json.\(kind.rawValue)", [kind], [("ignored", numberedLines(3))])
        let evidence = folder.evidence()
        #expect(evidence.defects.isEmpty)
        #expect(evidence.sources.map { folder.short($0.path) } == ["a.json.\(kind.rawValue)"])
        #expect(evidence.sources.map(\.wrapping) == [[kind.rawValue]])
        #expect(evidence.sources.map(\.formatName) == ["ndjson"])
        #expect(evidence.sources.map(\.size) == [Int64(numberedLines(3).count)])
        #expect(try evidence.values("n") == ["0", "1", "2"])
    }

    @Test(
        "archives give their members, behind a mark, sorted",
        arguments: [
            ([ArchiveKind.zip], ["zip"]), ([.sevenZip], ["7z"]), ([.tar], ["tar"]), ([.gzip, .tar], ["gzip", "tar"]),
            ([.xz, .tar], ["xz", "tar"]), ([.zstd, .tar], ["zstd", "tar"]), ([.bzip2, .tar], ["bzip2", "tar"]),
        ] as [([ArchiveKind], [String])])
    func archives(_ kinds: [ArchiveKind], _ wrapping: [String]) throws {
        let folder = try Folder()
        try folder.archive(
            "case.bin", kinds,
            [
                ("z/Ünïcode 日本.json", numberedLines(2)), ("readme.txt", Array("hello\n".utf8)), ("empty.json", []),
                ("a/b.json", numberedLines(1, padding: 200_000)),
            ])
        let evidence = folder.evidence("case.bin")
        #expect(evidence.defects.isEmpty)
        #expect(
            evidence.sources.map { folder.short($0.path) }
                == [
                    "case.bin!a/b.json", "case.bin!empty.json", "case.bin!readme.txt", "case.bin!z/Ünïcode 日本.json",
                ])
        #expect(evidence.sources.map(\.formatName) == ["ndjson", "", "", "ndjson"])
        #expect(evidence.sources.map(\.reason) == ["", "empty file", "text of no known format", ""])
        #expect(evidence.sources.allSatisfy { $0.wrapping == wrapping })
        #expect(evidence.sources[0].modified == Timestamp(nanoseconds: 1_700_000_000_000_000_000))
        #expect(try evidence.values("n") == ["0", "0", "1"])
    }

    @Test("archives in archives are unpacked, and nothing is left behind") func nested() throws {
        let folder = try Folder()
        let gzip = try folder.packed([.gzip], [("", numberedLines(2))])
        let tar = try folder.packed([.xz, .tar], [("logs/a.json.gz", gzip), ("b.json", numberedLines(1))])
        let sevenZip = try folder.packed([.sevenZip], [("t.txz", tar)])
        try folder.archive("case.zip", [.zip], [("inner/x.7z", sevenZip), ("c.json", numberedLines(3))])
        let parent = try Folder()
        var options = EvidenceOptions()
        options.temporaryFolder = parent.path
        var evidence: Evidence? = folder.evidence("case.zip", options)
        #expect(evidence?.defects == [])
        #expect(
            evidence?.sources.map { folder.short($0.path) }
                == ["case.zip!c.json", "case.zip!inner/x.7z!t.txz!b.json", "case.zip!inner/x.7z!t.txz!logs/a.json.gz"])
        #expect(evidence?.sources.last?.wrapping == ["zip", "7z", "xz", "tar", "gzip"])
        #expect(try evidence?.values("n") == ["0", "1", "2", "0", "0", "1"])
        let folders = try FileManager.default.contentsOfDirectory(atPath: parent.path)
        #expect(folders.count == 1)
        let spool = parent.at(folders[0])
        let mode = try FileManager.default.attributesOfItem(atPath: spool)[.posixPermissions] as? NSNumber
        #expect(mode == 0o700)
        let files = try FileManager.default.contentsOfDirectory(atPath: spool)
        #expect(files.count == 3, "archives themselves are gone: \(files)")
        for file in files {
            let mode = try FileManager.default.attributesOfItem(atPath: spool + "/" + file)[.posixPermissions]
            #expect(mode as? NSNumber == 0o600)
        }
        evidence = nil
        #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path) == [])
    }

    @Test("only what a format recognises is written down") func spooledOnlyIfRecognised() throws {
        let folder = try Folder()
        let parent = try Folder()
        try folder.archive(
            "a.zip", [.zip], [("big.bin", [UInt8](repeating: 7, count: 3 << 20)), ("x.exe", Array("MZ--".utf8))])
        var options = EvidenceOptions()
        options.temporaryFolder = parent.path
        let evidence = folder.evidence("a.zip", options)
        #expect(evidence.sources.map(\.formatName) == ["", ""])
        #expect(evidence.sources.allSatisfy { !$0.reason.isEmpty })
        #expect(evidence.sources[0].size == 3 << 20)
        #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path) == [])
    }

    @Test("empty ones are said to be empty") func empty() throws {
        let folder = try Folder()
        try folder.archive("a.json.gz", [.gzip], [("", [UInt8]())])
        try folder.archive("b.zip", [.zip], [] as [(path: String, content: [UInt8])])
        let writer = try ArchiveWriter(path: folder.at("c.tar"), [.tar])
        try writer.addDirectory("only/")
        try writer.close()
        let evidence = folder.evidence()
        #expect(evidence.defects.isEmpty)
        #expect(
            evidence.sources.map { [folder.short($0.path), $0.reason] }
                == [
                    ["a.json.gz", "empty file"], ["b.zip", "archive without files"],
                    ["c.tar", "archive without files"],
                ])
    }

    @Test("links and devices of an archive are not followed, and said") func links() throws {
        let folder = try Folder()
        let writer = try ArchiveWriter(path: folder.at("a.tar"), [.tar])
        try writer.addLink("passwd", to: "/etc/passwd")
        try writer.addLink("up", to: "../..")
        try writer.add("a.json", numberedLines(1))
        try writer.close()
        let evidence = folder.evidence("a.tar")
        #expect(evidence.sources.map(\.formatName) == ["ndjson"])
        #expect(evidence.defects.map(\.code) == ["link-not-followed"])
        #expect(evidence.defects[0].detail.hasPrefix("2 members, the first "))
    }

    @Test("gzip of several members, as log rotation appends them, is one file") func appended() throws {
        let folder = try Folder()
        let first = try folder.packed([.gzip], [("", Array("{\"n\":\"a\"}\n".utf8))])
        let second = try folder.packed([.gzip], [("", Array("{\"n\":\"b\"}\n".utf8))])
        // Behind the last one tapes and tools leave zeroes.
        try folder.write("a.gz", bytes: first + second + [UInt8](repeating: 0, count: 700))
        #expect(try folder.evidence("a.gz").values("n") == ["a", "b"])
    }

    @Test("names from an archive are shown, made visible, and never used") func names() throws {
        let folder = try Folder()
        let names = ["../../etc/passwd", "/abs/olute", "a\u{1B}[2Jb", "c\u{202E}d", "e\nf", "..", "x/../y"]
        try folder.archive("a.zip", [.zip], names.map { ($0, numberedLines(1)) })
        let evidence = folder.evidence("a.zip")
        #expect(
            Set(evidence.sources.map { String(folder.short($0.path).dropFirst(6)) })
                == ["../../etc/passwd", "/abs/olute", "a␛[2Jb", "c⟨U+202E⟩d", "e␊f", "..", "x/../y"])
        #expect(evidence.sources.allSatisfy { $0.formatName == "ndjson" })
        #expect(Set(evidence.sources.map(\.contentPath)).count == names.count)
        let spool = URL(fileURLWithPath: evidence.sources[0].contentPath).deletingLastPathComponent().path
        #expect(
            evidence.sources.allSatisfy {
                URL(fileURLWithPath: $0.contentPath).deletingLastPathComponent().path == spool
            })
        #expect(!FileManager.default.fileExists(atPath: "/abs/olute"))
    }

    @Test("a NUL, no UTF-8 and an endless name do no harm") func hostileNames() throws {
        let folder = try Folder()
        try folder.archive(
            "a.zip", [.zip],
            [
                ("nQQl.json", numberedLines(1)), ("uWWf.json", numberedLines(1)),
                (String(repeating: "l", count: 9000), numberedLines(1)),
            ])
        var bytes = try folder.bytes(of: "a.zip")
        for index in bytes.indices.dropLast() {
            if bytes[index] == UInt8(ascii: "Q"), bytes[index + 1] == UInt8(ascii: "Q") { bytes[index] = 0 }
            if bytes[index] == UInt8(ascii: "W"), bytes[index + 1] == UInt8(ascii: "W") { bytes[index] = 0xFF }
        }
        try folder.write("a.zip", bytes: bytes)
        let evidence = folder.evidence("a.zip")
        #expect(evidence.sources.count == 3)
        #expect(evidence.sources.allSatisfy { $0.formatName == "ndjson" && $0.path.utf8.count < 5000 })
        #expect(evidence.sources.contains { $0.path.contains("\u{FFFD}") })
    }

    @Test("two members of one name are two files") func twins() throws {
        let folder = try Folder()
        try folder.archive(
            "a.tar", [.tar],
            [("a.json", Array("{\"n\":\"first\"}".utf8)), ("a.json", Array("{\"n\":\"second\"}".utf8))])
        #expect(try folder.evidence("a.tar").values("n") == ["first", "second"])
    }

    /// A cabinet with one stored file, by the book (MS-CAB): header, folder, file, one block of data without checksum.
    private static func cabinet(_ name: String, _ content: [UInt8]) -> [UInt8] {
        func little(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        }
        let title = Array(name.utf8) + [0]
        let filesAt = 36 + 8
        let dataAt = filesAt + 16 + title.count
        let data = little(0, 4) + little(content.count, 2) + little(content.count, 2) + content
        var bytes = Array("MSCF".utf8) + little(0, 4) + little(dataAt + data.count, 4) + little(0, 4)
        bytes += little(filesAt, 4) + little(0, 4) + [3, 1] + little(1, 2) + little(1, 2) + little(0, 6)
        bytes += little(dataAt, 4) + little(1, 2) + little(0, 2)
        bytes += little(content.count, 4) + little(0, 4) + little(0, 2) + little(0x5762, 2) + little(0, 2)
        return bytes + little(0x20, 2) + title + data
    }

    @Test("cabinets are read") func cabinets() throws {
        let folder = try Folder()
        try folder.write("a.cab", bytes: Self.cabinet("logs\\a.json", numberedLines(3)))
        let evidence = folder.evidence("a.cab")
        #expect(evidence.defects.isEmpty)
        #expect(evidence.sources.map(\.wrapping) == [["cab"]])
        #expect(evidence.sources.map { folder.short($0.path) } == ["a.cab!logs/a.json"])
        #expect(try evidence.values("n") == ["0", "1", "2"])
    }

    @Test("unpacking tells how far it got") func progress() throws {
        let folder = try Folder()
        let large = numberedLines(1) + [UInt8](repeating: 0x20, count: 70 << 20)
        try folder.archive("a.tar", [.tar], [("a.json", large)])
        var options = EvidenceOptions()
        let calls = Calls()
        options.progress = { _, bytes in calls.bytes.withLock { $0.append(bytes) } }
        let evidence = folder.evidence("a.tar", options)
        #expect(evidence.sources[0].size == Int64(large.count))
        let told = calls.bytes.withLock { $0 }
        #expect(told.count == 1)
        #expect(told.allSatisfy { (64 << 20..<70 << 20).contains($0) })
    }

    private final class Calls: Sendable {
        let bytes = Mutex<[Int64]>([])
    }

    @Test(
        "sparse members are whole, their holes zeroes",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/tar")))
    func sparse() throws {
        let folder = try Folder()
        try folder.write("a.json", "{\"n\":\"0\"}\n")
        let file = try #require(FileHandle(forWritingAtPath: folder.at("a.json")))
        try file.seek(toOffset: 1 << 20)
        try file.write(contentsOf: Data("\n{\"n\":\"1\"}\n".utf8))
        try file.truncate(atOffset: 2 << 20)
        try file.close()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/tar")
        process.arguments = ["-S", "-czf", "a.tgz", "a.json"]
        process.currentDirectoryURL = folder.url
        try process.run()
        process.waitUntilExit()
        let evidence = folder.evidence("a.tgz")
        #expect(evidence.defects.isEmpty)
        let unpacked = try Data(contentsOf: URL(fileURLWithPath: evidence.sources[0].contentPath))
        let original = try Data(contentsOf: URL(fileURLWithPath: folder.at("a.json")))
        #expect(unpacked == original)
    }

    @Test(
        "standard tools' archives are read", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/zip")))
    func tools() throws {
        let folder = try Folder()
        try folder.write("d/a.json", bytes: numberedLines(2))
        for arguments in [
            ["/usr/bin/zip", "-q", "-r", "plain.zip", "d"], ["/usr/bin/zip", "-q", "-0", "-r", "stored.zip", "d"],
            ["/usr/bin/tar", "czf", "d.tgz", "d"], ["/usr/bin/tar", "--format=v7", "-cf", "v7.tar", "d"],
        ] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: arguments[0])
            process.arguments = Array(arguments.dropFirst())
            process.currentDirectoryURL = folder.url
            try process.run()
            process.waitUntilExit()
        }
        let evidence = folder.evidence()
        #expect(evidence.defects.isEmpty)
        #expect(
            evidence.sources.map { folder.short($0.path) }
                == ["d.tgz!d/a.json", "d/a.json", "plain.zip!d/a.json", "stored.zip!d/a.json", "v7.tar!d/a.json"])
        #expect(try evidence.values("n").count == 10)
    }
}
