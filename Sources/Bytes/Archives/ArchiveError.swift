/// Why an archive, or one of its members, could not be read.
public struct ArchiveError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable {
        /// The file could not be opened.
        case cannotOpen
        /// The library was built without this kind of archive.
        case unsupported
        /// The content is encrypted and no password was given, or none fits.
        case password
        /// This member cannot be read (further); the next one may be.
        case memberDamaged
        /// Nothing more can be read of the archive.
        case damaged
    }

    /// The kind of failure.
    public let code: Code
    /// What the library or the system said.
    public let message: String
    /// Bytes of the archive's file that had been read, at least up to the place of the fault.
    public let offset: Int64

    /// Whether the reader can go on with the next member.
    public internal(set) var isFatal: Bool

    /// One line for people.
    public var description: String { offset > 0 ? "\(message) (at or before byte \(offset))" : message }
}
