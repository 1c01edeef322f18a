public import Bytes
public import Events

/// One file of the evidence.
public struct SourceFile: Sendable {
    /// The path for people: as given, joined with the path below it; `-` for standard input.
    public let path: String
    /// The path to open: another one for spooled input.
    public let contentPath: String
    /// Size in bytes when it was found.
    public let size: Int64
    /// What it was recognised as.
    public let recognition: Recognition
    /// When it was last written, where that is known.
    public var modified: Timestamp?
    /// The host it was taken from, where the collector's layout tells.
    public var host: String?

    /// What its decoder may know of it.
    ///
    /// - Parameters:
    ///   - zone: Seconds east of Greenwich that local times without a zone are in.
    ///   - day: The day of its first record, where its records state none and the user said it.
    public func facts(zone: Int = 0, day: CivilDate? = nil) -> SourceFacts {
        SourceFacts(path: path, host: host, modified: modified, day: day, zone: zone)
    }

    /// The format, if recognised.
    public var format: (any Format.Type)? {
        if case .format(let format, _) = recognition { return format }
        return nil
    }

    /// The format's name; empty if not recognised.
    public var formatName: String { format?.name ?? "" }

    /// How surely the format was recognised.
    public var certainty: Certainty? {
        if case .format(_, let certainty) = recognition { return certainty }
        return nil
    }

    /// Why it was not recognised; empty if it was.
    public var reason: String {
        if case .unrecognised(let reason) = recognition { return reason }
        return ""
    }
}

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

/// Something that was given or found but could not be read.
public struct EvidenceDefect: Sendable, Hashable {
    /// The path for people.
    public let path: String
    /// Stable code: `unreadable`, `not-a-file`, `link-not-followed`, `file-too-large`.
    public let code: String
    /// What the system said.
    public let detail: String
}
