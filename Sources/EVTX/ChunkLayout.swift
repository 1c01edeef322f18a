import Bytes

/// Where the chunks are in a stretch of a file, misplaced ones too.
public struct ChunkLayout: Sendable {
    /// The chunks, as ranges of the bytes.
    public private(set) var chunks: [Range<Int>] = []
    /// Chunks that are not where they belong.
    public private(set) var defects: [EVTXDefect] = []
    /// Where the next stretch begins.
    public private(set) var end: Int

    /// Finds the chunks in `start ..< limit` of `bytes`. A chunk that reaches past the limit is left for the next stretch,
    /// or cut off there if this is the last.
    public init(_ bytes: RawSpan, from start: Int, to limit: Int, isLast: Bool, fileOffset: Int64) {
        let size = EVTXChunkHeader.chunkSize
        var position = start
        while position < limit {
            guard isLast || position + size <= limit else { break }
            let range = position..<min(position + size, limit)
            if bytes.uint64(at: position) == EVTXChunkHeader.magic {
                chunks.append(range)
                position = range.upperBound
                continue
            }
            // Not where it belongs: perhaps bytes were inserted before it, or cut from the chunk before.
            let previous = chunks.last?.lowerBound ?? position
            let from = max(start, previous + (previous < position ? EVTXChunkHeader.size : 0))
            if let found = Self.find(bytes, from: from, to: range.upperBound), found != position {
                defects.append(
                    EVTXDefect(
                        code: .chunkMisplaced, fileOffset: fileOffset + Int64(found),
                        detail: "\(found - position) bytes from its place"))
                if found > position { chunks.append(position..<found) }
                guard isLast || found + size <= limit else {
                    position = found
                    break
                }
                chunks.append(found..<min(found + size, limit))
                position = min(found + size, limit)
            } else {
                chunks.append(range)
                position = range.upperBound
            }
        }
        end = max(position, start + 1)
    }

    /// A chunk header with a correct checksum in `from ..< to`.
    private static func find(_ bytes: RawSpan, from start: Int, to end: Int) -> Int? {
        var position = start
        // Magics without a header behind them cost a checksum each: a crafted file could hold nothing else.
        var candidates = 64
        while candidates > 0, let hit = bytes.firstOffset(of: 0x45, from: position), hit < end {
            if bytes.uint64(at: hit) == EVTXChunkHeader.magic { candidates -= 1 }
            if bytes.uint64(at: hit) == EVTXChunkHeader.magic, let header = EVTXChunkHeader(bytes, at: hit),
                header.isHeaderChecksumValid(bytes, at: hit)
            {
                return hit
            }
            position = hit + 1
        }
        return nil
    }
}
