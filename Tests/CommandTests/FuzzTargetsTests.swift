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
}
