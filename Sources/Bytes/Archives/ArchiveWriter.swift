import CArchive

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes archives; for the samples of tests, which no stored file could keep readable.
@safe package final class ArchiveWriter {
    /// How members of a zip archive are encrypted.
    package enum Encryption: String {
        /// The old cipher of PKZIP.
        case zipCrypto = "zipcrypt"
        /// WinZip's AES with 256 bits.
        case aes = "aes256"
    }

    // Safe: made in `init`, freed in `deinit`, never handed out.
    private let handle: OpaquePointer

    /// Begins an archive at `path`: kinds from the outside in, e.g. `[.gzip, .tar]`, `[.zip]`, `[.xz]`.
    package init(
        path: String, _ kinds: [ArchiveKind], password: String? = nil, encryption: Encryption = .aes
    ) throws(ArchiveError) {
        guard let handle = unsafe archive_write_new() else {
            throw ArchiveError(code: .cannotOpen, message: "out of memory", offset: 0, isFatal: true)
        }
        unsafe self.handle = unsafe handle
        // Safe (all calls): `handle` is a valid writer, texts are NUL-terminated copies made for the calls.
        for kind in kinds.reversed() where kind.isCompression {
            try check(unsafe archive_write_add_filter_by_name(handle, kind.rawValue))
        }
        switch kinds.last {
        case .zip: try check(unsafe archive_write_set_format_zip(handle))
        case .sevenZip: try check(unsafe archive_write_set_format_7zip(handle))
        case .tar: try check(unsafe archive_write_set_format_pax_restricted(handle))
        case .cabinet:
            throw ArchiveError(code: .unsupported, message: "cabinets cannot be written", offset: 0, isFatal: true)
        default: try check(unsafe archive_write_set_format_raw(handle))
        }
        if let password {
            try check(unsafe archive_write_set_options(handle, "zip:encryption=\(encryption.rawValue)"))
            try check(unsafe archive_write_set_passphrase(handle, password))
        }
        // No padding to the blocks of a tape.
        try check(unsafe archive_write_set_bytes_in_last_block(handle, 1))
        try check(unsafe archive_write_open_filename(handle, path))
    }

    deinit { unsafe _ = archive_write_free(handle) }

    /// Adds a file.
    package func add(_ path: String, _ content: [UInt8]) throws(ArchiveError) {
        try add(path, type: S_IFREG, linkTarget: nil, content)
    }

    /// Adds a directory.
    package func addDirectory(_ path: String) throws(ArchiveError) {
        try add(path, type: S_IFDIR, linkTarget: nil, [])
    }

    /// Adds a symbolic link.
    package func addLink(_ path: String, to target: String) throws(ArchiveError) {
        try add(path, type: S_IFLNK, linkTarget: target, [])
    }

    /// Completes the archive.
    package func close() throws(ArchiveError) { try check(unsafe archive_write_close(handle)) }

    private func add(
        _ path: String, type: mode_t, linkTarget: String?, _ content: [UInt8]
    ) throws(ArchiveError) {
        guard let entry = unsafe archive_entry_new() else {
            throw ArchiveError(code: .damaged, message: "out of memory", offset: 0, isFatal: true)
        }
        defer { unsafe archive_entry_free(entry) }
        // Safe (all calls): a valid entry of our own; texts are NUL-terminated copies made for the calls.
        let code = NameLocale.run {
            unsafe archive_entry_set_pathname(entry, path)
            unsafe archive_entry_set_filetype(entry, UInt32(type))
            unsafe archive_entry_set_perm(entry, 0o644)
            unsafe archive_entry_set_size(entry, la_int64_t(content.count))
            unsafe archive_entry_set_mtime(entry, 1_700_000_000, 0)
            if let linkTarget { unsafe archive_entry_set_symlink(entry, linkTarget) }
            return unsafe archive_write_header(handle, entry)
        }
        try check(code)
        guard !content.isEmpty else { return }
        // Safe: the array lives through the call.
        let written = unsafe content.withUnsafeBytes { unsafe archive_write_data(handle, $0.baseAddress, $0.count) }
        try check(written == content.count ? ARCHIVE_OK : ARCHIVE_FATAL)
    }

    private func check(_ code: CInt) throws(ArchiveError) {
        guard code != ARCHIVE_OK, code != ARCHIVE_WARN else { return }
        // Safe: the text belongs to the handle and is copied at once.
        let text = unsafe archive_error_string(handle).map { unsafe String(cString: $0) }
        throw ArchiveError(code: .damaged, message: text ?? "cannot be written", offset: 0, isFatal: true)
    }
}
