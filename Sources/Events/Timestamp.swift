/// A moment: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds. Covers the years 1678 to 2262.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
    /// Nanoseconds since the epoch.
    public var nanoseconds: Int64

    /// A moment so many nanoseconds after the epoch.
    @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// What a record without a readable time gets: sorts before everything and is reported as a defect by its decoder.
    @inlinable public static var unknown: Timestamp { Timestamp(nanoseconds: .min) }

    /// Whether `left` is earlier; ``unknown`` is earlier than everything else.
    @inlinable public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}
