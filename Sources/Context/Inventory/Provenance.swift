import Events

/// Which kinds of records speak of something, and when each did so first and last. Merges in any order.
public struct Provenance: Hashable, Sendable, Codable {
    /// Sightings by kind of record; ``Timestamp/unknown`` where such a record has no time.
    public private(set) var spans: [FactSource: SeenSpan] = [:]

    init() {}

    /// The kinds of records, sorted.
    public var sources: [FactSource] { spans.keys.sorted() }

    /// First and last sighting with a time; nil when there is none. Times of snapshots (inspect, listings) are those the
    /// document names, not when it was taken.
    public var span: SeenSpan? {
        var whole: SeenSpan?
        for span in spans.values where span.last != .unknown {
            var known = span
            if known.first == .unknown { known.first = known.last }
            if whole?.formUnion(known) == nil { whole = known }
        }
        return whole
    }

    /// The first sighting by a record that tells when; nil when there is none.
    var firstEvent: Timestamp? {
        spans.filter { !$0.key.isSnapshot && $0.value.first != .unknown }.map(\.value.first).min()
    }

    mutating func see(_ source: FactSource, at time: Timestamp) { see(source, SeenSpan(time)) }

    mutating func merge(_ other: Provenance) {
        for (source, span) in other.spans { see(source, span) }
    }

    private mutating func see(_ source: FactSource, _ span: SeenSpan) {
        if spans[source]?.formUnion(span) == nil { spans[source] = span }
    }
}
