/// How the bytes of a value are to be read.
///
/// Raw values below 0x70 are the value types of Windows' binary XML ([MS-EVEN6] 2.2.12, `BinXmlValueType`), because
/// values of a binary log are read where they lie; from 0x70 on they are ours.
public struct ValueEncoding: RawRepresentable, Hashable, Sendable {
    /// The type byte.
    public let rawValue: UInt8
    /// The encoding with that type byte.
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// UTF-16, little-endian, not terminated (or terminated by NULs that are not part of the text).
    @inlinable public static var utf16: ValueEncoding { ValueEncoding(rawValue: 0x01) }
    /// UTF-8 text, verbatim.
    @inlinable public static var utf8: ValueEncoding { ValueEncoding(rawValue: 0x70) }
}

/// One field of one event: its name and where its value lies. 16 bytes.
///
/// A field with several values has several slots.
public struct FieldSlot: Sendable {
    /// The field's name, in the vocabulary of the worker that decoded it.
    public var field: FieldID
    /// Offset of the value in the batch's base or in its arena.
    public var offset: UInt32
    /// Length in bytes.
    public var length: UInt32
    /// How to read the bytes.
    public var encoding: ValueEncoding
    /// Whether `offset` counts in ``EventBatch/arena`` instead of ``EventBatch/base``.
    public var inArena: Bool

    /// A field whose value lies at `offset`.
    @inlinable public init(field: FieldID, offset: UInt32, length: UInt32, encoding: ValueEncoding, inArena: Bool) {
        self.field = field
        self.offset = offset
        self.length = length
        self.encoding = encoding
        self.inArena = inArena
    }
}
