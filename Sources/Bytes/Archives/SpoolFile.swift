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
    /// Size at which the room on the disk is looked at again.
    private var nextLook: Int64 = 0
    /// Bytes between two looks.
    private static let lookInterval: Int64 = 64 << 20
    /// Bytes that are left free for others; of a small disk a sixteenth.
    private static let reserve: UInt64 = 256 << 20

    /// Makes a file that only its owner can read, and that was not there before.
    init(path: String) throws(SpoolError) {
        self.path = path
        // Safe: the path is a NUL-terminated copy made for the call.
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SpoolError(path: path, errorNumber: errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Appends bytes.
    /// - Throws: ``SpoolError``, e.g. when the disk is (nearly) full.
    public func append(_ bytes: [UInt8]) throws(SpoolError) {
        if size >= nextLook {
            guard hasRoom() else { throw SpoolError(path: path, errorNumber: ENOSPC) }
            nextLook = size + Self.lookInterval
        }
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

    /// Whether the disk has more room than is to be left to others. A temporary folder may lie in memory: filling it up
    /// would take the machine down.
    private func hasRoom() -> Bool {
        var status = statvfs()
        // Safe: `status` is a local of the right type.
        guard unsafe fstatvfs(descriptor, &status) == 0 else { return true }
        let unit = UInt64(status.f_frsize)
        let total = UInt64(status.f_blocks).multipliedReportingOverflow(by: unit)
        let free = UInt64(status.f_bavail).multipliedReportingOverflow(by: unit)
        guard !total.overflow, !free.overflow else { return true }
        return free.partialValue > min(Self.reserve, total.partialValue / 16)
    }

    /// Removes the file now: it turned out not to be needed (any more).
    public func remove() {
        // Safe: the path is a NUL-terminated copy made for the call.
        _ = unsafe unlink(path)
    }
}
