import Bytes

extension ChunkDecoder {
    /// Smallest record: header (24) and the copy of its size (4).
    static let minimumRecord = 28
    /// `**\0\0`, little-endian.
    static let recordMagic: UInt32 = 0x0000_2A2A

    /// See ``EVTXDecoder/decodeChunk(_:at:fileOffset:into:)``.
    mutating func decode(
        _ bytes: RawSpan, at range: Range<Int>, fileOffset windowFileOffset: Int64, into batch: inout EVTXBatch
    ) {
        let offset = max(0, range.lowerBound)
        let end = min(offset + EVTXChunkHeader.chunkSize, range.upperBound, bytes.byteCount)
        beginChunk(at: offset, end: end, fileOffset: windowFileOffset)
        guard let header = EVTXChunkHeader(bytes, at: offset) else {
            decodeWithoutHeader(bytes, at: offset, end: end, into: &batch)
            return
        }
        if end - offset < EVTXChunkHeader.chunkSize {
            batch.defects.append(defect(.truncatedChunk, at: end, "\(end - offset) of 65536 bytes"))
        }
        let isTrusted = header.isHeaderChecksumValid(bytes, at: offset)
        if !isTrusted { batch.defects.append(defect(.chunkHeaderChecksum, at: offset)) }
        if options.verifiesDataChecksums, !header.isDataChecksumValid(bytes, at: offset) {
            batch.defects.append(defect(.chunkDataChecksum, at: offset))
        }
        var free = offset + Int(header.freeSpaceOffset)
        if header.freeSpaceOffset < EVTXChunkHeader.size || free > end { free = end }
        let walked = walkRecords(bytes, from: offset + EVTXChunkHeader.size, free: free, end: end, into: &batch)
        if options.recovers { carve(bytes, from: walked, to: end, into: &batch) }
    }

    /// Walks the records from `start`.
    ///
    /// ```
    ///   | header | record | record | ? | record | (free-space offset) | record, id + 1 | stale or zero …
    ///                                └ gap: search                    └ written later: delivered
    /// ```
    /// - Returns: where the live records end.
    private mutating func walkRecords(
        _ bytes: RawSpan, from start: Int, free: Int, end: Int, hasHeader: Bool = true, into batch: inout EVTXBatch
    ) -> Int {
        var position = start
        var lastID: UInt64?
        while position + 24 <= end {
            guard bytes.uint32(at: position) == Self.recordMagic else {
                // Before the end of the records something else is a hole; after it, that was all.
                guard position < free, let next = nextRecord(bytes, from: position + 4, to: free) else { break }
                batch.defects.append(defect(.gap, at: position, "\(next - position) bytes"))
                position = next
                continue
            }
            let id = bytes.uint64(at: position + 8) ?? 0
            if position >= free {
                guard lastID.map({ $0 &+ 1 == id }) ?? !hasHeader else { break }
                if hasHeader { batch.defects.append(defect(.beyondFreeSpace, at: position, "record \(id)")) }
            }
            let size = Int(bytes.uint32(at: position + 4) ?? 0)
            if size >= Self.minimumRecord, size <= end - position {
                if bytes.uint32(at: position + size - 4) != UInt32(size) {
                    batch.defects.append(defect(.recordSizeCopy, at: position, "record \(id)"))
                }
                decodeRecord(bytes, at: position, end: position + size, flags: [], into: &batch)
                position += size
            } else {
                // The size is no help: read as far as the next record.
                let next = nextRecord(bytes, from: position + 4, to: end) ?? end
                batch.defects.append(defect(.recordSize, at: position, "record \(id), size \(size)"))
                decodeRecord(bytes, at: position, end: next, flags: .incomplete, into: &batch)
                position = next
            }
            lastID = id
        }
        return min(position, end)
    }

    /// The next place in `from ..< to` that looks like a record.
    private func nextRecord(_ bytes: RawSpan, from start: Int, to end: Int) -> Int? {
        var position = start
        while let hit = bytes.firstOffset(of: 0x2A, from: position), hit + 24 <= end {
            if bytes.uint32(at: hit) == Self.recordMagic { return hit }
            position = hit + 1
        }
        return nil
    }

