import Bytes
import Events

/// Reads the rows of API Monitor's exports; see ``APIMonitorFormat``.
struct APIMonitorDecoder: Sendable {
    private var events = TraceEvents(map: "apimonitor")
    private var clock = TraceClock(format: "apimonitor")
    private var next: Int64 = 0
    private var ordinal: UInt64 = 0
    private var columns = APIMonitorColumns()
    private var row = APIMonitorRow()
    private var cell: [UInt8] = []

    /// Longest row in bytes (quoted cells may hold line ends); longer ones are a defect.
    static let rowLimit = 1 << 20

    mutating func begin(_ source: SourceFacts) {
        clock.begin(source)
        (next, ordinal, columns) = (0, 0, APIMonitorColumns())
    }

    mutating func decode(
        _ range: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        while position < range.upperBound {
            let start = position
            position = row.read(bytes, start, separator: columns.separator)
            ordinal += 1
            guard row.end > start else { continue }
            if let header = APIMonitorColumns(header: bytes, start, row.end) {
                columns = header
                continue
            }
            let offset = fileOffset + Int64(start)
            guard !columns.names.isEmpty, row.cells.count >= columns.required, !row.isBroken else {
                batch.defects.append(
                    Defect(
                        code: "apimonitor-row", offset: offset,
                        detail: columns.names.isEmpty ? "a row before the header" : "not a row of the header's columns",
                        recordsLost: 1))
                continue
            }
            decodeRow(bytes, start, offset, into: &batch, &vocabulary)
        }
        next = fileOffset + Int64(position)
    }

    private mutating func decodeRow(
        _ bytes: RawSpan, _ start: Int, _ offset: Int64, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        events.writer.begin(batch)
        var time: Int?
        for (index, range) in row.cells.enumerated() where index < columns.names.count && !range.isEmpty {
            switch columns.meanings[index] {
            case .call:
                addCall(bytes, range, into: &batch, &vocabulary)
            case .time:
                time = Self.time(bytes, range)
                events.add(columns.names[index], range, at: TracePlace(), into: &batch, &vocabulary)
            case .other:
                addCell(columns.names[index], bytes, range, into: &batch, &vocabulary)
            }
        }
        let moment = clock.moment(time, offset, into: &batch)
        events.writer.end(
            FieldWriter.Record(
                offset: offset, length: row.end - start, record: ordinal, time: moment,
                isTimeless: moment == .unknown), into: &batch, vocabulary: &vocabulary)
    }

    /// A cell: as it stands, or without the doubling of its quotes.
    private mutating func addCell(
        _ name: [UInt8], _ bytes: RawSpan, _ range: Range<Int>, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        guard APIMonitorRow.holdsQuote(bytes, range) else {
            return events.add(name, range, at: TracePlace(), into: &batch, &vocabulary)
        }
        cell.removeAll(keepingCapacity: true)
        APIMonitorRow.append(bytes, range, to: &cell)
        events.add(name, text: cell, into: &batch, &vocabulary)
    }

    /// `WriteProcessMemory ( 0x38, 0x1400039d8, 0x21f790, 8, 0x21f6e8 )`.
    private mutating func addCall(
        _ bytes: RawSpan, _ range: Range<Int>, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        var text = cell
        cell = []
        defer { cell = text }
        text.removeAll(keepingCapacity: true)
        APIMonitorRow.append(bytes, range, to: &text)
        let place = TracePlace(delta: batch.arena.count, inArena: true)
        batch.arena.append(contentsOf: text)
        let open = text.firstIndex(of: UInt8(ascii: "(")) ?? text.count
        var end = open
        while end > 0, text[end - 1] == 0x20 { end -= 1 }
        events.add(TraceEvents.function, 0..<end, at: place, into: &batch, &vocabulary)
        guard open < text.count else { return }
        _ = events.addArguments(text.span.bytes, open + 1, text.count, at: place, into: &batch, &vocabulary)
    }

    /// `5:00:00.001 PM` or `17:00:00.001`.
    static func time(_ bytes: RawSpan, _ range: Range<Int>) -> Int? {
        guard let clock = TraceText.clock(bytes, range.lowerBound, range.upperBound) else { return nil }
        let half = 12 * 3_600_000_000_000
        let suffix = TraceText.skipSpaces(bytes, clock.end, range.upperBound)
        guard suffix + 2 <= range.upperBound, let letter = bytes.uint8(at: suffix) else { return clock.nanoseconds }
        let isLate = letter | 0x20 == UInt8(ascii: "p")
        let hour = clock.nanoseconds % half
        guard clock.nanoseconds < half + 3_600_000_000_000 else { return clock.nanoseconds }
        return isLate ? hour + half : hour
    }
}

