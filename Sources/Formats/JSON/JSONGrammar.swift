import Bytes

/// The two productions of JSON that take a loop: strings and numbers.
enum JSONGrammar {
    /// Offset of the quote that ends the string whose inside begins at `start`.
    ///
    /// Eight bytes a step: for each byte b of the word, `(b - 1) & ~b & 0x80` is set where b is zero; applied to the word
    /// xor-ed with quotes and with backslashes, and with 0x20 for controls. A borrow can only falsify bytes above a true
    /// hit, and only the lowest hit is used.
    @inline(__always)
    static func endOfString(_ text: RawSpan, from start: Int, escaped: inout Bool) throws(JSONFault) -> Int {
        var position = start
        while true {
            if let word = text.uint64(at: position) {
                let quotes = word ^ 0x2222_2222_2222_2222
                let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
                let hits =
                    (((quotes &- 0x0101_0101_0101_0101) & ~quotes)
                        | ((slashes &- 0x0101_0101_0101_0101) & ~slashes)
                        | ((word &- 0x2020_2020_2020_2020) & ~word)) & 0x8080_8080_8080_8080
                if hits == 0 {
                    position &+= 8
                    continue
                }
                position &+= hits.trailingZeroBitCount &>> 3
            }
            guard let byte = text.uint8(at: position) else { throw JSONFault(code: .truncated, offset: position) }
            if byte == UInt8(ascii: "\"") { return position }
            if byte == UInt8(ascii: "\\") {
                escaped = true
                position = try endOfEscape(text, from: position)
            } else {
                guard byte >= 0x20 else { throw JSONFault(code: .control, offset: position) }
                position &+= 1
            }
        }
    }

    /// Offset after the escape whose backslash stands at `start`.
    @inline(__always)
    private static func endOfEscape(_ text: RawSpan, from start: Int) throws(JSONFault) -> Int {
        switch text.uint8(at: start &+ 1) {
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "r"),
            UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"):
            return start &+ 2
        case UInt8(ascii: "u"):
            for index in 2..<6 {
                guard let digit = text.uint8(at: start &+ index) else {
                    throw JSONFault(code: .truncated, offset: start)
                }
                let isHex = digit &- 0x30 < 10 || (digit | 0x20) &- 0x61 < 6
                guard isHex else { throw JSONFault(code: .escape, offset: start) }
            }
            return start &+ 6
        case nil:
            throw JSONFault(code: .truncated, offset: start)
        default:
            throw JSONFault(code: .escape, offset: start)
        }
    }

    /// Offset after the number at `start`: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
    @inline(__always)
    static func endOfNumber(_ text: RawSpan, from start: Int) throws(JSONFault) -> Int {
        var position = start
        if text.uint8(at: position) == UInt8(ascii: "-") { position &+= 1 }
        let whole = position
        try skipDigits(text, &position)
        if text.uint8(at: whole) == UInt8(ascii: "0"), position > whole &+ 1 {
            throw JSONFault(code: .number, offset: start)
        }
        if text.uint8(at: position) == UInt8(ascii: ".") {
            position &+= 1
            try skipDigits(text, &position)
        }
        if let byte = text.uint8(at: position), byte | 0x20 == UInt8(ascii: "e") {
            position &+= 1
            if let sign = text.uint8(at: position), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                position &+= 1
            }
            try skipDigits(text, &position)
        }
        return position
    }

    /// Moves past one digit or more.
    @inline(__always)
    private static func skipDigits(_ text: RawSpan, _ position: inout Int) throws(JSONFault) {
        let start = position
        while let byte = text.uint8(at: position), byte &- 0x30 < 10 { position &+= 1 }
        guard position > start else {
            throw JSONFault(code: position >= text.byteCount ? .truncated : .number, offset: position)
        }
    }
}
