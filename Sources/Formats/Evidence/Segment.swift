/// A piece of one source that can be decoded on its own.
public struct Segment: Sendable, Equatable {
    /// Index in ``Evidence/sources``.
    public let source: Int
    /// First byte.
    public let offset: Int64
    /// Bytes. Of a line format the lines that *start* in them belong to the segment.
    public let length: Int64
    /// Whether it is the first of its source.
    public var isFirst: Bool { offset == 0 }
}