/// The columns of an export: which there are and in which order is the user's choice.
struct APIMonitorColumns: Sendable {
    enum Meaning { case other, time, call }

    private(set) var names: [[UInt8]] = []
    private(set) var meanings: [Meaning] = []
    private(set) var separator = UInt8(ascii: ",")
    /// Cells a row must have: up to the call.
    private(set) var required = 0

    init() {}

    /// Reads a header; nil when the line is none.
    init?(header bytes: RawSpan, _ start: Int, _ end: Int) {
        guard end - start < 4096, end > start else { return nil }
        separator =
            TraceText.first(0x09, in: bytes, start, end) != nil ? 0x09 : UInt8(ascii: ",")
        var row = APIMonitorRow()
        _ = row.read(bytes.extracting(0..<end), start, separator: separator)
        for range in row.cells {
            let name = TraceText.string(bytes, range)
            names.append(Array(name.utf8))
            switch name {
            case "API": meanings.append(.call)
            case "Time of Day": meanings.append(.time)
            default: meanings.append(.other)
            }
        }
        guard let call = meanings.firstIndex(of: .call), names.contains(Array("Return Value".utf8)) else { return nil }
        required = call + 1
    }
}

/// One row: its cells without their quotes.
struct APIMonitorRow: Sendable {
    private(set) var cells: [Range<Int>] = []
    /// Where the row ends, without its line end.
    private(set) var end = 0
    /// Whether a quote is never closed.
    private(set) var isBroken = false

    /// Reads the row at `start` and answers where the next one begins. Line ends in quotes belong to the cell.
    mutating func read(_ bytes: RawSpan, _ start: Int, separator: UInt8) -> Int {
        cells.removeAll(keepingCapacity: true)
        isBroken = false
        let limit = min(bytes.byteCount, start + APIMonitorDecoder.rowLimit)
        var position = start
        while true {
            var cell = position..<position
            if position < limit, bytes.uint8(at: position) == UInt8(ascii: "\"") {
                let close = Self.close(bytes, position + 1, limit)
                isBroken = isBroken || close == limit
                if isBroken { return skip(bytes, start) }
                cell = (position + 1)..<close
                position = close + 1
            }
            let plain = position
            while position < limit, let byte = bytes.uint8(at: position), byte != separator, byte != 0x0A {
                position += 1
            }
            if cell.isEmpty, plain == cell.lowerBound {
                var last = position
                if last > plain, bytes.uint8(at: last - 1) == 0x0D { last -= 1 }
                cell = plain..<last
            }
            cells.append(cell)
            guard position < limit, bytes.uint8(at: position) == separator, cells.count < 64 else { break }
            position += 1
        }
        let newline = bytes.firstOffset(of: 0x0A, from: position) ?? bytes.byteCount
        end = newline
        if end > start, bytes.uint8(at: end - 1) == 0x0D { end -= 1 }
        return min(bytes.byteCount, newline + 1)
    }

    /// After a quote that never closes the next line is the next row.
    private mutating func skip(_ bytes: RawSpan, _ start: Int) -> Int {
        end = bytes.firstOffset(of: 0x0A, from: start) ?? bytes.byteCount
        return min(bytes.byteCount, end + 1)
    }

    private static func close(_ bytes: RawSpan, _ start: Int, _ limit: Int) -> Int {
        var position = start
        while let quote = TraceText.first(UInt8(ascii: "\""), in: bytes, position, limit) {
            guard bytes.uint8(at: quote + 1) == UInt8(ascii: "\"") else { return quote }
            position = quote + 2
        }
        return limit
    }

    /// Whether a cell holds quotes, which are doubled.
    static func holdsQuote(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        TraceText.first(UInt8(ascii: "\""), in: bytes, range.lowerBound, range.upperBound) != nil
    }

    /// Appends a cell's text.
    static func append(_ bytes: RawSpan, _ range: Range<Int>, to output: inout [UInt8]) {
        var position = range.lowerBound
        while position < range.upperBound, let byte = bytes.uint8(at: position) {
            output.append(byte)
            position += byte == UInt8(ascii: "\"") && bytes.uint8(at: position + 1) == UInt8(ascii: "\"") ? 2 : 1
        }
    }
}
