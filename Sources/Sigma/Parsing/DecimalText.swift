/// Reading numbers from text, by bytes: the one definition of "is a number" that rules and event values share.
enum DecimalText {
    /// `[+-]?digits[.digits]`, nothing around it: what an event value must look like to be compared as a number.
    static func number(_ text: String) -> Double? {
        var state = 0
        for byte in text.utf8 {
            switch (state, byte) {
            case (0, UInt8(ascii: "+")), (0, UInt8(ascii: "-")): state = 1
            case (0...2, 0x30...0x39): state = 2
            case (2, UInt8(ascii: ".")): state = 3
            case (3...4, 0x30...0x39): state = 4
            default: return nil
            }
        }
        guard state == 2 || state == 4 else { return nil }
        return Double(text)
    }

    /// A plain YAML scalar that is a number: decimal without leading zeros, fraction, exponent, or `0x…`.
    static func yamlNumber(_ text: String) -> Double? {
        var bytes = Array(text.utf8)[...]
        guard let first = bytes.first, first < 0x3A, first > 0x2A, bytes.count <= 64 else { return nil }
        let negative = first == UInt8(ascii: "-")
        if negative || first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
        if bytes.starts(with: [0x30, UInt8(ascii: "x")]), let mark = text.firstIndex(of: "x") {
            guard let value = UInt64(text[text.index(after: mark)...], radix: 16) else { return nil }
            return negative ? -Double(value) : Double(value)
        }
        guard let digit = bytes.first, (0x30...0x39).contains(digit) else { return nil }
        if digit == 0x30, bytes.count > 1, (0x30...0x39).contains(bytes[bytes.startIndex + 1]) { return nil }
        guard bytes.allSatisfy({ isNumberByte($0) }) else { return nil }
        return Double(text)
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
