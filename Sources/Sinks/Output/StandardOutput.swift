import Foundation

/// The process's standard output. The caller must ignore `SIGPIPE`, so that a reader that goes away is an error and not
/// the end of the process.
public struct StandardOutput: ByteOutput {
    /// Standard output.
    public init() {}

    /// Writes the bytes at once; a reader that went away is an error `closedPipe`.
    public mutating func write(_ bytes: [UInt8]) throws(OutputError) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(bytes))
        } catch {
            throw OutputError.from(error, path: "standard output")
        }
    }

    /// Does nothing: standard output stays open.
    public mutating func finish() throws(OutputError) {}
}

extension OutputError {
    /// The error that Foundation reported for a write.
    static func from(_ error: any Error, path: String) -> OutputError {
        var cause: NSError? = error as NSError
        while let current = cause {
            if current.domain == NSPOSIXErrorDomain {
                let code: Code = current.code == Int(EPIPE) ? .closedPipe : .writeFailed
                return OutputError(code, path: path, reason: reason(current.code))
            }
            cause = current.userInfo[NSUnderlyingErrorKey] as? NSError
        }
        return OutputError(.writeFailed, path: path, reason: error.localizedDescription)
    }

    /// The system's words for an error number.
    static func reason(_ number: Int) -> String {
        POSIXErrorCode(rawValue: Int32(number)).map { POSIXError($0).localizedDescription } ?? "error \(number)"
    }
}
