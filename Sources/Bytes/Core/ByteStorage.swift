#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Immutable bytes with an owner: heap memory, or a window of a mapped file.
///
/// Everything that reads evidence reads it through ``bytes``; the storage lives as long as any batch that points into it.
///
/// Sharing between tasks is safe: the bytes are never written after `init` returns.
@safe public final class ByteStorage: @unchecked Sendable {
    // Safe to send: both members are constant and the memory is only read until `deinit`.
    @usableFromInline let base: UnsafeRawPointer
    /// Number of bytes.
    public let count: Int
    private let release: @Sendable (UnsafeRawPointer, Int) -> Void

    /// Takes ownership of memory that `release` gives back; `base` must stay valid and unchanged until then.
    init(base: UnsafeRawPointer, count: Int, release: @escaping @Sendable (UnsafeRawPointer, Int) -> Void) {
        unsafe self.base = unsafe base
        self.count = count
        unsafe self.release = unsafe release
    }

    /// Copies `bytes` to the heap. O(n).
    public convenience init(_ bytes: [UInt8]) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
        // Safe: the destination was just allocated with at least this size.
        unsafe bytes.withUnsafeBytes { source in
            unsafe UnsafeMutableRawBufferPointer(start: memory, count: bytes.count).copyMemory(from: source)
        }
        unsafe self.init(base: UnsafeRawPointer(memory), count: bytes.count) { pointer, _ in
            unsafe pointer.deallocate()
        }
    }

    deinit { unsafe release(base, count) }

    /// The bytes, valid as long as the storage is kept.
    @inlinable public var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // Safe: `base` is valid for `count` bytes until `deinit`, and the span cannot outlive `self`.
            let span = unsafe RawSpan(_unsafeStart: base, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}
