#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file of a ``SpoolFolder`` that is being written; closed when released, removed with its folder.
public final class SpoolFile {
    /// The file.
    public let path: String
    /// Bytes written.
    public private(set) var size: Int64 = 0
    private let descriptor: CInt

    /// Makes a file that only its owner can read, and that was not there before.
    init(path: String) throws(SpoolError) {
        self.path = path
        // Safe: the path is a NUL-terminated copy made for the call.
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SpoolError(path: path, errorNumber: errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Appends bytes.
    /// - Throws: ``SpoolError``, e.g. when the disk is full.
    public func append(_ bytes: [UInt8]) throws(SpoolError) {
        var done = 0
        while done < bytes.count {
            // Safe: reads the rest of the array, which lives through the call.
            let (written, number) = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
                let written = unsafe write(descriptor, rest.baseAddress, rest.count)
                return (written, errno)
            }
            if written < 0, number == EINTR { continue }
            guard written > 0 else { throw SpoolError(path: path, errorNumber: number) }
            done += written
            size += Int64(written)
        }
    }

    /// Removes the file now: it turned out not to be needed (any more).
    public func remove() {
        // Safe: the path is a NUL-terminated copy made for the call.
        _ = unsafe unlink(path)
    }
}
