import Bytes

/// One JSON value as a flat list of tokens in the order of the text; a scanner over bytes that allocates nothing once warm.
///
///     {"a":[1,{"b":"x"}]}
///     0 object next 7 │ 1 key "a" │ 2 array next 7 │ 3 number 1 │ 4 object next 7 │ 5 key "b" │ 6 string "x"
///
/// Strings are checked but not unescaped, numbers are checked but not converted: a token says where the text lies. The
/// grammar is RFC 8259, with one leniency: a surrogate escape without its other half is accepted (it reads as U+FFFD),
/// because Windows command lines may hold one and a record must not vanish by it. UTF-8 is passed through unchecked.
public struct JSONTape: Sendable {
    /// Deepest nesting; the scan is a loop, so the cap protects its readers, not its stack.
    public static let depthLimit = 512
    /// Most tokens of one value.
    public static let tokenLimit = 1 << 20

    /// What a token is.
    public enum Kind: UInt8, Sendable {
        case object, array, key, string, number, yes, no, null
    }

    /// One token. 16 bytes.
    public struct Token: Sendable {
        /// Offset of its first byte in the scanned text; for keys and strings, after the quote.
        public let offset: UInt32
        /// Bytes, without quotes. For objects and arrays 0.
        public let length: UInt32
        /// Index of the token after this one and all it holds.
        public internal(set) var next: UInt32
        /// What it is.
        public let kind: Kind
        /// Whether a key or string holds a backslash.
        public let isEscaped: Bool
    }

    /// The tokens of the last scan; after a fault, those before it.
    public private(set) var tokens: [Token] = []
    private var open: [UInt32] = []

    /// An empty tape.
    public init() {}

    /// Scans the value that begins at or after `start` (white space before it is skipped). O(n), about 2 GB/s.
    ///
    /// - Parameter text: At most 4 GiB.
    /// - Returns: the offset after the value; what follows is the caller's to judge.
    /// - Throws: ``JSONFault``. The tokens before the fault stay readable, with open containers ending at it.
    public mutating func scan(_ text: RawSpan, from start: Int = 0) throws(JSONFault) -> Int {
        tokens.removeAll(keepingCapacity: true)
        open.removeAll(keepingCapacity: true)
        var position = start
        do {
            try scanValue(text, &position)
        } catch {
            for index in open { tokens[Int(index)].next = UInt32(tokens.count) }
            throw error
        }
        return position
    }

    private mutating func scanValue(_ text: RawSpan, _ position: inout Int) throws(JSONFault) {
        var inObject = false
        value: while true {
            Self.skipSpace(text, &position)
            guard let first = text.uint8(at: position) else { throw JSONFault(code: .truncated, offset: position) }
            switch first {
            case UInt8(ascii: "\""):
                try appendString(text, &position, kind: .string)
            case UInt8(ascii: "{"):
                try push(.object, at: position)
                position &+= 1
                Self.skipSpace(text, &position)
                inObject = true
                if text.uint8(at: position) != UInt8(ascii: "}") {
                    try appendKey(text, &position)
                    continue value
                }
            case UInt8(ascii: "["):
                try push(.array, at: position)
                position &+= 1
                Self.skipSpace(text, &position)
                inObject = false
                if text.uint8(at: position) != UInt8(ascii: "]") { continue value }
            case UInt8(ascii: "t"): try appendLiteral(text, &position, rest: 0x65_7572, count: 3, kind: .yes)
            case UInt8(ascii: "f"): try appendLiteral(text, &position, rest: 0x6573_6C61, count: 4, kind: .no)
            case UInt8(ascii: "n"): try appendLiteral(text, &position, rest: 0x6C_6C75, count: 3, kind: .null)
            default:
                try appendNumber(text, &position, first: first)
            }
            // A value has ended, or an empty container begun: close what ends here, go on after a comma.
            while let container = open.last {
                Self.skipSpace(text, &position)
                guard let byte = text.uint8(at: position) else { throw JSONFault(code: .truncated, offset: position) }
                if byte == UInt8(ascii: ","), Int(container) &+ 1 < tokens.count {
                    position &+= 1
                    if inObject {
                        Self.skipSpace(text, &position)
                        try appendKey(text, &position)
                    }
                    continue value
                }
                guard byte == (inObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    throw JSONFault(code: .syntax, offset: position)
                }
                position &+= 1
                inObject = pop()
            }
            return
        }
    }

