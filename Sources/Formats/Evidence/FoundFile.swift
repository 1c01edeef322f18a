import Events

/// A file with content, on its way to becoming a ``SourceFile``.
struct FoundFile {
    /// The path for people.
    let path: String
    /// The path to open.
    var contentPath: String
    /// Bytes of content.
    var size: Int64
    /// When it was last written.
    var modified: Timestamp?
    /// What was taken off around it, outermost first.
    var wrapping: [String] = []
    /// The real path of the file that was found, then the names of members down to this one; for the layouts.
    let trail: [String]
    /// Set when it was looked at.
    var recognition = Recognition.unrecognised(reason: "empty file")

    /// The extension that hints at the format: behind bare compression the one within (`audit.log.gz`: `log`).
    var fileExtension: String {
        var name = path
        for wrapped in wrapping.reversed() {
            let last = Evidence.fileExtension(of: name)
            guard let extensions = Self.extensions[wrapped], extensions.contains(last) else { break }
            name.removeLast(last.count + 1)
        }
        return Evidence.fileExtension(of: name)
    }

    private static let extensions: [String: Set<String>] = [
        "gzip": ["gz"], "bzip2": ["bz2"], "xz": ["xz"], "zstd": ["zst", "zstd"], "lz4": ["lz4"],
    ]
}
