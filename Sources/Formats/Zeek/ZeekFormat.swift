import Bytes
public import Events

/// `zeek`: logs of Zeek as columns of text, of any type.
///
///     #separator \x09 │ #path  dns │ #fields  ts  uid  id.orig_h … │ #types  time  string  addr …
///     1713484800.441203  CKIIJQ…  64.225.56.201 …
///
/// Headers may come again with other columns (concatenated logs). Unset columns (`-`) and empty sets give no field, sets and
/// vectors one value per element. A line with another number of columns than the header is a defect; its event is given
/// when it begins like one. Logs whose head was cut off are read with the columns that their type usually has.
public struct ZeekFormat: Format {
    /// The name reports show for Zeek's columns of text.
    public static let name = "zeek"
    /// Pieces of 8 MiB, in order: the header of a log is needed for all of it.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    private static let map = FieldMap.named("zeek")
    private var writer = FieldWriter(map: Self.map)
    private var lines = LineSequence()
    private var header = ZeekHeader()
    private var kind: Int?
    private var source = SourceFacts()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when one of the first lines is Zeek's `#separator` or `#fields`; likely when they are connections without a
    /// header.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var position = JSONShape.lengthOfMark(head)
        for _ in 0..<16 where position < head.byteCount {
            let newline = head.firstOffset(of: 0x0A, from: position) ?? head.byteCount
            let line = head.extracting(position..<newline)
            for mark in ["#separator \\x", "#fields\tts\t", "#fields\t"] {
                let mark = Array(mark.utf8)
                if line.equals(mark, at: 0, from: 0, length: mark.count) { return .certain }
            }
            if ZeekColumns.beginsLikeConnection(line) { return .likely }
            position = newline + 1
        }
        return nil
    }

    /// Notes the source's facts and forgets the header of the one before.
    public mutating func begin(_ source: SourceFacts) {
        writer.begin(source)
        lines = LineSequence()
        header = ZeekHeader()
        kind = nil
        self.source = source
    }

    /// Appends an event for each line that starts in `range` and is no comment.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        lines.begin(range, fileOffset: fileOffset, bytes)
        while let line = lines.nextLine(bytes, &batch) {
            guard let first = bytes.uint8(at: line.lowerBound), !line.isEmpty else { continue }
            guard first != UInt8(ascii: "#") else {
                header.take(bytes.extracting(line))
                let path = header.path
                kind = path.isEmpty ? nil : writer.kind(named: path.span.bytes)
                continue
            }
            if header.columns.isEmpty { guessHeader(line, bytes, fileOffset, into: &batch) }
            decodeLine(line, bytes, fileOffset, into: &batch, vocabulary: &vocabulary)
        }
    }

    private mutating func guessHeader(
        _ line: Range<Int>, _ bytes: RawSpan, _ fileOffset: Int64, into batch: inout EventBatch
    ) {
        var columns = 1
        for index in line where bytes.uint8(at: index) == header.separator { columns += 1 }
        header = ZeekColumns.usual(path: source.path, count: columns)
        batch.defects.append(
            Defect(
                code: "zeek-no-header", offset: fileOffset + Int64(line.lowerBound),
                detail: "no #fields before the first record; the usual columns are assumed"))
    }

    private mutating func decodeLine(
        _ line: Range<Int>, _ bytes: RawSpan, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        writer.begin(batch)
        let header = self.header
        let separator = UInt64(header.separator)
        var column = 0
        var position = line.lowerBound
        while position <= line.upperBound {
            var isEscaped = false
            let end = ZeekValue.end(
                bytes, from: position, to: line.upperBound, separator: separator, isEscaped: &isEscaped)
            if column < header.columns.count {
                add(column, of: header, position..<end, isEscaped, bytes, into: &batch, vocabulary: &vocabulary)
            }
            column += 1
            position = end + 1
        }
        let place = fileOffset + Int64(line.lowerBound)
        if column != header.columns.count, !accepts(columns: column, place, into: &batch) { return }
        writer.end(
            FieldWriter.Record(offset: place, length: line.count, record: lines.count, kind: kind), into: &batch,
            vocabulary: &vocabulary)
    }

    /// Makes a defect of a line with another number of columns; whether its event is given all the same.
    private mutating func accepts(columns: Int, _ place: Int64, into batch: inout EventBatch) -> Bool {
        let time = writer.marks.time(in: batch, map: Self.map, zone: 0)
        let isEvent = time != .unknown && columns >= 3
        if !isEvent { writer.abandon(&batch) }
        batch.defects.append(
            Defect(
                code: "zeek-columns", offset: place,
                detail: "\(columns) columns where the header names \(header.columns.count), in line \(lines.count)",
                recordsLost: isEvent ? 0 : 1))
        return isEvent
    }

    @inline(__always)
    private mutating func add(
        _ column: Int, of header: borrowing ZeekHeader, _ value: Range<Int>, _ isEscaped: Bool, _ bytes: RawSpan,
        into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        if value.count == header.unset.count, value.count == 0 || equals(bytes, value, header.unset) { return }
        let name = writer.name(header.names.span.bytes.extracting(header.columns[column]), vocabulary: &vocabulary)
        if header.isSet[column] {
            addElements(name, value, isEscaped, bytes, into: &batch)
        } else if value.count == header.empty.count, equals(bytes, value, header.empty) {
            writer.add(name, offset: value.lowerBound, length: 0, into: &batch)
        } else {
            add(name, value, isEscaped, bytes, into: &batch)
        }
    }

    @inline(__always)
    private func equals(_ bytes: RawSpan, _ value: Range<Int>, _ text: [UInt8]) -> Bool {
        bytes.uint8(at: value.lowerBound) == text.first
            && bytes.equals(text, at: value.lowerBound, from: 0, length: text.count)
    }

    @inline(__always)
    private mutating func add(
        _ name: Int, _ value: Range<Int>, _ isEscaped: Bool, _ bytes: RawSpan, into batch: inout EventBatch
    ) {
        guard isEscaped else {
            return writer.add(name, offset: value.lowerBound, length: value.count, into: &batch)
        }
        let start = batch.arena.count
        ZeekValue.appendUnescaped(bytes.extracting(value), to: &batch.arena)
        writer.add(name, arenaFrom: start, into: &batch)
    }

    private mutating func addElements(
        _ name: Int, _ value: Range<Int>, _ isEscaped: Bool, _ bytes: RawSpan, into batch: inout EventBatch
    ) {
        if value.count == header.empty.count, equals(bytes, value, header.empty) { return }
        var position = value.lowerBound
        while position <= value.upperBound {
            var hasEscape = false
            let end = ZeekValue.end(
                bytes, from: position, to: value.upperBound, separator: UInt64(header.setSeparator),
                isEscaped: &hasEscape)
            let isUnset = end - position == header.unset.count && equals(bytes, position..<end, header.unset)
            if !isUnset { add(name, position..<end, hasEscape, bytes, into: &batch) }
            position = end + 1
        }
    }
}
