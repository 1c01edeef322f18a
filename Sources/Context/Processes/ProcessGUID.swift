/// Sysmon's `ProcessGuid`: unique where process ids are not. Kept as its 32 hex digits.
public struct ProcessGUID: Hashable, Comparable, Sendable, Codable {
    let high: UInt64
    let low: UInt64

    /// A GUID as text, with or without braces, any case; nil when it is none or all zero. O(n).
    public init?(_ text: String) {
        var value: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for byte in text.utf8.prefix(48) {
            guard ASCII.isHexDigit(byte) else {
                if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") { continue }
                return nil
            }
            let nibble = UInt64(byte < 0x3A ? byte - 0x30 : (byte | 0x20) - 0x57)
            digits += 1
            if digits <= 16 { value.0 = value.0 << 4 | nibble } else { value.1 = value.1 << 4 | nibble }
        }
        guard digits == 32, value != (0, 0) else { return nil }
        (high, low) = value
    }

    /// A GUID from its two halves; nil when both are zero.
    init?(high: UInt64, low: UInt64) {
        guard high != 0 || low != 0 else { return nil }
        (self.high, self.low) = (high, low)
    }

    /// Orders GUIDs by their 128 bits as one unsigned number.
    public static func < (left: ProcessGUID, right: ProcessGUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
