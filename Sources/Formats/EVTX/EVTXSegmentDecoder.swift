import Bytes
import EVTX
import Events

/// Decodes segments of binary logs into field slots.
struct EVTXSegmentDecoder {
    private let decoder: EVTXDecoder
    private var scratch = EVTXBatch()
    /// Emptied when the decoder's generation moves on.
    private var plans = EVTXPlans()
    private var generation = 0
    private var origins = OriginCache()
    private var payload = WindowsPayload()
    /// Number of the decode call: literals are put into the arena once in each.
    private var stamp: UInt64 = 0

    init(recovers: Bool) {
        var options = EVTXDecoder.Options()
        options.recovers = recovers
        decoder = EVTXDecoder(options: options)
        generation = decoder.generation
    }

    /// What the fields of System said about the event as a whole.
    private struct Marks {
        var channel: FieldSlot?
        var provider: FieldSlot?
        var eventID = -1
        var host = -1
        var recordID: Int64 = -1
        var fileTime: UInt64?
    }

    /// Decodes the chunks that begin in `range`; the base may reach past it.
    mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        stamp += 1
        let storage = batch.base
        let bytes = storage.bytes
        var start = range.lowerBound
        if fileOffset == 0, start == 0 { start = Self.readHeader(bytes, into: &batch) }
        guard start < range.upperBound else { return }
        let layout = ChunkLayout(
            bytes, from: start, to: range.upperBound, isLast: true, fileOffset: fileOffset)
        for defect in layout.defects { batch.defects.append(Self.defect(defect)) }
        for chunk in layout.chunks {
            // The layout cuts the last chunk off at the range; what begins in the range belongs to it.
            let isCut = chunk.upperBound == range.upperBound && chunk.count < EVTXChunkHeader.chunkSize
            let end = isCut ? min(chunk.lowerBound + EVTXChunkHeader.chunkSize, bytes.byteCount) : chunk.upperBound
            decodeChunk(
                chunk.lowerBound..<end, of: bytes, fileOffset: fileOffset, into: &batch, vocabulary: &vocabulary)
        }
    }

    /// Reads the file header; answers where the first chunk belongs.
    private static func readHeader(_ bytes: RawSpan, into batch: inout EventBatch) -> Int {
        guard let header = EVTXFileHeader(bytes) else {
            batch.defects.append(defect(EVTXDefect(code: .fileHeaderMagic, fileOffset: 0)))
            return EVTXChunkHeader(bytes, at: 0) == nil ? 4096 : 0
        }
        if !header.isChecksumValid {
            batch.defects.append(defect(EVTXDefect(code: .fileHeaderChecksum, fileOffset: 124)))
        }
        if bytes.byteCount <= 4096 {
            batch.defects.append(
                defect(EVTXDefect(code: .truncatedChunk, fileOffset: Int64(bytes.byteCount), detail: "no chunk")))
        }
        if header.isDirty { batch.defects.append(defect(EVTXDefect(code: .dirty, fileOffset: 120))) }
        return 4096
    }

    private mutating func decodeChunk(
        _ chunk: Range<Int>, of bytes: RawSpan, fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        scratch.removeAll()
        decoder.decodeChunk(bytes, at: chunk, fileOffset: fileOffset, into: &scratch)
        if generation != decoder.generation {
            generation = decoder.generation
            plans = EVTXPlans()
        }
        for defect in scratch.defects { batch.defects.append(Self.defect(defect)) }
        for record in scratch.records {
            append(record, bytes, fileOffset: fileOffset, into: &batch, vocabulary: &vocabulary)
        }
    }

    private mutating func append(
        _ record: EVTXBatch.Record, _ bytes: RawSpan, fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let first = batch.slots.count
        var marks = Marks()
        let instance = Int(record.firstInstance)
        for index in instance..<(instance + Int(record.instanceCount)) {
            appendFields(of: scratch.instances[index], bytes, &marks, into: &batch, vocabulary: &vocabulary)
        }
        var head = EventHead(
            time: Timestamp(nanoseconds: WindowsTime.nanoseconds(fileTime: marks.fileTime ?? record.fileTime)),
            origin: origin(marks, batch, &vocabulary), firstSlot: Int32(truncatingIfNeeded: first), slotCount: 0,
            hostSlot: Int32(truncatingIfNeeded: marks.host), offset: fileOffset + Int64(record.offset),
            length: Int32(clamping: record.size), record: record.id, eventRecordID: marks.recordID)
        payload.complete(head, in: &batch, vocabulary: &vocabulary)
        head.slotCount = Int32(truncatingIfNeeded: batch.slots.count - first)
        batch.events.append(head)
    }

    @inline(__always)
    private mutating func appendFields(
        of instance: EVTXBatch.Instance, _ bytes: RawSpan, _ marks: inout Marks, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let entries = plans.entries(
            of: Int(instance.template), decoder, stamp: stamp, into: &batch, vocabulary: &vocabulary)
        let firstValue = Int(instance.firstValue)
        let valueCount = Int32(truncatingIfNeeded: instance.valueCount)
        for index in entries {
            let entry = plans.entries[index]
            guard entry.source == .slot else {
                appendComposed(index, instance, bytes, &marks, into: &batch)
                continue
            }
            var value = EVTXValue(offset: 0, length: 0, type: .null)
            if entry.slot < valueCount { value = scratch.values[firstValue &+ Int(entry.slot)] }
            if value.type == .binXML || (entry.isAbsentWhenNull && value.isEmpty) { continue }
            if value.type.isArray, !entry.isAttribute {
                appendItems(of: value, entry.field, bytes, into: &batch)
                continue
            }
            let slot = FieldSlot(
                field: entry.field, offset: value.offset, length: Self.length(of: value, bytes),
                encoding: ValueEncoding(rawValue: value.type.rawValue), inArena: false)
            if entry.system != .none { mark(entry.system, slot, batch.slots.count, bytes, &marks) }
            batch.slots.append(slot)
        }
    }

    /// Bytes of a value without the NULs that end a text.
    @inline(__always)
    private static func length(of value: EVTXValue, _ bytes: RawSpan) -> UInt32 {
        var length = UInt32(value.length)
        if value.type == .null { return 0 }
        guard value.type == .string else { return length }
        while length >= 2, bytes.uint16(at: Int(value.offset &+ length &- 2)) == 0 { length &-= 2 }
        return length
    }

    /// A literal, or pieces that the library puts together.
    @inline(never)
    private func appendComposed(
        _ index: Int, _ instance: EVTXBatch.Instance, _ bytes: RawSpan, _ marks: inout Marks,
        into batch: inout EventBatch
    ) {
        let entry = plans.entries[index]
        let literal = plans.literal(index)
        var slot = FieldSlot(
            field: entry.field, offset: literal.offset, length: literal.length, encoding: .utf8, inArena: true)
        if entry.source == .pieces {
            let start = batch.arena.count
            let template = Int(instance.template)
            let field = decoder.templates[template].fields[plans.fieldIndex(index, of: template)]
            decoder.appendText(of: field, instance, in: scratch, window: bytes, to: &batch.arena)
            slot.offset = UInt32(truncatingIfNeeded: start)
            slot.length = UInt32(truncatingIfNeeded: batch.arena.count - start)
            if slot.length == 0, entry.isAbsentWhenNull { return }
        }
        if entry.system != .none {
            markText(entry.system, slot, batch, &marks)
        }
        batch.slots.append(slot)
    }

    /// Each item of an array is a value of its own.
    @inline(never)
    private func appendItems(of value: EVTXValue, _ field: FieldID, _ bytes: RawSpan, into batch: inout EventBatch) {
        let count = batch.slots.count
        EVTXText.forEachItem(value.type, bytes, at: Int(value.offset), length: value.count) { type, offset, length in
            batch.slots.append(
                FieldSlot(
                    field: field, offset: UInt32(truncatingIfNeeded: offset),
                    length: UInt32(truncatingIfNeeded: length),
                    encoding: ValueEncoding(rawValue: type.rawValue), inArena: false))
        }
        guard batch.slots.count == count else { return }
        batch.slots.append(FieldSlot(field: field, offset: 0, length: 0, encoding: .utf16, inArena: false))
    }

    /// Keeps what a value of System tells of the event.
    @inline(__always)
    private func mark(
        _ field: EVTXSystemField, _ slot: FieldSlot, _ index: Int, _ bytes: RawSpan, _ marks: inout Marks
    ) {
        if slot.encoding == .utf16, field != .providerName, field != .channel, field != .computer {
            return markWideText(field, slot, bytes, &marks)
        }
        switch field {
        case .providerName: marks.provider = slot
        case .channel: marks.channel = slot
        case .computer: marks.host = index
        case .eventID:
            if let value = number(slot, bytes) { marks.eventID = Int(truncatingIfNeeded: value & 0xFFFF) }
        case .eventRecordID:
            if let value = number(slot, bytes) { marks.recordID = Int64(bitPattern: value) }
        case .timeCreated:
            guard slot.encoding.rawValue == EVTXValueType.fileTime.rawValue else { return }
            marks.fileTime = number(slot, bytes)
        default: break
        }
    }

    /// Numbers and times that stand as UTF-16 text: logs that were made from XML have them so, with no time in the record
    /// header.
    private func markWideText(_ field: EVTXSystemField, _ slot: FieldSlot, _ bytes: RawSpan, _ marks: inout Marks) {
        guard let value = bytes.slice(at: Int(slot.offset), length: Int(slot.length)) else { return }
        var text: [UInt8] = []
        UTF16LE.appendUTF8(value.extracting(0..<UTF16LE.lengthBeforeNUL(value)), to: &text)
        mark(field, text: text.span.bytes, &marks)
    }

    private func mark(_ field: EVTXSystemField, text: RawSpan, _ marks: inout Marks) {
        switch field {
        case .eventID: marks.eventID = DecimalText.parse(text).map { Int($0) & 0xFFFF } ?? -1
        case .eventRecordID: marks.recordID = DecimalText.parse(text) ?? -1
        case .timeCreated:
            marks.fileTime = RFC3339.nanoseconds(text).map { WindowsTime.fileTime(nanoseconds: $0) }
        default: break
        }
    }

    private func number(_ slot: FieldSlot, _ bytes: RawSpan) -> UInt64? {
        guard let value = bytes.slice(at: Int(slot.offset), length: Int(slot.length)) else { return nil }
        return EVTXText.unsigned(value)
    }

    /// The same for a value that stands as text.
    private func markText(_ field: EVTXSystemField, _ slot: FieldSlot, _ batch: EventBatch, _ marks: inout Marks) {
        switch field {
        case .providerName: marks.provider = slot
        case .channel: marks.channel = slot
        case .computer: marks.host = batch.slots.count
        default: batch.withBytes(of: slot) { mark(field, text: $0, &marks) }
        }
    }

    private mutating func origin(_ marks: Marks, _ batch: EventBatch, _ vocabulary: inout Vocabulary) -> OriginID {
        let none = FieldSlot(field: FieldID(index: 0), offset: 0, length: 0, encoding: .utf8, inArena: true)
        let channel = marks.channel ?? none
        let provider = marks.provider ?? none
        return batch.withBytes(of: channel) { channelBytes in
            batch.withBytes(of: provider) { providerBytes in
                origins.origin(
                    channel: channelBytes, provider: providerBytes, eventID: marks.eventID,
                    encodings: OriginCache.Encodings(channel: channel.encoding, provider: provider.encoding),
                    vocabulary: &vocabulary, text: Self.text)
            }
        }
    }

    private static func text(_ bytes: RawSpan, _ encoding: ValueEncoding) -> String {
        var output: [UInt8] = []
        if encoding == .utf8 {
            output.append(bytes)
        } else {
            EVTXText.append(
                EVTXValueType(rawValue: encoding.rawValue), bytes, at: 0, length: bytes.byteCount, to: &output)
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// A defect of the library as one of the batch: `chunkDataChecksum` becomes `evtx-chunk-data-checksum`.
    private static func defect(_ defect: EVTXDefect) -> Defect {
        var code = "evtx-"
        for character in defect.code.rawValue {
            if character.isUppercase { code += "-" }
            code += character.lowercased()
        }
        return Defect(
            code: code, offset: defect.fileOffset, detail: defect.detail, recordsLost: defect.isLoss ? 1 : 0)
    }
}
