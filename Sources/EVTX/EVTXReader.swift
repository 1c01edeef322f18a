import Bytes

/// Reads a log window by window, by the position of its chunks: the counts in the file header are never believed.
///
/// Memory is bounded by one window (8 MiB) per caller, whatever the size of the file. Windows are independent: they can
/// be handed to workers, each with an ``EVTXDecoder`` of its own.
public struct EVTXReader: Sendable {
    /// Bytes mapped at a time: 127 chunks and some slack for chunks that are not aligned.
    public static let windowSize = 8 * 1024 * 1024

    private enum Source: Sendable {
        case file(MappedFile)
        case memory(ByteStorage)
    }

    /// The file header, or nil when it is missing or destroyed.
    public let header: EVTXFileHeader?
    /// Size of the file in bytes.
    public let size: Int
    private let source: Source
    private let windowSize: Int
    private var position: Int
    private var pending: [EVTXDefect]

    /// Opens a log file.
    /// - Throws: ``EVTXError``: the file cannot be opened, or is no log.
    public init(path: String) throws(EVTXError) {
        let file: MappedFile
        let start: ByteStorage
        do throws(FileError) {
            file = try MappedFile(path: path)
            start = try file.window(offset: 0, length: min(file.size, 4096 + 8))
        } catch {
            throw .file(error)
        }
        try self.init(.file(file), size: file.size, start: start, name: path, windowSize: Self.windowSize)
    }

    /// Reads a log that is in memory.
    /// - Parameters:
    ///   - storage: the whole file.
    ///   - name: what to call it in errors.
    /// - Throws: ``EVTXError/notEVTX(name:reason:)``.
    public init(_ storage: ByteStorage, name: String = "(memory)") throws(EVTXError) {
        try self.init(storage, name: name, windowSize: Self.windowSize)
    }

    /// The same with windows of another size, so that tests need no large files.
    init(_ storage: ByteStorage, name: String, windowSize: Int) throws(EVTXError) {
        try self.init(.memory(storage), size: storage.count, start: storage, name: name, windowSize: windowSize)
    }

    private init(
        _ source: Source, size: Int, start: ByteStorage, name: String, windowSize: Int
    ) throws(EVTXError) {
        self.source = source
        self.size = size
        self.windowSize = max(windowSize, 2 * EVTXChunkHeader.chunkSize)
        pending = []
        position = 4096
        header = EVTXFileHeader(start.bytes)
        if let header {
            if !header.isChecksumValid { pending.append(EVTXDefect(code: .fileHeaderChecksum, fileOffset: 124)) }
            if header.isDirty { pending.append(EVTXDefect(code: .dirty, fileOffset: 120)) }
            if size <= 4096 {
                pending.append(EVTXDefect(code: .truncatedChunk, fileOffset: Int64(size), detail: "no chunk"))
            }
            return
        }
        // Without a file header it is a log if a chunk stands where the first belongs, or right at the start.
        if start.bytes.uint64(at: 0) == EVTXChunkHeader.magic {
            position = 0
        } else if start.bytes.uint64(at: 4096) != EVTXChunkHeader.magic {
            throw .notEVTX(name: name, reason: Self.reason(start.bytes))
        }
        pending.append(EVTXDefect(code: .fileHeaderMagic, fileOffset: 0))
    }

    /// What a file is that is no log.
    private static func reason(_ start: RawSpan) -> String {
        if start.uint32(at: 4) == 0x654C_664C { return "an event log of Windows XP or 2003 (.evt)" }
        if start.uint32(at: 0) == 0x4D49_5243 { return "a provider manifest (WEVT template)" }
        if start.byteCount < 4096 { return "\(start.byteCount) bytes are too few" }
        return "no file header and no chunk where the first belongs"
    }

    /// Maps the next chunks, or answers nil after the last.
    /// - Throws: ``EVTXError/file(_:)`` when the file has shrunk or cannot be mapped.
    public mutating func nextWindow() throws(EVTXError) -> EVTXWindow? {
        guard position < size else {
            guard !pending.isEmpty else { return nil }
            defer { pending = [] }
            return EVTXWindow(storage: ByteStorage([]), fileOffset: Int64(size), chunks: [], defects: pending)
        }
        let start = position
        let length = min(windowSize, size - start)
        let isLast = start + length == size
        let storage = try map(start, length)
        // A window into memory is the whole of it.
        let base = storage.count == length ? 0 : start
        let windowOffset = Int64(start - base)
        let layout = ChunkLayout(
            storage.bytes, from: base, to: base + length, isLast: isLast, fileOffset: windowOffset)
        position = start - base + layout.end
        defer { pending = [] }
        return EVTXWindow(
            storage: storage, fileOffset: windowOffset, chunks: layout.chunks, defects: pending + layout.defects)
    }

    private func map(_ offset: Int, _ length: Int) throws(EVTXError) -> ByteStorage {
        switch source {
        case .memory(let whole): return whole
        case .file(let file):
            do throws(FileError) {
                return try file.window(offset: offset, length: length)
            } catch {
                throw .file(error)
            }
        }
    }
}
