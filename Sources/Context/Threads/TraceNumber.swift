/// Numbers as traces and ETW consumers write them.
enum TraceNumber {
    /// `0x38`, `5368709120`, `1,795,452,070` or `NULL`; what follows a space, a bracket or (hex) a comma is left out. Nil for anything
    /// else and for what does not fit 64 bits. O(24).
    static func parse(_ text: String?) -> UInt64? {
        guard let text else { return nil }
        if text == "NULL" { return 0 }
        var bytes = text.utf8.prefix(40)
        if bytes.first == UInt8(ascii: "[") { bytes = bytes.dropFirst() }
        let isHex = ASCII.hasPrefix(bytes, "0x")
        return value(of: isHex ? bytes.dropFirst(2) : bytes, radix: isHex ? 16 : 10)
    }

    /// Hex digits with or without `0x`.
    static func hex(_ text: String?) -> UInt64? {
        guard let text else { return nil }
        let bytes = text.utf8.prefix(40)
        return value(of: ASCII.hasPrefix(bytes, "0x") ? bytes.dropFirst(2) : bytes, radix: 16)
    }

    /// The number behind the first `name=` of a text.
    static func value(named name: String, in text: String) -> UInt64? {
        guard let end = position(after: name, in: text.utf8, from: text.utf8.startIndex) else { return nil }
        return parse(String(decoding: text.utf8[end...].prefix(40), as: UTF8.self))
    }

    /// Where the text behind the first `word` begins. O(n · word).
    static func position(after word: String, in bytes: String.UTF8View, from start: String.Index) -> String.Index? {
        let word = Array(word.utf8)
        guard let first = word.first else { return nil }
        var position = start
        while let found = bytes[position...].firstIndex(of: first) {
            if bytes[found...].starts(with: word) { return bytes.index(found, offsetBy: word.count) }
            position = bytes.index(after: found)
        }
        return nil
    }

    private static func value(of digits: some Collection<UInt8>, radix: UInt64) -> UInt64? {
        var value: UInt64 = 0
        var count = 0
        for byte in digits {
            if byte == UInt8(ascii: ","), radix == 10, count > 0 { continue }
            if byte == UInt8(ascii: ","), count > 0 { return value }
            let digit: UInt64
            switch byte {
            case 0x30...0x39: digit = UInt64(byte) - 0x30
            case 0x41...0x46 where radix == 16: digit = UInt64(byte) - 0x41 + 10
            case 0x61...0x66 where radix == 16: digit = UInt64(byte) - 0x61 + 10
            case 0x20, 0x5D, 0x7D, 0x29, 0x2E, 0x2F: return count > 0 ? value : nil
            default: return nil
            }
            let (product, overflow) = value.multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            value = sum
            count += 1
        }
        return count > 0 ? value : nil
    }
}
