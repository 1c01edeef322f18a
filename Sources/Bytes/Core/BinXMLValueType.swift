/// The type of a substitution value ([MS-EVEN6] 2.2.12 and libevtx), as the byte in the file. Bit 7 marks an array.
public struct BinXMLValueType: RawRepresentable, Hashable, Sendable {
    /// The byte in the file.
    public var rawValue: UInt8

    /// A type from its byte; every byte is allowed.
    @inlinable @inline(__always)
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No value.
    public static let null = Self(rawValue: 0x00)
    /// UTF-16LE text.
    public static let string = Self(rawValue: 0x01)
    /// Text in a code page that the file does not name.
    public static let ansiString = Self(rawValue: 0x02)
    /// Signed integer, 1 byte.
    public static let int8 = Self(rawValue: 0x03)
    /// Unsigned integer, 1 byte.
    public static let uint8 = Self(rawValue: 0x04)
    /// Signed integer, 2 bytes.
    public static let int16 = Self(rawValue: 0x05)
    /// Unsigned integer, 2 bytes.
    public static let uint16 = Self(rawValue: 0x06)
    /// Signed integer, 4 bytes.
    public static let int32 = Self(rawValue: 0x07)
    /// Unsigned integer, 4 bytes.
    public static let uint32 = Self(rawValue: 0x08)
    /// Signed integer, 8 bytes.
    public static let int64 = Self(rawValue: 0x09)
    /// Unsigned integer, 8 bytes.
    public static let uint64 = Self(rawValue: 0x0A)
    /// IEEE 754, 4 bytes.
    public static let float = Self(rawValue: 0x0B)
    /// IEEE 754, 8 bytes.
    public static let double = Self(rawValue: 0x0C)
    /// Boolean, 4 bytes by the specification; 1, 2 and 8 occur.
    public static let bool = Self(rawValue: 0x0D)
    /// Bytes, shown as hex digits.
    public static let binary = Self(rawValue: 0x0E)
    /// GUID, 16 bytes.
    public static let guid = Self(rawValue: 0x0F)
    /// A number of pointer size, 4 or 8 bytes, shown in hex.
    public static let sizeT = Self(rawValue: 0x10)
    /// FILETIME, 8 bytes.
    public static let fileTime = Self(rawValue: 0x11)
    /// SYSTEMTIME, 16 bytes.
    public static let systemTime = Self(rawValue: 0x12)
    /// Security identifier, 8 + 4n bytes.
    public static let sid = Self(rawValue: 0x13)
    /// Unsigned integer shown in hex, 4 bytes.
    public static let hexInt32 = Self(rawValue: 0x14)
    /// Unsigned integer shown in hex, 8 bytes.
    public static let hexInt64 = Self(rawValue: 0x15)
    /// A handle of the event log service; no content.
    public static let evtHandle = Self(rawValue: 0x20)
    /// A fragment of binary XML: its fields are delivered as further template instances.
    public static let binXML = Self(rawValue: 0x21)
    /// XML as text.
    public static let evtXML = Self(rawValue: 0x23)

    /// Whether this is an array of ``element``s.
    @inlinable @inline(__always)
    public var isArray: Bool { rawValue & 0x80 != 0 }

    /// The type of an array's items; a scalar type itself.
    @inlinable @inline(__always)
    public var element: Self { Self(rawValue: rawValue & 0x7F) }

    /// Bytes of one item of an array of this type, or nil for types of varying size.
    public var fixedSize: Int? {
        switch element {
        case .int8, .uint8: 1
        case .int16, .uint16: 2
        case .int32, .uint32, .float, .bool, .hexInt32: 4
        case .int64, .uint64, .double, .fileTime, .hexInt64: 8
        case .guid, .systemTime: 16
        default: nil
        }
    }
}
