import CArchive

/// What is wrapped around files: an archive, or a compression (which may hold a tar archive, or just bytes).
///
/// Only what collectors and log rotation write. Of the library's other formats some would be dangerous here: `mtree`
/// reads files that its text names, `lrzip` and `grzip` start programs, RAR runs code of its own.
public enum ArchiveKind: String, Sendable, CaseIterable {
    /// ZIP, with its directory or, when that is cut off, from local headers; ZipCrypto and WinZip AES.
    case zip
    /// 7-Zip; encrypted ones cannot be read by the library.
    case sevenZip = "7z"
    /// Microsoft cabinet.
    case cabinet = "cab"
    /// tar: v7, ustar, pax, GNU.
    case tar
    /// RFC 1952, also several members in a row.
    case gzip
    /// bzip2.
    case bzip2
    /// xz.
    case xz
    /// Zstandard.
    case zstd
    /// LZ4 frames.
    case lz4

    /// Whether it compresses one stream, which is a tar archive or the content of one file.
    public var isCompression: Bool {
        switch self {
        case .zip, .sevenZip, .cabinet, .tar: false
        case .gzip, .bzip2, .xz, .zstd, .lz4: true
        }
    }

    /// Tells the library to read this and nothing else; whether it can.
    func enable(on handle: OpaquePointer) -> Bool {
        // Safe (all calls): `handle` is a valid reader that was not opened yet; the calls only register readers.
        var codes: [CInt]
        switch self {
        case .zip: codes = [unsafe archive_read_support_format_zip(handle)]
        case .sevenZip: codes = [unsafe archive_read_support_format_7zip(handle)]
        case .cabinet: codes = [unsafe archive_read_support_format_cab(handle)]
        case .tar: codes = [unsafe archive_read_support_format_tar(handle)]
        case .gzip: codes = [unsafe archive_read_support_filter_gzip(handle)]
        case .bzip2: codes = [unsafe archive_read_support_filter_bzip2(handle)]
        case .xz: codes = [unsafe archive_read_support_filter_xz(handle)]
        case .zstd: codes = [unsafe archive_read_support_filter_zstd(handle)]
        case .lz4: codes = [unsafe archive_read_support_filter_lz4(handle)]
        }
        if isCompression {
            codes.append(unsafe archive_read_support_format_tar(handle))
            codes.append(unsafe archive_read_support_format_raw(handle))
            codes.append(unsafe archive_read_support_format_empty(handle))
        }
        // A warning means that the library would start a program instead.
        return codes.allSatisfy { $0 == ARCHIVE_OK }
    }
}
