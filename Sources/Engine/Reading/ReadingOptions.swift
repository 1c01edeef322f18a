public import Bytes
public import Formats

/// How evidence is read, whatever is then done with it.
public struct ReadingOptions: Sendable {
    /// Carve records from slack and headerless chunks too.
    public var recover = false
    /// Seconds east of Greenwich that local times without a zone are in.
    public var zone = 0
    /// The day of the first record of sources whose records state none; nil: the day the file was last written.
    public var day: CivilDate?
    /// How archives and compressed files are unwrapped.
    public var unwrapping = EvidenceOptions()
    /// Clocks that were wrong.
    public var clocks: [ClockCorrection] = []

    /// The defaults.
    public init() {}
}

/// A clock that was wrong: what to add to the times of a host, or of the sources under a path.
public struct ClockCorrection: Sendable, Hashable {
    /// A host's name as events write it, or the end of a source's path; compared without case.
    public var source: String
    /// Nanoseconds to add.
    public var offset: Int64

    /// A correction of `offset` nanoseconds.
    public init(source: String, offset: Int64) {
        self.source = source.lowercased()
        self.offset = offset
    }
}
