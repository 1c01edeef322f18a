import Bytes
import Context
import Events

/// Derived events as a batch: each one's canonical text is its raw record, so that alerts on it have a hash and an id like
/// any other.
enum DerivedBatch {
    /// What alerts name as the source of a derived event.
    static let path = "siloscope:context"
    /// Most bytes of canonical text: slots count in 32 bits.
    private static let byteLimit = 1 << 30

    /// A batch of these events, in their order; those past 1 GB of text are left out. O(size).
    static func batch(
        of derived: [DerivedEvent], path: (SourceNumber) -> String, _ vocabulary: inout Vocabulary
    ) -> EventBatch {
        var text: [UInt8] = []
        var batch = EventBatch(base: ByteStorage([]))
        for (ordinal, event) in derived.enumerated() where text.count + batch.arena.count < byteLimit {
            let start = text.count
            let firstSlot = batch.slots.count
            append(event, path, to: &batch, text: &text, &vocabulary)
            let origin = vocabulary.origin(Origin(product: "siloscope", service: event.service.rawValue))
            batch.events.append(
                EventHead(
                    time: event.time, origin: origin, firstSlot: Int32(firstSlot),
                    slotCount: Int32(batch.slots.count - firstSlot),
                    hostSlot: event.host.isEmpty ? -1 : Int32(batch.slots.count - 1), offset: Int64(start),
                    length: Int32(text.count - start), record: UInt64(ordinal + 1)))
        }
        batch.base = ByteStorage(text)
        return batch
    }

    /// Appends the fields of an event, the host last, and its canonical text: one `name\u{0}value` a line, without places,
    /// which copies of a log do not share.
    private static func append(
        _ event: DerivedEvent, _ path: (SourceNumber) -> String, to batch: inout EventBatch, text: inout [UInt8],
        _ vocabulary: inout Vocabulary
    ) {
        func say(_ name: String, _ value: String) {
            text.append(contentsOf: name.utf8)
            text.append(0)
            text.append(contentsOf: value.utf8)
            text.append(UInt8(ascii: "\n"))
        }
        say("time", String(event.time.nanoseconds))
        say("service", event.service.rawValue)
        for field in event.allFields {
            let id = vocabulary.field(field.name)
            for value in field.values {
                batch.appendText(value.utf8, as: id)
                say(field.name, value)
            }
        }
        let places = vocabulary.field("Evidence.Place")
        for place in event.places {
            batch.appendText("\(path(place.source)) @\(place.offset)".utf8, as: places)
        }
        guard !event.host.isEmpty else { return }
        batch.appendText(event.host.utf8, as: vocabulary.field("Computer"))
        say("Computer", event.host)
    }
}
