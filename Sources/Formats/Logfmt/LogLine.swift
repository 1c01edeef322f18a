import Bytes
import Events

/// What stands before the message of a line of a daemon's log, and how the rest is written.
///
///     time="2026-…" level=info msg=…                                     pairs
///     {"level":"info","msg":…,"time":…}                                  JSON
///     INFO[2026-11-23T17:24:31.612200275Z] Starting up      key=value    logrus on a terminal
///     Nov 23 17:24:31 host dockerd[67]: time="2026-…" level=…            syslog or journald before any of these
///     2026-11-23T17:24:31+0000 host dockerd[67]: …
///     2014/04/30 21:13:34 GET /v1.9/images/json                          engines before logrus
struct LogLine {
    /// How the message is written.
    enum Body { case pairs, json, terminal, text }

    var body = Body.pairs
    /// Where the message begins.
    var start: Int
    /// The time that stands before it.
    var time: Timestamp?
    var host: Range<Int>?
    var program: Range<Int>?
    var pid: Range<Int>?
    /// The level of a terminal line.
    var level: Range<Int>?

    /// The line at `start`; nil when no record begins there.
    ///
    /// - Parameters:
    ///   - modified: The day that times without a year are before.
    ///   - zone: Seconds east of Greenwich that times without a zone are in.
    init?(_ text: RawSpan, _ start: Int, _ end: Int, modified: Timestamp?, zone: Int) {
        self.start = start
        if Self.isPairs(text, start) { return }
        guard let first = text.uint8(at: start) else { return nil }
        if first == UInt8(ascii: "{") {
            body = .json
            guard text.uint8(at: start + 1) == UInt8(ascii: "\"") else { return nil }
            return
        }
        if readTerminal(text, end, zone) { return }
        guard readPrefix(text, end, modified, zone) else { return nil }
        if Self.isPairs(text, self.start) { return }
        if text.uint16(at: self.start) == 0x227B {
            body = .json
        } else if !readTerminal(text, end, zone) {
            body = .text
        }
    }

    /// Whether a record begins at `start`: the cheap half of ``init(_:_:_:modified:zone:)``.
    @inline(__always)
    static func isStart(_ text: RawSpan, _ start: Int) -> Bool {
        guard let first = text.uint8(at: start) else { return true }
        switch first {
        case UInt8(ascii: "t"), UInt8(ascii: "l"): return isPairs(text, start)
        case UInt8(ascii: "{"): return text.uint8(at: start &+ 1) == UInt8(ascii: "\"")
        case 0x1B: return true
        case 0x30...0x39: return EventTime.looksDated(text, at: start)
        case 0x41...0x5A: return isLevel(text, start) || SyslogTime.looksDated(text, at: start)
        default: return false
        }
    }

    /// `time=`, `ts=`, `t=`, `level=`.
    @inline(__always)
    private static func isPairs(_ text: RawSpan, _ start: Int) -> Bool {
        guard let word = text.uint32(at: start) else { return false }
        switch word {
        case 0x656D_6974, 0x6576_656C:  // "time", "leve"
            return text.uint8(at: start &+ 4) == UInt8(ascii: "=") || text.uint16(at: start &+ 4) == 0x3D6C
        default:
            return word & 0xFFFF == 0x3D74 || word & 0xFF_FFFF == 0x3D_7374  // "t=", "ts="
        }
    }

    private static func isLevel(_ text: RawSpan, _ start: Int) -> Bool {
        guard text.uint8(at: start + 4) == UInt8(ascii: "[") else { return false }
        return ["INFO", "WARN", "ERRO", "DEBU", "FATA", "PANI", "TRAC"].contains {
            Lines.has($0, in: text, at: start)
        }
    }

