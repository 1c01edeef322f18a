import Bytes
import Events

/// Puts the records of audit events together; see ``AuditdFormat``.
///
///     line ─ header ─ event of (node, serial) ─┬─ … record …
///                                              └─ EOE, PROCTITLE, two seconds, a bound → fields → event
///
/// Only the header of a line is read when it comes; its fields are read when the event is complete, from the window or,
/// where a window ended between, from a copy of the line.
struct AuditdDecoder: Sendable {
    var writer: FieldWriter
    var facts = AuditdFacts()
    let keys = AuditdKeyTable()
    let names = AuditdNames()
    /// Scratch for values that are put together.
    var value: [UInt8] = []
    var starts: [Int] = []

    private var groups = AuditdGroups()
    private var next: Int64 = 0
    private var ordinal: UInt64 = 0
    private var zone = 0
    private var lastTime = Timestamp.unknown
    private var lost = -1

    /// Longest line in bytes; longer ones are a defect.
    static let lineLimit = 8 << 20

    init() { writer = FieldWriter(map: .named("auditd")) }

    /// Forgets everything and turns to another source.
    mutating func begin(_ source: SourceFacts) {
        zone = source.zone
        writer.zone = source.zone
        (groups, next, ordinal, lastTime, lost) = (AuditdGroups(), 0, 0, .unknown, -1)
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
            if end > position {
                let window = AuditdWindow(fileOffset: fileOffset, start: position, end: end, behind: behind)
                decodeLine(bytes, window, isCut: newline == nil, into: &batch, &vocabulary)
            }
            position = behind
        }
        next = fileOffset + Int64(position)
        groups.keepLines(of: bytes, fileOffset: fileOffset)
    }

    /// Gives out the events that are still open.
    mutating func finish(into batch: inout EventBatch, _ vocabulary: inout Vocabulary) {
        while !groups.open.isEmpty { emit(0, RawSpan(), 0, into: &batch, &vocabulary) }
    }

    private mutating func decodeLine(
        _ bytes: RawSpan, _ line: AuditdWindow, isCut: Bool, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        guard line.end - line.start <= Self.lineLimit else {
            return report(
                "auditd-line-too-long", "longer than \(Self.lineLimit >> 20) MiB", line, recordsLost: 1, into: &batch)
        }
        guard let header = AuditdHeader.read(bytes, line.start, line.end, zone: zone) else {
            return decodeForeign(bytes, line, isCut: isCut, into: &batch, &vocabulary)
        }
        // A line that the source's end cuts has lost fields; what is there is given.
        if isCut, !header.isInterpreted, Self.isBroken(bytes, header.body..<line.end) {
            report("auditd-line-cut", "the file ends inside a line", line, recordsLost: 0, into: &batch)
        }
        lastTime = header.time
        while groups.oldestIsDue(at: header.time) { emit(0, bytes, line.fileOffset, into: &batch, &vocabulary) }
        let known = groups.index(header.serial, bytes, node: header.node)
        if bytes.holds(header.type, equal: AuditdWords.endOfEvent)
            || bytes.holds(header.type, equal: AuditdWords.endOfEventNumber)
        {
            if let known { emit(known, bytes, line.fileOffset, into: &batch, &vocabulary) }
            return
        }
        var index = known ?? groups.begin(header, bytes, lineStart: line.start, ordinal: ordinal)
        if groups.isFull(index) {
            report("auditd-event-too-large", "given out in parts", line, recordsLost: 0, into: &batch)
            emit(index, bytes, line.fileOffset, into: &batch, &vocabulary)
            index = groups.begin(header, bytes, lineStart: line.start, ordinal: ordinal)
        }
        groups.add(
            AuditdRecord(
                offset: line.fileOffset + Int64(line.start), kept: nil, length: line.end - line.start,
                lengthWithEnd: line.behind - line.start,
                type: (header.type.lowerBound - line.start)..<(header.type.upperBound - line.start),
                body: header.body - line.start, isInterpreted: header.isInterpreted), to: index)
        if Self.completes(bytes, header.type) { emit(index, bytes, line.fileOffset, into: &batch, &vocabulary) }
    }

    /// Whether a last line without an end was cut, as far as can be seen: an open quote, or a key without its value.
    private static func isBroken(_ bytes: RawSpan, _ body: Range<Int>) -> Bool {
        var quotes = 0
        var hasValue = true
        for position in body {
            switch bytes.uint8(at: position) {
            case UInt8(ascii: "\""): quotes += 1
            case UInt8(ascii: "="): hasValue = true
            case 0x20: hasValue = false
            default: break
            }
        }
        return !quotes.isMultiple(of: 2) || !hasValue
    }

    /// Whether a record of this type is the last of its event. Syscall events end with PROCTITLE; user space's are alone.
    @inline(__always)
    private static func completes(_ bytes: RawSpan, _ type: Range<Int>) -> Bool {
        switch bytes.uint8(at: type.lowerBound) {
        case UInt8(ascii: "P"): return bytes.holds(type, equal: AuditdWords.proctitle)
        case UInt8(ascii: "E"): return false
        case UInt8(ascii: "1"):
            // Numbers: 1327 PROCTITLE, 11xx user space, 12xx the daemon.
            guard let number = TraceText.number(bytes, type) else { return false }
            return number == 1327 || 1100...1299 ~= number
        case UInt8(ascii: "2"): return true
        default:
            // The kernel's most frequent types have no underscore; user space's all do.
            guard TraceText.first(UInt8(ascii: "_"), in: bytes, type.lowerBound, type.upperBound) != nil else {
                return false
            }
            return AuditdWords.single.contains {
                TraceText.stands($0, in: bytes, at: type.lowerBound, before: type.upperBound)
            }
        }
    }

    private func report(
        _ code: String, _ detail: String, _ line: AuditdWindow, recordsLost: Int, into batch: inout EventBatch
    ) {
        batch.defects.append(
            Defect(
                code: code, offset: line.fileOffset + Int64(line.start), detail: detail, recordsLost: recordsLost))
    }

    /// Lines without a header: what ausearch writes between events, the kernel's loss counters, and anything else.
    private mutating func decodeForeign(
        _ bytes: RawSpan, _ line: AuditdWindow, isCut: Bool, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        for word in [AuditdWords.separator, AuditdWords.timeLine]
        where TraceText.stands(word, in: bytes, at: line.start, before: line.end) {
            return
        }
        if TraceText.find(AuditdWords.lost, in: bytes, line.start..<line.end) != nil {
            return emitCounters(bytes, line, into: &batch, &vocabulary)
        }
        report(
            isCut ? "auditd-line-cut" : "auditd-line",
            isCut ? "the file ends inside a record" : "not an audit record", line, recordsLost: 1, into: &batch)
    }

    /// `audit: audit_lost=12 audit_rate_limit=0 audit_backlog_limit=64`, at the time of the record before.
    private mutating func emitCounters(
        _ bytes: RawSpan, _ line: AuditdWindow, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        guard let mark = TraceText.find(AuditdWords.lost, in: bytes, line.start..<line.end) else { return }
        writer.begin(batch)
        facts.clear()
        addText(names.type, AuditdNames.kernel, into: &batch, &vocabulary)
        let reading = AuditdReading(
            place: AuditdPlace(delta: 0, inArena: false), isProgram: false, isInterpreted: false, isSyscall: false,
            isPath: false)
        readFields(bytes, mark..<line.end, reading, depth: 0, into: &batch, &vocabulary)
        noteLoss(line.fileOffset + Int64(line.start), into: &batch, &vocabulary)
        writer.end(
            FieldWriter.Record(
                offset: line.fileOffset + Int64(line.start), length: line.end - line.start, record: ordinal,
                time: lastTime), into: &batch, vocabulary: &vocabulary)
    }

    /// A counter of lost records: a field, and a defect when it has grown.
    private mutating func noteLoss(
        _ offset: Int64, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        guard let now = facts.lost else { return }
        addText(names.lost, TraceText.digits(now), into: &batch, &vocabulary)
        let before = max(lost, 0)
        // The first counter counts from the machine's start: records of this source may be among them.
        if now > before {
            batch.defects.append(
                Defect(
                    code: "auditd-records-lost", offset: offset,
                    detail: "the kernel's counter of lost records went from \(before) to \(now)",
                    recordsLost: now - before))
        }
        lost = now
    }

    /// Writes an open event.
    private mutating func emit(
        _ index: Int, _ bytes: RawSpan, _ fileOffset: Int64, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        let group = groups.take(index)
        guard let first = group.records.first, let last = group.records.last else { return groups.giveBack(group) }
        writer.begin(batch)
        facts.clear()
        let arena = batch.arena.count
        if !group.kept.isEmpty { batch.arena.append(contentsOf: group.kept) }
        for record in group.records {
            if let kept = record.kept {
                let place = AuditdPlace(delta: arena, inArena: true)
                readRecord(group.kept.span.bytes, record, kept, group, place, into: &batch, &vocabulary)
            } else {
                let place = AuditdPlace(delta: 0, inArena: false)
                readRecord(
                    bytes, record, Int(record.offset - fileOffset), group, place, into: &batch, &vocabulary)
            }
        }
        addText(names.serial, TraceText.digits(Int(clamping: group.serial)), into: &batch, &vocabulary)
        addMeaning(first.offset, into: &batch, &vocabulary)
        noteLoss(first.offset, into: &batch, &vocabulary)
        // Records of one event nearly always follow each other; where they do not, the first stands for all.
        let whole = last.offset + Int64(last.length) - first.offset
        let isContiguous = whole <= Int64(group.bytes)
        writer.end(
            FieldWriter.Record(
                offset: first.offset, length: isContiguous ? Int(whole) : first.length, record: group.ordinal,
                time: group.time, kind: kind()), into: &batch, vocabulary: &vocabulary)
        groups.giveBack(group)
    }

    private mutating func readRecord(
        _ text: RawSpan, _ record: AuditdRecord, _ start: Int, _ group: borrowing AuditdGroup, _ place: AuditdPlace,
        into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        let type = (start &+ record.type.lowerBound)..<(start &+ record.type.upperBound)
        if !group.nodeRange.isEmpty, record.offset == group.records[0].offset {
            let node = (start + group.nodeRange.lowerBound)..<(start + group.nodeRange.upperBound)
            add(names.node, node, place, into: &batch, &vocabulary)
        }
        if let name = Self.name(ofNumber: text, type) {
            addText(names.type, name, into: &batch, &vocabulary)
            readBody(text, name.span.bytes, 0..<name.count, record, start, place, into: &batch, &vocabulary)
        } else {
            add(names.type, type, place, into: &batch, &vocabulary)
            readBody(text, text, type, record, start, place, into: &batch, &vocabulary)
        }
    }

    private static let unknown = Array("UNKNOWN[".utf8)

    /// The name of a type that is given as `1300` or `UNKNOWN[1300]` (by an auditd older than its kernel).
    @inline(__always)
    private static func name(ofNumber text: RawSpan, _ type: Range<Int>) -> [UInt8]? {
        guard let byte = text.uint8(at: type.lowerBound) else { return nil }
        if TraceText.isDigit(byte) { return TraceText.number(text, type).flatMap(AuditdRecordTypes.name) }
        guard byte == UInt8(ascii: "U"), type.count > unknown.count + 1,
            TraceText.stands(unknown, in: text, at: type.lowerBound, before: type.upperBound)
        else { return nil }
        let digits = (type.lowerBound + unknown.count)..<(type.upperBound - 1)
        return TraceText.number(text, digits).flatMap(AuditdRecordTypes.name)
    }

    private mutating func readBody(
        _ text: RawSpan, _ typeText: RawSpan, _ type: Range<Int>, _ record: AuditdRecord, _ start: Int,
        _ place: AuditdPlace, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        let reading = AuditdReading(
            place: place, isProgram: typeText.holds(type, equal: AuditdWords.program),
            isInterpreted: record.isInterpreted, isSyscall: typeText.holds(type, equal: AuditdWords.syscall),
            isPath: typeText.holds(type, equal: AuditdWords.path))
        facts.beginRecord()
        let body = (start &+ record.body)..<(start &+ record.length)
        readFields(text, body, reading, depth: 0, into: &batch, &vocabulary)
        facts.endRecord()
    }
}

/// A line of the window that is read.
struct AuditdWindow {
    /// Offset of the window in the source.
    var fileOffset: Int64
    /// In the window: the line without its end, and where the next one begins.
    var start: Int
    var end: Int
    var behind: Int
}

extension RawSpan {
    /// Whether the bytes in a range are those of `word`.
    @inline(__always)
    func holds(_ range: Range<Int>, equal word: [UInt8]) -> Bool {
        range.count == word.count && equals(word, at: range.lowerBound, from: 0, length: word.count)
    }
}
