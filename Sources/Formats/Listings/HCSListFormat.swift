import Bytes
import Events

/// `hcsdiag-list`: what `hcsdiag list` prints of the compute systems of a Windows host: an id, then what it is.
///
///     8d1b6c0f7a…                                                     the container's or system's id
///         Windows Server Container,   Running, 8D1B6C0F-…, docker     type, state, runtime id, owner
struct HCSListFormat: Format {
    static let name = "hcsdiag-list"
    static let segmentation = Segmentation.sequence(bytes: 1 << 20)
    private var writer = FieldWriter(map: FieldMap.named("hcsdiag-list"))
    private var next: Int64 = 0
    private var record: UInt64 = 0

    init() {}

    /// Certain when a line that is an id is followed by an indented one with commas and a state.
    static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        let lines = Lines.sample(head, limit: 6)
        let isListing = zip(lines, lines.dropFirst()).contains { isID(head, $0) && isDescription(head, $1) }
        return isListing ? .certain : nil
    }

    /// A word of its own: hex digits, a GUID, or `ID@vm`.
    private static func isID(_ text: RawSpan, _ line: Range<Int>) -> Bool {
        guard line.count >= 12, line.count <= 128 else { return false }
        var digits = 0
        for index in line {
            guard let byte = text.uint8(at: index), byte > 0x20, byte < 0x7F, byte != UInt8(ascii: ",") else {
                return false
            }
            if byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 { digits += 1 }
        }
        return digits * 4 >= line.count * 3
    }

    private static func isDescription(_ text: RawSpan, _ line: Range<Int>) -> Bool {
        guard let first = text.uint8(at: line.lowerBound), first == 0x20 || first == 0x09 else { return false }
        return ["Running", "Created", "Paused", "Stopped", "SavedAsTemplate", "Unknown"].contains {
            Lines.offset(of: $0, in: text, from: line.lowerBound, to: line.upperBound) != nil
        } && Lines.first(UInt8(ascii: ","), in: text, from: line.lowerBound, to: line.upperBound) != nil
    }

    mutating func begin(_ source: SourceFacts) {
        writer.begin(source)
        (next, record) = (0, 0)
    }

    mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        while position < range.upperBound {
            let newline = Lines.end(bytes, from: position)
            let id = position..<Lines.withoutReturn(bytes, position, newline)
            position = newline + 1
            if id.isEmpty { continue }
            let lineEnd = Lines.end(bytes, from: position)
            let description = position..<max(position, Lines.withoutReturn(bytes, position, lineEnd))
            guard Self.isID(bytes, id), position < bytes.byteCount, Self.isDescription(bytes, description) else {
                batch.defects.append(
                    Defect(
                        code: "hcsdiag-line", offset: fileOffset + Int64(id.lowerBound),
                        detail: "no compute system", recordsLost: Self.isID(bytes, id) ? 1 : 0))
                continue
            }
            emit(bytes, id, description, fileOffset, into: &batch, vocabulary: &vocabulary)
            position = lineEnd + 1
        }
        next = fileOffset + Int64(position)
    }

    private mutating func emit(
        _ bytes: RawSpan, _ id: Range<Int>, _ description: Range<Int>, _ fileOffset: Int64,
        into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        record += 1
        writer.begin(batch)
        writer.add(writer.name("Id", vocabulary: &vocabulary), offset: id.lowerBound, length: id.count, into: &batch)
        if HexID.isID(bytes.extracting(id)) {
            let name = writer.name("ContainerId", vocabulary: &vocabulary)
            writer.add(name, offset: id.lowerBound, length: id.count, into: &batch)
        }
        var start = description.lowerBound
        let fields: [StaticString] = ["SystemType", "State", "RuntimeId", "Owner"]
        for (index, field) in fields.enumerated() where start < description.upperBound {
            // The owner is the last, commas and all.
            let comma = min(
                index + 1 == fields.count
                    ? description.upperBound
                    : Lines.first(UInt8(ascii: ","), in: bytes, from: start, to: description.upperBound)
                        ?? description.upperBound,
                description.upperBound)
            var (first, last) = (start, comma)
            while first < last, let byte = bytes.uint8(at: first), byte <= 0x20 { first += 1 }
            while last > first, let byte = bytes.uint8(at: last - 1), byte <= 0x20 { last -= 1 }
            if last > first {
                let name = writer.name(field, vocabulary: &vocabulary)
                writer.add(name, offset: first, length: last - first, into: &batch)
            }
            start = comma + 1
        }
        let length = description.upperBound - id.lowerBound
        writer.end(
            FieldWriter.Record(offset: fileOffset + Int64(id.lowerBound), length: length, record: record),
            into: &batch, vocabulary: &vocabulary)
    }
}