    /// A place for a chunk that holds none: unused, or its header was destroyed.
    private mutating func decodeWithoutHeader(_ bytes: RawSpan, at offset: Int, end: Int, into batch: inout EVTXBatch) {
        let first = nextRecord(bytes, from: offset, to: end)
        if end - offset < EVTXChunkHeader.chunkSize, end == bytes.byteCount {
            batch.defects.append(defect(.truncatedChunk, at: end, "\(end - offset) of 65536 bytes"))
        }
        let isBlank = first == nil && bytes.uint64(at: offset) ?? 0 == 0
        if isBlank { return }
        batch.defects.append(
            defect(.chunkMagic, at: offset, first == nil ? "no records" : "records without a chunk header"))
        guard let first else { return }
        if first == offset + EVTXChunkHeader.size {
            // Only the header is gone: offsets still count from here.
            let walked = walkRecords(bytes, from: first, free: first, end: end, hasHeader: false, into: &batch)
            if options.recovers { carve(bytes, from: walked, to: end, into: &batch) }
        } else if options.recovers {
            carve(bytes, from: first, to: end, into: &batch)
        }
    }

    /// Looks for records in `from ..< to` that no header vouches for.
    private mutating func carve(_ bytes: RawSpan, from start: Int, to end: Int, into batch: inout EVTXBatch) {
        var position = start
        while let hit = nextRecord(bytes, from: position, to: end) {
            let size = Int(bytes.uint32(at: hit + 4) ?? 0)
            let fits = size >= Self.minimumRecord && size <= end - hit
            let recordEnd = fits ? hit + size : nextRecord(bytes, from: hit + 4, to: end) ?? end
            let before = batch.records.count
            decodeRecord(bytes, at: hit, end: recordEnd, flags: fits ? .carved : [.carved, .incomplete], into: &batch)
            if batch.records.count > before { batch.defects.append(defect(.carved, at: hit)) }
            position = fits && batch.records.count > before ? recordEnd : hit + 4
        }
    }

    /// Decodes one record; appends it unless nothing of it could be read.
    private mutating func decodeRecord(
        _ bytes: RawSpan, at position: Int, end: Int, flags: EVTXBatch.Flags, into batch: inout EVTXBatch
    ) {
        guard let id = bytes.uint64(at: position + 8), let time = bytes.uint64(at: position + 16) else { return }
        var state = RecordState()
        let firstInstance = batch.instances.count
        let firstValue = batch.values.count
        let bodyEnd = max(position + 24, min(end, chunkEnd) - (flags.contains(.incomplete) ? 0 : 4))
        if bodyEnd == position + 24 {
            batch.defects.append(defect(.emptyRecord, at: position, "record \(id)"))
            return
        }
        decodeFragment(
            bytes, at: position + 24, end: bodyEnd, context: .document, depth: 0, state: &state, into: &batch)
        if let code = state.defect {
            let detail = state.detail.isEmpty ? "record \(id)" : "record \(id): \(state.detail)"
            batch.defects.append(defect(code, at: state.defectOffset, detail))
        }
        guard state.instances > 0 else {
            batch.values.removeSubrange(firstValue...)
            batch.instances.removeSubrange(firstInstance...)
            if state.defect == nil { batch.defects.append(defect(.emptyRecord, at: position, "record \(id)")) }
            return
        }
        batch.records.append(
            EVTXBatch.Record(
                id: id, fileTime: time, offset: UInt32(truncatingIfNeeded: position),
                size: UInt32(truncatingIfNeeded: end - position),
                firstInstance: UInt32(truncatingIfNeeded: firstInstance),
                instanceCount: UInt16(truncatingIfNeeded: state.instances),
                flags: state.isIncomplete || state.defect?.isLossOfValues == true ? flags.union(.incomplete) : flags))
    }
}

extension EVTXDefect.Code {
    /// Whether a record that is delivered in spite of it misses something.
    var isLossOfValues: Bool {
        switch self {
        case .templateMissing, .recordBody, .limit, .truncatedValues: true
        default: false
        }
    }
}
