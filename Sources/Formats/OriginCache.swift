import Bytes
import Events

/// Origins of Windows events by the bytes of channel and provider and the event id, so that no `String` is made per record.
///
/// Not a set of hashes: a hit is verified against the bytes, since an adversary who collides two channels would route his
/// events past the rules of one.
struct OriginCache: Sendable {
    /// Most entries; past it the cache starts anew.
    static let limit = 1 << 14

    /// How the two texts are written; part of the key.
    struct Encodings: Hashable, Sendable {
        let channel: ValueEncoding
        let provider: ValueEncoding

        fileprivate var bits: UInt64 { UInt64(channel.rawValue) << 8 | UInt64(provider.rawValue) }
    }

    private struct Entry: Sendable {
        let hash: UInt64
        let start: UInt32
        let channelLength: UInt32
        let providerLength: UInt32
        let eventID: Int32
        let encodings: Encodings
        let origin: OriginID
    }

    private var entries: [Entry] = []
    private var bytes: [UInt8] = []
    private var table = [UInt32](repeating: 0, count: 1024)
    private let seed = UInt64.random(in: .min ... .max)

    /// The origin with this channel, provider and event id, whose texts are made by `text` when it is new.
    mutating func origin(
        channel: RawSpan, provider: RawSpan, eventID: Int, encodings: Encodings, vocabulary: inout Vocabulary,
        text: (RawSpan, ValueEncoding) -> String
    ) -> OriginID {
        let id = Int32(clamping: eventID)
        var hash = FieldPaths.hash(channel, seed: seed ^ UInt64(truncatingIfNeeded: Int(id)) << 8)
        hash = FieldPaths.hash(provider, seed: hash ^ encodings.bits)
        let mask = table.count - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while table[index] != 0 {
            let entry = entries[Int(table[index]) - 1]
            if entry.hash == hash, entry.eventID == id, entry.encodings == encodings, holds(entry, channel, provider) {
                return entry.origin
            }
            index = (index + 1) & mask
        }
        let origin = vocabulary.origin(
            WindowsNames.origin(
                channel: text(channel, encodings.channel), provider: text(provider, encodings.provider),
                eventID: eventID))
        insert(
            Entry(
                hash: hash, start: UInt32(truncatingIfNeeded: bytes.count),
                channelLength: UInt32(truncatingIfNeeded: channel.byteCount),
                providerLength: UInt32(truncatingIfNeeded: provider.byteCount), eventID: id, encodings: encodings,
                origin: origin), channel, provider)
        return origin
    }

    private func holds(_ entry: Entry, _ channel: RawSpan, _ provider: RawSpan) -> Bool {
        let kept = bytes.span.bytes
        let start = Int(entry.start)
        let first = Int(entry.channelLength)
        let second = Int(entry.providerLength)
        return first == channel.byteCount && second == provider.byteCount
            && kept.equals(channel, at: start, otherOffset: 0, length: first)
            && kept.equals(provider, at: start + first, otherOffset: 0, length: second)
    }

    private mutating func insert(_ entry: Entry, _ channel: RawSpan, _ provider: RawSpan) {
        // Oversized names are the adversary's: not worth memory.
        guard channel.byteCount + provider.byteCount <= 4096 else { return }
        if entries.count >= Self.limit {
            self = OriginCache()
            return
        }
        bytes.append(channel)
        bytes.append(provider)
        entries.append(entry)
        if entries.count * 2 > table.count {
            table = [UInt32](repeating: 0, count: table.count * 2)
            for index in entries.indices { place(index) }
        } else {
            place(entries.count - 1)
        }
    }

    private mutating func place(_ entry: Int) {
        let mask = table.count - 1
        var index = Int(truncatingIfNeeded: entries[entry].hash) & mask
        while table[index] != 0 { index = (index + 1) & mask }
        table[index] = UInt32(entry + 1)
    }
}
