public import Events

/// What the attribution reads of one event: filled by the engine, or by ``EventReader`` from a batch.
public struct EventView: Sendable {
    /// One needed field and its (first) value as text.
    public struct Value: Sendable, Hashable {
        /// Which field.
        public var field: EvidenceField
        /// Its value. Adversary text.
        public var text: String

        /// A value.
        public init(_ field: EvidenceField, _ text: String) {
            self.field = field
            self.text = text
        }
    }

    /// Its kind.
    public var kind: EventKind
    /// Its time.
    public var time: Timestamp
    /// The host as the record names it (`Computer`); for Docker records the engine's host if known, else empty.
    public var host: String
    /// The event id of a Windows event; -1 otherwise.
    public var eventID: Int
    /// Needed fields of a Windows event, any order.
    public var values: [Value]
    /// All fields of a Docker or containerd record by dotted path, in order; of other records of a runtime `ContainerId`.
    public var fields: [FieldValue]
    /// Its log-source keys.
    public var origin: Origin
    /// Where its record lies.
    public var place: EventPlace

    /// A view.
    public init(
        kind: EventKind, time: Timestamp, host: String, eventID: Int = -1, values: [Value] = [],
        fields: [FieldValue] = [], origin: Origin = Origin(), place: EventPlace = .none
    ) {
        self.kind = kind
        self.time = time
        self.host = host
        self.eventID = eventID
        self.values = values
        self.fields = fields
        self.origin = origin
        self.place = place
    }

    /// The value of a field, if the event has it. O(values).
    public subscript(field: EvidenceField) -> String? {
        for value in values where value.field == field { return value.text }
        return nil
    }

    /// The first value of several fields that is there and not empty or `-`. O(fields × values).
    func first(
        _ field: EvidenceField, _ second: EvidenceField? = nil, _ third: EvidenceField? = nil,
        _ fourth: EvidenceField? = nil, _ fifth: EvidenceField? = nil
    ) -> String? {
        told(field) ?? second.flatMap { told($0) } ?? third.flatMap { told($0) } ?? fourth.flatMap { told($0) }
            ?? fifth.flatMap { told($0) }
    }

    private func told(_ field: EvidenceField) -> String? {
        for value in values where value.field == field {
            return value.text.isEmpty || value.text == "-" ? nil : value.text
        }
        return nil
    }
}
