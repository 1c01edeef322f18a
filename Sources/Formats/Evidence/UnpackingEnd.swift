/// Why the rest of an archive is not read.
enum UnpackingEnd: Error {
    /// The reader cannot go on behind this member (said already).
    case damaged
    /// A bound was reached, the disk is full, or the run was cancelled (said already): true of all that is in the file.
    case all
}
