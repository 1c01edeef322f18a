import Bytes
import Events

/// Makes events of event XML: the scanner's fields and what they say of the event as a whole. Used for files of XML and for
/// XML that stands in a member of other formats.
struct EventXMLReader: Sendable {
    /// Where an event stands.
    struct Place {
        /// Offset of the text's first byte in the source.
        let fileOffset: Int64
        /// Its ordinal.
        let record: UInt64
    }

    private var scanner = EventXMLScanner()
    private var origins = OriginCache()
    private var payload = WindowsPayload()

    init() {}

    /// Another text is read.
    mutating func beginText() { scanner.beginText() }

    /// Whether an `<Event>` opens at `tag`, with any prefix.
    @inline(__always)
    static func isEvent(_ text: RawSpan, at tag: Int) -> Bool {
        var end = tag &+ 1
        while let byte = text.uint8(at: end), byte > 0x20, byte != UInt8(ascii: ">"), byte != UInt8(ascii: "<"),
            end &- tag < 64
        {
            end &+= 1
        }
        guard end &- tag >= 6 else { return false }
        return EventXMLScanner.isEqual(EventXMLScanner.local((tag &+ 1)..<end, text), "Event", text)
    }

    /// Whether an `</Event>` stands at `tag`.
    static func isStrayEnd(_ text: RawSpan, at tag: Int) -> Bool {
        // `</Event>`
        text.uint64(at: tag) == 0x3E74_6E65_7645_2F3C
    }

    /// Reads the event at `tag` of the batch's base; answers where it ends, nil after a fault, which is reported.
    mutating func read(
        _ text: RawSpan, at tag: Int, _ place: Place, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) -> Int? {
        var position = tag
        let first = batch.slots.count
        do {
            try scanner.scan(text, at: &position, into: &batch, vocabulary: &vocabulary)
        } catch {
            batch.defects.append(
                Defect(
                    code: error.code.rawValue, offset: place.fileOffset + Int64(error.offset),
                    detail: "in event \(place.record)", recordsLost: 1))
            return nil
        }
        var head = EventHead(
            time: .unknown, origin: OriginID(index: 0), firstSlot: Int32(first), slotCount: 0,
            offset: place.fileOffset + Int64(tag), length: Int32(clamping: position - tag), record: place.record)
        complete(&head, into: &batch, vocabulary: &vocabulary)
        if head.time == .unknown {
            batch.defects.append(Defect(code: "event-without-time", offset: head.offset))
        }
        batch.events.append(head)
        return position
    }

    /// Appends the fields of the first event in `text`, which the batch's base or arena holds from `base` on, and changes
    /// the head to what they say. False when there is none that can be read.
    mutating func readInner(
        _ text: RawSpan, base: Int, inArena: Bool, _ head: inout EventHead, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) -> Bool {
        var tag = 0
        while let hit = text.firstOffset(of: UInt8(ascii: "<"), from: tag), !Self.isEvent(text, at: hit) {
            tag = hit + 1
        }
        guard let start = text.firstOffset(of: UInt8(ascii: "<"), from: tag) else { return false }
        var position = start
        scanner.beginText()
        do {
            try scanner.scan(
                text, at: &position, base: base, inArena: inArena, into: &batch, vocabulary: &vocabulary)
        } catch {
            return false
        }
        complete(&head, into: &batch, vocabulary: &vocabulary)
        return true
    }

    private mutating func complete(
        _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let marks = scanner.marks
        if marks.host >= 0 { head.hostSlot = Int32(truncatingIfNeeded: marks.host) }
        if marks.time >= 0, let time = batch.withBytes(of: batch.slots[marks.time], { EventTime.parse($0) }) {
            head.time = time
        }
        if marks.recordID >= 0 {
            head.eventRecordID = batch.withBytes(of: batch.slots[marks.recordID], DecimalText.parse) ?? -1
        }
        var eventID = -1
        if marks.eventID >= 0, let id = batch.withBytes(of: batch.slots[marks.eventID], DecimalText.parse) {
            eventID = Int(id & 0xFFFF)
        }
        head.origin = origins.origin(
            channel: marks.channel, provider: marks.provider, eventID: eventID, in: batch, vocabulary: &vocabulary)
        payload.complete(head, in: &batch, vocabulary: &vocabulary)
        head.slotCount = Int32(batch.slots.count - Int(head.firstSlot))
    }
}

extension OriginCache {
    /// The origin of an event whose channel and provider stand as UTF-8 in these slots; -1 where there is none.
    mutating func origin(
        channel: Int, provider: Int, eventID: Int, in batch: EventBatch, vocabulary: inout Vocabulary
    ) -> OriginID {
        let none = FieldSlot(field: FieldID(index: 0), offset: 0, length: 0, encoding: .utf8, inArena: true)
        return batch.withBytes(of: channel >= 0 ? batch.slots[channel] : none) { channel in
            batch.withBytes(of: provider >= 0 ? batch.slots[provider] : none) { provider in
                origin(
                    channel: channel, provider: provider, eventID: eventID,
                    encodings: Encodings(channel: .utf8, provider: .utf8), vocabulary: &vocabulary
                ) { text, _ in
                    var bytes: [UInt8] = []
                    bytes.append(text)
                    return String(decoding: bytes, as: UTF8.self)
                }
            }
        }
    }
}
