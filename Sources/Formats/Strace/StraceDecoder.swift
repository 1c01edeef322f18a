import Bytes
import Events

/// Reads the lines of a trace and makes events of them; see ``StraceFormat``.
///
///     line ─ prefix ─┬─ name(…) = …            → event
///                    ├─ name(… <unfinished ...> → kept by process id ─┐
///                    ├─ <... name resumed>…     → joined with it ─────┴→ event
///                    ├─ --- SIG… ---, +++ exited … +++  → event (and what the process never finished)
///                    └─ strace: …               → event
struct StraceDecoder: Sendable {
    var writer: FieldWriter
    var calls = StraceCallTable()
    var text = StraceCallText()
    let names = StraceNames()
    /// Scratch for joined lines and for values that are put together.
    var joined: [UInt8] = []
    var value: [UInt8] = []
    var starts: [Int] = []
    var pending = StracePending()
    /// The kind of the event that is being written.
    var kind = FieldKinds.plain

    private var clock = DayClock()
    private var relative: Timestamp?
    /// That of the last line that stated one.
    private var lastTime: Timestamp?
    private var next: Int64 = 0
    private var ordinal: UInt64 = 0
    private var source = SourceFacts()
    private var reportedDay = false
    private var reportedNoTimes = false
    /// The process id that the file's name states (`-ff`).
    private(set) var fileProcess: [UInt8] = []

    /// Longest line in bytes; longer ones are a defect.
    static let lineLimit = 8 << 20

    init() { writer = FieldWriter(map: .named("strace")) }

    /// Forgets everything and turns to another source.
    mutating func begin(_ source: SourceFacts) {
        self.source = source
        clock.begin(source)
        (relative, lastTime, next, ordinal, reportedDay, reportedNoTimes) = (nil, nil, 0, 0, false, false)
        pending = StracePending()
        fileProcess = Self.process(ofPath: source.path)
    }

    /// The process id in the name of a file that `-ff` wrote: `trace.4711`, `trace.4711.strace`, `4711.strace`.
    static func process(ofPath path: String) -> [UInt8] {
        let name = path.split(separator: "/").last ?? ""
        var parts = name.split(separator: ".")
        if let last = parts.last, ["strace", "txt", "log", "out"].contains(last) { parts.removeLast() }
        guard parts.count >= 1, let last = parts.last, 1...10 ~= last.utf8.count,
            last.utf8.allSatisfy(TraceText.isDigit), parts.count > 1 || name != last
        else { return [] }
        return Array(last.utf8)
    }

    /// Reads the lines that begin in `range` or where the last piece stopped.
    mutating func decode(
        _ range: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        while position < range.upperBound {
            let newline = bytes.firstOffset(of: 0x0A, from: position)
            var end = newline ?? bytes.byteCount
            let behind = min(bytes.byteCount, end + 1)
            ordinal += 1
            if end > position, bytes.uint8(at: end - 1) == 0x0D { end -= 1 }
            let line = StraceLine(
                offset: fileOffset + Int64(position), ordinal: ordinal, isCut: newline == nil, start: position,
                end: end, behind: behind)
            position = decodeLine(bytes, line, into: &batch, &vocabulary)
        }
        next = fileOffset + Int64(position)
    }

    /// Gives out the calls that never returned.
    mutating func finish(into batch: inout EventBatch, _ vocabulary: inout Vocabulary) {
        while let call = pending.takeOldest() { emitUnfinished(call, into: &batch, &vocabulary) }
    }

