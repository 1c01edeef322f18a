/// Writes JSON straight into bytes, without a tree in between.
///
/// The caller opens, names and closes; the writer places commas and escapes. Text is always valid UTF-8 (a `String` is),
/// and characters that ``TextSafety`` would show by a stand-in are written as `\u` escapes: nothing is lost, and a line
/// that is printed on a terminal cannot act on it.
struct JSONWriter {
    /// What has been written.
    var bytes: [UInt8] = []
    private var needsComma = false

    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    mutating func openObject() { open(UInt8(ascii: "{")) }
    mutating func closeObject() { close(UInt8(ascii: "}")) }
    mutating func openArray() { open(UInt8(ascii: "[")) }
    mutating func closeArray() { close(UInt8(ascii: "]")) }

    /// The name of the next member.
    mutating func name(_ name: String) {
        separate()
        appendEscaped(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func value(_ text: String) {
        separate()
        appendEscaped(text)
    }

    mutating func value(_ number: Int64) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
    }

    mutating func value(_ flag: Bool) {
        separate()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    mutating func member(_ name: String, _ text: String) {
        self.name(name)
        value(text)
    }

    mutating func member(_ name: String, _ number: Int64) {
        self.name(name)
        value(number)
    }

    mutating func member(_ name: String, _ texts: [String]) {
        self.name(name)
        openArray()
        for text in texts { value(text) }
        closeArray()
    }

    /// Ends the line of a newline-delimited document.
    mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func appendEscaped(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ $0 < 0x7F }) {
            for byte in text.utf8 { append(ascii: byte) }
        } else {
            for scalar in text.unicodeScalars { append(scalar) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(ascii byte: UInt8) {
        if byte == 0x22 || byte == 0x5C {
            bytes.append(0x5C)
            bytes.append(byte)
        } else if byte >= 0x20 {
            bytes.append(byte)
        } else {
            appendControl(byte)
        }
    }

    private mutating func appendControl(_ byte: UInt8) {
        switch byte {
        case 0x0A: bytes.append(contentsOf: [0x5C, UInt8(ascii: "n")])
        case 0x0D: bytes.append(contentsOf: [0x5C, UInt8(ascii: "r")])
        case 0x09: bytes.append(contentsOf: [0x5C, UInt8(ascii: "t")])
        default: appendEscape(UInt16(byte))
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        if scalar.value < 0x7F {
            append(ascii: UInt8(scalar.value))
        } else if TextSafety.isHidden(scalar) {
            for unit in String(scalar).utf16 { appendEscape(unit) }
        } else {
            bytes.append(contentsOf: String(scalar).utf8)
        }
    }

    private mutating func appendEscape(_ unit: UInt16) {
        bytes.append(contentsOf: [0x5C, UInt8(ascii: "u")])
        for shift in [12, 8, 4, 0] {
            let digit = UInt8(truncatingIfNeeded: unit >> UInt16(shift)) & 0xF
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
