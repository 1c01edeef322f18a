import Context
import Foundation

/// What a hunt learned of containers, processes, programs, flows and logs, kept for the next one: its baseline.
///
/// A file holds everything that was gathered, not what was concluded, so that later evidence is judged as if both had been
/// read at once. Records are cited by the paths they were read from.
struct Baseline: Codable, Sendable {
    /// Paths of the sources that were read, in order.
    var paths: [String]
    /// What was known of each of them.
    var notes: [SourceNote]
    /// What was gathered.
    var builder: ContextBuilder

    /// First bytes of a file: what it is, and the version of its form.
    private static let magic = Array("siloscope baseline 1\n".utf8)
    /// Largest file that is read.
    private static let sizeLimit = 4 << 30

    /// Reads a file; its sources become those of earlier evidence (``SourceNumber/prior(_:)``).
    ///
    /// - Throws: ``HuntError`` with code `baseline`.
    init(readingFrom path: String) throws(HuntError) {
        do {
            let url = URL(filePath: path)
            let size = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
            guard size <= Baseline.sizeLimit else { throw HuntError(.baseline, path: path, reason: "larger than 4 GB") }
            let data = try Data(contentsOf: url, options: .mappedIfSafe)
            guard data.starts(with: Baseline.magic) else {
                throw HuntError(.baseline, path: path, reason: "not a baseline of this version")
            }
            let decoder = PropertyListDecoder()
            decoder.userInfo[.sourcesBecomePrior] = true
            self = try decoder.decode(Baseline.self, from: data.dropFirst(Baseline.magic.count))
        } catch let error as HuntError {
            throw error
        } catch {
            throw HuntError(.baseline, path: path, reason: "cannot be read: \(error.localizedDescription)")
        }
    }

    /// Everything that was gathered from these sources, on top of an earlier baseline.
    init(after earlier: Baseline?, paths: [String], notes: [SourceNote], builder: ContextBuilder) {
        self.paths = (earlier?.paths ?? []) + paths
        self.notes = (earlier?.notes ?? []) + notes
        self.builder = builder
    }

    /// Writes a file, whole or not at all.
    ///
    /// - Parameter earlier: How many sources lie before those of this evidence.
    func write(to path: String, earlier: Int) throws(HuntError) {
        do {
            let encoder = PropertyListEncoder()
            encoder.outputFormat = .binary
            encoder.userInfo[.sourcesAfterPrior] = earlier
            try (Data(Baseline.magic) + encoder.encode(self)).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw HuntError(.baseline, path: path, reason: "cannot be written: \(error.localizedDescription)")
        }
    }
}
