import Bytes
import Events
import Formats
import Foundation

/// What a decoder made of a text, as plain values.
struct Decoded {
    struct Event {
        var time: Int64
        var origin: Origin
        var fields: [(name: String, value: String)]
        var host: String?
        var offset: Int64
        var length: Int
        var record: UInt64
        var eventRecordID: Int64

        /// The values of a field.
        subscript(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
    }

    var events: [Event] = []
    var defects: [Defect] = []

    init(_ batch: EventBatch, _ vocabulary: Vocabulary) {
        defects = batch.defects
        for head in batch.events {
            let slots = batch.slots[Int(head.firstSlot)..<Int(head.firstSlot + head.slotCount)]
            events.append(
                Event(
                    time: head.time.nanoseconds, origin: vocabulary.origins[Int(head.origin.index)],
                    fields: slots.map { (vocabulary.name(of: $0.field), batch.text(of: $0)) },
                    host: head.hostSlot < 0 ? nil : batch.text(of: batch.slots[Int(head.hostSlot)]),
                    offset: head.offset, length: Int(head.length), record: head.record,
                    eventRecordID: head.eventRecordID))
        }
    }

    /// Decodes a whole text.
    static func decode<F: Format>(
        _ format: F.Type, _ bytes: [UInt8], source: SourceFacts = SourceFacts()
    ) -> Decoded {
        var decoder = F()
        var vocabulary = Vocabulary()
        var batch = EventBatch(base: ByteStorage(bytes))
        decoder.begin(source)
        decoder.decode(0..<bytes.count, fileOffset: 0, into: &batch, vocabulary: &vocabulary)
        decoder.finish(into: &batch, vocabulary: &vocabulary)
        return Decoded(batch, vocabulary)
    }

    static func decode<F: Format>(_ format: F.Type, _ text: String, source: SourceFacts = SourceFacts()) -> Decoded {
        decode(format, Array(text.utf8), source: source)
    }

    /// Decodes a text with the format it is recognised as; nil if it is not recognised.
    static func recognised(
        _ text: String, fileExtension: String = "", source: SourceFacts = SourceFacts()
    ) -> (format: String, decoded: Decoded)? {
        let bytes = Array(text.utf8)
        guard case .format(let format, _) = Formats.recognise(head: bytes.span.bytes, fileExtension: fileExtension)
        else { return nil }
        return (format.name, decode(format, bytes, source: source))
    }

    /// Decodes a text in pieces that end at the given offsets, as a hunt does: of line formats the pieces end after line
    /// ends; a sequence may be cut anywhere.
    static func decode<F: Format>(
        _ format: F.Type, _ bytes: [UInt8], cutAt cuts: [Int], source: SourceFacts = SourceFacts()
    ) -> [Decoded.Event] {
        var decoder = F()
        var vocabulary = Vocabulary()
        var events: [Decoded.Event] = []
        decoder.begin(source)
        var start = 0
        for end in cuts + [bytes.count] {
            var batch = EventBatch(base: ByteStorage(Array(bytes[start...])))
            decoder.decode(0..<(end - start), fileOffset: Int64(start), into: &batch, vocabulary: &vocabulary)
            if end == bytes.count { decoder.finish(into: &batch, vocabulary: &vocabulary) }
            events += Decoded(batch, vocabulary).events
            start = end
        }
        return events
    }
}

/// The folder of development data, or nil where it is absent.
func sharedData(_ path: String) -> URL? {
    let root =
        ProcessInfo.processInfo.environment["SILOSCOPE_SHARED"].map { URL(fileURLWithPath: $0) }
        ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared")
    let url = root.appendingPathComponent("data").appendingPathComponent(path)
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
}

/// A small generator with a fixed seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
