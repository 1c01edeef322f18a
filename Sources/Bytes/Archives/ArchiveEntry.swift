/// A member of an archive, as its header tells it. Nothing of it may be believed: the adversary may have written it.
public struct ArchiveEntry: Sendable, Equatable {
    /// What a member is.
    public enum Kind: Sendable, Equatable {
        /// A file with content.
        case file
        /// A directory.
        case directory
        /// A symbolic or hard link; it has no content of its own.
        case link
        /// A device, pipe or socket.
        case special
    }

    /// The path, as UTF-8 where the archive tells the encoding, else the bytes as they stand; no byte is 0.
    public let path: [UInt8]
    /// What it is.
    public let kind: Kind
    /// Bytes of content, if the header knows.
    public let size: Int64?
    /// Modification time in seconds since 1970, UTC, if recorded. Old ZIP headers have local time without a zone; the
    /// library takes it for that of this machine.
    public let modified: Int64?
    /// Whether a password is needed for the content.
    public let isEncrypted: Bool
}
