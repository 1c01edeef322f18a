import Archives
import Bytes
import Events
import Foundation
import Testing

@testable import Formats

/// Wrapped samples, made by the tests.
extension EvidenceTests.Folder {
    func at(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ name: String, bytes: [UInt8]) throws {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func bytes(of name: String) throws -> [UInt8] { Array(try Data(contentsOf: url.appendingPathComponent(name))) }

    /// Writes an archive (or a compressed file, when the last kind compresses) with these members.
    func archive(
        _ name: String, _ kinds: [ArchiveKind], _ members: [(path: String, content: [UInt8])], password: String? = nil,
        encryption: ArchiveWriter.Encryption = .aes
    ) throws {
        let writer = try ArchiveWriter(path: at(name), kinds, password: password, encryption: encryption)
        for member in members { try writer.add(member.path, member.content) }
        try writer.close()
    }

    /// The same for text.
    func archive(_ name: String, _ kinds: [ArchiveKind], _ members: [(path: String, text: String)]) throws {
        try archive(name, kinds, members.map { ($0.path, Array($0.text.utf8)) })
    }

    /// What a sample of its own looks like inside another.
    func packed(_ kinds: [ArchiveKind], _ members: [(path: String, content: [UInt8])]) throws -> [UInt8] {
        let name = "packed-\(UUID().uuidString)"
        try archive(name, kinds, members)
        defer { try? FileManager.default.removeItem(atPath: at(name)) }
        return try bytes(of: name)
    }

    /// Evidence of this folder, or of one file of it.
    func evidence(_ name: String = "", _ options: EvidenceOptions = EvidenceOptions()) -> Evidence {
        Evidence(paths: [name.isEmpty ? path : at(name)], options: options)
    }

    /// The path below the folder.
    func short(_ path: String) -> String { String(path.dropFirst(self.path.count + 1)) }
}

extension Evidence {
    /// All events of a source, decoded as a hunt does.
    func events(of source: Int) throws -> (events: [Decoded.Event], defects: [Defect]) {
        var reader = SegmentReader(evidence: self)
        guard let format = sources[source].format else { return ([], []) }
        var decoder = format.init()
        var vocabulary = Vocabulary()
        var events: [Decoded.Event] = []
        var defects: [Defect] = []
        decoder.begin(sources[source].facts())
        for segment in segments(of: source) {
            let loaded = try reader.load(segment)
            var batch = EventBatch(base: loaded.storage)
            decoder.decode(loaded.range, fileOffset: loaded.fileOffset, into: &batch, vocabulary: &vocabulary)
            let decoded = Decoded(batch, vocabulary)
            events += decoded.events
            defects += decoded.defects
        }
        return (events, defects)
    }

    /// The values of a field in all events of all sources.
    func values(_ field: String) throws -> [String] {
        try sources.indices.flatMap { try events(of: $0).events.flatMap { $0[field] } }
    }
}

/// Lines of JSON: `{"n":0}`, `{"n":1}`, …
func numberedLines(_ count: Int, padding: Int = 0) -> [UInt8] {
    let pad = String(repeating: "x", count: padding)
    return Array(
        (0..<count).map { "{\"n\":\"\($0)\",\"pad\":\"\(pad)\",\"ts\":\(1_603_007_406 + $0)}\n" }.joined().utf8)
}
