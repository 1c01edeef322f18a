import Bytes
import Events

/// Records that tell of logs and clocks themselves, found by their origin and, in an engine's log, by their message.
struct LogMarks: Sendable, Codable {
    /// Marks that are kept.
    static let limit = 1 << 14

    private(set) var marks = BoundedSet<LogMark>(limit: limit)

    private static let messages: [(text: StaticString, kind: LogMark.Kind)] = [
        ("Starting up", .engineStarts), ("Daemon has completed initialization", .engineReady),
        ("Daemon shutdown complete", .engineEnds), ("Processing signal '", .engineEnds),
    ]

    /// Takes in a batch. O(1) where no origin is of interest, else O(events).
    mutating func observe(_ batch: EventBatch, _ table: OriginTable, _ vocabulary: Vocabulary, source: SourceNumber) {
        guard table.hasSigns else { return }
        let signs = table.signs.span
        for head in batch.events {
            let index = Int(head.origin.index)
            guard index < signs.count, signs[index] != .nothing else { continue }
            observe(head, signs[index], batch, vocabulary, source)
        }
    }

    mutating func merge(_ other: LogMarks) { marks.merge(other.marks) }

    private mutating func observe(
        _ head: EventHead, _ sign: OriginTable.Sign, _ batch: EventBatch, _ vocabulary: Vocabulary,
        _ source: SourceNumber
    ) {
        var host = ""
        if head.hostSlot >= 0, Int(head.hostSlot) < batch.slots.count {
            host = NeutralText.cut(ASCII.lowered(batch.text(of: batch.slots[Int(head.hostSlot)])), to: 256)
        }
        let place = EventPlace(source: source, record: head.record, offset: head.offset)
        func value(_ name: String) -> String {
            guard let field = vocabulary.knownField(name) else { return "" }
            let first = Int(head.firstSlot)
            let slot = batch.slots[first..<(first + Int(head.slotCount))].first { $0.field == field }
            return slot.map { batch.text(of: $0) } ?? ""
        }
        let found: (kind: LogMark.Kind, subject: String)
        switch sign {
        case .nothing: return
        case .securityCleared: found = (.cleared, "security")
        case .otherCleared:
            found = (.cleared, NeutralText.cut(ASCII.lowered(value(EvidenceField.clearedChannel.rawValue)), to: 256))
        case .clockSet: found = (.clockSet, "")
        case .engineLog:
            let message = value("Message")
            guard let known = LogMarks.messages.first(where: { message.hasPrefix($0.text.description) }) else { return }
            found = (known.kind, "")
        }
        marks.insert(LogMark(kind: found.kind, host: host, time: head.time, subject: found.subject, place: place))
    }
}
