import Bytes

/// The parts of one call's text, as ranges of it: `name(arguments) = result<path> ERRNO (message) <duration>`.
struct StraceCallText: Sendable {
    var name = 0..<0
    /// The inside of the parentheses, without the mark of an unfinished call.
    var inside = 0..<0
    var arguments = CallArguments()
    var result = 0..<0
    /// What `-y` shows of a descriptor that is returned.
    var resultPath = 0..<0
    var errno = 0..<0
    var duration = 0..<0
    /// Whether the call never returned.
    var isUnfinished = false

    /// Reads the text in a range; false when it is no call.
    mutating func read(_ text: RawSpan, _ start: Int, _ end: Int) -> Bool {
        (result, resultPath, errno, duration, isUnfinished) = (0..<0, 0..<0, 0..<0, 0..<0, false)
        var position = start
        while position < end, let byte = text.uint8(at: position), Self.isName(byte) { position &+= 1 }
        guard position > start, position < end, text.uint8(at: position) == UInt8(ascii: "(") else { return false }
        name = start..<position
        let first = position &+ 1
        arguments.scan(text, first, end, annotated: true)
        guard let close = arguments.close ?? lastClose(text, first, end) else {
            inside = first..<trimmed(text, first, end)
            // A call whose end is still to come, or that ended with its process.
            guard isUnfinished else { return false }
            arguments.scan(text, first, inside.upperBound, annotated: true)
            return true
        }
        inside = first..<trimmed(text, first, close)
        if isUnfinished { arguments.scan(text, first, inside.upperBound, annotated: true) }
        readResult(text, close &+ 1, end)
        return !result.isEmpty
    }

    /// Letters, digits and `_`; `?` for calls that strace cannot name.
    @inline(__always)
    private static func isName(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || TraceText.isDigit(byte) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "?")
    }

    /// Where arguments end whose brackets do not match (a path in `<…>` can hold anything): the last `) = ` of the line.
    private mutating func lastClose(_ text: RawSpan, _ start: Int, _ end: Int) -> Int? {
        var position = end &- 4
        while position >= start {
            if text.uint8(at: position) == UInt8(ascii: ")"), text.uint8(at: position &+ 1) == 0x20 {
                let equals = TraceText.skipSpaces(text, position &+ 1, end)
                if text.uint8(at: equals) == UInt8(ascii: "="), text.uint8(at: equals &+ 1) == 0x20 {
                    arguments.scan(text, start, position, annotated: false)
                    return position
                }
            }
            position &-= 1
        }
        return nil
    }

    /// Where the arguments end without `<unfinished ...>` and what separates it.
    private mutating func trimmed(_ text: RawSpan, _ start: Int, _ end: Int) -> Int {
        // `...>`
        guard text.uint32(at: end &- 4) == 0x3E2E_2E2E else { return end }
        var last = end
        for mark in [StraceWords.unfinished, StraceWords.detached] {
            let position = end - mark.count
            guard position >= start, text.equals(mark, at: position, from: 0, length: mark.count) else { continue }
            isUnfinished = true
            last = position
            break
        }
        while last > start, let byte = text.uint8(at: last &- 1), byte == 0x20 || byte == UInt8(ascii: ",") {
            last &-= 1
        }
        return isUnfinished ? last : end
    }

    @inline(__always)
    private mutating func readResult(_ text: RawSpan, _ start: Int, _ end: Int) {
        var position = TraceText.skipSpaces(text, start, end)
        guard position < end, text.uint8(at: position) == UInt8(ascii: "=") else { return }
        position = TraceText.skipSpaces(text, position &+ 1, end)
        let last = readDuration(text, position, end)
        let first = position
        while position < last, let byte = text.uint8(at: position), byte != 0x20, byte != UInt8(ascii: "<") {
            position &+= 1
        }
        result = first..<position
        guard position < last else { return }
        if text.uint8(at: position) == UInt8(ascii: "<") {
            let behind = CallArguments.endOfAnnotation(text, position, last) ?? last
            resultPath = (position &+ 1)..<max(position &+ 1, behind &- 1)
            return
        }
        position = TraceText.skipSpaces(text, position, last)
        let word = position
        while position < last, let byte = text.uint8(at: position),
            byte &- UInt8(ascii: "A") < 26
                || TraceText.isDigit(byte) || byte == UInt8(ascii: "_")
        {
            position &+= 1
        }
        if position > word, text.uint8(at: word) == UInt8(ascii: "E") { errno = word..<position }
    }

    /// Notes `<0.000040>` at the end and answers where the rest ends.
    @inline(__always)
    private mutating func readDuration(_ text: RawSpan, _ start: Int, _ end: Int) -> Int {
        guard text.uint8(at: end &- 1) == UInt8(ascii: ">") else { return end }
        var position = end &- 1
        var points = 0
        while position > start, let byte = text.uint8(at: position &- 1),
            TraceText.isDigit(byte) || byte == UInt8(ascii: ".")
        {
            if byte == UInt8(ascii: ".") { points &+= 1 }
            position &-= 1
        }
        guard points == 1, position &- 2 >= start, text.uint16(at: position &- 2) == 0x3C20 else { return end }
        duration = position..<(end &- 1)
        return position &- 2
    }
}
