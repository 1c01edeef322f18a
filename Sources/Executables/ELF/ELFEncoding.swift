import Bytes

/// Word size and byte order of an ELF file, and readers in them. Every reader answers nil instead of reading out of
/// bounds.
public struct ELFEncoding: Sendable, Hashable {
    /// Whether words are 64 bits wide (`EI_CLASS` 2).
    public var is64: Bool
    /// Whether numbers are big-endian (`EI_DATA` 2).
    public var isBigEndian: Bool

    /// Width of an address in bytes.
    var wordSize: Int { is64 ? 8 : 4 }

    /// Bytes of a program header.
    var programHeaderSize: Int { is64 ? 56 : 32 }
    /// Bytes of a section header.
    var sectionHeaderSize: Int { is64 ? 64 : 40 }
    /// Bytes of a symbol.
    var symbolSize: Int { is64 ? 24 : 16 }
    /// Bytes of the file header.
    var headerSize: Int { is64 ? 64 : 52 }

    @inline(__always)
    func uint16(_ bytes: RawSpan, at offset: Int) -> UInt16? {
        guard let value = bytes.uint16(at: offset) else { return nil }
        return isBigEndian ? value.byteSwapped : value
    }

    @inline(__always)
    func uint32(_ bytes: RawSpan, at offset: Int) -> UInt32? {
        guard let value = bytes.uint32(at: offset) else { return nil }
        return isBigEndian ? value.byteSwapped : value
    }

    @inline(__always)
    func uint64(_ bytes: RawSpan, at offset: Int) -> UInt64? {
        guard let value = bytes.uint64(at: offset) else { return nil }
        return isBigEndian ? value.byteSwapped : value
    }

    /// An address-sized number.
    @inline(__always)
    func word(_ bytes: RawSpan, at offset: Int) -> UInt64? {
        is64 ? uint64(bytes, at: offset) : uint32(bytes, at: offset).map(UInt64.init)
    }
}

/// Whether `length` bytes from `offset` lie inside `size`, in 64-bit arithmetic that cannot overflow.
@inline(__always)
func liesInside(_ offset: UInt64, _ length: UInt64, size: UInt64) -> Bool {
    offset <= size && length <= size - offset
}

/// Whether `address ..< address + length` lies inside `start ..< start + size`; ranges that wrap around hold nothing.
@inline(__always)
func liesInside(_ address: UInt64, _ length: UInt64, start: UInt64, size: UInt64) -> Bool {
    guard address >= start, !start.addingReportingOverflow(size).overflow else { return false }
    return liesInside(address - start, length, size: size)
}
