/// Where a record lies: what a derived event cites.
public struct EventPlace: Hashable, Comparable, Sendable, Codable {
    /// The source.
    public var source: SourceNumber
    /// EVTX: the id in the record header; line formats: the line from 1 within its segment; else the ordinal.
    public var record: UInt64
    /// Offset of the raw record in the source, bytes.
    public var offset: Int64

    /// A place.
    public init(source: SourceNumber, record: UInt64, offset: Int64) {
        self.source = source
        self.record = record
        self.offset = offset
    }

    /// No place: for events that do not come from a record.
    public static let none = EventPlace(source: .none, record: 0, offset: -1)

    /// Orders by source, then by offset.
    public static func < (left: EventPlace, right: EventPlace) -> Bool {
        (left.source, left.offset, left.record) < (right.source, right.offset, right.record)
    }
}
