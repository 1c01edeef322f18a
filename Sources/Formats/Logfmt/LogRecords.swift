import Bytes
import Events

/// Reads logs of daemons that are written by logrus and its likes, in all the ways of ``LogLine``, one after another in
/// one file if need be.
///
/// A line that begins no record (a panic's stack, a command's output) belongs to the one before: it is a further value
/// of `msg`.
struct LogRecords: Sendable {
    /// The names of the fields that more is read from.
    struct Names: Sendable {
        let message: FieldID
        let container: Set<FieldID>
        let url: FieldID
        let method: FieldID
        let form: FieldID
        let nested: FieldID

        init(_ vocabulary: inout Vocabulary) {
            message = vocabulary.field("msg")
            var container: Set<FieldID> = []
            for name in ["id", "container", "container-id", "containerID", "container_id", "cid", "containerId"] {
                container.insert(vocabulary.field(name))
            }
            self.container = container
            url = vocabulary.field("request-url")
            method = vocabulary.field("method")
            form = vocabulary.field("form-data")
            nested = vocabulary.field("json")
        }
    }

    var writer = FieldWriter(map: FieldMap.named("logfmt"))
    var embedded = EmbeddedJSON()
    var flattener = JSONFlattener()
    private var tape = JSONTape()
    private var names: Names?
    private let kindName: StaticString
    private var kind = FieldKinds.plain
    private var modified: Timestamp?
    private var next: Int64 = 0
    private var record: UInt64 = 0
    private var stripped: [UInt8] = []

    /// A reader whose records are of this kind of the map `logfmt`.
    init(kind: StaticString) { kindName = kind }

    /// What is known of the source that is read next.
    mutating func begin(_ source: SourceFacts) {
        writer.begin(source)
        modified = source.modified
        (next, record) = (0, 0)
        let name = Array(kindName.description.utf8)
        kind = writer.kind(named: name.span.bytes)
        if kind == FieldKinds.plain { kind = LogSource(path: source.path).map { writer.kind(of: $0) } ?? kind }
    }

