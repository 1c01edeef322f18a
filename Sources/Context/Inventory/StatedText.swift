/// A value that records state, and when they did first and last.
public struct StatedText: Hashable, Sendable {
    /// The value. Adversary text.
    public var text: String
    /// When it was stated; for snapshots the latest moment that the document itself names.
    public var seen: SeenSpan
}
