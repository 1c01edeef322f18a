import CArchive

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads the members of an archive one after another, in the archive's order, with memory that does not grow with it.
///
/// Nothing is written anywhere and no name of a member is ever used as a path. Not for several threads at once.
@safe public final class ArchiveReader {
    /// Bytes that are read from the file at a time.
    private static let blockSize = 256 << 10
    /// Zeroes delivered at a time for the holes of a sparse member.
    private static let gapSize: Int64 = 256 << 10

    /// What was asked for.
    public let kind: ArchiveKind
    // Safe: made in `init`, freed in `deinit`, never handed out.
    private let handle: OpaquePointer
    private let descriptor: CInt
    /// Bytes of the present member that were delivered.
    private var position: Int64 = 0
    /// A block of the present member that waits behind a hole.
    private var waiting: (start: Int64, bytes: [UInt8])?
    /// What the library grumbled about in the present member, without giving up.
    public private(set) var warning: ArchiveError?

    /// Opens an archive.
    ///
    /// - Parameters:
    ///   - kind: What the file is; nothing else is tried.
    ///   - passwords: Tried in order on every encrypted member.
    /// - Throws: ``ArchiveError`` with `.cannotOpen`, `.unsupported`, or `.damaged` when it is no such archive.
    public init(path: String, kind: ArchiveKind, passwords: [String] = []) throws(ArchiveError) {
        // O_NONBLOCK: opening a pipe without writer must not hang; it is refused below.
        // Safe: the path is a NUL-terminated copy made for the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        var status = stat()
        // Safe: `status` is a local of the right type.
        guard descriptor >= 0, unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            let message = descriptor >= 0 ? "not a regular file" : systemMessage(errno)
            if descriptor >= 0 { close(descriptor) }
            throw ArchiveError(code: .cannotOpen, message: message, offset: 0, isFatal: true)
        }
        guard let handle = unsafe archive_read_new() else {
            close(descriptor)
            throw ArchiveError(code: .cannotOpen, message: "out of memory", offset: 0, isFatal: true)
        }
        self.kind = kind
        unsafe self.handle = unsafe handle
        self.descriptor = descriptor
        guard unsafe kind.enable(on: handle) else {
            throw ArchiveError(
                code: .unsupported, message: "the archive library was built without \(kind.rawValue)", offset: 0,
                isFatal: true)
        }
        for password in passwords where !password.isEmpty {
            // Safe: the text is a NUL-terminated copy made for the call, which copies it again.
            _ = unsafe archive_read_add_passphrase(handle, password)
        }
        // Safe: the descriptor stays open until `deinit`, after the handle is freed.
        let code = NameLocale.run { unsafe archive_read_open_fd(handle, descriptor, Self.blockSize) }
        guard code == ARCHIVE_OK || code == ARCHIVE_WARN else { throw failure(ARCHIVE_FATAL) }
    }

    deinit {
        // Safe: the handle is owned by this object alone; the descriptor is closed once, after its last user.
        unsafe _ = archive_read_free(handle)
        close(descriptor)
    }

    /// The next member, or nil at the end. What was not read of the present one is skipped.
    /// - Throws: ``ArchiveError``; after a fatal one nothing more can be read.
    public func next() throws(ArchiveError) -> ArchiveEntry? {
        position = 0
        waiting = nil
        warning = nil
        var entry: OpaquePointer?
        for _ in 0..<3 {
            // Safe: the entry belongs to the library and is only used until the next call on the handle.
            let code = NameLocale.run { unsafe archive_read_next_header(handle, &entry) }
            switch code {
            case ARCHIVE_EOF: return nil
            case ARCHIVE_RETRY: continue
            case ARCHIVE_OK, ARCHIVE_WARN:
                guard let entry = unsafe entry else { return nil }
                if code == ARCHIVE_WARN { warning = failure(code) }
                return unsafe describe(entry)
            default: throw failure(code)
            }
        }
        throw failure(ARCHIVE_FATAL)
    }

    /// Appends the next piece of the present member's content (a few hundred KiB at most, except where a member is
    /// stored as it is: then what the file was read by). Holes of sparse members are zeroes.
    ///
    /// - Returns: Whether there was one; false at the end of the member.
    /// - Throws: ``ArchiveError``; what was appended before it is good.
    public func read(appendingTo bytes: inout [UInt8]) throws(ArchiveError) -> Bool {
        if let waiting {
            let gap = min(waiting.start - position, Self.gapSize)
            if gap > 0 {
                bytes.append(contentsOf: [UInt8](repeating: 0, count: Int(gap)))
                position += gap
                return true
            }
            bytes.append(contentsOf: waiting.bytes)
            position += Int64(waiting.bytes.count)
            self.waiting = nil
            return !waiting.bytes.isEmpty
        }
        for _ in 0..<16 {
            var start: UnsafeRawPointer?
            var count = 0
            var offset: la_int64_t = 0
            // Safe: three locals of the right types; `start` is valid for `count` bytes until the next call.
            let code = unsafe archive_read_data_block(handle, &start, &count, &offset)
            // A hole at the end: the end is further on than what was delivered.
            if code == ARCHIVE_EOF, offset > position {
                waiting = (offset, [])
                return try read(appendingTo: &bytes)
            }
            if code == ARCHIVE_EOF { return false }
            if code == ARCHIVE_RETRY { continue }
            guard code == ARCHIVE_OK || code == ARCHIVE_WARN else { throw failure(code) }
            if code == ARCHIVE_WARN { warning = failure(code) }
            guard count > 0, let start = unsafe start else {
                if code == ARCHIVE_WARN { return false }
                continue
            }
            // Safe: see above; the bytes are copied at once.
            let block = unsafe UnsafeRawBufferPointer(start: start, count: count)
            if offset > position {
                waiting = (offset, unsafe Array(block))
                return try read(appendingTo: &bytes)
            }
            unsafe bytes.append(contentsOf: block)
            position += Int64(count)
            return true
        }
        return false
    }

    /// What was taken off around the members, outermost first: `["gzip", "tar"]`, `["zip"]`, `["gzip"]`.
    /// Known after the first ``next()``.
    public var wrapping: [String] {
        guard kind.isCompression else { return [kind.rawValue] }
        // The last filter is the file itself; the one before it is the outermost.
        let filters = max(1, Int(unsafe archive_filter_count(handle)) - 1)
        return Array(repeating: kind.rawValue, count: filters) + (isBare ? [] : [ArchiveKind.tar.rawValue])
    }

    /// Whether the only member is the content of a compressed file, which has no name of its own.
    public var isBare: Bool {
        // Safe: the handle is valid.
        let format = unsafe archive_format(handle)
        return kind.isCompression && (format == ARCHIVE_FORMAT_RAW || format == ARCHIVE_FORMAT_EMPTY)
    }

    /// Whether going to the next member costs little, because what is in between is not unpacked.
    public var skipsCheaply: Bool { kind == .zip || kind == .tar }

    /// Bytes of the file that were read so far.
    public var bytesRead: Int64 {
        // Safe: the handle is valid.
        max(0, unsafe archive_filter_bytes(handle, -1))
    }

    private func describe(_ entry: OpaquePointer) -> ArchiveEntry {
        let path: [UInt8] = NameLocale.run {
            // Safe: `entry` is valid until the next call on the handle; both texts are NUL-terminated and copied at once.
            let text = unsafe archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)
            guard let text = unsafe text else { return [] }
            return unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
        }
        // Safe (all below): plain reads of a valid entry.
        let isLink = unsafe archive_entry_hardlink(entry) != nil
        let kind: ArchiveEntry.Kind
        switch unsafe archive_entry_filetype(entry) & S_IFMT {
        case _ where isLink, S_IFLNK: kind = .link
        case S_IFDIR: kind = .directory
        case S_IFREG, 0: kind = .file
        default: kind = .special
        }
        return ArchiveEntry(
            path: path, kind: kind,
            size: unsafe archive_entry_size_is_set(entry) != 0 ? max(0, archive_entry_size(entry)) : nil,
            modified: unsafe archive_entry_mtime_is_set(entry) != 0 ? Int64(archive_entry_mtime(entry)) : nil,
            isEncrypted: unsafe archive_entry_is_encrypted(entry) != 0)
    }

    /// What the library says about its last call.
    private func failure(_ code: CInt) -> ArchiveError {
        // Safe: the text belongs to the handle and is copied at once.
        let text = unsafe archive_error_string(handle).map { unsafe String(cString: $0) }
        let message = text ?? "not readable as \(kind.rawValue)"
        let lowered = message.lowercased()
        // The library has no code of its own for this.
        let isPassword =
            lowered.contains("passphrase") || lowered.contains("encrypt") || lowered.contains("crypto codec")
        let isFatal = code != ARCHIVE_FAILED && code != ARCHIVE_WARN
        return ArchiveError(
            code: isPassword ? .password : isFatal ? .damaged : .memberDamaged, message: message, offset: bytesRead,
            isFatal: isFatal)
    }
}

/// What the C library calls an `errno`.
func systemMessage(_ number: CInt) -> String {
    // Safe: strerror answers a NUL-terminated string that is copied at once.
    guard let message = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: message)
}
