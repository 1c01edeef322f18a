import Bytes

/// Cuts the inside of a call's parentheses into its arguments.
///
///     openat(AT_FDCWD</>, "a,b", {flags=O_RDONLY, resolve=0}, 24) = 3
///            └ 0 ───────┘  └1┘   └ 2 ──────────────────────┘  └3┘
///
/// One walk; commas count only outside quotes, brackets, comments and the `<…>` that strace puts behind descriptors.
struct CallArguments: Sendable {
    /// Most arguments that are kept; the rest belongs to the last one.
    static let limit = 64

    /// Start and end of each argument, without surrounding spaces.
    private(set) var parts: [Range<Int>] = []
    /// Where an argument's first `"` stands, or -1.
    private(set) var quotes: [Int] = []
    /// Position of the closing parenthesis; nil when the text ends before.
    private(set) var close: Int?

    /// Walks from behind the opening parenthesis.
    ///
    /// - Parameters:
    ///   - escaped: Whether a backslash in a string escapes what follows (strace), or stands for itself (Windows' paths).
    ///   - annotated: Whether `<` behind a digit or `AT_FDCWD` opens what stands for a descriptor.
    /// - Complexity: O(n) in the length of the text.
    mutating func scan(_ text: RawSpan, _ start: Int, _ end: Int, escaped: Bool = true, annotated: Bool) {
        if !parts.isEmpty { parts.removeAll(keepingCapacity: true) }
        if !quotes.isEmpty { quotes.removeAll(keepingCapacity: true) }
        close = nil
        var depth = 0
        var position = start
        var first = start
        var quote = -1
        var annotated = annotated
        var commented = true
        while position < end, let byte = text.uint8(at: position) {
            switch byte {
            case UInt8(ascii: "\""):
                if quote < 0 { quote = position }
                position =
                    escaped ? Self.endOfString(text, position, end) : Self.endOfPlainString(text, position, end)
                continue
            case UInt8(ascii: ","):
                if depth == 0, parts.count < Self.limit {
                    add(text, first, position, quote)
                    first = position &+ 1
                    quote = -1
                }
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth &+= 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth &- 1)
            case UInt8(ascii: ")"):
                if depth == 0 {
                    close = position
                    if position > start { add(text, first, position, quote) }
                    return
                }
                depth &-= 1
            case UInt8(ascii: "<") where annotated:
                if text.uint8(at: position &+ 1) == UInt8(ascii: "<") {
                    position &+= 1
                } else if position > start, let before = text.uint8(at: position &- 1),
                    TraceText.isDigit(before) || before == UInt8(ascii: "D")
                {
                    if let behind = Self.endOfAnnotation(text, position, end) {
                        position = behind
                        continue
                    }
                    annotated = false
                }
            case UInt8(ascii: "/") where commented && text.uint8(at: position &+ 1) == UInt8(ascii: "*"):
                if let behind = Self.endOfComment(text, position, end) {
                    position = behind
                    continue
                }
                commented = false
            default: break
            }
            position &+= 1
        }
        if end > start { add(text, first, end, quote) }
    }

    private mutating func add(_ text: RawSpan, _ start: Int, _ end: Int, _ quote: Int) {
        let first = TraceText.skipSpaces(text, start, end)
        var last = end
        while last > first, text.uint8(at: last &- 1) == 0x20 { last &-= 1 }
        parts.append(first..<last)
        quotes.append(quote)
    }

    /// Position behind the string that opens at `start`; `end` when it does not close.
    ///
    /// Nearly all strings are long and hold no backslash: then two searches for a byte tell. Equal to
    /// ``endOfStringByByte(_:_:_:)``, which a test proves.
    @inline(__always)
    static func endOfString(_ text: RawSpan, _ start: Int, _ end: Int) -> Int {
        guard let quote = TraceText.first(UInt8(ascii: "\""), in: text, start &+ 1, end) else { return end }
        guard let escape = TraceText.first(UInt8(ascii: "\\"), in: text, start &+ 1, quote) else { return quote &+ 1 }
        return endOfStringByByte(text, escape &- 1, end)
    }

    /// The same, byte by byte.
    static func endOfStringByByte(_ text: RawSpan, _ start: Int, _ end: Int) -> Int {
        var position = start &+ 1
        while position < end, let byte = text.uint8(at: position) {
            if byte == UInt8(ascii: "\"") { return position &+ 1 }
            position &+= byte == UInt8(ascii: "\\") ? 2 : 1
        }
        return end
    }

    /// The same where backslashes stand for themselves.
    @inline(__always)
    static func endOfPlainString(_ text: RawSpan, _ start: Int, _ end: Int) -> Int {
        min(end, (TraceText.first(UInt8(ascii: "\""), in: text, start &+ 1, end) ?? end) &+ 1)
    }

    /// Position behind the `<…>` that opens at `start`, which may hold others (`</dev/null<char 1:3>>`), arrows
    /// (`<TCP:[a:1->b:2]>`) and quoted paths; nil when it does not close.
    ///
    /// Most hold a plain path: then the first `>` ends it. Equal to ``endOfAnnotationByByte(_:_:_:)``, which a test proves.
    static func endOfAnnotation(_ text: RawSpan, _ start: Int, _ end: Int) -> Int? {
        guard let close = TraceText.first(UInt8(ascii: ">"), in: text, start &+ 1, end) else { return nil }
        if text.uint8(at: close &- 1) != UInt8(ascii: "-"),
            TraceText.first(UInt8(ascii: "<"), in: text, start &+ 1, close) == nil,
            TraceText.first(UInt8(ascii: "\\"), in: text, start &+ 1, close) == nil
        {
            return close &+ 1
        }
        return endOfAnnotationByByte(text, start, end)
    }

    /// The same, byte by byte.
    static func endOfAnnotationByByte(_ text: RawSpan, _ start: Int, _ end: Int) -> Int? {
        var depth = 0
        var position = start
        while position < end, let byte = text.uint8(at: position) {
            switch byte {
            case UInt8(ascii: "<"): depth &+= 1
            case UInt8(ascii: ">"):
                if text.uint8(at: position &- 1) != UInt8(ascii: "-") {
                    depth &-= 1
                    if depth == 0 { return position &+ 1 }
                }
            case UInt8(ascii: "\\"): position &+= 1
            default: break
            }
            position &+= 1
        }
        return nil
    }

    private static func endOfComment(_ text: RawSpan, _ start: Int, _ end: Int) -> Int? {
        var position = start &+ 2
        while let star = TraceText.first(UInt8(ascii: "*"), in: text, position, end), star &+ 1 < end {
            if text.uint8(at: star &+ 1) == UInt8(ascii: "/") { return star &+ 2 }
            position = star &+ 1
        }
        return nil
    }
}
