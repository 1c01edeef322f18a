import Bytes
import EVTX
import Events
import Foundation
import Testing

@testable import Formats

@Suite struct EVTXFormatTests {
    static let logs: [URL] = {
        guard let root = sharedData("public/evtx"),
            let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        else { return [] }
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "evtx" }
            .sorted { $0.path < $1.path }
    }()

    /// Every field of every record as the library's plain path tells it.
    private static func plain(_ path: String) throws -> [[String]] {
        var reader = try EVTXReader(path: path)
        let decoder = EVTXDecoder()
        var records: [[String]] = []
        while let window = try reader.nextWindow() {
            for chunk in window.chunks {
                var batch = EVTXBatch()
                decoder.decodeChunk(window.storage.bytes, at: chunk, fileOffset: window.fileOffset, into: &batch)
                for record in batch.records {
                    records.append(
                        decoder.fields(of: record, in: batch, window: window.storage.bytes)
                            .map { "\($0.name)=\($0.text)" })
                }
            }
        }
        return records
    }

    @Test("fields, heads and origins equal the library's plain path on real logs", .enabled(if: !logs.isEmpty))
    func differential() throws {
        var compared = 0
        for url in Self.logs {
            let evidence = Evidence(paths: [url.path])
            guard let source = evidence.sources.first, source.formatName == "evtx", source.size < 3 << 20,
                let plain = try? Self.plain(url.path)
            else { continue }
            var decoder = EVTXFormat()
            var vocabulary = Vocabulary()
            var reader = SegmentReader(evidence: evidence)
            var records: [[String]] = []
            for segment in evidence.segments() {
                let loaded = try reader.load(segment)
                var batch = EventBatch(base: loaded.storage)
                decoder.decode(loaded.range, fileOffset: loaded.fileOffset, into: &batch, vocabulary: &vocabulary)
                let decoded = Decoded(batch, vocabulary)
                for event in decoded.events {
                    records.append(event.fields.map { "\($0.name)=\($0.value)" })
                    #expect(event.host == event["Computer"].first)
                    #expect(event.origin.channel == event["Channel"].first ?? "")
                    #expect(event.origin.provider == event["Provider_Name"].first ?? "")
                    #expect("\(event.origin.eventID)" == event["EventID"].first ?? "-1")
                    let recordID = event["EventRecordID"].first ?? ""
                    #expect("\(event.eventRecordID)" == (recordID.isEmpty ? "-1" : recordID))
                }
            }
            // Payloads add fields after those of the record.
            #expect(records.count == plain.count)
            for (record, plain) in zip(records, plain) {
                #expect(Array(record.prefix(plain.count)) == plain, "\(url.lastPathComponent)")
            }
            compared += records.count
        }
        #expect(compared > 1000)
    }

    @Test("what is no log gives defects and no events", arguments: [0, 7, 4096, 4100, 70_000])
    func garbage(_ count: Int) {
        var random = SplitMix(state: 3)
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        let decoded = Decoded.decode(EVTXFormat.self, bytes)
        #expect(decoded.events.isEmpty)
        #expect(decoded.defects.contains { $0.code == "evtx-file-header-magic" })
    }

    @Test("recovery delivers what the plain reading does, and more, each with a defect", .enabled(if: !logs.isEmpty))
    func recovery() throws {
        var carved = 0
        for url in Self.logs.prefix(60) {
            guard let bytes = try? [UInt8](Data(contentsOf: url)), bytes.count < 2 << 20 else { continue }
            func decode(_ recovers: Bool) -> EventBatch {
                var decoder = Formats.decoder(of: EVTXFormat.self, recovers: recovers)
                var vocabulary = Vocabulary()
                var batch = EventBatch(base: ByteStorage(bytes))
                decoder.decode(0..<bytes.count, fileOffset: 0, into: &batch, vocabulary: &vocabulary)
                return batch
            }
            let (plain, recovered) = (decode(false), decode(true))
            let found = recovered.defects.filter { $0.code == "evtx-carved" }.count
            #expect(recovered.events.count == plain.events.count + found, "\(url.lastPathComponent)")
            carved += found
        }
        #expect(carved > 0)
    }

    @Test("a log that ends after its header is a defect") func headerOnly() {
        let bytes = Array("ElfFile\0".utf8) + [UInt8](repeating: 0, count: 4088)
        let decoded = Decoded.decode(EVTXFormat.self, bytes)
        #expect(decoded.events.isEmpty)
        #expect(decoded.defects.map(\.code) == ["evtx-file-header-checksum", "evtx-truncated-chunk"])
    }
}
