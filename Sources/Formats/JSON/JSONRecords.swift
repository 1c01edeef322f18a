import Bytes
import Events

/// Reads JSON records, one a line or as documents of any layout, and makes events of them.
///
/// What is particular to a format (its log source, further fields) is said by the ``JSONInterpreter``.
struct JSONRecords<Interpreter: JSONInterpreter>: Sendable {
    /// Longest line or single record in bytes; longer ones are a defect.
    static var recordLimit: Int { 16 << 20 }

    private var tape = JSONTape()
    private var flattener = JSONFlattener()
    private var writer: FieldWriter
    private var interpreter = Interpreter()
    private var embedded = EmbeddedJSON()
    private let unwrap: [[UInt8]]
    private let unwrapText: [String]
    /// Documents that are read piece by piece: where the next record is looked for, arrays that are open, records so far.
    private var next: Int64 = 0
    private var openArrays = 0
    private var record: UInt64 = 0

    /// A reader without memory of anything.
    init() {
        let map = Interpreter.map
        writer = FieldWriter(map: map)
        unwrap = map.unwrap.map { Array($0.utf8) }
        unwrapText = map.unwrapText
    }

    /// What is known of the source that is read next.
    mutating func begin(_ source: SourceFacts) {
        writer.begin(source)
        interpreter.begin(source)
        (next, openArrays, record) = (0, 0, 0)
    }

    /// Decodes the lines that start in `range`.
    mutating func decodeLines(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        var position = range.lowerBound
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        while position < range.upperBound {
            let newline = bytes.firstOffset(of: 0x0A, from: position) ?? bytes.byteCount
            batch.lineCount += 1
            var end = newline
            if end > position, bytes.uint8(at: end - 1) == 0x0D { end -= 1 }
            if end - position > Self.recordLimit {
                batch.defects.append(
                    Defect(
                        code: "line-too-long", offset: fileOffset + Int64(position),
                        detail: "longer than \(Self.recordLimit >> 20) MiB", recordsLost: 1))
            } else if end > position {
                let place = JSONPlace(
                    base: position, fileOffset: fileOffset, record: UInt64(batch.lineCount), isLine: true)
                decodeLine(bytes.extracting(position..<end), place, into: &batch, vocabulary: &vocabulary)
            }
            position = newline + 1
        }
    }

    private mutating func decodeLine(
        _ line: RawSpan, _ place: JSONPlace, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        var position = 0
        while true {
            JSONTape.skipSpace(line, &position)
            guard position < line.byteCount else { return }
            do {
                let start = position
                position = try tape.scan(line, from: position)
                emit(start..<position, line, place, into: &batch, vocabulary: &vocabulary)
                // Lines may be the elements of an array whose brackets were cut off.
                JSONTape.skipSpace(line, &position)
                if line.uint8(at: position) == UInt8(ascii: ",") { position += 1 }
            } catch {
                return batch.defects.append(place.defect(error, recordsLost: 1))
            }
        }
    }

    /// Decodes the values that start in `range` of a document of any layout: objects after one another, in arrays,
    /// pretty-printed, with commas between. Pieces of a document are given in order; a record may reach past its piece.
    ///
    /// An array is walked, not scanned as one value, so memory is bounded by the largest record. After a fault reading goes
    /// on at the next `{` that stands on a line of its own as far indented as the broken record.
    mutating func decodeDocuments(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        while true {
            JSONTape.skipSpace(bytes, &position)
            guard position < range.upperBound, let byte = bytes.uint8(at: position) else { break }
            switch byte {
            case UInt8(ascii: "["): openArrays += 1
            case UInt8(ascii: "]"): openArrays -= 1
            case UInt8(ascii: ","): break
            default:
                decodeDocument(bytes, &position, fileOffset, into: &batch, vocabulary: &vocabulary)
                continue
            }
            position += 1
        }
        next = fileOffset + Int64(position)
    }

