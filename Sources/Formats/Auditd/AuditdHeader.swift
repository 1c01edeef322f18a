import Bytes
import Events

/// What stands before the fields of an audit record.
///
///     type=SYSCALL msg=audit(1795453843.707:358472): arch=…
///     node=host type=PATH msg=audit(…): …
///     Nov 23 17:10:43 host kernel: audit: type=1300 audit(1364481363.243:24287): …
///     host audispd: type=CWD msg=audit(…): …
///     type=SYSCALL msg=audit(11/23/26 17:10:43.707:358472) : arch=x86_64 …     ausearch -i
struct AuditdHeader {
    var node = 0..<0
    var type = 0..<0
    var time = Timestamp.unknown
    var serial: UInt64 = 0
    /// Where the fields begin.
    var body = 0
    /// Whether values are interpreted (`ausearch -i`): not quoted, not encoded.
    var isInterpreted = false

    /// Bytes of a line in which the header must begin.
    private static let reach = 512

    /// Reads the header of a line; nil when it has none.
    @inline(__always)
    static func read(_ text: RawSpan, _ start: Int, _ end: Int, zone: Int) -> AuditdHeader? {
        var header = AuditdHeader()
        var position = start
        if text.uint32(at: start) != 0x6570_7974, text.uint32(at: start) != 0x6564_6F6E {
            // Not `type`, not `node`.
            guard let behind = header.skipForeign(text, start, end) else { return nil }
            position = behind
        }
        if TraceText.stands(AuditdWords.node, in: text, at: position, before: end) {
            let first = position &+ 5
            position = endOfWord(text, first, end)
            header.node = first..<position
            position = TraceText.skipSpaces(text, position, end)
        }
        guard TraceText.stands(AuditdWords.type, in: text, at: position, before: end) else { return nil }
        let first = position &+ 5
        position = endOfWord(text, first, end)
        guard position > first else { return nil }
        header.type = first..<position
        position = TraceText.skipSpaces(text, position, end)
        if TraceText.stands(AuditdWords.message, in: text, at: position, before: end) { position &+= 4 }
        guard TraceText.stands(AuditdWords.stamp, in: text, at: position, before: end) else { return nil }
        return header.readStamp(text, position &+ 6, end, zone) ? header : nil
    }

    @inline(__always)
    private static func endOfWord(_ text: RawSpan, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position < end, let byte = text.uint8(at: position), byte != 0x20 { position &+= 1 }
        return position
    }

    /// A syslog prefix: the record goes on behind it. Its host is the node where the record names none.
    private mutating func skipForeign(_ text: RawSpan, _ start: Int, _ end: Int) -> Int? {
        let limit = min(end, start + Self.reach)
        let type = TraceText.find(AuditdWords.spaceType, in: text, start..<limit)
        let node = TraceText.find(AuditdWords.spaceNode, in: text, start..<limit)
        guard let hit = [type, node].compactMap(\.self).min() else { return nil }
        // `Nov 23 17:10:43 host `
        if start + 16 < hit, text.uint8(at: start + 9) == UInt8(ascii: ":"), text.uint8(at: start + 15) == 0x20 {
            self.node = (start + 16)..<Self.endOfWord(text, start + 16, hit)
        }
        return hit + 1
    }

    /// `seconds.milliseconds:serial): ` or `month/day/year hours:minutes:seconds.milliseconds:serial) : `.
    @inline(__always)
    private mutating func readStamp(_ text: RawSpan, _ start: Int, _ end: Int, _ zone: Int) -> Bool {
        let digits = TraceText.skipDigits(text, start, end)
        var position: Int
        if text.uint8(at: digits) == UInt8(ascii: "."), let seconds = TraceText.number(text, start..<digits),
            seconds < 9_000_000_000
        {
            position = TraceText.skipDigits(text, digits &+ 1, end)
            let fraction = TraceText.fraction(text, (digits &+ 1)..<position)
            time = Timestamp(nanoseconds: Int64(seconds &* 1_000_000_000 &+ fraction))
        } else {
            guard let behind = readDate(text, start, end, zone) else { return false }
            position = behind
            isInterpreted = true
        }
        guard position < end, text.uint8(at: position) == UInt8(ascii: ":") else { return false }
        let last = TraceText.skipDigits(text, position &+ 1, end)
        guard last < end, text.uint8(at: last) == UInt8(ascii: ")"),
            let number = TraceText.number(text, (position &+ 1)..<last)
        else { return false }
        serial = UInt64(number)
        body = last &+ 1
        while body < end, let byte = text.uint8(at: body), byte == 0x20 || byte == UInt8(ascii: ":") { body &+= 1 }
        return true
    }

    /// `11/23/26 17:10:43.707`, month first as in the C locale unless the first number can only be a day.
    private mutating func readDate(_ text: RawSpan, _ start: Int, _ end: Int, _ zone: Int) -> Int? {
        var position = start
        var numbers: [Int] = []
        while numbers.count < 3 {
            let last = TraceText.skipDigits(text, position, end)
            guard let number = TraceText.number(text, position..<last) else { return nil }
            numbers.append(number)
            let separator: UInt8 = numbers.count == 3 ? 0x20 : UInt8(ascii: "/")
            guard text.uint8(at: last) == separator else { return nil }
            position = last + 1
        }
        let (month, day) = numbers[0] > 12 ? (numbers[1], numbers[0]) : (numbers[0], numbers[1])
        let year = numbers[2] < 100 ? 2000 + numbers[2] : numbers[2]
        guard 1...12 ~= month, 1970...2261 ~= year, 1...CivilDate.days(inMonth: month, of: year) ~= day,
            let clock = TraceText.clock(text, position, end)
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        let midnight = (days * 86_400 - Int64(zone)) * 1_000_000_000
        time = Timestamp(nanoseconds: midnight + Int64(clock.nanoseconds))
        return clock.end
    }
}

/// The words of audit records, as bytes.
enum AuditdWords {
    static let node = Array("node=".utf8)
    static let type = Array("type=".utf8)
    static let spaceNode = Array(" node=".utf8)
    static let spaceType = Array(" type=".utf8)
    static let message = Array("msg=".utf8)
    static let stamp = Array("audit(".utf8)
    static let endOfEvent = Array("EOE".utf8)
    static let endOfEventNumber = Array("1320".utf8)
    static let proctitle = Array("PROCTITLE".utf8)
    static let program = Array("EXECVE".utf8)
    static let syscall = Array("SYSCALL".utf8)
    static let path = Array("PATH".utf8)
    static let parent = Array("PARENT".utf8)
    static let lost = Array("audit_lost=".utf8)
    static let separator = Array("----".utf8)
    static let timeLine = Array("time->".utf8)
    static let no = Array("no".utf8)
    /// Records of user space: each is an event of its own.
    static let single = [
        "USER_", "CRED_", "DAEMON_", "SERVICE_", "SYSTEM_", "ADD_", "DEL_", "GRP_", "ACCT_", "SOFTWARE_", "CRYPTO_",
        "VIRT_", "CHGRP_", "CHUSER_",
    ].map { Array($0.utf8) }
}
