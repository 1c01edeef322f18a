import Foundation
import Sinks
import Testing

@Suite("Output files")
struct SinksOutputTests {
    private func folder() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("siloscope-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    @Test("A file appears when it is whole, not before")
    func appearsWhole() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("out.txt").path
        var file = try OutputFile(path: path, replaceExisting: false)
        try file.write(Array("half".utf8))
        #expect(!FileManager.default.fileExists(atPath: path))
        try file.write(Array(" whole".utf8))
        try file.finish()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "half whole")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.txt"])
    }

    @Test("A file that came into being meanwhile is not replaced, unless asked", arguments: [false, true])
    func race(replace: Bool) throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("out.txt").path
        var file = try OutputFile(path: path, replaceExisting: replace)
        try file.write(Array("ours".utf8))
        try Data("theirs".utf8).write(to: URL(fileURLWithPath: path))
        if replace {
            try file.finish()
        } else {
            #expect(throws: OutputError.self) { try file.finish() }
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == (replace ? "ours" : "theirs"))
    }

    @Test("What is discarded leaves nothing")
    func discard() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = try OutputFile(path: folder.appendingPathComponent("out.txt").path, replaceExisting: false)
        file.discard()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("A folder is no output")
    func isFolder() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(throws: OutputError.self) { try OutputFile(path: folder.path, replaceExisting: true) }
    }
}
