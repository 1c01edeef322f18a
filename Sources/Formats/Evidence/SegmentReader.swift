public import Bytes

/// Maps segments, one after another; one per worker. Keeps the last file open.
public struct SegmentReader: Sendable {
    /// A segment in memory.
    public struct Loaded: Sendable {
        /// The window; for line formats it reaches to the end of the last line that starts in the segment.
        public let storage: ByteStorage
        /// What to decode, in the window. Empty when no record starts in the segment.
        public let range: Range<Int>
        /// Offset of the window in the source.
        public let fileOffset: Int64
    }

    /// Bytes that a window reaches past its segment in search of the line's end. A line that is longer still is cut
    /// there, and the decoder refuses it as too long.
    static let lineLimit = (16 << 20) + 1

    /// Bytes that a window reaches past a segment of blocks, for a block that is not where it belongs.
    static let blockReach = 1 << 17

    private let evidence: Evidence
    private var file: (source: Int, file: MappedFile)?

    /// A reader of the segments of `evidence`, which it keeps alive.
    public init(evidence: Evidence) { self.evidence = evidence }

    /// Maps a segment.
    /// - Throws: ``FileError`` when the file cannot be opened or read, or has shrunk since it was found.
    public mutating func load(_ segment: Segment) throws(FileError) -> Loaded {
        let mapped = try open(segment.source)
        let offset = Int(segment.offset)
        let length = Int(segment.length)
        let limit = readable(mapped, segment)
        let reach: Int
        switch evidence.sources[segment.source].format?.segmentation {
        case .lines: return try loadLines(mapped, offset: offset, length: length, limit: limit)
        case .sequence: reach = Self.lineLimit
        default: reach = Self.blockReach
        }
        let storage = try mapped.window(offset: offset, length: min(length + reach, limit - offset))
        return Loaded(storage: storage, range: 0..<min(length, storage.count), fileOffset: segment.offset)
    }

    /// Whether the file got so short since it was found that bytes of a segment loaded from it may have been read as
    /// zeroes; to be asked after decoding.
    public func hasShrunk(_ segment: Segment) -> Bool {
        guard let file, file.source == segment.source else { return false }
        return Int64(file.file.currentSize) < segment.offset + segment.length
    }

    /// Where reading ends: of a file that has grown since it was found, at the size it had then; of one that has shrunk,
    /// at its present end, or that of the segment, whose window is refused then.
    private func readable(_ mapped: MappedFile, _ segment: Segment) -> Int {
        let found = Int(evidence.sources[segment.source].size)
        return max(Int(segment.offset + segment.length), min(mapped.size, found))
    }

    /// Bytes for one raw record, for hashing and quoting it.
    /// - Throws: ``FileError``.
    public mutating func record(source: Int, offset: Int64, length: Int) throws(FileError) -> ByteStorage {
        try open(source).window(offset: Int(offset), length: length)
    }

    /// A line belongs to the segment it starts in:
    ///
    ///     …─── segment ───────────────┬─── next ──…
    ///     tail of a line↵ line ↵ line … line ↵
    ///                    └ range ──────────┘ window ends here
    private func loadLines(_ mapped: MappedFile, offset: Int, length: Int, limit: Int) throws(FileError) -> Loaded {
        let end = offset + length
        let reach = min(limit, end + Self.lineLimit)
        // One byte before, to see whether a line starts at the first byte.
        let before = offset > 0 ? 1 : 0
        let storage = try mapped.window(offset: offset - before, length: reach - offset + before)
        let bytes = storage.bytes
        var first = 0
        if before > 0 { first = (bytes.firstOffset(of: 0x0A) ?? storage.count) + 1 }
        let last = before + length
        guard first < last else {
            return Loaded(storage: storage, range: 0..<0, fileOffset: Int64(offset - before))
        }
        return Loaded(storage: storage, range: first..<last, fileOffset: Int64(offset - before))
    }

    private mutating func open(_ source: Int) throws(FileError) -> MappedFile {
        if let file, file.source == source { return file.file }
        let opened = try MappedFile(path: evidence.sources[source].contentPath)
        file = (source, opened)
        return opened
    }
}
