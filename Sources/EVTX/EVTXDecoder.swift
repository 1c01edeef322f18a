import Bytes

/// Decodes chunks into batches. One per worker: it owns the compiled templates and scratch memory.
///
/// Decoding a record reads its header, resolves its template (a table lookup) and its value descriptors; no text is made
/// and, once templates and arrays have grown, nothing is allocated.
///
/// ```swift
/// var reader = try EVTXReader(path: path)
/// let decoder = EVTXDecoder()
/// var batch = EVTXBatch()
/// while let window = try reader.nextWindow() {
///     for chunk in window.chunks {
///         batch.removeAll()
///         decoder.decodeChunk(window.bytes, at: chunk, fileOffset: window.fileOffset, into: &batch)
///         for record in batch.records { … }
///     }
/// }
/// ```
public final class EVTXDecoder {
    /// Choices of what to check and what to look for.
    public struct Options: Sendable, Equatable {
        /// Verify the checksum over each chunk's records (about 25 µs a chunk). A wrong one is a defect; records are
        /// delivered all the same.
        public var verifiesDataChecksums = true
        /// Look for records in unused space and in chunks without a header; they are flagged ``EVTXBatch/Flags/carved``.
        public var recovers = false
        /// The caps.
        public var limits = EVTXLimits()

        /// The defaults above.
        public init() {}
    }

    /// What this decoder checks and looks for.
    public let options: Options
    /// Moves on when the cache of templates was emptied: tables by template id must then be emptied too. Checked once
    /// per chunk.
    public var generation: Int { chunk.generation }
    /// The compiled templates by id.
    public var templates: [EVTXTemplate] { chunk.cache.templates }

    // A struct behind one property: access to it is claimed once per chunk, not once per value.
    private var chunk: ChunkDecoder

    /// A decoder without templates yet.
    public init(options: Options = Options()) {
        self.options = options
        chunk = ChunkDecoder(options: options)
    }

    /// Decodes all records of the chunk at `range` of the window and appends them to `batch`, with whatever is wrong in
    /// it. Never fails: what can be read is delivered, the rest is a defect. O(bytes of the chunk).
    /// - Parameters:
    ///   - bytes: the window.
    ///   - range: where the chunk lies in the window: 65 536 bytes, or fewer when it is cut off.
    ///   - windowFileOffset: where the window begins in its file.
    public func decodeChunk(
        _ bytes: RawSpan, at range: Range<Int>, fileOffset windowFileOffset: Int64, into batch: inout EVTXBatch
    ) {
        chunk.decode(bytes, at: range, fileOffset: windowFileOffset, into: &batch)
    }
}
