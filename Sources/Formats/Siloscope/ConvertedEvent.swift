import Bytes
import Events

/// An event that `siloscope convert` wrote: its log source stands in the record.
struct ConvertedEvent: JSONInterpreter {
    static let map = FieldMap.named("siloscope-events")
    /// Most origins that are remembered.
    private static let limit = 1 << 12
    private static let keys = [
        "source.product", "source.category", "source.service", "source.channel", "source.provider", "source.event_id",
    ]

    private var fields: [FieldID] = []
    private var origins: [[UInt8]: OriginID] = [:]

    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        if fields.isEmpty { fields = Self.keys.map { vocabulary.field($0) } }
        var key: [UInt8] = []
        var texts = [String](repeating: "", count: fields.count)
        // The keys stand before the fields of the event; a field of it cannot take their names.
        for index in Int(head.firstSlot)..<batch.slots.count {
            let slot = batch.slots[index]
            guard let part = fields.firstIndex(of: slot.field), texts[part].isEmpty else { continue }
            texts[part] = batch.text(of: slot)
        }
        for text in texts { key += Array(text.utf8) + [0] }
        if let known = origins[key] {
            head.origin = known
            return
        }
        let origin = vocabulary.origin(
            Origin(
                product: texts[0], category: texts[1], service: texts[2], channel: texts[3], provider: texts[4],
                eventID: Int(texts[5]) ?? -1))
        if origins.count < Self.limit { origins[key] = origin }
        head.origin = origin
    }
}
