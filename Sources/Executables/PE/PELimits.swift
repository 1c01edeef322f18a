/// How much of a hostile file is read. Reaching a limit is a finding, never an end.
public struct PELimits: Sendable, Hashable {
    /// Section headers read; the field allows 65 535, honest files have at most a few dozen (MinGW with debug info:
    /// ~20).
    public var sections = 1024
    /// Callback slots read (tls.md, P06). Honest arrays have fewer than ten.
    public var callbacks = 4096
    /// Relocation blocks walked: one a page, so this is an image of 4 GiB.
    public var relocationBlocks = 1 << 20
    /// Relocation entries read in blocks near the TLS structures.
    public var relocationEntries = 1 << 20
    /// Import descriptors walked.
    public var importDescriptors = 512
    /// Imported names looked at, over all descriptors.
    public var importNames = 16_384
    /// COFF symbols looked at for the names of callbacks.
    public var symbols = 1 << 20
    /// Bytes of read-only data searched for the mark of a compiler.
    public var markBytes = 256 << 10
    /// Bytes of a section taken for its entropy.
    public var entropyBytes = 64 << 10

    /// The limits that fit honest files with much room.
    public init() {}
}
