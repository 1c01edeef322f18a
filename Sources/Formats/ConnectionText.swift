import Bytes
import Events

/// The two ends of a connection as one text: `172.17.0.9:43812->10.96.0.1:443`, `HOST.local:49948 -> 10.0.0.1:https`,
/// `[::1]:4000->[::1]:80`. The port is what follows the last colon of each end.
struct ConnectionText: Sendable, Equatable {
    /// Where the parts stand, in the text.
    var source: Range<Int>
    var sourcePort: Range<Int>
    var destination: Range<Int>
    var destinationPort: Range<Int>

    /// The ends in `text`; nil when it is no such text.
    init?(_ text: RawSpan) {
        var from = 0
        var arrow: Int?
        while let dash = text.firstOffset(of: UInt8(ascii: "-"), from: from) {
            if text.uint8(at: dash + 1) == UInt8(ascii: ">") {
                arrow = dash
                break
            }
            from = dash + 1
        }
        guard let arrow, let first = Self.end(text, 0..<arrow),
            let second = Self.end(text, (arrow + 2)..<text.byteCount)
        else { return nil }
        (source, sourcePort) = first
        (destination, destinationPort) = second
    }

    private static func end(_ text: RawSpan, _ range: Range<Int>) -> (Range<Int>, Range<Int>)? {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, text.uint8(at: start) == 0x20 { start += 1 }
        while end > start, text.uint8(at: end - 1) == 0x20 { end -= 1 }
        guard let colon = (start..<end).last(where: { text.uint8(at: $0) == UInt8(ascii: ":") }), colon > start else {
            return nil
        }
        let port = (colon + 1)..<end
        guard !port.isEmpty else { return nil }
        if text.uint8(at: start) == UInt8(ascii: "["), text.uint8(at: colon - 1) == UInt8(ascii: "]"),
            colon - start > 2
        {
            return ((start + 1)..<(colon - 1), port)
        }
        return (start..<colon, port)
    }
}

/// Field numbers of the ends of a connection, in one vocabulary.
struct ConnectionFields: Sendable {
    private let ids: [FieldID]

    init(_ vocabulary: inout Vocabulary) {
        ids = ["SourceIp", "SourcePort", "DestinationIp", "DestinationPort"].map { vocabulary.field($0) }
    }

    /// Appends the ends that the value of `slot` states; nothing if it states none.
    ///
    /// - Parameter reversed: Whether the text names the destination first.
    func append(from slot: FieldSlot, reversed: Bool = false, into batch: inout EventBatch) {
        guard slot.length <= 4096, let ends = batch.withBytes(of: slot, { ConnectionText($0) }) else { return }
        let parts = [ends.source, ends.sourcePort, ends.destination, ends.destinationPort]
        for (index, part) in parts.enumerated() {
            var copy = slot
            copy.field = ids[reversed ? (index + 2) % 4 : index]
            copy.offset += UInt32(part.lowerBound)
            copy.length = UInt32(part.count)
            batch.slots.append(copy)
        }
    }
}
