import Foundation
import Testing

@Suite("Sources and convert")
struct SourcesTests {
    /// A folder with a good log, a damaged one and a file that is none.
    private func folder(damaged: Bool) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sources-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let good = "{\"ts\":1603007406,\"Computer\":\"H\\u001b[31m\",\"Channel\":\"Security\",\"EventID\":4688}\n"
        try Data((good + (damaged ? "{broken\n" : "")).utf8).write(to: folder.appending(path: "a.ndjson"))
        try Data("notes\n".utf8).write(to: folder.appending(path: "notes.txt"))
        return folder
    }

    @Test("The table names what was read, lost and missing, and no escape of the evidence reaches the terminal")
    func table() throws {
        let folder = try folder(damaged: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try Program.run(["sources", "."], in: folder)
        #expect(outcome.status == 0)
        #expect(!outcome.output.contains("\u{1B}"))
        for part in [
            "a.ndjson", "certain", "Security: 4688 × 1", "json-", "NOT READ", "notes.txt", "STRATEGY", "wevtutil",
        ] {
            #expect(outcome.output.contains(part), "\(part)")
        }
    }

    @Test("--strict exits with 1 for losses, not for files that are no evidence", arguments: [true, false])
    func strict(damaged: Bool) throws {
        let folder = try folder(damaged: damaged)
        defer { try? FileManager.default.removeItem(at: folder) }
        for command in [["sources", "."], ["hunt", ".", "-q"]] {
            #expect(try Program.run(command + ["--strict"], in: folder).status == (damaged ? 1 : 0), "\(command)")
            #expect(try Program.run(command, in: folder).status == 0)
        }
    }

    @Test("--json is an object a line")
    func json() throws {
        let folder = try folder(damaged: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try Program.run(["sources", ".", "--json"], in: folder)
        let kinds = try outcome.output.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object?["kind"] as? String)
        }
        #expect(kinds.prefix(2) == ["source", "source"] && kinds.contains("need"))
    }

    @Test("convert writes events of anything, and says what only event logs become")
    func convert() throws {
        let folder = try folder(damaged: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let events = try Program.run(["convert", "a.ndjson", "--format", "events"], in: folder)
        #expect(events.status == 0)
        #expect(events.output.contains(#""source":{"product":"windows","channel":"Security""#))
        let xml = try Program.run(["convert", "a.ndjson", "--format", "xml"], in: folder)
        #expect(xml.status == 3)
    }
}
