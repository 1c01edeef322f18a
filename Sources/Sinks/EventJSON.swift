import Bytes
public import Events

/// Events of any source as NDJSON, a line each, in the shape that is read back with all that was known of them:
///
///     {"time":"…Z","host":"WEB1","format":"strace","source":{"product":"linux","category":"…",…},"file":"…","offset":0,
///      "fields":{"Syscall":"execve","Image":"/bin/sh",…}}
///
/// A field with several values is a list; all values are text.
public struct EventJSON {
    private var writer = JSONWriter()
    private var text: [UInt8] = []

    /// A writer of nothing.
    public init() {}

    /// What has been written since the last ``take()``.
    public var byteCount: Int { writer.bytes.count }

    /// The lines written; begins anew.
    public mutating func take() -> [UInt8] {
        defer { writer.clear() }
        return writer.bytes
    }

    /// Appends an event. O(fields).
    public mutating func append(
        _ head: EventHead, of batch: EventBatch, _ vocabulary: Vocabulary, format: String, file: String
    ) {
        writer.openObject()
        if head.time != .unknown { writer.member("time", TimeText.rfc3339(head.time)) }
        if head.hostSlot >= 0, Int(head.hostSlot) < batch.slots.count {
            writer.member("host", batch.text(of: batch.slots[Int(head.hostSlot)]))
        }
        writer.member("format", format)
        append(vocabulary.origins[Int(head.origin.index)])
        writer.member("file", file)
        writer.member("offset", head.offset)
        if head.eventRecordID >= 0 { writer.member("record_id", head.eventRecordID) }
        writer.name("fields")
        appendFields(head, batch, vocabulary)
        writer.closeObject()
        writer.endLine()
    }

    private mutating func append(_ origin: Origin) {
        writer.name("source")
        writer.openObject()
        writer.member("product", origin.product)
        for (name, value) in [
            ("category", origin.category), ("service", origin.service), ("channel", origin.channel),
            ("provider", origin.provider),
        ] where !value.isEmpty {
            writer.member(name, value)
        }
        if origin.eventID >= 0 { writer.member("event_id", Int64(origin.eventID)) }
        writer.closeObject()
    }

    private mutating func appendFields(_ head: EventHead, _ batch: EventBatch, _ vocabulary: Vocabulary) {
        var order: [FieldID] = []
        var values: [FieldID: [String]] = [:]
        for slot in batch.slots[Int(head.firstSlot)..<Int(head.firstSlot + head.slotCount)] {
            if values[slot.field] == nil { order.append(slot.field) }
            values[slot.field, default: []].append(batch.text(of: slot))
        }
        writer.openObject()
        for field in order {
            guard let texts = values[field] else { continue }
            if texts.count == 1 {
                writer.member(vocabulary.name(of: field), texts[0])
            } else {
                writer.member(vocabulary.name(of: field), texts)
            }
        }
        writer.closeObject()
    }
}
