import Bytes
public import Events

/// `container-log`: what a container wrote, as Docker's `json-file` driver keeps it.
///
///     {"log":"lookup\n","stream":"stderr","time":"2026-11-23T17:10:59.473559614Z","attrs":{"tag":"db"}}
///
/// Lines over 16 KiB come in pieces of which only the last ends in `\n`; they are put together. The file is a favourite of
/// those who tidy up behind themselves, and what they leave behind is said: NUL bytes (the file was cut short under the open
/// descriptor), times that go back, a first line that is cut.
public struct ContainerLogFormat: Format {
    /// The name reports show.
    public static let name = "container-log"
    /// Pieces of 8 MiB, in order.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    private static let recordLimit = 16 << 20

    private var lines = ContainerLogWriter(map: FieldMap.named("container-log"))
    private var tape = JSONTape()
    private var flattener = JSONFlattener()
    private let logKey = Array("log".utf8)
    private let streamKey = Array("stream".utf8)
    private let timeKey = Array("time".utf8)
    private var next: Int64 = 0
    private var nulStart: Int64 = -1
    private var nulCount = 0

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when the first readable line has `log`, `stream` and `time`, NUL bytes before it or not; possible for a `.log`
    /// whose head is nothing but NUL bytes.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var start = 0
        while start < head.byteCount, head.uint8(at: start) == 0 { start += 1 }
        if start > 0, start == head.byteCount { return fileExtension == "log" && start >= 512 ? .possible : nil }
        let text = head.extracting(start..<head.byteCount)
        guard let sample = JSONShape.examine(text), sample.shape == .lines else { return nil }
        return sample.tape.object(at: sample.root, in: text, hasMembers: ["log", "stream", "time"]) ? .certain : nil
    }

    /// Notes the source's facts and forgets the one before.
    public mutating func begin(_ source: SourceFacts) {
        let id = HexID.ofLog(source.path)
        var identity: [(name: StaticString, text: [UInt8])] = []
        if let id { identity.append((name: "ContainerId", text: id)) }
        lines.begin(source, identity: identity)
        (next, nulStart, nulCount) = (0, -1, 0)
    }

    /// Appends an event for each line that ends in `range` or behind it, and a defect for each that cannot be read.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        lines.beginBatch(&batch)
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        while position < range.upperBound {
            if bytes.uint8(at: position) == 0 {
                skipNULs(bytes, &position, range.upperBound, fileOffset)
                continue
            }
            reportNULs(into: &batch)
            let newline = Lines.end(bytes, from: position)
            let end = Lines.withoutReturn(bytes, position, newline)
            if end > position {
                decodeLine(bytes, position..<end, fileOffset, into: &batch, vocabulary: &vocabulary)
            }
            position = newline + 1
        }
        next = fileOffset + Int64(position)
    }

    /// Gives out what is left of lines in pieces.
    public mutating func finish(into batch: inout EventBatch, vocabulary: inout Vocabulary) {
        reportNULs(into: &batch)
        lines.finish(into: &batch, vocabulary: &vocabulary)
    }

    private mutating func skipNULs(_ bytes: RawSpan, _ position: inout Int, _ end: Int, _ fileOffset: Int64) {
        if nulStart < 0 { nulStart = fileOffset + Int64(position) }
        let start = position
        while position < end, bytes.uint64(at: position) == 0 { position += 8 }
        while position < end, bytes.uint8(at: position) == 0 { position += 1 }
        nulCount += position - start
    }

    private mutating func reportNULs(into batch: inout EventBatch) {
        guard nulStart >= 0 else { return }
        batch.defects.append(
            Defect(code: "container-log-nul", offset: nulStart, detail: "\(nulCount) NUL bytes: cut short while open"))
        (nulStart, nulCount) = (-1, 0)
    }

    private mutating func decodeLine(
        _ bytes: RawSpan, _ range: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let offset = fileOffset + Int64(range.lowerBound)
        let line = bytes.extracting(range)
        guard line.byteCount <= Self.recordLimit else {
            return batch.defects.append(
                Defect(code: "line-too-long", offset: offset, detail: "longer than 16 MiB", recordsLost: 1))
        }
        if let error = fault(of: line) {
            if let nul = line.firstOffset(of: 0) {
                return decodeAround(nul, bytes, range, fileOffset, into: &batch, vocabulary: &vocabulary)
            }
            let isFirst = offset == 0 && line.uint8(at: 0) != UInt8(ascii: "{")
            return batch.defects.append(
                Defect(
                    code: isFirst ? "container-log-first-line-cut" : error.code.rawValue,
                    offset: offset + Int64(isFirst ? 0 : error.offset),
                    detail: isFirst ? "the beginning of the file is missing" : "", recordsLost: 1))
        }
        emit(line, range, offset, into: &batch, vocabulary: &vocabulary)
    }

    /// Scans a line; what is wrong with it, or nil.
    private mutating func fault(of line: RawSpan) -> JSONFault? {
        do {
            var end = try tape.scan(line)
            JSONTape.skipSpace(line, &end)
            return end == line.byteCount ? nil : JSONFault(code: .syntax, offset: end)
        } catch {
            return error
        }
    }

    /// A line with NUL bytes in it: what is before them is lost, what is after them may be whole.
    private mutating func decodeAround(
        _ nul: Int, _ bytes: RawSpan, _ range: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        var position = range.lowerBound + nul
        if nul > 0 {
            batch.defects.append(
                Defect(
                    code: JSONFault.Code.truncated.rawValue, offset: fileOffset + Int64(range.lowerBound),
                    detail: "cut off by NUL bytes", recordsLost: 1))
        }
        skipNULs(bytes, &position, range.upperBound, fileOffset)
        reportNULs(into: &batch)
        guard position < range.upperBound else { return }
        decodeLine(bytes, position..<range.upperBound, fileOffset, into: &batch, vocabulary: &vocabulary)
    }

    private mutating func emit(
        _ line: RawSpan, _ range: Range<Int>, _ offset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        guard let log = member(logKey, line), let stream = member(streamKey, line), log.kind == .string else {
            return batch.defects.append(
                Defect(code: "container-log-record", offset: offset, detail: "no `log` and `stream`", recordsLost: 1))
        }
        let index = ContainerLogWriter.index(ofStream: line, at: Int(stream.offset))
        var time = Timestamp.unknown
        if let stamp = member(timeKey, line), stamp.kind == .string {
            let start = Int(stamp.offset)
            time = EventTime.parse(line, start..<(start + Int(stamp.length))) ?? .unknown
        }
        lines.note(time, stream: index, offset: offset, into: &batch)
        if lines.isOverdue(index, at: time) { lines.flush(index, nil, into: &batch, vocabulary: &vocabulary) }
        guard let inside = line.slice(at: Int(log.offset), length: Int(log.length)) else { return }
        guard endsInLineFeed(inside) else {
            let isFull = lines.keep(index, time: time, offset: offset) { text in
                JSONEscapes.appendUnescaped(inside, to: &text)
            }
            if isFull { lines.flush(index, "container-log-line-too-long", into: &batch, vocabulary: &vocabulary) }
            return
        }
        lines.writer.begin(batch)
        var start = (time: time, offset: offset)
        let key = logKey
        let name = lines.writer.name(key.span.bytes, vocabulary: &vocabulary)
        if lines.hasPartial(index) {
            var partial = lines.take(index)
            start = (partial.time, partial.offset)
            JSONEscapes.appendUnescaped(inside, to: &partial.text)
            while let last = partial.text.last, last == 0x0A || last == 0x0D { partial.text.removeLast() }
            lines.writer.add(name, text: partial.text, into: &batch)
        } else {
            addLog(name, inside, range.lowerBound + Int(log.offset), into: &batch)
        }
        addOthers(line, range.lowerBound, into: &batch, vocabulary: &vocabulary)
        let length = Int(clamping: offset + Int64(range.count) - start.offset)
        lines.end(start.time, offset: start.offset, length: length, into: &batch, vocabulary: &vocabulary)
    }

    /// `\n` as an escape at the end, not the end of an escaped backslash and an `n`.
    private func endsInLineFeed(_ inside: RawSpan) -> Bool {
        let count = inside.byteCount
        guard count >= 2, inside.uint8(at: count - 1) == UInt8(ascii: "n") else { return false }
        var slashes = 0
        while inside.uint8(at: count - 2 - slashes) == UInt8(ascii: "\\") { slashes += 1 }
        return slashes % 2 == 1
    }

    /// The text without its line end; where it lies, if that is its only escape.
    private mutating func addLog(_ name: Int, _ inside: RawSpan, _ offset: Int, into batch: inout EventBatch) {
        var length = inside.byteCount - 2
        if length >= 2, inside.uint16(at: length - 2) == 0x725C { length -= 2 }
        if let slash = inside.firstOffset(of: UInt8(ascii: "\\")), slash < length {
            let start = batch.arena.count
            JSONEscapes.appendUnescaped(inside.extracting(0..<inside.byteCount), to: &batch.arena)
            while batch.arena.count > start, let last = batch.arena.last, last == 0x0A || last == 0x0D {
                batch.arena.removeLast()
            }
            lines.writer.add(name, arenaFrom: start, into: &batch)
        } else {
            lines.writer.add(name, offset: offset, length: length, into: &batch)
        }
    }

    /// All members but `log`.
    private mutating func addOthers(
        _ line: RawSpan, _ base: Int, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        var index = 1
        while index + 1 < tape.tokens.count, index < Int(tape.tokens[0].next) {
            let key = tape.tokens[index]
            let value = tape.tokens[index + 1]
            defer { index = Int(value.next) }
            guard let text = line.slice(at: Int(key.offset), length: Int(key.length)),
                !(key.length == 3 && text.equals(logKey, at: 0, from: 0, length: 3))
            else { continue }
            let node = lines.writer.paths.child(
                of: FieldPaths.root, key: text, isEscaped: key.isEscaped, vocabulary: &vocabulary)
            switch value.kind {
            case .object, .array:
                flattener.flatten(
                    tape, root: index + 1, text: line, offset: base, parent: node, through: &lines.writer, into: &batch,
                    vocabulary: &vocabulary)
            case .null, .key: break
            case .string, .number, .yes, .no:
                if value.isEscaped, let inside = line.slice(at: Int(value.offset), length: Int(value.length)) {
                    let start = batch.arena.count
                    JSONEscapes.appendUnescaped(inside, to: &batch.arena)
                    lines.writer.add(node, arenaFrom: start, into: &batch)
                } else {
                    lines.writer.add(
                        node, offset: base + Int(value.offset), length: Int(value.length), into: &batch)
                }
            }
        }
    }

    private func member(_ key: [UInt8], _ line: RawSpan) -> JSONTape.Token? {
        tape.member(key.span.bytes, of: 0, in: line).map { tape.tokens[$0] }
    }
}
