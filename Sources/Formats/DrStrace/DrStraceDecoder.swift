import Bytes
import Events

/// Reads the records of drstrace; see ``DrStraceFormat``.
///
///     NtOpenKey                                                              name
///     	arg 0: 0x… (name=KeyHandle, type=HANDLE*, size=0x8)                    arguments, a tab before
///         succeeded =>                                                       outcome, four spaces before
///     	arg 0: 0x… => 0x44 (type=HANDLE*, size=0x8)                            what was written
///     	retval: 0x0 (type=NTSTATUS, size=0x4)
struct DrStraceDecoder: Sendable {
    private var events = TraceEvents(map: "drstrace")
    private var clock = TraceClock(format: "drstrace")
    private var next: Int64 = 0
    private var ordinal: UInt64 = 0
    private var process: [UInt8] = []
    private var application: [UInt8] = []

    /// Most lines of one record; those past it are a defect.
    static let lineLimit = 1024
    /// Most bytes of one record.
    static let byteLimit = 1 << 20

    mutating func begin(_ source: SourceFacts) {
        clock.begin(source)
        (next, ordinal) = (0, 0)
        (application, process) = Self.process(ofPath: source.path)
    }

    /// `drstrace.notepad.exe.04712.0000.log`: the program and its process id.
    static func process(ofPath path: String) -> (application: [UInt8], process: [UInt8]) {
        let parts = (path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? "").split(separator: ".")
        guard parts.count >= 5, parts[0] == "drstrace" else { return ([], []) }
        let number = parts[parts.count - 3]
        guard 1...10 ~= number.utf8.count, number.utf8.allSatisfy(TraceText.isDigit) else { return ([], []) }
        let significant = number.utf8.drop { $0 == UInt8(ascii: "0") }
        return (Array(parts[1..<(parts.count - 3)].joined(separator: ".").utf8), Array(significant))
    }

    mutating func decode(
        _ range: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        while position < range.upperBound {
            let line = Self.line(bytes, position)
            if line.end == position {
                position = line.next
            } else if Self.isName(bytes, position, line.end) {
                position = decodeRecord(bytes, line, fileOffset, into: &batch, &vocabulary)
            } else {
                batch.defects.append(
                    Defect(
                        code: "drstrace-line", offset: fileOffset + Int64(position), detail: "not a call of drstrace",
                        recordsLost: 1))
                position = line.next
            }
        }
        next = fileOffset + Int64(position)
    }

    struct Line {
        var start: Int
        var end: Int
        var next: Int
    }

    static func line(_ bytes: RawSpan, _ start: Int) -> Line {
        let newline = bytes.firstOffset(of: 0x0A, from: start)
        var end = newline ?? bytes.byteCount
        if end > start, bytes.uint8(at: end - 1) == 0x0D { end -= 1 }
        return Line(start: start, end: end, next: min(bytes.byteCount, (newline ?? bytes.byteCount) + 1))
    }

