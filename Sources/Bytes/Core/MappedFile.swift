#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A regular file, opened for reading, from which windows are mapped on demand.
///
/// A window is unmapped when its ``ByteStorage`` is released, so memory stays bounded by the windows kept alive, however
/// large the file is (callers take about 8 MiB at a time).
///
/// A file that shrinks under a mapping would kill the process with `SIGBUS`. Windows are therefore registered with
/// ``MappedWindows``, whose handler puts a page of zeroes in place of the lost one; ``hasShrunk`` tells afterwards.
public final class MappedFile: Sendable {
    /// The path as given.
    public let path: String
    /// Size in bytes when the file was opened.
    public let size: Int
    private let descriptor: CInt

    /// Opens a file.
    /// - Throws: ``FileError``: cannot be opened, a directory, a pipe or device, empty.
    public init(path: String) throws(FileError) {
        // O_NONBLOCK: opening a pipe without writer must not hang; it is refused below.
        // Safe: the path is a NUL-terminated copy made for the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(.cannotOpen, path: path, errorNumber: errno) }
        var status = stat()
        // Safe: `status` is a local of the right type.
        guard unsafe fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw FileError(.cannotOpen, path: path, errorNumber: number)
        }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFREG, status.st_size > 0 else {
            close(descriptor)
            throw FileError(kind == S_IFDIR ? .isDirectory : kind == S_IFREG ? .isEmpty : .notRegular, path: path)
        }
        self.path = path
        self.size = Int(status.st_size)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Size of the file now, in bytes; it differs from ``size`` when somebody writes to it.
    public var currentSize: Int {
        var status = stat()
        // Safe: `status` is a local of the right type.
        return unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Whether the file is shorter than when it was opened: bytes past its end may have been read as zeroes.
    public var hasShrunk: Bool { currentSize < size }

    /// Maps `length` bytes from `offset`, read-only. O(1); pages are read when touched.
    /// - Throws: ``FileError`` with `.outOfRange` when the file does not hold the range, `.cannotRead` when the system refuses.
    public func window(offset: Int, length: Int) throws(FileError) -> ByteStorage {
        guard offset >= 0, length >= 0, length <= Int.max - offset, offset + length <= currentSize else {
            throw FileError(.outOfRange, path: path, offset: offset)
        }
        guard length > 0 else { return ByteStorage([]) }
        let page = Int(sysconf(CInt(_SC_PAGESIZE)))
        let slack = offset % page
        // Safe: a fresh private mapping of our own descriptor; the result is checked.
        let start = unsafe mmap(nil, length + slack, PROT_READ, MAP_PRIVATE, descriptor, off_t(offset - slack))
        guard let start = unsafe start, unsafe start != MAP_FAILED else {
            throw FileError(.cannotRead, path: path, offset: offset, errorNumber: errno)
        }
        guard let slot = MappedWindows.register(start: UInt(bitPattern: start), length: length + slack) else {
            // More windows than the guard can watch: a copy cannot fault.
            // Safe: unmaps exactly what was mapped above and nobody has seen yet.
            unsafe munmap(start, length + slack)
            return try copy(offset: offset, length: length)
        }
        // Safe: a hint about our own mapping.
        unsafe _ = madvise(start, length + slack, MADV_SEQUENTIAL)
        // Safe: the mapping lives until `release`, which undoes exactly what was done here.
        return unsafe ByteStorage(base: UnsafeRawPointer(start) + slack, count: length) { base, count in
            MappedWindows.unregister(slot)
            unsafe munmap(UnsafeMutableRawPointer(mutating: base - slack), count + slack)
        }
    }

    /// Reads a range into memory of its own.
    func copy(offset: Int, length: Int) throws(FileError) -> ByteStorage {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(length, 1), alignment: 16)
        var done = 0
        while done < length {
            // Safe: writes at most the rest of the memory allocated above.
            let read = unsafe pread(descriptor, memory + done, length - done, off_t(offset + done))
            if read < 0 && errno == EINTR { continue }
            guard read > 0 else {
                let number = read < 0 ? errno : 0
                unsafe memory.deallocate()
                throw FileError(
                    read < 0 ? .cannotRead : .outOfRange, path: path, offset: offset + done, errorNumber: number)
            }
            done += read
        }
        // Safe: the memory holds `length` initialised bytes and is freed once, by `release`.
        return unsafe ByteStorage(base: UnsafeRawPointer(memory), count: length) { base, _ in unsafe base.deallocate() }
    }
}
