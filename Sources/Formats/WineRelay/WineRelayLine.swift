import Bytes

/// One line of a relay trace, cut into its parts: `[seconds.millis:][pid:]tid:Call name(arguments) ret=address`.
struct WineRelayLine {
    /// Hexadecimal digits; empty when the trace has none.
    var process = 0..<0
    /// Hexadecimal digits.
    var thread = 0..<0
    var isCall = false
    var isReturn = false
    /// `KERNEL32.WriteProcessMemory`, `PE DLL`, `TLS callback`.
    var name = 0..<0
    /// Between the parentheses.
    var arguments = 0..<0
    /// Digits of `retval=`; empty for calls and for functions without one.
    var result = 0..<0

    private static let call = Array("Call ".utf8)
    private static let back = Array("Ret  ".utf8)
    private static let value = Array("retval=".utf8)

    /// Nil for lines that do not begin as Wine's do.
    init?(_ text: RawSpan, _ start: Int, _ end: Int) {
        var position = start
        let digits = TraceText.skipDigits(text, position, end)
        if digits > position, text.uint8(at: digits) == UInt8(ascii: ".") {
            position = TraceText.skipDigits(text, digits + 1, end)
            guard position < end, text.uint8(at: position) == UInt8(ascii: ":") else { return nil }
            position += 1
        }
        guard let first = Self.id(text, &position, end) else { return nil }
        if let second = Self.id(text, &position, end) {
            (process, thread) = (first, second)
        } else {
            thread = first
        }
        isCall = TraceText.stands(Self.call, in: text, at: position, before: end)
        isReturn = TraceText.stands(Self.back, in: text, at: position, before: end)
        guard isCall || isReturn else { return }
        var last = end
        while last > position, let byte = text.uint8(at: last - 1), byte == 0x0D || byte == 0x20 { last -= 1 }
        let begin = position + Self.call.count
        guard let open = TraceText.first(UInt8(ascii: "("), in: text, begin, last),
            let close = Self.close(text, open, last)
        else { return nil }
        name = begin..<open
        while let byte = text.uint8(at: name.upperBound - 1), byte == 0x20, !name.isEmpty {
            name = name.lowerBound..<(name.upperBound - 1)
        }
        arguments = (open + 1)..<close
        guard isReturn, let found = TraceText.find(Self.value, in: text, close..<last) else { return }
        let from = found + Self.value.count
        var to = from
        while to < last, let byte = text.uint8(at: to), Self.isHex(byte) { to += 1 }
        result = from..<to
    }

    /// The parenthesis that ends the arguments: the first one outside quotes.
    private static func close(_ text: RawSpan, _ open: Int, _ end: Int) -> Int? {
        var isQuoted = false
        var position = open + 1
        while position < end, let byte = text.uint8(at: position) {
            if isQuoted, byte == UInt8(ascii: "\\") { position += 1 } else if byte == 0x22 { isQuoted.toggle() }
            if !isQuoted, byte == UInt8(ascii: ")") { return position }
            position += 1
        }
        return nil
    }

    /// Four to eight hexadecimal digits and a colon.
    private static func id(_ text: RawSpan, _ position: inout Int, _ end: Int) -> Range<Int>? {
        var last = position
        while last < end, let byte = text.uint8(at: last), isHex(byte), last - position < 9 { last += 1 }
        guard 4...8 ~= last - position, text.uint8(at: last) == UInt8(ascii: ":") else { return nil }
        defer { position = last + 1 }
        return position..<last
    }

    static func isHex(_ byte: UInt8) -> Bool { TraceText.isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }
}
