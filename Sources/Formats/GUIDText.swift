import Bytes

/// GUIDs as text.
enum GUIDText {
    /// `{5770385f-c22a-43e0-bf4c-06f5698ffbd9}`, as Windows shows it, for the 36 characters without braces; nil when the
    /// text is no GUID.
    static func braced(_ text: RawSpan) -> [UInt8]? {
        guard text.byteCount == 36 else { return nil }
        var result: [UInt8] = [UInt8(ascii: "{")]
        result.reserveCapacity(38)
        for index in 0..<36 {
            guard let byte = text.uint8(at: index) else { return nil }
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                result.append(byte)
            } else if byte &- 0x30 < 10 {
                result.append(byte)
            } else {
                guard (byte | 0x20) &- 0x61 < 6 else { return nil }
                result.append(byte | 0x20)
            }
        }
        result.append(UInt8(ascii: "}"))
        return result
    }
}
