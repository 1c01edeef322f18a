import Bytes

/// A typed value to be written.
public struct EVTXWriterValue: Sendable, Hashable {
    /// What it holds.
    enum Content: Sendable, Hashable {
        case bytes(EVTXValueType, [UInt8])
        case instance(BinXMLInstance)
        case fragment([BinXMLNode])
    }

    let content: Content

    init(_ content: Content) { self.content = content }

    /// A value of any type from its bytes as they stand in the file: for what the factories below do not make.
    public init(type: EVTXValueType, bytes: [UInt8]) { content = .bytes(type, bytes) }

    /// The type byte in the descriptor.
    var type: EVTXValueType {
        switch content {
        case .bytes(let type, _): type
        case .instance, .fragment: .binXML
        }
    }

    /// No value.
    public static let null = Self(type: .null, bytes: [])
    /// Text.
    public static func string(_ text: String) -> Self { Self(type: .string, bytes: utf16(text)) }
    /// Several texts; they may not contain NUL.
    public static func strings(_ texts: [String]) -> Self {
        Self(type: EVTXValueType(rawValue: 0x81), bytes: texts.flatMap { utf16($0) + [0, 0] })
    }
    /// Signed integer, 4 bytes.
    public static func int32(_ value: Int32) -> Self { Self(type: .int32, bytes: little(value)) }
    /// Signed integer, 8 bytes.
    public static func int64(_ value: Int64) -> Self { Self(type: .int64, bytes: little(value)) }
    /// Unsigned integer, 1 byte.
    public static func uint8(_ value: UInt8) -> Self { Self(type: .uint8, bytes: [value]) }
    /// Unsigned integer, 2 bytes.
    public static func uint16(_ value: UInt16) -> Self { Self(type: .uint16, bytes: little(value)) }
    /// Unsigned integer, 4 bytes.
    public static func uint32(_ value: UInt32) -> Self { Self(type: .uint32, bytes: little(value)) }
    /// Unsigned integer, 8 bytes.
    public static func uint64(_ value: UInt64) -> Self { Self(type: .uint64, bytes: little(value)) }
    /// Unsigned integer shown in hex, 4 bytes.
    public static func hexInt32(_ value: UInt32) -> Self { Self(type: .hexInt32, bytes: little(value)) }
    /// Unsigned integer shown in hex, 8 bytes.
    public static func hexInt64(_ value: UInt64) -> Self { Self(type: .hexInt64, bytes: little(value)) }
    /// A number of pointer size on 64-bit Windows, shown in hex.
    public static func pointer(_ value: UInt64) -> Self { Self(type: .sizeT, bytes: little(value)) }
    /// Boolean, 4 bytes.
    public static func bool(_ value: Bool) -> Self { Self(type: .bool, bytes: little(UInt32(value ? 1 : 0))) }
    /// IEEE 754, 8 bytes.
    public static func double(_ value: Double) -> Self { Self(type: .double, bytes: little(value.bitPattern)) }
    /// IEEE 754, 4 bytes.
    public static func float(_ value: Float) -> Self { Self(type: .float, bytes: little(value.bitPattern)) }
    /// FILETIME.
    public static func fileTime(_ value: UInt64) -> Self { Self(type: .fileTime, bytes: little(value)) }
    /// Bytes.
    public static func binary(_ bytes: [UInt8]) -> Self { Self(type: .binary, bytes: bytes) }

    /// A GUID from its text, with or without braces; null when it is none.
    public static func guid(_ text: String) -> Self {
        let digits = text.utf8.compactMap { byte -> UInt8? in
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x41...0x46: byte - 0x37
            case 0x61...0x66: byte - 0x57
            default: nil
            }
        }
        guard digits.count == 32 else { return .null }
        let bytes = (0..<16).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
        let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
        return Self(type: .guid, bytes: order.map { bytes[$0] })
    }

    /// A security identifier from its text, `S-1-5-…` with a decimal authority; null when it is none.
    public static func sid(_ text: String) -> Self {
        let parts = text.split(separator: "-")
        guard parts.count >= 3, parts.count <= 18, parts[0] == "S", let revision = UInt8(parts[1]),
            let authority = UInt64(parts[2]), authority < 1 << 48
        else { return .null }
        let subs = parts.dropFirst(3).compactMap { UInt32($0) }
        guard subs.count == parts.count - 3 else { return .null }
        var bytes: [UInt8] = [revision, UInt8(subs.count)]
        for shift in stride(from: UInt64(40), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: authority >> shift))
        }
        for sub in subs { bytes += little(sub) }
        return Self(type: .sid, bytes: bytes)
    }

    static func utf16(_ text: String) -> [UInt8] { text.utf16.flatMap { little($0) } }

    static func little<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
        (0..<(Integer.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> (8 * Integer($0))) }
    }
}
