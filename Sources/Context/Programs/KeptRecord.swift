import Events

/// What the attribution needs of a record whose container is told only when everything was read.
struct KeptRecord: Hashable, Sendable, Codable {
    var host: String
    var kind: UInt8
    /// Service and category of the log source; its product follows from the kind.
    var service: String
    var category: String
    /// Number in its source: the order of records of one moment.
    var number: UInt64
    /// Raw name and value by turns.
    var values: [String]
    var time: Timestamp

    /// Longest value that is kept, bytes.
    static let valueLimit = 512

    /// The record of `view`, with these fields of it.
    init(_ view: EventView, _ fields: Set<EvidenceField>) {
        host = view.host
        kind = view.kind.rawValue
        service = view.origin.service
        category = view.origin.category
        number = view.place.record
        values = []
        for value in view.values where fields.contains(value.field) {
            values += [value.field.rawValue, NeutralText.cut(value.text, to: KeptRecord.valueLimit)]
        }
        time = view.time
    }

    var cost: Int { 128 + host.utf8.count + values.reduce(0) { $0 + $1.utf8.count + 16 } }

    /// The view again.
    var view: EventView {
        let kind = EventKind(rawValue: kind) ?? .other
        var view = EventView(
            kind: kind, time: time, host: host,
            origin: Origin(product: kind.isOfWindows ? "windows" : "linux", category: category, service: service),
            place: EventPlace(source: -1, record: number, offset: -1))
        for index in stride(from: 0, to: values.count - 1, by: 2) {
            guard let field = EvidenceField(name: values[index]) else { continue }
            view.values.append(EventView.Value(field, values[index + 1]))
        }
        return view
    }

    /// The rest of a total order after the time.
    func isBefore(_ other: KeptRecord) -> Bool {
        if host != other.host { return host < other.host }
        if number != other.number { return number < other.number }
        if values != other.values { return values.lexicographicallyPrecedes(other.values) }
        return (kind, service, category) < (other.kind, other.service, other.category)
    }
}
