import Bytes
import Events

/// ETW events of a collector that writes JSON: the map tells the kind; provider, channel and event id go to the origin.
struct ETWRecord<Name: FieldMapName>: JSONInterpreter {
    static var map: FieldMap { Name.map }
    private var cache = OriginCache()
    /// By the numbers of the kind's origin and of the provider's: the two together.
    private var origins: [UInt64: OriginID] = [:]

    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        guard marks.provider.slot >= 0 else { return }
        let eventID =
            marks.eventID.slot < 0 ? nil : batch.withBytes(of: batch.slots[marks.eventID.slot], DecimalText.parse)
        // The event id of ETW is 16 bits wide; 0 stands for "by its name" (TraceLogging).
        let id = eventID.flatMap { 0...Int64(UInt16.max) ~= $0 ? Int($0) : nil } ?? -1
        let provider = batch.withBytes(of: batch.slots[marks.provider.slot]) { text in
            cache.origin(
                channel: text, provider: text, eventID: id,
                encodings: OriginCache.Encodings(channel: .utf8, provider: .utf8), vocabulary: &vocabulary
            ) { text, _ in
                var bytes: [UInt8] = []
                bytes.append(text)
                return String(decoding: bytes, as: UTF8.self)
            }
        }
        let key = UInt64(head.origin.index) << 32 | UInt64(provider.index)
        if let known = origins[key] {
            head.origin = known
            return
        }
        var origin = vocabulary.origins[Int(head.origin.index)]
        let stated = vocabulary.origins[Int(provider.index)]
        if origin.provider.isEmpty { origin.provider = stated.provider }
        // Most ETW providers have no channel of an event log.
        if origin.channel.isEmpty { origin.channel = stated.channel }
        if origin.eventID < 0 { origin.eventID = stated.eventID }
        let both = vocabulary.origin(origin)
        if origins.count >= OriginCache.limit { origins.removeAll() }
        origins[key] = both
        head.origin = both
    }
}

/// SilkETW.
enum SilkETWName: FieldMapName {
    static var map: FieldMap { .named("silketw") }
}

/// Sealighter.
enum SealighterName: FieldMapName {
    static var map: FieldMap { .named("sealighter") }
}