    @inline(__always)
    private mutating func push(_ kind: Kind, at position: Int) throws(JSONFault) {
        guard open.count < Self.depthLimit else { throw JSONFault(code: .depth, offset: position) }
        open.append(UInt32(truncatingIfNeeded: tokens.count))
        try append(kind, position, 0, isEscaped: false)
    }

    /// Closes the innermost container; whether the one around it is an object.
    @inline(__always)
    private mutating func pop() -> Bool {
        if let index = open.popLast() { tokens[Int(index)].next = UInt32(truncatingIfNeeded: tokens.count) }
        guard let outer = open.last else { return false }
        return tokens[Int(outer)].kind == .object
    }

    @inline(__always)
    private mutating func append(
        _ kind: Kind, _ offset: Int, _ length: Int, isEscaped: Bool
    ) throws(JSONFault) {
        let index = tokens.count
        guard index < Self.tokenLimit else { throw JSONFault(code: .size, offset: offset) }
        tokens.append(
            Token(
                offset: UInt32(truncatingIfNeeded: offset), length: UInt32(truncatingIfNeeded: length),
                next: UInt32(truncatingIfNeeded: index &+ 1), kind: kind, isEscaped: isEscaped))
    }

    /// A key, its colon and the space around it.
    @inline(__always)
    private mutating func appendKey(_ text: RawSpan, _ position: inout Int) throws(JSONFault) {
        guard text.uint8(at: position) == UInt8(ascii: "\"") else {
            throw JSONFault(code: position >= text.byteCount ? .truncated : .syntax, offset: position)
        }
        try appendString(text, &position, kind: .key)
        Self.skipSpace(text, &position)
        guard text.uint8(at: position) == UInt8(ascii: ":") else {
            throw JSONFault(code: position >= text.byteCount ? .truncated : .syntax, offset: position)
        }
        position &+= 1
    }

    @inline(__always)
    private mutating func appendString(_ text: RawSpan, _ position: inout Int, kind: Kind) throws(JSONFault) {
        let start = position &+ 1
        var escaped = false
        let end = try JSONGrammar.endOfString(text, from: start, escaped: &escaped)
        try append(kind, start, end &- start, isEscaped: escaped)
        position = end &+ 1
    }

    @inline(__always)
    private mutating func appendLiteral(
        _ text: RawSpan, _ position: inout Int, rest: UInt32, count: Int, kind: Kind
    ) throws(JSONFault) {
        for index in 0..<count {
            guard let byte = text.uint8(at: position &+ 1 &+ index) else {
                throw JSONFault(code: .truncated, offset: position)
            }
            guard byte == UInt8(truncatingIfNeeded: rest >> UInt32(index &* 8)) else {
                throw JSONFault(code: .syntax, offset: position)
            }
        }
        try append(kind, position, count &+ 1, isEscaped: false)
        position &+= count &+ 1
    }

    @inline(__always)
    private mutating func appendNumber(_ text: RawSpan, _ position: inout Int, first: UInt8) throws(JSONFault) {
        guard first == UInt8(ascii: "-") || first &- 0x30 < 10 else {
            throw JSONFault(code: .syntax, offset: position)
        }
        let end = try JSONGrammar.endOfNumber(text, from: position)
        try append(.number, position, end &- position, isEscaped: false)
        position = end
    }

    /// Moves past spaces, tabs and line ends.
    @inline(__always)
    static func skipSpace(_ text: RawSpan, _ position: inout Int) {
        while let byte = text.uint8(at: position), byte <= 0x20 {
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position &+= 1
            // Pretty-printed documents are indented by runs of spaces.
            while text.uint64(at: position) == 0x2020_2020_2020_2020 { position &+= 8 }
        }
    }
}
