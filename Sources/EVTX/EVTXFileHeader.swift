import Bytes

/// The 4096-byte header of a log file. Its counts are stale in dirty files; nothing here relies on them.
public struct EVTXFileHeader: Sendable, Hashable {
    /// `ElfFile\0`, little-endian.
    static let magic: UInt64 = 0x0065_6C69_4666_6C45

    /// Number of the oldest chunk.
    public let firstChunk: UInt64
    /// Number of the newest chunk.
    public let lastChunk: UInt64
    /// Id that the next record will get.
    public let nextRecord: UInt64
    /// Bytes of the header block: where the first chunk begins, 4096.
    public let headerBlockSize: Int
    /// Chunks in the file, by the header.
    public let chunkCount: Int
    /// Bit 0: dirty (not closed), bit 1: full.
    public let flags: UInt32
    /// CRC-32 of bytes 0–119, as stored.
    public let checksum: UInt32
    /// Whether ``checksum`` is right.
    public let isChecksumValid: Bool

    /// Whether the log was not closed.
    public var isDirty: Bool { flags & 1 != 0 }
    /// Whether the log reached its maximum size.
    public var isFull: Bool { flags & 2 != 0 }

    /// Reads the header that begins `bytes`, or answers nil when it is none.
    public init?(_ bytes: RawSpan) {
        guard bytes.uint64(at: 0) == Self.magic, let firstChunk = bytes.uint64(at: 8),
            let lastChunk = bytes.uint64(at: 16), let nextRecord = bytes.uint64(at: 24),
            let blockSize = bytes.uint16(at: 40), let chunkCount = bytes.uint16(at: 42),
            let flags = bytes.uint32(at: 120), let checksum = bytes.uint32(at: 124),
            let covered = bytes.slice(at: 0, length: 120)
        else { return nil }
        self.firstChunk = firstChunk
        self.lastChunk = lastChunk
        self.nextRecord = nextRecord
        self.headerBlockSize = Int(blockSize)
        self.chunkCount = Int(chunkCount)
        self.flags = flags
        self.checksum = checksum
        self.isChecksumValid = CRC32.checksum(covered) == checksum
    }
}
