import Bytes

/// Some chunks of a log, mapped together.
public struct EVTXWindow: Sendable {
    /// The bytes; keep it as long as values decoded from it are used.
    public let storage: ByteStorage
    /// Where the window begins in the file.
    public let fileOffset: Int64
    /// The chunks, as ranges of the window.
    public let chunks: [Range<Int>]
    /// What is wrong with the file or the layout of these chunks.
    public let defects: [EVTXDefect]
}
