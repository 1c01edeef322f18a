import Bytes

/// The 512-byte header of a chunk.
public struct EVTXChunkHeader: Sendable, Hashable {
    /// `ElfChnk\0`, little-endian.
    static let magic: UInt64 = 0x006B_6E68_4366_6C45
    /// Bytes of a chunk.
    public static let chunkSize = 65_536
    /// Bytes of the header; the first record follows.
    public static let size = 512

    /// Record ids by position in the log.
    public let firstRecordNumber: UInt64
    /// See ``firstRecordNumber``.
    public let lastRecordNumber: UInt64
    /// Ids of the first and last record.
    public let firstRecordID: UInt64
    /// See ``firstRecordID``.
    public let lastRecordID: UInt64
    /// Where the last record begins.
    public let lastRecordOffset: UInt32
    /// Where the records end.
    public let freeSpaceOffset: UInt32
    /// CRC-32 over the records, as stored.
    public let dataChecksum: UInt32
    /// CRC-32 over bytes 0–119 and 128–511, as stored.
    public let headerChecksum: UInt32

    /// Reads the header at `offset`, or answers nil when there is none.
    public init?(_ bytes: RawSpan, at offset: Int) {
        guard bytes.uint64(at: offset) == Self.magic, let firstNumber = bytes.uint64(at: offset + 8),
            let lastNumber = bytes.uint64(at: offset + 16), let firstID = bytes.uint64(at: offset + 24),
            let lastID = bytes.uint64(at: offset + 32), let lastOffset = bytes.uint32(at: offset + 44),
            let freeSpace = bytes.uint32(at: offset + 48), let data = bytes.uint32(at: offset + 52),
            let header = bytes.uint32(at: offset + 124)
        else { return nil }
        firstRecordNumber = firstNumber
        lastRecordNumber = lastNumber
        firstRecordID = firstID
        lastRecordID = lastID
        lastRecordOffset = lastOffset
        freeSpaceOffset = freeSpace
        dataChecksum = data
        headerChecksum = header
    }

    /// Whether the header's checksum is right.
    func isHeaderChecksumValid(_ bytes: RawSpan, at offset: Int) -> Bool {
        guard let first = bytes.slice(at: offset, length: 120), let rest = bytes.slice(at: offset + 128, length: 384)
        else { return false }
        var crc = CRC32()
        crc.update(first)
        crc.update(rest)
        return crc.value == headerChecksum
    }

    /// Whether the checksum over the records is right.
    func isDataChecksumValid(_ bytes: RawSpan, at offset: Int) -> Bool {
        guard freeSpaceOffset >= 512, freeSpaceOffset <= Self.chunkSize,
            let data = bytes.slice(at: offset + 512, length: Int(freeSpaceOffset) - 512)
        else { return false }
        return CRC32.checksum(data) == dataChecksum
    }
}
