/// Where a record lies: what a derived event cites.
public struct EventPlace: Hashable, Comparable, Sendable {
    /// Number of the source in the evidence; -1 when not known.
    public var source: Int32
    /// EVTX: the id in the record header; line formats: the line from 1 within its segment; else the ordinal.
    public var record: UInt64
    /// Offset of the raw record in the source, bytes.
    public var offset: Int64

    /// A place.
    public init(source: Int32, record: UInt64, offset: Int64) {
        self.source = source
        self.record = record
        self.offset = offset
    }

    /// No place: for events that do not come from a record.
    public static let none = EventPlace(source: -1, record: 0, offset: -1)

    /// Orders by source, then by offset.
    public static func < (left: EventPlace, right: EventPlace) -> Bool {
        (left.source, left.offset, left.record) < (right.source, right.offset, right.record)
    }
}

// MARK: - Places of earlier evidence

extension EventPlace {
    /// The source number of the `index`-th source of the evidence that a baseline was made from: before all present ones.
    public static func prior(_ index: Int) -> Int32 { Int32.min + Int32(clamping: index) }

    /// The index of an earlier source; nil for a present one. Earlier numbers lie in the lower half of the negative ones.
    public static func priorIndex(_ source: Int32) -> Int? {
        source < Int32.min / 2 ? Int(source) - Int(Int32.min) : nil
    }
}

extension CodingUserInfoKey {
    /// Set on a decoder: sources become earlier ones.
    public static var placesBecomePrior: CodingUserInfoKey { key("siloscope.places.prior") }
    /// Set on an encoder: how many earlier sources there are; present ones are numbered after them.
    public static var placesAfterPrior: CodingUserInfoKey { key("siloscope.places.after") }

    private static func key(_ name: String) -> CodingUserInfoKey {
        guard let key = CodingUserInfoKey(rawValue: name) else { preconditionFailure("a key of a fixed name") }
        return key
    }
}

extension EventPlace: Codable {
    /// Reads a place: source, record, offset.
    public init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        let source = try container.decode(Int32.self)
        record = try container.decode(UInt64.self)
        offset = try container.decode(Int64.self)
        let becomesPrior = decoder.userInfo[.placesBecomePrior] as? Bool == true
        self.source = becomesPrior && source >= 0 ? EventPlace.prior(Int(source)) : source
    }

    /// Writes a place: source, record, offset.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        let earlier = encoder.userInfo[.placesAfterPrior] as? Int ?? 0
        let number = EventPlace.priorIndex(source).map { Int32(clamping: $0) }
        try container.encode(number ?? (source >= 0 ? source + Int32(clamping: earlier) : source))
        try container.encode(record)
        try container.encode(offset)
    }
}
