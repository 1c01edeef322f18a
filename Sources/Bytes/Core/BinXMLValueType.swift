/// The type of a substitution value ([MS-EVEN6] 2.2.12 and libevtx), as the byte in the file. Bit 7 marks an array.
public struct BinXMLValueType: RawRepresentable, Hashable, Sendable {
    /// The byte in the file.
    public var rawValue: UInt8

    /// A type from its byte; every byte is allowed.
    @inlinable @inline(__always)
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No value.
    @inlinable public static var null: Self { Self(rawValue: 0x00) }
    /// UTF-16LE text.
    @inlinable public static var string: Self { Self(rawValue: 0x01) }
    /// Text in a code page that the file does not name.
    @inlinable public static var ansiString: Self { Self(rawValue: 0x02) }
    /// Signed integer, 1 byte.
    @inlinable public static var int8: Self { Self(rawValue: 0x03) }
    /// Unsigned integer, 1 byte.
    @inlinable public static var uint8: Self { Self(rawValue: 0x04) }
    /// Signed integer, 2 bytes.
    @inlinable public static var int16: Self { Self(rawValue: 0x05) }
    /// Unsigned integer, 2 bytes.
    @inlinable public static var uint16: Self { Self(rawValue: 0x06) }
    /// Signed integer, 4 bytes.
    @inlinable public static var int32: Self { Self(rawValue: 0x07) }
    /// Unsigned integer, 4 bytes.
    @inlinable public static var uint32: Self { Self(rawValue: 0x08) }
    /// Signed integer, 8 bytes.
    @inlinable public static var int64: Self { Self(rawValue: 0x09) }
    /// Unsigned integer, 8 bytes.
    @inlinable public static var uint64: Self { Self(rawValue: 0x0A) }
    /// IEEE 754, 4 bytes.
    @inlinable public static var float: Self { Self(rawValue: 0x0B) }
    /// IEEE 754, 8 bytes.
    @inlinable public static var double: Self { Self(rawValue: 0x0C) }
    /// Boolean, 4 bytes by the specification; 1, 2 and 8 occur.
    @inlinable public static var bool: Self { Self(rawValue: 0x0D) }
    /// Bytes, shown as hex digits.
    @inlinable public static var binary: Self { Self(rawValue: 0x0E) }
    /// GUID, 16 bytes.
    @inlinable public static var guid: Self { Self(rawValue: 0x0F) }
    /// A number of pointer size, 4 or 8 bytes, shown in hex.
    @inlinable public static var sizeT: Self { Self(rawValue: 0x10) }
    /// FILETIME, 8 bytes.
    @inlinable public static var fileTime: Self { Self(rawValue: 0x11) }
    /// SYSTEMTIME, 16 bytes.
    @inlinable public static var systemTime: Self { Self(rawValue: 0x12) }
    /// Security identifier, 8 + 4n bytes.
    @inlinable public static var sid: Self { Self(rawValue: 0x13) }
    /// Unsigned integer shown in hex, 4 bytes.
    @inlinable public static var hexInt32: Self { Self(rawValue: 0x14) }
    /// Unsigned integer shown in hex, 8 bytes.
    @inlinable public static var hexInt64: Self { Self(rawValue: 0x15) }
    /// A handle of the event log service; no content.
    @inlinable public static var evtHandle: Self { Self(rawValue: 0x20) }
    /// A fragment of binary XML: its fields are delivered as further template instances.
    @inlinable public static var binXML: Self { Self(rawValue: 0x21) }
    /// XML as text.
    @inlinable public static var evtXML: Self { Self(rawValue: 0x23) }

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
