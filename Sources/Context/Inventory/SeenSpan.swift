public import Events

/// When something was seen: first and last.
public struct SeenSpan: Hashable, Sendable, Codable {
    /// First sighting; ``Timestamp/unknown`` when a record without time said so.
    public var first: Timestamp
    /// Last sighting.
    public var last: Timestamp

    /// One sighting.
    public init(_ time: Timestamp) {
        first = time
        last = time
    }

    /// Takes in the sightings of `other`.
    public mutating func formUnion(_ other: SeenSpan) {
        first = min(first, other.first)
        last = max(last, other.last)
    }
}
