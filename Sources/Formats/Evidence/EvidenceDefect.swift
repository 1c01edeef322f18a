/// Something that was given or found but could not be read, or not wholly.
public struct EvidenceDefect: Sendable, Hashable {
    /// The path for people, as in ``SourceFile/path``.
    public let path: String
    /// Stable code.
    ///
    /// - Files: `unreadable`, `not-a-file`, `link-not-followed`, `too-deep` (folders), `file-too-large`, `file-shrank`.
    /// - Archives: `archive-damaged` (cut off or broken: what came before counts), `archive-warning` (read, but e.g. a
    ///   checksum differs), `archive-password`, `archive-unsupported`.
    /// - Bounds of ``EvidenceOptions/Limits``: `archive-too-deep`, `archive-too-many`, `archive-too-large`,
    ///   `archive-ratio`.
    /// - Temporary files: `spool-failed`. The run: `interrupted`.
    /// - Text: `utf-16-unpaired`, `utf-16-cut`.
    public let code: String
    /// What the system or the library said, for people.
    public let detail: String
    /// Where, in bytes of the file as it lies there (wrapped); -1 when no place is known.
    public let offset: Int64

    init(path: String, code: String, detail: String, offset: Int64 = -1) {
        self.path = path
        self.code = code
        self.detail = detail
        self.offset = offset
    }
}
