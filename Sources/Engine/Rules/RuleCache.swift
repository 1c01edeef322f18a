import Crypto
import Foundation
import Sigma

/// Parsed rules kept beside the program, so that the next hunt need not read YAML.
///
/// An entry is valid for exactly the files it was made from (path, size, time of change, in order), the placeholders and
/// this version of the form; anything else is parsed again. A cache that cannot be read or written is no error.
struct RuleCache {
    let folder: URL

    init(path: String) { folder = URL(filePath: path, directoryHint: .isDirectory) }

    /// The entry's name for some files, or nil when one cannot be looked at.
    func key(of paths: [String], placeholders: [String: [String]]) -> String? {
        var hasher = SHA256()
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            let changed = "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
            hasher.update(data: Array("\(path)\0\(status.st_size)\0\(changed)\0".utf8))
        }
        for (name, values) in placeholders.sorted(by: { $0.key < $1.key }) {
            hasher.update(data: Array("\(name)\0\(values.joined(separator: "\0"))\0\0".utf8))
        }
        return AlertIdentity.hex(hasher.finalize().prefix(16))
    }

    /// The parsed files of an entry; those that are not among them have something to tell and are to be parsed again.
    func read(_ key: String) -> [String: ParsedFile]? {
        guard let data = FileManager.default.contents(atPath: url(key).path()) else { return nil }
        guard let files = ParsedFile.decode([UInt8](data)) else { return nil }
        return Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
    }

    /// Keeps the files that have nothing to tell the user: the others are parsed, and complained of, every time.
    func write(_ files: [ParsedFile], for key: String) {
        let files = files.filter(\.diagnostics.isEmpty)
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try? Data(ParsedFile.encode(files)).write(to: url(key), options: .atomic)
    }

    private func url(_ key: String) -> URL { folder.appending(path: "rules-\(key).cache") }
}
