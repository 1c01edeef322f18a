#if canImport(Glibc)
    public import Glibc
#elseif canImport(Musl)
    public import Musl
#elseif canImport(Darwin)
    public import Darwin
#endif

/// Little-endian readers over bytes the adversary wrote: boring on purpose. Every reader answers nil instead of
/// reading out of bounds, whatever the offset (negative and near-overflow ones too). O(1), inlined across modules.
extension RawSpan {
    /// Whether `length` bytes lie inside the span from `offset`.
    @inlinable @inline(__always)
    public func holds(_ length: Int, at offset: Int) -> Bool {
        offset >= 0 && length >= 0 && offset <= byteCount && length <= byteCount - offset
    }

    /// The byte at `offset`, or nil past the end.
    @inlinable @inline(__always)
    public func uint8(at offset: Int) -> UInt8? {
        guard holds(1, at: offset) else { return nil }
        // Safe: bounds were just checked; every bit pattern is a UInt8.
        return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// The little-endian 16-bit integer at `offset`, or nil past the end.
    @inlinable @inline(__always)
    public func uint16(at offset: Int) -> UInt16? {
        guard holds(2, at: offset) else { return nil }
        // Safe: bounds were just checked; every bit pattern is a UInt16.
        return UInt16(littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self))
    }

    /// The little-endian 32-bit integer at `offset`, or nil past the end.
    @inlinable @inline(__always)
    public func uint32(at offset: Int) -> UInt32? {
        guard holds(4, at: offset) else { return nil }
        // Safe: bounds were just checked; every bit pattern is a UInt32.
        return UInt32(littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
    }

    /// The little-endian 64-bit integer at `offset`, or nil past the end.
    @inlinable @inline(__always)
    public func uint64(at offset: Int) -> UInt64? {
        guard holds(8, at: offset) else { return nil }
        // Safe: bounds were just checked; every bit pattern is a UInt64.
        return UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// The part of the span in `offset ..< offset + length`, or nil when it does not lie inside.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public func slice(at offset: Int, length: Int) -> RawSpan? {
        guard holds(length, at: offset) else { return nil }
        return extracting(offset..<(offset &+ length))
    }

    /// Offset of the first `byte` at or after `start`, or nil. `memchr`: about 20 GiB/s on long runs.
    @inlinable
    public func firstOffset(of byte: UInt8, from start: Int = 0) -> Int? {
        guard start >= 0, start < byteCount else { return nil }
        // Safe: the pointer is used inside the closure, within the buffer it came with.
        return unsafe withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return nil }
            guard let hit = unsafe memchr(base + start, CInt(byte), buffer.count - start) else { return nil }
            return unsafe UnsafeRawPointer(hit) - base
        }
    }

    /// Whether `length` bytes at `offset` equal those of `other` at `otherOffset`; false when either lies outside.
    @inlinable
    public func equals(_ other: RawSpan, at offset: Int, otherOffset: Int, length: Int) -> Bool {
        guard holds(length, at: offset), other.holds(length, at: otherOffset) else { return false }
        guard length > 0 else { return true }
        // Safe: both ranges were just checked; the pointers do not leave the closures.
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let a = left.baseAddress, let b = right.baseAddress else { return false }
                return unsafe memcmp(a + offset, b + otherOffset, length) == 0
            }
        }
    }
}

extension [UInt8] {
    /// Appends the bytes of a span. O(n), one copy.
    @inlinable
    public mutating func append(_ bytes: RawSpan) {
        guard !bytes.isEmpty else { return }
        // Safe: the buffer is read inside the closure only.
        unsafe bytes.withUnsafeBytes { unsafe self.append(contentsOf: $0) }
    }

    /// Appends `count` bytes of `source` from `start`; nothing when they do not lie inside. O(count), one copy.
    @inlinable
    public mutating func append(_ source: [UInt8], from start: Int, count: Int) {
        guard start >= 0, count > 0, start <= source.count - count else { return }
        // Safe: the range was just checked.
        unsafe source.withUnsafeBytes { bytes in
            unsafe self.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]))
        }
    }
}

extension RawSpan {
    /// Whether `length` bytes at `offset` equal those of `other` from `start`; false when either lies outside.
    @inlinable
    public func equals(_ other: [UInt8], at offset: Int, from start: Int, length: Int) -> Bool {
        guard holds(length, at: offset), start >= 0, length <= other.count - start else { return false }
        guard length > 0 else { return true }
        // Safe: both ranges were just checked; the pointers do not leave the closures.
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let a = left.baseAddress, let b = right.baseAddress else { return false }
                return unsafe memcmp(a + offset, b + start, length) == 0
            }
        }
    }
}