    /// Whether a call's name stands here, alone or with `(details not all known)` behind it.
    static func isName(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Bool {
        guard let first = bytes.uint8(at: start), !TraceText.isDigit(first) else { return false }
        var position = start
        while position < end, let byte = bytes.uint8(at: position),
            TraceEvents.isName(byte) || byte == UInt8(ascii: ".")
        {
            position += 1
        }
        guard position > start + 2 else { return false }
        return position == end || TraceText.stands(DrStraceWords.details, in: bytes, at: position, before: end)
    }

    private mutating func decodeRecord(
        _ bytes: RawSpan, _ name: Line, _ fileOffset: Int64, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) -> Int {
        ordinal += 1
        let offset = fileOffset + Int64(name.start)
        events.writer.begin(batch)
        if !process.isEmpty { events.add(TraceEvents.processID, text: process, into: &batch, &vocabulary) }
        if !application.isEmpty { events.add(DrStraceWords.processName, text: application, into: &batch, &vocabulary) }
        let space = TraceText.first(0x20, in: bytes, name.start, name.end) ?? name.end
        events.add(
            TraceEvents.syscall, name.start..<min(space, name.end), at: TracePlace(), into: &batch, &vocabulary)
        var record = DrStraceRecord(end: name.end, next: name.next)
        while let first = bytes.uint8(at: record.next), first == 0x09 || first == 0x20 {
            let line = Self.line(bytes, record.next)
            record.lines += 1
            guard record.lines <= Self.lineLimit, line.end - name.start <= Self.byteLimit else {
                batch.defects.append(Defect(code: "drstrace-record-too-large", offset: offset, detail: "cut"))
                record.next = line.next
                while let byte = bytes.uint8(at: record.next), byte == 0x09 || byte == 0x20 {
                    record.next = Self.line(bytes, record.next).next
                }
                break
            }
            decodeDetail(bytes, line, &record, into: &batch, &vocabulary)
            (record.end, record.next) = (line.end, line.next)
        }
        if !record.hasOutcome { events.add(TraceEvents.unfinished, text: Self.yes, into: &batch, &vocabulary) }
        let time = clock.moment(nil, offset, into: &batch)
        events.writer.end(
            FieldWriter.Record(
                offset: offset, length: record.end - name.start, record: ordinal, time: time,
                isTimeless: time == .unknown), into: &batch, vocabulary: &vocabulary)
        return record.next
    }

    private static let yes = Array("true".utf8)

    private mutating func decodeDetail(
        _ bytes: RawSpan, _ line: Line, _ record: inout DrStraceRecord, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        var start = line.start
        while start < line.end, let byte = bytes.uint8(at: start), byte == 0x20 || byte == 0x09 { start += 1 }
        if TraceText.stands(DrStraceWords.succeeded, in: bytes, at: start, before: line.end) {
            record.hasOutcome = true
        } else if TraceText.stands(DrStraceWords.failed, in: bytes, at: start, before: line.end) {
            record.hasOutcome = true
            let first = start + DrStraceWords.failed.count
            let close = TraceText.first(UInt8(ascii: ")"), in: bytes, first, line.end) ?? line.end
            events.add(
                TraceEvents.error, first..<min(close, line.end), at: TracePlace(), into: &batch, &vocabulary)
        } else if TraceText.stands(DrStraceWords.returned, in: bytes, at: start, before: line.end) {
            record.hasOutcome = true
            let detail = DrStraceDetail(bytes, start + DrStraceWords.returned.count, line.end)
            events.add(TraceEvents.result, detail.value, at: TracePlace(), into: &batch, &vocabulary)
        } else if TraceText.stands(DrStraceWords.argument, in: bytes, at: start, before: line.end) {
            addArgument(bytes, start + DrStraceWords.argument.count, line.end, record, into: &batch, &vocabulary)
        }
    }

    /// `0: 0xffffffff (name=ProcessHandle, type=HANDLE, size=0x8)`: by name, or by number where there is none; `.Out` behind the outcome,
    /// `.Value` for what a pointer points to, `.Number` for the number of a named constant.
    private mutating func addArgument(
        _ bytes: RawSpan, _ start: Int, _ end: Int, _ record: DrStraceRecord, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        let colon = TraceText.skipDigits(bytes, start, end)
        guard colon > start, colon - start <= 3, bytes.uint8(at: colon) == UInt8(ascii: ":") else { return }
        let detail = DrStraceDetail(bytes, colon + 1, end)
        var name = [UInt8(ascii: "a")]
        name.append(bytes.extracting(start..<colon))
        if !detail.name.isEmpty {
            name.removeAll()
            name.append(bytes.extracting(detail.name))
        }
        if record.hasOutcome { name += DrStraceWords.out }
        events.addValue(name, detail.value, detail.pointed, at: TracePlace(), into: &batch, &vocabulary)
        if !detail.number.isEmpty {
            events.add(name + DrStraceWords.number, detail.number, at: TracePlace(), into: &batch, &vocabulary)
        }
    }
}

/// How far a record has been read.
struct DrStraceRecord {
    var end: Int
    var next: Int
    var lines = 0
    var hasOutcome = false
}

/// The parts of `VALUE => POINTED (name=NAME, type=TYPE, value=NUMBER, size=SIZE)`.
struct DrStraceDetail {
    var value: Range<Int>
    var pointed: Range<Int>?
    var name = 0..<0
    var number = 0..<0

    /// Reads the text of a line from `start` on.
    init(_ bytes: RawSpan, _ start: Int, _ end: Int) {
        let first = TraceText.skipSpaces(bytes, start, end)
        var last = end
        // The description is the last parenthesis: texts may hold others.
        var open = end - 1
        while open > first {
            if bytes.uint8(at: open) == UInt8(ascii: "("),
                DrStraceWords.descriptions.contains(where: {
                    TraceText.stands($0, in: bytes, at: open + 1, before: end)
                })
            {
                last = open
                break
            }
            open -= 1
        }
        if last < end {
            name = Self.part(DrStraceWords.name, bytes, (last + 1)..<end)
            number = Self.part(DrStraceWords.value, bytes, (last + 1)..<end)
        }
        while last > first, bytes.uint8(at: last - 1) == 0x20 { last -= 1 }
        value = first..<last
        if let arrow = TraceText.find(DrStraceWords.arrow, in: bytes, first..<last) {
            pointed = (arrow + DrStraceWords.arrow.count)..<last
            value = first..<arrow
        }
    }

    private static func part(_ key: [UInt8], _ bytes: RawSpan, _ range: Range<Int>) -> Range<Int> {
        guard let mark = TraceText.find(key, in: bytes, range) else { return 0..<0 }
        let start = mark + key.count
        var end = start
        while end < range.upperBound, let byte = bytes.uint8(at: end), byte != UInt8(ascii: ","),
            byte != UInt8(ascii: ")")
        {
            end += 1
        }
        return start..<end
    }
}

/// The words of drstrace's lines, as bytes.
enum DrStraceWords {
    static let details = Array(" (details".utf8)
    static let argument = Array("arg ".utf8)
    static let returned = Array("retval:".utf8)
    static let succeeded = Array("succeeded".utf8)
    static let failed = Array("failed (error=".utf8)
    static let arrow = Array(" => ".utf8)
    static let name = Array("name=".utf8)
    static let value = Array("value=".utf8)
    static let descriptions = ["name=", "type="].map { Array($0.utf8) }
    static let out = Array(".Out".utf8)
    static let number = Array(".Number".utf8)
    static let processName = Array("ProcessName".utf8)
}
