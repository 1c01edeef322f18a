public import Bytes
public import Events

/// One file of the evidence, unwrapped.
public struct SourceFile: Sendable {
    /// The path for people: as given, joined with the path below it; `-` for standard input; a member of an archive
    /// stands behind `!` (`case.zip!C/Windows/x.evtx`). Names from archives are made visible, not trusted.
    public let path: String
    /// The path to open: another one for spooled and unwrapped input.
    public let contentPath: String
    /// Size of the content in bytes when it was found. Everything that tells an offset counts in this content: of a
    /// wrapped file in what was unwrapped (for UTF-16 in the UTF-8 text without mark).
    public let size: Int64
    /// What it was recognised as.
    public let recognition: Recognition
    /// What was taken off around the content, outermost first: `["zip", "gzip"]`, `["gzip", "tar"]`, `["utf-16le"]`.
    /// Names: `zip`, `7z`, `cab`, `tar`, `gzip`, `bzip2`, `xz`, `zstd`, `lz4`, `utf-16le`, `utf-16be`.
    public let wrapping: [String]
    /// When it was last written, where that is known.
    public var modified: Timestamp?
    /// The host it was taken from, where the collector's layout tells (``CollectorLayout``).
    public var host: String?
    /// Where it lay on that host, in the host's notation, where the layout tells.
    public var originalPath: String?

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
