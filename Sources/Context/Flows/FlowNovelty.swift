/// How new an edge is.
struct FlowNovelty: Hashable, Sendable {
    /// A source is known after so many nanoseconds of talk.
    static let learning: Int64 = 60_000_000_000

    /// Whether the source had talked for ``learning`` before it first talked to this port of that name.
    var isNew = false
    /// Nanoseconds for which the source had talked before.
    var sourceKnownFor: Int64 = 0
    /// Edges that the source had before.
    var edgesBefore = 0
    /// Whether the destination's container was created after the source had begun to talk.
    var isDestinationYounger = false
    /// Whether containers of the same two images talked over that port before.
    var isKnownByImage = false

    /// 0 to 100: how long the source was known, up to 60; a younger destination 20; no such pair of images 20.
    var score: Int {
        guard isNew else { return 0 }
        let minutes = Double(sourceKnownFor) / 60e9
        let known = Int(60 * minutes / (minutes + 1))
        return min(known + (isDestinationYounger ? 20 : 0) + (isKnownByImage ? 0 : 20), 100)
    }
}
