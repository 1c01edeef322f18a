import Bytes
import Events

/// The head of one line of syslog, and where its message begins.
///
///     <34>1 2003-10-11T22:14:15.003Z host app 17 ID47 [x@1 a="b"] message      RFC 5424
///     Mar 11 00:00:00 host CRON[3]: message                                    RFC 3164, no year
///     2020-05-31T00:00:45.698463+00:00 host systemd[1]: message                rsyslog
///     2016-10-25T12:37:23.297265-07:00 INFO program[17]: message               Chromium OS, no host
struct SyslogLine {
    /// When it says it was written; the year is missing in the traditional form.
    enum Time: Equatable {
        case full(Timestamp)
        /// Month, day, and nanoseconds after midnight, local.
        case yearless(month: Int, day: Int, time: Int64)
    }

    var time: Time
    var priority: Range<Int>?
    var level: Range<Int>?
    var host: Range<Int>?
    var program: Range<Int>?
    var pid: Range<Int>?
    var message: Int

    private static let months: [UInt32] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    .map { $0.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
    private static let levels: Set<String> = [
        "DEBUG", "INFO", "NOTICE", "WARNING", "ERR", "ERROR", "CRIT", "ALERT", "EMERG",
    ]

    /// Reads the head of `line` (without its end); nil when it has none. O(head).
    init?(_ line: RawSpan) {
        var at = 0
        let priority = Self.priority(line, &at)
        let isNew = priority != nil && line.uint16(at: at) == 0x2031  // "1 "
        if isNew { at += 2 }
        guard let time = Self.time(line, &at) else { return nil }
        self.time = time
        self.priority = priority
        message = at
        if isNew { readNewHead(line, &at) } else { readOldHead(line, &at) }
        message = min(at, line.byteCount)
    }

    private static func priority(_ line: RawSpan, _ at: inout Int) -> Range<Int>? {
        guard line.uint8(at: 0) == UInt8(ascii: "<"), let end = line.firstOffset(of: UInt8(ascii: ">"), from: 1),
            2...4 ~= end
        else { return nil }
        for index in 1..<end where (line.uint8(at: index) ?? 0) &- 0x30 > 9 { return nil }
        at = end + 1
        return 1..<end
    }

    private static func time(_ line: RawSpan, _ at: inout Int) -> Time? {
        let start = at
        if let month = months.firstIndex(of: (line.uint32(at: start) ?? 0) & 0xFF_FFFF),
            line.uint8(at: start + 3) == 0x20,
            line.byteCount >= start + 15
        {
            let tens = line.uint8(at: start + 4) ?? 0
            let ones = line.uint8(at: start + 5) ?? 0
            guard ones &- 0x30 < 10, tens == 0x20 || tens &- 0x30 < 4 else { return nil }
            let day = Int(tens == 0x20 ? 0 : tens - 0x30) * 10 + Int(ones - 0x30)
            guard 1...31 ~= day, line.uint8(at: start + 6) == 0x20,
                let time = EventTime.timeOfDay(line.extracting((start + 7)..<(start + 15)))
            else { return nil }
            at = start + 15
            skipSpace(line, &at)
            return .yearless(month: month + 1, day: day, time: time)
        }
        guard let end = line.firstOffset(of: 0x20, from: start), 19...40 ~= end - start,
            line.uint8(at: start + 10) == UInt8(ascii: "T"),
            let moment = EventTime.parse(line.extracting(start..<end))
        else { return nil }
        at = end
        skipSpace(line, &at)
        return .full(moment)
    }

    /// `HOST PROGRAM[PID]: message`, or `LEVEL PROGRAM[PID]: message`.
    private mutating func readOldHead(_ line: RawSpan, _ at: inout Int) {
        guard let first = Self.word(line, &at) else { return }
        let text = Lines.text(line, first)
        if Self.levels.contains(text) { level = first } else { host = first }
        let start = at
        guard let tag = Self.word(line, &at) else { return }
        var end = tag.upperBound
        if line.uint8(at: end - 1) == UInt8(ascii: ":") {
            end -= 1
        } else if !Lines.text(line, tag).contains("[") {
            // Some programs write no colon after their tag.
            program = tag
            return
        }
        if line.uint8(at: end - 1) == UInt8(ascii: "]"),
            let bracket = line.extracting(start..<end).firstOffset(of: UInt8(ascii: "[")), bracket > 0
        {
            program = start..<(start + bracket)
            pid = (start + bracket + 1)..<(end - 1)
        } else {
            program = start..<end
        }
    }

    /// `HOST APP PROCID MSGID STRUCTURED-DATA message`; `-` stands for nothing.
    private mutating func readNewHead(_ line: RawSpan, _ at: inout Int) {
        host = Self.word(line, &at).flatMap { Self.unlessNil(line, $0) }
        program = Self.word(line, &at).flatMap { Self.unlessNil(line, $0) }
        pid = Self.word(line, &at).flatMap { Self.unlessNil(line, $0) }
        _ = Self.word(line, &at)
        if line.uint8(at: at) == UInt8(ascii: "-") {
            at += 1
        } else {
            while line.uint8(at: at) == UInt8(ascii: "[") { at = Self.endOfElement(line, at) }
        }
        Self.skipSpace(line, &at)
    }

    private static func endOfElement(_ line: RawSpan, _ start: Int) -> Int {
        var at = start + 1
        var quoted = false
        while let byte = line.uint8(at: at) {
            at += 1
            if byte == UInt8(ascii: "\\"), quoted { at += 1 }
            if byte == UInt8(ascii: "\"") { quoted.toggle() }
            if byte == UInt8(ascii: "]"), !quoted { break }
        }
        return at
    }

    private static func word(_ line: RawSpan, _ at: inout Int) -> Range<Int>? {
        let start = at
        let end = line.firstOffset(of: 0x20, from: start) ?? line.byteCount
        guard end > start else { return nil }
        at = end
        skipSpace(line, &at)
        return start..<end
    }

    private static func unlessNil(_ line: RawSpan, _ word: Range<Int>) -> Range<Int>? {
        word.count == 1 && line.uint8(at: word.lowerBound) == UInt8(ascii: "-") ? nil : word
    }

    private static func skipSpace(_ line: RawSpan, _ at: inout Int) {
        while line.uint8(at: at) == 0x20 { at += 1 }
    }
}