    /// Decodes the records that start in `range`.
    mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let names = self.names ?? Names(&vocabulary)
        self.names = names
        let storage = batch.base
        let bytes = storage.bytes
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        while position < range.upperBound {
            let end = Lines.endOfRecord(bytes, from: position, isStart: LogLine.isStart)
            let lineEnd = min(Lines.end(bytes, from: position), end)
            record += 1
            let place = FieldWriter.Record(
                offset: fileOffset + Int64(position), length: end - position, record: record)
            decodeRecord(
                bytes, position..<Lines.withoutReturn(bytes, position, lineEnd), rest: min(lineEnd + 1, end)..<end,
                place, names, into: &batch, vocabulary: &vocabulary)
            position = end + 1
        }
        next = fileOffset + Int64(position)
    }

    private mutating func decodeRecord(
        _ bytes: RawSpan, _ line: Range<Int>, rest: Range<Int>, _ place: FieldWriter.Record, _ names: Names,
        into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        if line.isEmpty, rest.isEmpty { return }
        if Lines.first(0x1B, in: bytes, from: line.lowerBound, to: line.upperBound) != nil {
            return decodeColoured(
                bytes, line, rest: rest, place, names, into: &batch, vocabulary: &vocabulary)
        }
        decodeLine(
            bytes, line, arena: nil, bytes, rest: rest, place, names, into: &batch, vocabulary: &vocabulary)
    }

    /// A line with colours is read without them, from a copy in the arena.
    private mutating func decodeColoured(
        _ bytes: RawSpan, _ line: Range<Int>, rest: Range<Int>, _ place: FieldWriter.Record, _ names: Names,
        into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        var plain = stripped
        stripped = []
        plain.removeAll(keepingCapacity: true)
        TerminalColours.appendStripped(bytes.extracting(line), to: &plain)
        let start = batch.arena.count
        batch.arena.append(contentsOf: plain)
        decodeLine(
            plain.span.bytes, 0..<plain.count, arena: start, bytes, rest: rest, place, names, into: &batch,
            vocabulary: &vocabulary)
        stripped = plain
    }

    /// - Parameters:
    ///   - text: What `line` is a part of.
    ///   - arena: Where the arena holds a copy of `text`; nil when `text` is the base.
    ///   - bytes: The base, which `rest` is a part of.
    private mutating func decodeLine(
        _ text: RawSpan, _ line: Range<Int>, arena: Int?, _ bytes: RawSpan, rest: Range<Int>,
        _ place: FieldWriter.Record, _ names: Names, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        guard let head = LogLine(text, line.lowerBound, line.upperBound, modified: modified, zone: writer.zone) else {
            let lines = 1 + lineFeeds(bytes, rest)
            return batch.defects.append(
                Defect(
                    code: "log-line", offset: place.offset, detail: "lines that belong to no record",
                    recordsLost: lines))
        }
        writer.begin(batch)
        var sink = ValueSink(arena: arena)
        switch head.body {
        case .json:
            guard writeJSON(text, head.start..<line.upperBound, sink, place, into: &batch, vocabulary: &vocabulary)
            else {
                writer.abandon(&batch)
                return
            }
        case .pairs, .terminal:
            writePairs(text, head, line.upperBound, &sink, place, into: &batch, vocabulary: &vocabulary)
        case .text:
            let message = writer.name("msg", vocabulary: &vocabulary)
            sink.add(message, head.start..<line.upperBound, through: &writer, into: &batch)
        }
        writePrefix(text, head, sink, into: &batch, vocabulary: &vocabulary)
        if !rest.isEmpty {
            let message = writer.name("msg", vocabulary: &vocabulary)
            let end = Lines.withoutReturn(bytes, rest.lowerBound, rest.upperBound)
            writer.add(message, offset: rest.lowerBound, length: end - rest.lowerBound, into: &batch)
        }
        addDerived(names, into: &batch, vocabulary: &vocabulary)
        end(place, head.time, into: &batch, vocabulary: &vocabulary)
    }

    /// The record's own time counts, then the one before it.
    private mutating func end(
        _ place: FieldWriter.Record, _ before: Timestamp?, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        var record = place
        record.kind = kind
        if let before { record.time = writer.timeOfMembers(in: batch) ?? before }
        writer.end(record, into: &batch, vocabulary: &vocabulary)
    }

    private func lineFeeds(_ bytes: RawSpan, _ range: Range<Int>) -> Int {
        var count = range.isEmpty ? 0 : 1
        var position = range.lowerBound
        while let feed = Lines.first(0x0A, in: bytes, from: position, to: range.upperBound) {
            count += 1
            position = feed + 1
        }
        return count
    }

    private mutating func writePrefix(
        _ text: RawSpan, _ head: LogLine, _ sink: ValueSink, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        if head.program == nil, head.level == nil { return }
        for (name, range) in [
            ("hostname", head.host), ("program", head.program), ("pid", head.pid), ("level", head.level),
        ] as [(StaticString, Range<Int>?)] {
            guard let range else { continue }
            sink.add(writer.name(name, vocabulary: &vocabulary), range, through: &writer, into: &batch)
        }
    }

    private mutating func writeJSON(
        _ text: RawSpan, _ range: Range<Int>, _ sink: ValueSink, _ place: FieldWriter.Record,
        into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) -> Bool {
        let line = text.extracting(range)
        do {
            _ = try tape.scan(line)
        } catch {
            batch.defects.append(
                Defect(
                    code: error.code.rawValue, offset: place.offset, detail: "in record \(place.record)", recordsLost: 1
                ))
            return false
        }
        flattener.flatten(
            tape, root: 0, text: line, offset: (sink.arena ?? 0) + range.lowerBound, inArena: sink.arena != nil,
            through: &writer, into: &batch, vocabulary: &vocabulary)
        return true
    }

    private mutating func writePairs(
        _ text: RawSpan, _ head: LogLine, _ end: Int, _ sink: inout ValueSink, _ place: FieldWriter.Record,
        into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        var position = head.start
        var words: Range<Int>?
        while let pair = LogfmtScanner.next(text, &position, end) {
            if pair.isBare {
                // Free text between pairs is one value.
                words = (words?.lowerBound ?? pair.keyStart)..<pair.keyEnd
                continue
            }
            if let range = words { flush(range, sink, into: &batch, vocabulary: &vocabulary) }
            words = nil
            guard let key = text.slice(at: pair.keyStart, length: pair.keyEnd &- pair.keyStart) else { continue }
            let name = writer.name(key, vocabulary: &vocabulary)
            let value = pair.valueStart..<pair.valueEnd
            if pair.isEscaped, let inside = text.slice(at: value.lowerBound, length: value.count) {
                let start = batch.arena.count
                GoEscapes.appendUnescaped(inside, to: &batch.arena)
                writer.add(name, arenaFrom: start, into: &batch)
            } else {
                sink.add(name, value, through: &writer, into: &batch)
            }
            if pair.isOpen {
                batch.defects.append(
                    Defect(code: "logfmt-quote", offset: place.offset, detail: "a quote that is never closed"))
            }
        }
        if let words { flush(words, sink, into: &batch, vocabulary: &vocabulary) }
    }

    private mutating func flush(
        _ words: Range<Int>, _ sink: ValueSink, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        sink.add(writer.name("msg", vocabulary: &vocabulary), words, through: &writer, into: &batch)
    }
}

/// Where values are to point: into the base, or into a copy of the line in the arena.
struct ValueSink {
    /// Where the copy begins; nil for the base.
    let arena: Int?

    @inline(__always)
    func add(_ name: Int, _ range: Range<Int>, through writer: inout FieldWriter, into batch: inout EventBatch) {
        writer.add(
            name, offset: (arena ?? 0) + range.lowerBound, length: range.count, inArena: arena != nil, into: &batch)
    }
}