    private mutating func decodeDocument(
        _ bytes: RawSpan, _ position: inout Int, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        record += 1
        let place = JSONPlace(base: 0, fileOffset: fileOffset, record: record, isLine: false)
        let reach = bytes.extracting(0..<min(bytes.byteCount, position + Self.recordLimit))
        do {
            let start = position
            position = try tape.scan(reach, from: start)
            emit(start..<position, bytes, place, into: &batch, vocabulary: &vocabulary)
        } catch {
            batch.defects.append(place.defect(error, recordsLost: 1))
            position = JSONShape.nextRecord(bytes, after: position) ?? bytes.byteCount
        }
    }

    /// After the last piece of a document: arrays that were left open.
    mutating func finishDocument(into batch: inout EventBatch) {
        guard openArrays != 0 else { return }
        batch.defects.append(
            Defect(
                code: JSONFault.Code.truncated.rawValue, offset: next,
                detail: openArrays > 0 ? "an array is never closed" : "more arrays are closed than opened"))
        openArrays = 0
    }

    /// Makes events of the value on the tape: of an object, or of the objects of an array.
    private mutating func emit(
        _ range: Range<Int>, _ text: RawSpan, _ place: JSONPlace, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        var index = 0
        let count = tape.tokens.count
        while index < count {
            let token = tape.tokens[index]
            switch token.kind {
            case .object:
                emitObject(index, range, text, place, into: &batch, vocabulary: &vocabulary)
                index = Int(token.next)
            case .array:
                index += 1
            default:
                let offset = place.offset(Int(token.offset))
                batch.defects.append(
                    Defect(code: "json-not-an-object", offset: offset, detail: "a bare value", recordsLost: 1))
                index = Int(token.next)
            }
        }
    }

    /// Makes an event of an object, or one of each record that it wraps.
    private mutating func emitObject(
        _ root: Int, _ range: Range<Int>, _ text: RawSpan, _ place: JSONPlace, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        for name in unwrap {
            guard let inner = tape.member(name.span.bytes, of: root, in: text) else { continue }
            switch tape.tokens[inner].kind {
            case .object: return emitRecord(inner, range, text, place, into: &batch, vocabulary: &vocabulary)
            case .array:
                var index = inner + 1
                while index < Int(tape.tokens[inner].next) {
                    if tape.tokens[index].kind == .object {
                        emitRecord(index, range, text, place, into: &batch, vocabulary: &vocabulary)
                    }
                    index = Int(tape.tokens[index].next)
                }
                return
            default: continue
            }
        }
        emitRecord(root, range, text, place, into: &batch, vocabulary: &vocabulary)
    }

    private mutating func emitRecord(
        _ root: Int, _ range: Range<Int>, _ text: RawSpan, _ place: JSONPlace, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let start = place.isLine ? 0 : range.lowerBound
        let offset = place.offset(start)
        let record = FieldWriter.Record(
            offset: offset, length: place.isLine ? text.byteCount : range.count, record: place.record)
        for path in unwrapText {
            guard let index = tape.value(at: path, of: root, in: text),
                embedded.read(tape.tokens[index], of: text)
            else { continue }
            return emitEmbedded(root, text, record, place, into: &batch, vocabulary: &vocabulary)
        }
        guard Interpreter.admits(tape, root: root, text: text) else {
            return batch.defects.append(
                Defect(
                    code: Interpreter.refusal.code, offset: offset, detail: Interpreter.refusal.detail, recordsLost: 1))
        }
        writer.begin(batch)
        flattener.flatten(
            tape, root: root, text: text, offset: place.base, through: &writer, into: &batch, vocabulary: &vocabulary)
        interpreter.complete(tape, root: root, text: text, through: &writer, into: &batch, vocabulary: &vocabulary)
        end(record, Interpreter.kind(of: tape, root: root, text: text), into: &batch, vocabulary: &vocabulary)
    }

    private mutating func end(
        _ record: FieldWriter.Record, _ kind: StaticString?, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        var record = record
        if let kind {
            let name = Array(kind.description.utf8)
            record.kind = writer.kind(named: name.span.bytes)
        }
        writer.end(record, into: &batch, vocabulary: &vocabulary) { head, marks, batch, vocabulary in
            interpreter.interpret(marks, &head, into: &batch, vocabulary: &vocabulary)
        }
    }

