import Bytes
import Events

/// Records that tell of logs and clocks themselves, found by their origin and, in an engine's log, by their message.
struct LogMarks: Sendable, Codable {
    /// Marks that are kept.
    static let limit = 1 << 16

    private(set) var marks = BoundedSet<LogMark>(limit: limit)

    /// What to look for in events of an origin.
    private enum Sign: UInt8 { case nothing, securityCleared, otherCleared, clockSet, engineLog }

    private static let messages: [(text: StaticString, kind: LogMark.Kind)] = [
        ("Starting up", .engineStarts), ("Daemon has completed initialization", .engineReady),
        ("Daemon shutdown complete", .engineEnds), ("Processing signal '", .engineEnds),
    ]

    /// Takes in a batch. O(origins + events); a comparison for an event of no interest.
    mutating func observe(_ batch: EventBatch, _ vocabulary: Vocabulary, source: Int32) {
        var signs: [Sign] = []
        for (index, origin) in vocabulary.origins.enumerated() {
            let sign = LogMarks.sign(of: origin)
            guard sign != .nothing else { continue }
            while signs.count < index { signs.append(.nothing) }
            signs.append(sign)
        }
        guard !signs.isEmpty else { return }
        for head in batch.events {
            let index = Int(head.origin.index)
            guard index < signs.count, signs[index] != .nothing else { continue }
            observe(head, signs[index], batch, vocabulary, source)
        }
    }

    mutating func merge(_ other: LogMarks) { marks.merge(other.marks) }

    private static func sign(of origin: Origin) -> Sign {
        if origin.eventID < 0 {
            return origin.product == "docker" && origin.service == "daemon" ? .engineLog : .nothing
        }
        switch origin.eventID {
        case 1102 where ASCII.equal(origin.channel, "security"): return .securityCleared
        case 104 where ASCII.equal(origin.provider, "microsoft-windows-eventlog"): return .otherCleared
        case 4616 where ASCII.equal(origin.channel, "security"): return .clockSet
        case 1 where ASCII.equal(origin.provider, "microsoft-windows-kernel-general"): return .clockSet
        default: return .nothing
        }
    }

    private mutating func observe(
        _ head: EventHead, _ sign: Sign, _ batch: EventBatch, _ vocabulary: Vocabulary, _ source: Int32
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
