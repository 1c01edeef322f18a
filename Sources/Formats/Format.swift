public import Events

/// How surely a format was recognised from a file's first bytes.
public enum Certainty: Int, Sendable, Comparable {
    /// It may be; the extension decides.
    case possible = 1
    /// Its shape fits.
    case likely = 2
    /// A magic number or an unmistakable key.
    case certain = 3

    /// Whether `left` is less sure than `right`.
    public static func < (left: Certainty, right: Certainty) -> Bool { left.rawValue < right.rawValue }
}

/// How a source of a format is cut into pieces that can be decoded on their own.
public enum Segmentation: Sendable, Equatable {
    /// The whole file at once, up to this many bytes.
    case whole(limit: Int)
    /// At line ends, in pieces of about this many bytes.
    case lines(bytes: Int)
    /// After a header of `header` bytes, in pieces of `bytes` bytes.
    case blocks(header: Int, bytes: Int)
}

/// A format: how it is recognised, cut and decoded. One folder per format, one line in ``Formats/all``.
public protocol Format: Sendable {
    /// Short stable name, e.g. `evtx`, `docker-events`.
    static var name: String { get }
    /// How files of this format are cut.
    static var segmentation: Segmentation { get }
    /// Looks at the first bytes (at most 64 KiB) and the lower-case extension without dot; `nil`: not this format.
    static func recognises(head: RawSpan, fileExtension: String) -> Certainty?
    /// A decoder; one per worker, kept for many segments.
    init()
    /// Decodes the records that begin in `range` of the batch's base and appends them.
    ///
    /// - Parameters:
    ///   - range: For line formats the records that *start* in it (the base reaches past its end to the line's end).
    ///   - fileOffset: Offset of the base's first byte in the source.
    mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary)
}