    /// Makes an event of the record that ``embedded`` holds, with the wrapper's members (at `root`) as further fields.
    private mutating func emitEmbedded(
        _ root: Int, _ text: RawSpan, _ record: FieldWriter.Record, _ place: JSONPlace, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let inner = embedded
        guard Interpreter.admits(inner.tape, root: 0, text: inner.bytes.span.bytes) else {
            return batch.defects.append(
                Defect(
                    code: Interpreter.refusal.code, offset: record.offset, detail: Interpreter.refusal.detail,
                    recordsLost: 1))
        }
        writer.begin(batch)
        let start = batch.arena.count
        batch.arena.append(contentsOf: inner.bytes)
        flattener.flatten(
            inner.tape, root: 0, text: inner.bytes.span.bytes, offset: start, inArena: true, through: &writer,
            into: &batch, vocabulary: &vocabulary)
        flattener.flatten(
            tape, root: root, text: text, offset: place.base, through: &writer, into: &batch, vocabulary: &vocabulary)
        interpreter.complete(
            inner.tape, root: 0, text: inner.bytes.span.bytes, through: &writer, into: &batch, vocabulary: &vocabulary)
        let kind = Interpreter.kind(of: inner.tape, root: 0, text: inner.bytes.span.bytes)
        end(record, kind, into: &batch, vocabulary: &vocabulary)
    }
}

/// What a format says about the records of its JSON.
protocol JSONInterpreter: Sendable {
    /// What the names mean.
    static var map: FieldMap { get }
    /// The defect of an object that is none of the format's.
    static var refusal: (code: String, detail: String) { get }
    /// Whether the object at `root` is one of the format's.
    static func admits(_ tape: JSONTape, root: Int, text: RawSpan) -> Bool
    /// Whether the first object of a file shows this format, and how surely; by default the map decides.
    static func recognises(_ sample: JSONShape.Sample, head: RawSpan) -> Certainty?
    /// The kind of the object at `root` (``FieldMap/kinds``), where its members tell it better than the map can.
    static func kind(of tape: JSONTape, root: Int, text: RawSpan) -> StaticString?
    /// An interpreter; one per decoder.
    init()
    /// What is known of the source that is read next.
    mutating func begin(_ source: SourceFacts)
    /// Appends fields that only the record's structure tells; all members of the object at `root` have been appended.
    mutating func complete(
        _ tape: JSONTape, root: Int, text: RawSpan, through writer: inout FieldWriter, into batch: inout EventBatch,
        vocabulary: inout Vocabulary)
    /// Completes the head and appends the fields that the format adds; the field map has been applied.
    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary)
}

extension JSONInterpreter {
    static var refusal: (code: String, detail: String) { ("json-not-an-event", "") }
    static func admits(_ tape: JSONTape, root: Int, text: RawSpan) -> Bool { true }
    static func recognises(_ sample: JSONShape.Sample, head: RawSpan) -> Certainty? {
        map.admits(sample.tape, root: sample.root, text: head) ? .certain : nil
    }
    static func kind(of tape: JSONTape, root: Int, text: RawSpan) -> StaticString? { nil }
    mutating func begin(_ source: SourceFacts) {}
    mutating func complete(
        _ tape: JSONTape, root: Int, text: RawSpan, through writer: inout FieldWriter, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {}
    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {}
}

/// Where the text that is being scanned lies.
struct JSONPlace {
    /// Offset of the text in the batch's base.
    let base: Int
    /// Offset of the base in the source.
    let fileOffset: Int64
    /// Line, or ordinal of the record.
    let record: UInt64
    /// Whether the text is a line: the raw record is then the whole of it.
    let isLine: Bool

    /// Offset in the source of an offset in the text.
    func offset(_ position: Int) -> Int64 { fileOffset + Int64(base) + Int64(position) }

    /// The defect that a fault becomes.
    func defect(_ fault: JSONFault, recordsLost: Int) -> Defect {
        Defect(
            code: fault.code.rawValue, offset: offset(fault.offset),
            detail: isLine ? "in line \(record) of the segment" : "in record \(record)", recordsLost: recordsLost)
    }
}
