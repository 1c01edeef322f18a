import Foundation

/// A stream copied to a temporary file, so that it can be mapped and read in pieces; removed when released.
final class SpooledInput: Sendable {
    /// The temporary file.
    let path: String
    /// Its size in bytes.
    let size: Int64

    /// Copies standard input (`-`) or the pipe at `path` to its end.
    init(path: String) throws {
        let input: FileHandle
        if path == "-" {
            input = .standardInput
        } else {
            input = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        }
        let target = FileManager.default.temporaryDirectory.appendingPathComponent("siloscope-\(UUID().uuidString)")
        // Evidence is nobody else's business.
        guard
            FileManager.default.createFile(
                atPath: target.path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
        self.path = target.path
        var size: Int64 = 0
        do {
            let output = try FileHandle(forWritingTo: target)
            while let piece = try input.read(upToCount: 1 << 20), !piece.isEmpty {
                try output.write(contentsOf: piece)
                size += Int64(piece.count)
            }
            try output.close()
        } catch {
            try? FileManager.default.removeItem(at: target)
            throw error
        }
        self.size = size
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
