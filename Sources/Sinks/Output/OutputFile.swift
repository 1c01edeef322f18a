import Foundation

/// A file that appears whole or not at all: written under a temporary name beside its place, renamed when finished.
///
/// An existing file is never replaced unless asked, neither when the work begins nor when it ends.
public struct OutputFile: ByteOutput {
    /// The final place.
    public let path: String
    private let temporaryPath: String
    private let replacesExisting: Bool
    private let handle: FileHandle

    /// Creates the temporary file. Fails early, before hours of work, if the place is taken or cannot be written.
    ///
    /// - Parameter replaceExisting: Whether a file at `path` may be replaced.
    public init(path: String, replaceExisting: Bool) throws(OutputError) {
        self.path = path
        replacesExisting = replaceExisting
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            if isFolder.boolValue { throw OutputError(.cannotCreate, path: path, reason: "Is a directory") }
            if !replaceExisting { throw OutputError(.exists, path: path) }
        }
        let target = URL(fileURLWithPath: path)
        let name = ".\(target.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier).partial"
        temporaryPath = target.deletingLastPathComponent().appendingPathComponent(name).path
        do {
            try Data().write(to: URL(fileURLWithPath: temporaryPath), options: .withoutOverwriting)
            handle = try FileHandle(forWritingTo: URL(fileURLWithPath: temporaryPath))
        } catch {
            let failure = OutputError.from(error, path: path)
            throw OutputError(.cannotCreate, path: path, reason: failure.reason)
        }
    }

    /// Appends the bytes to the temporary file.
    public mutating func write(_ bytes: [UInt8]) throws(OutputError) {
        do {
            try handle.write(contentsOf: Data(bytes))
        } catch {
            throw OutputError.from(error, path: path)
        }
    }

    /// Closes the temporary file and renames it to ``path``; fails when a file that may not be replaced is there.
    public mutating func finish() throws(OutputError) {
        do {
            try handle.close()
            if replacesExisting {
                try putInPlaceReplacing()
            } else {
                try FileManager.default.moveItem(atPath: temporaryPath, toPath: path)
            }
        } catch {
            let exists = !replacesExisting && FileManager.default.fileExists(atPath: path)
            throw OutputError(
                exists ? .exists : .cannotCreate, path: path, reason: OutputError.from(error, path: path).reason)
        }
    }

    /// Removes what has been written, for a run that failed before it had anything to show.
    public func discard() {
        try? handle.close()
        try? FileManager.default.removeItem(atPath: temporaryPath)
    }

    /// `rename(2)`: readers see the old file or the new one, never none.
    private func putInPlaceReplacing() throws {
        guard rename(temporaryPath, path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }
}
