#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why a file could not be read: what was tried, where, and what the system said.
public struct FileError: Error, Equatable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable {
        /// `open` or `fstat` failed; ``FileError/errorNumber`` says why.
        case cannotOpen
        /// The path names a directory.
        case isDirectory
        /// The path names a pipe, socket or device: it cannot be mapped, read it as a stream.
        case notRegular
        /// The file has no bytes.
        case isEmpty
        /// A window was asked for that does not lie inside the file (any more).
        case outOfRange
        /// `mmap` or `pread` failed.
        case cannotRead
    }

    /// The kind of failure.
    public let code: Code
    /// The file.
    public let path: String
    /// Where in the file, in bytes, when a place is known.
    public let offset: Int?
    /// `errno` of the failed call, 0 when none failed.
    public let errorNumber: CInt

    init(_ code: Code, path: String, offset: Int? = nil, errorNumber: CInt = 0) {
        self.code = code
        self.path = path
        self.offset = offset
        self.errorNumber = errorNumber
    }

    /// One line for people.
    public var description: String {
        var text = "\(path): "
        switch code {
        case .cannotOpen: text += "cannot be opened"
        case .isDirectory: text += "is a directory"
        case .notRegular: text += "is not a regular file (a pipe, socket or device)"
        case .isEmpty: text += "is empty"
        case .outOfRange: text += "has no such range (did it shrink?)"
        case .cannotRead: text += "cannot be read"
        }
        if let offset { text += " at offset \(offset)" }
        if errorNumber != 0 { text += ": \(systemMessage(errorNumber))" }
        return text
    }
}

/// What the C library calls an `errno`.
private func systemMessage(_ number: CInt) -> String {
    // Safe: strerror answers a NUL-terminated string that is copied at once.
    guard let message = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: message)
}
