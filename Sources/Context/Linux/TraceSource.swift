/// The source that a call in a trace lies in: forks and their children are looked for in one source only. Kept in a baseline
/// as an ``EventPlace`` is, so that an earlier source is none of the present ones.
struct TraceSource: Hashable, Comparable, Sendable, Codable {
    var number: Int32

    /// No source: records that tell their parent need none.
    static let none = TraceSource(number: -1)

    init(number: Int32) { self.number = number }

    init(from decoder: any Decoder) throws { number = try EventPlace(from: decoder).source }

    func encode(to encoder: any Encoder) throws {
        try EventPlace(source: number, record: 0, offset: 0).encode(to: encoder)
    }

    static func < (left: TraceSource, right: TraceSource) -> Bool { left.number < right.number }
}
