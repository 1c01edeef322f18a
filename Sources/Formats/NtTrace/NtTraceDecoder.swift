import Bytes
import Events

/// Reads the lines of NtTrace; see ``NtTraceFormat``.
struct NtTraceDecoder: Sendable {
    private var events = TraceEvents(map: "nttrace")
    private var clock = TraceClock(format: "nttrace")
    private var next: Int64 = 0
    private var ordinal: UInt64 = 0
    /// The process that lines without `[pid/tid]` are of: the only one that was seen to start.
    private var process: [UInt8] = []
    private var processes = 0

    /// Longest line in bytes; longer ones are a defect.
    static let lineLimit = 1 << 20

    /// What stands before a call.
    struct Prefix {
        var time: Int?
        var process = 0..<0
        var thread = 0..<0
        var end: Int
    }

    mutating func begin(_ source: SourceFacts) {
        clock.begin(source)
        (next, ordinal, process, processes) = (0, 0, [], 0)
    }

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
            ordinal += 1
            if end > position, bytes.uint8(at: end - 1) == 0x0D { end -= 1 }
            if end > position {
                let isRead = decodeLine(bytes, position, end, fileOffset, into: &batch, &vocabulary)
                if !isRead {
                    batch.defects.append(
                        Defect(
                            code: newline == nil ? "nttrace-line-cut" : "nttrace-line",
                            offset: fileOffset + Int64(position), detail: "not a line of NtTrace", recordsLost: 1))
                }
            }
            position = min(bytes.byteCount, (newline ?? bytes.byteCount) + 1)
        }
        next = fileOffset + Int64(position)
    }

    private mutating func decodeLine(
        _ bytes: RawSpan, _ start: Int, _ end: Int, _ fileOffset: Int64, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) -> Bool {
        guard end - start <= Self.lineLimit else { return false }
        let prefix = Self.prefix(bytes, start, end)
        let offset = fileOffset + Int64(start)
        let isCall = Self.isCall(bytes, prefix.end, end)
        guard isCall || NtTraceWords.isNotice(bytes, prefix.end, end) else { return false }
        events.writer.begin(batch)
        let slots = batch.slots.count
        let isRead =
            isCall
            ? addCall(bytes, prefix, end, into: &batch, &vocabulary)
            : addNotice(bytes, prefix, end, into: &batch, &vocabulary)
        guard isRead else {
            batch.slots.removeLast(batch.slots.count - slots)
            return false
        }
        let time = clock.moment(prefix.time, offset, into: &batch)
        events.writer.end(
            FieldWriter.Record(
                offset: offset, length: end - start, record: ordinal, time: time, isTimeless: time == .unknown),
            into: &batch, vocabulary: &vocabulary)
        return true
    }

    /// `10:00:00.123: [1234/5678] `, each part optional; `+0.001` between them.
    static func prefix(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Prefix {
        var prefix = Prefix(end: start)
        var position = start
        if let clock = TraceText.clock(bytes, position, end) {
            prefix.time = clock.nanoseconds
            position = TraceText.skipSpaces(bytes, clock.end, end)
        }
        if bytes.uint8(at: position) == UInt8(ascii: "+") {
            position = TraceText.skipDigits(bytes, position + 1, end)
            if bytes.uint8(at: position) == UInt8(ascii: ".") {
                position = TraceText.skipDigits(bytes, position + 1, end)
            }
            position = TraceText.skipSpaces(bytes, position, end)
        }
        if position > start, bytes.uint8(at: position) == UInt8(ascii: ":") {
            position = TraceText.skipSpaces(bytes, position + 1, end)
        }
        prefix.end = position
        guard position < end, bytes.uint8(at: position) == UInt8(ascii: "[") else { return prefix }
        let first = TraceText.skipSpaces(bytes, position + 1, end)
        let slash = TraceText.skipDigits(bytes, first, end)
        guard slash > first else { return prefix }
        let separator = TraceText.skipSpaces(bytes, slash, end)
        guard bytes.uint8(at: separator) == UInt8(ascii: "/") else { return prefix }
        let second = TraceText.skipSpaces(bytes, separator + 1, end)
        let close = TraceText.skipDigits(bytes, second, end)
        guard close > second, let bracket = TraceText.first(UInt8(ascii: "]"), in: bytes, close, end) else {
            return prefix
        }
        prefix.process = first..<slash
        prefix.thread = second..<close
        prefix.end = TraceText.skipSpaces(bytes, bracket + 1, end)
        return prefix
    }

    /// Whether a name with parentheses stands here (`NtWriteVirtualMemory( …`).
    static func isCall(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Bool {
        guard let first = bytes.uint8(at: start), !TraceText.isDigit(first) else { return false }
        var position = start
        while position < end, let byte = bytes.uint8(at: position), TraceEvents.isName(byte) { position += 1 }
        return position > start + 2 && position < end && bytes.uint8(at: position) == UInt8(ascii: "(")
    }

    private mutating func addProcess(
        _ prefix: Prefix, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        let base = TracePlace()
        if !prefix.process.isEmpty {
            events.add(TraceEvents.processID, prefix.process, at: base, into: &batch, &vocabulary)
            events.add(TraceEvents.threadID, prefix.thread, at: base, into: &batch, &vocabulary)
        } else if processes == 1 {
            events.add(TraceEvents.processID, text: process, into: &batch, &vocabulary)
        }
    }

    /// `NtName(arguments) => 0`, `=> 0xc0000022 [5 'Access is denied.']`.
    private mutating func addCall(
        _ bytes: RawSpan, _ prefix: Prefix, _ end: Int, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) -> Bool {
        let base = TracePlace()
        addProcess(prefix, into: &batch, &vocabulary)
        guard let open = TraceText.first(UInt8(ascii: "("), in: bytes, prefix.end, end) else { return false }
        events.add(TraceEvents.syscall, prefix.end..<open, at: base, into: &batch, &vocabulary)
        guard let behind = events.addArguments(bytes, open + 1, end, at: base, into: &batch, &vocabulary),
            let arrow = TraceText.find(NtTraceWords.arrow, in: bytes, behind..<end)
        else { return false }
        let first = TraceText.skipSpaces(bytes, arrow + 2, end)
        var last = first
        while last < end, let byte = bytes.uint8(at: last), byte > 0x20 { last += 1 }
        guard last > first else { return false }
        events.add(TraceEvents.result, first..<last, at: base, into: &batch, &vocabulary)
        let bracket = TraceText.skipSpaces(bytes, last, end)
        if bracket < end - 1, bytes.uint8(at: bracket) == UInt8(ascii: "["),
            bytes.uint8(at: end - 1) == UInt8(ascii: "]")
        {
            events.add(TraceEvents.error, (bracket + 1)..<(end - 1), at: base, into: &batch, &vocabulary)
        }
        return true
    }

    /// `Process 308 starting at …`, `Loaded DLL at …`, and the other lines that are no calls.
    private mutating func addNotice(
        _ bytes: RawSpan, _ prefix: Prefix, _ end: Int, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) -> Bool {
        let base = TracePlace()
        let start = prefix.end
        let isProcess = TraceText.stands(NtTraceWords.process, in: bytes, at: start, before: end)
        if isProcess {
            let first = start + NtTraceWords.process.count
            let last = TraceText.skipDigits(bytes, first, end)
            guard last > first else { return false }
            events.add(TraceEvents.processID, first..<last, at: base, into: &batch, &vocabulary)
            if TraceText.find(NtTraceWords.starting, in: bytes, last..<end) != nil {
                processes += 1
                process.removeAll()
                process.append(bytes.extracting(first..<last))
                addCommandLine(bytes, last..<end, into: &batch, &vocabulary)
            }
        } else {
            addProcess(prefix, into: &batch, &vocabulary)
        }
        if TraceText.stands(NtTraceWords.loaded, in: bytes, at: start, before: end) {
            let first = start + NtTraceWords.loaded.count
            var last = first
            while last < end, let byte = bytes.uint8(at: last), byte != 0x20 { last += 1 }
            events.add(NtTraceWords.imageBase, first..<last, at: base, into: &batch, &vocabulary)
            let path = TraceText.skipSpaces(bytes, last, end)
            events.add(NtTraceWords.imageLoaded, path..<end, at: base, into: &batch, &vocabulary)
        }
        events.add(TraceEvents.message, start..<end, at: base, into: &batch, &vocabulary)
        return true
    }

    private mutating func addCommandLine(
        _ bytes: RawSpan, _ range: Range<Int>, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        guard let quote = TraceText.first(UInt8(ascii: "\""), in: bytes, range.lowerBound, range.upperBound),
            quote + 1 < range.upperBound, bytes.uint8(at: range.upperBound - 1) == UInt8(ascii: "\"")
        else { return }
        events.add(
            NtTraceWords.commandLine, (quote + 1)..<(range.upperBound - 1), at: TracePlace(), into: &batch, &vocabulary)
    }
}

/// The words of NtTrace's lines, as bytes.
enum NtTraceWords {
    static let arrow = Array("=>".utf8)
    static let process = Array("Process ".utf8)
    static let starting = Array(" starting at ".utf8)
    static let loaded = Array("Loaded DLL at ".utf8)
    static let imageBase = Array("ImageBase".utf8)
    static let imageLoaded = Array("ImageLoaded".utf8)
    static let commandLine = Array("CommandLine".utf8)
    private static let notices = [
        "Process ", "Loaded DLL at ", "Unload of DLL at ", "Created thread: ", "Thread ", "Exception: ",
        "Output debug string", "OutputDebugString",
    ].map { Array($0.utf8) }

    /// Whether a line that is no call begins here.
    static func isNotice(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Bool {
        notices.contains { TraceText.stands($0, in: bytes, at: start, before: end) }
    }
}
