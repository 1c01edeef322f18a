import Bytes
import Events

/// Records of any producer; routes those that are Windows events.
struct GenericJSON: JSONInterpreter {
    static let map = FieldMap.named("windows-json")
    private var origins = OriginCache()
    private var names: (provider: FieldID, computer: FieldID)?

    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        guard marks.channel.slot >= 0, marks.eventID.slot >= 0,
            let eventID = batch.withBytes(of: batch.slots[marks.eventID.slot], DecimalText.parse),
            eventID <= Int64(UInt16.max)
        else { return }
        let channel = batch.slots[marks.channel.slot]
        let provider = marks.provider.slot < 0 ? nil : batch.slots[marks.provider.slot]
        head.origin = batch.withBytes(of: channel) { channel in
            if let provider {
                return batch.withBytes(of: provider) { self.origin(channel, $0, Int(eventID), &vocabulary) }
            }
            return origin(channel, RawSpan(), Int(eventID), &vocabulary)
        }
        addNames(marks, &head, into: &batch, vocabulary: &vocabulary)
    }

    private mutating func origin(
        _ channel: RawSpan, _ provider: RawSpan, _ eventID: Int, _ vocabulary: inout Vocabulary
    ) -> OriginID {
        origins.origin(
            channel: channel, provider: provider, eventID: eventID,
            encodings: OriginCache.Encodings(channel: .utf8, provider: .utf8),
            vocabulary: &vocabulary
        ) { text, _ in
            var bytes: [UInt8] = []
            bytes.append(text)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Flat exports call the provider `SourceName` and the computer `Hostname`: rules do not.
    private mutating func addNames(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let names =
            self.names ?? (vocabulary.field("Provider_Name"), vocabulary.field("Computer"))
        self.names = names
        if marks.provider.slot >= 0, marks.provider.rank > 0 {
            var slot = batch.slots[marks.provider.slot]
            slot.field = names.provider
            batch.slots.append(slot)
        }
        if marks.host.slot >= 0, marks.host.rank > 0 {
            var slot = batch.slots[marks.host.slot]
            slot.field = names.computer
            batch.slots.append(slot)
        }
    }
}