    /// `INFO[TIME] `; a number of seconds since the start tells no time.
    private mutating func readTerminal(_ text: RawSpan, _ end: Int, _ zone: Int) -> Bool {
        guard Self.isLevel(text, start), let close = Lines.first(UInt8(ascii: "]"), in: text, from: start, to: end)
        else { return false }
        level = start..<(start + 4)
        if close - start - 5 > 10, let stamp = text.slice(at: start + 5, length: close - start - 5) {
            time = EventTime.parse(stamp, zone: zone)
        }
        start = close + 1
        body = .terminal
        return true
    }

    /// A time, and `host program[pid]: ` where that follows.
    private mutating func readPrefix(_ text: RawSpan, _ end: Int, _ modified: Timestamp?, _ zone: Int) -> Bool {
        var position: Int
        if let dated = EventTime.leading(text, from: start, zone: zone) {
            (time, position) = (dated.time, dated.end)
        } else if SyslogTime.looksDated(text, at: start) {
            time = SyslogTime.parse(text, at: start, before: modified, zone: zone)
            position = start + SyslogTime.length + 1
        } else {
            return false
        }
        guard position <= end else { return false }
        if let colon = Lines.offset(of: ": ", in: text, from: position, to: min(end, position + 256)),
            let space = Lines.first(0x20, in: text, from: position, to: colon)
        {
            let bracket = Lines.first(UInt8(ascii: "["), in: text, from: space, to: colon)
            let words = space + 1..<(bracket ?? colon)
            let isProgram =
                !words.isEmpty
                && Lines.first(0x20, in: text, from: words.lowerBound, to: words.upperBound) == nil
            if isProgram {
                host = position..<space
                program = words
                if let bracket, text.uint8(at: colon - 1) == UInt8(ascii: "]") { pid = (bracket + 1)..<(colon - 1) }
                position = colon + 2
            }
        }
        start = position
        return true
    }
}

/// The time of BSD syslog, `Nov 23 17:24:31`: local, without a year.
enum SyslogTime {
    /// Its length.
    static let length = 15
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Whether such a time stands at `start`, by its shape.
    static func looksDated(_ text: RawSpan, at start: Int) -> Bool {
        text.uint8(at: start + 3) == 0x20 && text.uint8(at: start + 6) == 0x20
            && text.uint8(at: start + 9) == UInt8(ascii: ":") && text.uint8(at: start + 12) == UInt8(ascii: ":")
            && month(text, start) != nil
    }

    /// The moment, in the last year in which it lies before `modified` (and a day, for clocks that disagree); nil when the
    /// year cannot be told.
    static func parse(_ text: RawSpan, at start: Int, before modified: Timestamp?, zone: Int) -> Timestamp? {
        guard let modified, modified != .unknown, looksDated(text, at: start), let month = month(text, start),
            let day = number(text, start + 4), let hour = number(text, start + 7),
            let minute = number(text, start + 10),
            let second = number(text, start + 13), 1...31 ~= day, hour < 24, minute < 60, second <= 60
        else { return nil }
        let latest = modified.nanoseconds / 1_000_000_000 + 86_400
        let year = CivilDate(daysSince1970: latest / 86_400).year
        for year in [year, year - 1] where day <= CivilDate.days(inMonth: month, of: year) {
            let days = CivilDate(year: year, month: month, day: day).daysSince1970
            let moment = days * 86_400 + Int64(hour * 3600 + minute * 60 + second - zone)
            if moment <= latest { return Timestamp(nanoseconds: moment * 1_000_000_000) }
        }
        return nil
    }

    private static func month(_ text: RawSpan, _ start: Int) -> Int? {
        months.firstIndex { Lines.has($0, in: text, at: start) }.map { $0 + 1 }
    }

    /// Two digits, the first of which may be a space.
    private static func number(_ text: RawSpan, _ start: Int) -> Int? {
        guard let tens = text.uint8(at: start), let ones = text.uint8(at: start + 1), ones &- 0x30 < 10,
            tens == 0x20 || tens &- 0x30 < 10
        else { return nil }
        return (tens == 0x20 ? 0 : Int(tens - 0x30) * 10) + Int(ones - 0x30)
    }
}
