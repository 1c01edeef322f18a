import Foundation
import Testing

/// The fuzz targets are built outside the package, from lists of folders: nothing else notices when a folder moves.
@Suite struct FuzzTargetsTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("every folder and file that a fuzz target names is there")
    func modules() throws {
        let fuzz = Self.root.appending(path: "Fuzz")
        let lists = try FileManager.default.contentsOfDirectory(at: fuzz, includingPropertiesForKeys: nil)
            .map { $0.appending(path: "modules") }
            .filter { FileManager.default.fileExists(atPath: $0.path()) }
        #expect(lists.count >= 5)
        for list in lists {
            for line in try String(contentsOf: list, encoding: .utf8).split(separator: "\n") {
                for name in line.split(separator: " ").dropFirst() where !name.hasPrefix("@") {
                    let path = Self.root.appending(path: String(name)).path()
                    #expect(FileManager.default.fileExists(atPath: path), "\(list.path()): \(name)")
                }
            }
        }
    }

    @Test("every room that the sources of a fuzz target import is built before them")
    func imports() throws {
        let rooms: Set<String> = [
            "Archives", "Bytes", "Context", "Events", "EVTX", "Executables", "Formats", "Patterns", "Sigma", "Yams",
        ]
        let fuzz = Self.root.appending(path: "Fuzz")
        for target in try FileManager.default.contentsOfDirectory(atPath: fuzz.path()) {
            guard let list = try? String(contentsOf: fuzz.appending(path: target + "/modules"), encoding: .utf8) else {
                continue
            }
            var built: Set<String> = []
            for line in list.split(separator: "\n") {
                let words = line.split(separator: " ").map(String.init)
                for folder in words.dropFirst() where folder.hasPrefix("Sources/") {
                    let missing = try imports(below: folder).intersection(rooms).subtracting(built)
                    #expect(missing.isEmpty, "\(target): \(words[0]) needs \(missing.sorted())")
                }
                if let name = words.first { built.insert(name) }
            }
        }
    }

    private func imports(below folder: String) throws -> Set<String> {
        var names: Set<String> = []
        let url = Self.root.appending(path: folder)
        for case let path as String in FileManager.default.enumerator(atPath: url.path()) ?? .init()
        where path.hasSuffix(".swift") {
            let text = try String(contentsOf: url.appending(path: path), encoding: .utf8)
            for line in text.split(separator: "\n").prefix(40) {
                let words = line.split(separator: " ")
                if words.count >= 2, words[words.count - 2] == "import" { names.insert(String(words[words.count - 1])) }
            }
        }
        return names
    }
}