    /// Decodes a line and answers where the next one begins.
    private mutating func decodeLine(
        _ bytes: RawSpan, _ line: StraceLine, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) -> Int {
        guard line.end > line.start else { return line.behind }
        guard line.end - line.start <= Self.lineLimit else {
            batch.defects.append(
                Defect(
                    code: "strace-line-too-long", offset: line.offset,
                    detail: "longer than \(Self.lineLimit >> 20) MiB",
                    recordsLost: 1))
            return line.behind
        }
        let prefix = StracePrefix.read(bytes, line.start, line.end)
        guard prefix.end < line.end, let first = bytes.uint8(at: prefix.end) else {
            if prefix.end > line.start, prefix.pid.isEmpty, prefix.time == .none { return line.behind }
            report("strace-line", "a line without a call", line, into: &batch)
            return line.behind
        }
        var record = StraceRecord(line: line, prefix: prefix)
        record.time = time(prefix.time, line, into: &batch)
        (record.end, record.behind) = Self.skipStack(bytes, line)
        let isRead =
            switch first {
            case UInt8(ascii: "<"): decodeResumed(bytes, record, into: &batch, &vocabulary)
            case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "["), UInt8(ascii: "P"):
                decodeNotice(bytes, record, into: &batch, &vocabulary)
            default: decodeCall(bytes, record, into: &batch, &vocabulary)
            }
        if isRead {
            reportMissingTime(bytes, record, into: &batch)
        } else {
            let code = line.isCut ? "strace-line-cut" : "strace-line"
            report(code, line.isCut ? "the file ends inside a record" : "not a line of strace", line, into: &batch)
        }
        return record.behind
    }

    /// Where the record ends with the lines that belong to it, stacks (` > lib(function+0x1) [0x2]`) and dumps
    /// (` | 00…`), and where the next one begins.
    private static func skipStack(_ bytes: RawSpan, _ line: StraceLine) -> (end: Int, behind: Int) {
        var (end, position) = (line.end, line.behind)
        while let word = bytes.uint16(at: position), word == 0x3E20 || word == 0x7C20 {
            end = bytes.firstOffset(of: 0x0A, from: position) ?? bytes.byteCount
            position = min(bytes.byteCount, end &+ 1)
        }
        return (end, position)
    }

    private func report(_ code: String, _ detail: String, _ line: StraceLine, into batch: inout EventBatch) {
        batch.defects.append(Defect(code: code, offset: line.offset, detail: detail, recordsLost: 1))
    }

    private mutating func time(
        _ time: StracePrefix.Time, _ line: StraceLine, into batch: inout EventBatch
    ) -> Timestamp {
        let moment: Timestamp
        switch time {
        case .epoch(let nanoseconds): moment = Timestamp(nanoseconds: nanoseconds)
        case .clock(let nanoseconds): moment = clock.moment(ofDay: nanoseconds)
        case .relative(let distance):
            let last = relative ?? clock.origin()
            let sum = last.nanoseconds.addingReportingOverflow(Int64(distance))
            moment = sum.overflow ? last : Timestamp(nanoseconds: sum.partialValue)
            relative = moment
        case .none: return lastTime ?? source.modified ?? .unknown
        }
        if clock.isAssumed, !reportedDay {
            reportedDay = true
            batch.defects.append(
                Defect(
                    code: "strace-day-assumed", offset: line.offset,
                    detail: "lines state no day, and neither does the source; counted from an assumed one"))
        }
        lastTime = moment
        return moment
    }

    /// A trace without a time column is said once; messages of strace itself have none in any trace.
    private mutating func reportMissingTime(_ bytes: RawSpan, _ record: StraceRecord, into batch: inout EventBatch) {
        guard lastTime == nil, !reportedNoTimes,
            !TraceText.stands(StraceWords.message, in: bytes, at: record.prefix.end, before: record.line.end)
        else { return }
        reportedNoTimes = true
        batch.defects.append(
            Defect(
                code: "strace-time-missing", offset: record.line.offset,
                detail: "lines state no time; that of the file's last change is taken"))
    }
}

/// Where a line lies.
struct StraceLine {
    /// Offset in the source.
    var offset: Int64
    /// Counted from 1.
    var ordinal: UInt64
    /// Whether the source ends before the line does.
    var isCut: Bool
    /// In the base: the line without its end, and where the next one begins.
    var start: Int
    var end: Int
    var behind: Int
}

/// A line and what its prefix says.
struct StraceRecord {
    var line: StraceLine
    var prefix: StracePrefix
    var time = Timestamp.unknown
    /// Where the record ends, its stack included, and where the next one begins.
    var end = 0
    var behind = 0
}
