public import Bytes
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
    /// In pieces of about this many bytes that one decoder is given in order: records may reach past their piece (the base
    /// does, by up to 16 MiB), and the decoder remembers where it stopped and what is not finished yet.
    case sequence(bytes: Int)
}

/// What a decoder may know of a source besides its bytes.
public struct SourceFacts: Sendable {
    /// The path for people, as given or inside an archive; may say things the records do not (a container's id, a pid).
    public var path: String
    /// The host the source was taken from, where the collector's layout tells.
    public var host: String?
    /// When the file was last written; the day of records that state none.
    public var modified: Timestamp?
    /// The day of the first record of a source whose records state none, where the user said it.
    public var day: CivilDate?
    /// Seconds east of Greenwich that local times without a zone are in.
    public var zone: Int

    /// The bytes of the file in the same evidence that a module was loaded from, by its name in lower case and its time stamp:
    /// for dumps of processes.
    public var moduleFile: @Sendable (_ name: String, _ timeStamp: UInt32) -> ByteStorage? = { _, _ in nil }

    /// Facts of a source.
    public init(
        path: String = "", host: String? = nil, modified: Timestamp? = nil, day: CivilDate? = nil, zone: Int = 0
    ) {
        self.path = path
        self.host = host
        self.modified = modified
        self.day = day
        self.zone = zone
    }
}

/// A format: how it is recognised, cut and decoded. One folder per format, one line in ``Formats/all``.
public protocol Format: Sendable {
    /// Short stable name, e.g. `evtx`, `docker-events`.
    static var name: String { get }
    /// How files of this format are cut.
    static var segmentation: Segmentation { get }
    /// Looks at the first bytes (at most 64 KiB) and the lower-case extension without dot; `nil`: not this format.
    static func recognises(head: RawSpan, fileExtension: String) -> Certainty?
    /// Whether its events say what containers there are; such sources are read before all others.
    static var speaksOfContainers: Bool { get }
    /// A decoder; one per worker, kept for many segments.
    init()
    /// Called before the first segment of a source, and again when the worker turns to another one and back.
    mutating func begin(_ source: SourceFacts)
    /// Decodes the records that begin in `range` of the batch's base and appends them.
    ///
    /// - Parameters:
    ///   - range: For line formats the records that *start* in it (the base reaches past its end to the line's end).
    ///   - fileOffset: Offset of the base's first byte in the source.
    mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary)
    /// Appends what is left after the last segment of a ``Segmentation/sequence(bytes:)``.
    mutating func finish(into batch: inout EventBatch, vocabulary: inout Vocabulary)
}

extension Format {
    /// Most formats do not.
    public static var speaksOfContainers: Bool { false }
    /// Most formats need no more than the bytes.
    public mutating func begin(_ source: SourceFacts) {}
    /// Most formats keep nothing back.
    public mutating func finish(into batch: inout EventBatch, vocabulary: inout Vocabulary) {}
}
