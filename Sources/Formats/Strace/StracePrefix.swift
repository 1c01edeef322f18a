import Bytes

/// What stands in a line of strace before the call: process, name, time.
///
///     3572  17:12:41.814130 connect(…        -f -o FILE -tt
///     3546<runc> 1795454836.095260 …         -Y -ttt
///     [pid  3572]      0.000123 …            -f -r on a terminal
///     17:12:41 (+     0.000123) [ 257] [00007f5e3a4d2f0b] openat(…     -t -r -n -i
struct StracePrefix {
    /// What the time column shows.
    enum Time: Equatable {
        case none
        /// Nanoseconds after midnight, local time.
        case clock(Int)
        /// Nanoseconds since 1970.
        case epoch(Int64)
        /// Nanoseconds after the line before.
        case relative(Int)
    }

    /// Digits of the process id; empty where the line has none.
    var pid = 0..<0
    /// The process id, or -1.
    var pidValue = -1
    /// What `-Y` shows of the process; empty without it.
    var name = 0..<0
    var time = Time.none
    /// Where the call, or whatever stands instead of it, begins.
    var end = 0

    /// Seconds below which a number with a fraction is a distance, not a moment.
    private static let firstEpoch = 100_000_000
    private static let bracket = Array("[pid".utf8)

    /// Reads what stands at the start of a line.
    @inline(__always)
    static func read(_ text: RawSpan, _ start: Int, _ end: Int) -> StracePrefix {
        var prefix = StracePrefix()
        prefix.end = start
        guard start < end, let first = text.uint8(at: start) else { return prefix }
        if first == UInt8(ascii: "["), TraceText.stands(bracket, in: text, at: start, before: end) {
            prefix.readBracketedProcess(text, start, end)
        } else if TraceText.isDigit(first) {
            prefix.readProcess(text, start, end)
        }
        prefix.end = TraceText.skipSpaces(text, prefix.end, end)
        prefix.readTime(text, end)
        prefix.skipDistance(text, end)
        while prefix.skipColumn(text, end) {}
        return prefix
    }

    private mutating func readBracketedProcess(_ text: RawSpan, _ start: Int, _ end: Int) {
        let digits = TraceText.skipSpaces(text, start + Self.bracket.count, end)
        var position = TraceText.skipDigits(text, digits, end)
        guard let value = TraceText.number(text, digits..<position) else { return }
        let number = digits..<position
        let comm = readName(text, &position, end)
        guard let close = TraceText.first(UInt8(ascii: "]"), in: text, position, end) else { return }
        (pid, pidValue, name) = (number, value, comm)
        self.end = close + 1
    }

    private mutating func readProcess(_ text: RawSpan, _ start: Int, _ end: Int) {
        var position = TraceText.skipDigits(text, start, end)
        let digits = start..<position
        guard let next = text.uint8(at: position), position < end, next == 0x20 || next == UInt8(ascii: "<"),
            let value = TraceText.number(text, digits)
        else { return }
        let comm = readName(text, &position, end)
        let behind = TraceText.skipSpaces(text, position, end)
        // `--absolute-timestamps=format:unix` without a fraction: a number no process id can be.
        if comm.isEmpty, value >= Self.firstEpoch {
            time = .epoch(Int64(clamping: value.multipliedReportingOverflow(by: 1_000_000_000).partialValue))
            self.end = behind
            return
        }
        (pid, pidValue, name, self.end) = (digits, value, comm, behind)
        skipComment(text, end)
    }

    /// `/* 1234 in strace's PID NS */` of `--decode-pids=pidns`.
    private mutating func skipComment(_ text: RawSpan, _ end: Int) {
        guard self.end < end, text.uint16(at: self.end) == 0x2A2F else { return }
        guard let close = TraceText.first(UInt8(ascii: "/"), in: text, self.end + 2, end) else { return }
        self.end = TraceText.skipSpaces(text, close + 1, end)
    }

    private func readName(_ text: RawSpan, _ position: inout Int, _ end: Int) -> Range<Int> {
        guard position < end, text.uint8(at: position) == UInt8(ascii: "<"),
            let close = TraceText.first(UInt8(ascii: ">"), in: text, position, end)
        else { return 0..<0 }
        let range = (position + 1)..<close
        position = close + 1
        return range
    }

    @inline(__always)
    private mutating func readTime(_ text: RawSpan, _ end: Int) {
        let start = self.end
        let digits = TraceText.skipDigits(text, start, end)
        guard digits > start, digits < end, let next = text.uint8(at: digits) else { return }
        if next == UInt8(ascii: ":") {
            guard let clock = TraceText.clock(text, start, end) else { return }
            time = .clock(clock.nanoseconds)
            self.end = TraceText.skipSpaces(text, clock.end, end)
        } else if next == UInt8(ascii: ".") {
            let fractionEnd = TraceText.skipDigits(text, digits &+ 1, end)
            guard text.uint8(at: fractionEnd) == 0x20, let whole = TraceText.number(text, start..<digits),
                whole < 9_000_000_000
            else { return }
            let nanoseconds = whole &* 1_000_000_000 &+ TraceText.fraction(text, (digits &+ 1)..<fractionEnd)
            time = whole >= Self.firstEpoch ? .epoch(Int64(nanoseconds)) : .relative(nanoseconds)
            self.end = TraceText.skipSpaces(text, fractionEnd, end)
        } else if next == 0x20, let whole = TraceText.number(text, start..<digits), whole >= Self.firstEpoch,
            whole < 9_000_000_000
        {
            time = .epoch(Int64(whole) &* 1_000_000_000)
            self.end = TraceText.skipSpaces(text, digits, end)
        }
    }

    /// `(+     0.000123) `: what `-r` adds to an absolute time.
    @inline(__always)
    private mutating func skipDistance(_ text: RawSpan, _ end: Int) {
        guard self.end < end, text.uint16(at: self.end) == 0x2B28,
            let close = TraceText.first(UInt8(ascii: ")"), in: text, self.end, end)
        else { return }
        self.end = TraceText.skipSpaces(text, close &+ 1, end)
    }

    /// `[ 257] ` of `-n`, `[00007f5e3a4d2f0b] ` of `-i`.
    @inline(__always)
    private mutating func skipColumn(_ text: RawSpan, _ end: Int) -> Bool {
        guard self.end < end, text.uint8(at: self.end) == UInt8(ascii: "[") else { return false }
        var position = TraceText.skipSpaces(text, self.end &+ 1, end)
        let first = position
        while position < end, let byte = text.uint8(at: position),
            TraceEscapes.hexadecimal(byte) != nil || byte == UInt8(ascii: "?")
        {
            position &+= 1
        }
        guard position > first, position &+ 1 < end, text.uint16(at: position) == 0x205D else { return false }
        self.end = TraceText.skipSpaces(text, position &+ 1, end)
        return true
    }
}
