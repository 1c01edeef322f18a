import Foundation
import TestKit
import Testing

@Suite("Inspect")
struct InspectTests {
    private static func tampered() -> [UInt8] {
        var writer = PEWriter()
        writer.slots[1] = 0x24_0000
        return writer.bytes()
    }

    private func folder() throws -> Workplace {
        let place = try Workplace()
        try place.write("notes\n", to: "in/notes.txt")
        for (name, bytes) in [("in/good.exe", PEWriter().bytes()), ("in/bad.exe", Self.tampered())] {
            try Data(bytes).write(to: place.url.appendingPathComponent(name))
        }
        return place
    }

    @Test("A folder gives sheets of what was found, files given by name a sheet each")
    func sheets() throws {
        let place = try folder()
        let all = try Program.run(["inspect", "in"], in: place.url)
        #expect(all.status == 0)
        #expect(all.output.contains("in/bad.exe") && all.output.contains("TLS-P01"))
        #expect(!all.output.contains("in/good.exe"))
        #expect(all.complaints.contains("2 executables") && all.complaints.contains("1 other file"))
        let one = try Program.run(["inspect", "in/good.exe"], in: place.url)
        #expect(one.output.contains("2 callbacks") && one.output.contains("none of low severity"))
        for line in (all.output + one.output).split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test("Exit codes: findings only when asked, files that are none, paths that are not there, standard input")
    func status() throws {
        let place = try folder()
        for (arguments, status) in [
            (["in"], 0), (["in", "--fail-on-findings"], 1), (["in/good.exe", "--fail-on-findings"], 0),
            (["in/good.exe", "--fail-on-findings", "-m", "informational"], 0), (["in", "--strict"], 0),
            (["in/notes.txt"], 3), (["nowhere"], 3), (["-"], 3), (["in", "-m", "loud"], 3), ([], 3),
            (["in/bad.exe", "--reference", "in/good.exe", "--fail-on-findings", "-m", "high"], 1),
        ] as [([String], Int32)] {
            #expect(try Program.run(["inspect"] + arguments, in: place.url).status == status, "\(arguments)")
        }
    }

    @Test("--json is an object a line: the files, what was not read, a summary")
    func json() throws {
        let place = try folder()
        let outcome = try Program.run(["inspect", "in", "in/notes.txt", "--json"], in: place.url)
        let objects = try outcome.output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(objects.compactMap { $0["kind"] as? String } == ["pe", "pe", "unread", "summary"])
        #expect((objects.first?["findings"] as? [[String: Any]])?.first?["code"] as? String == "TLS-P01")
        #expect(objects.last?["others"] as? Int == 1)
    }

    // MARK: - Shared vectors

    private static let vectors: URL? = {
        var root = URL(fileURLWithPath: #filePath)
        while root.lastPathComponent != "Tests", root.path != "/" { root.deleteLastPathComponent() }
        let given = ProcessInfo.processInfo.environment["SILOSCOPE_SHARED"].map { URL(fileURLWithPath: $0) }
        let besides = root.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared")
        return [given, besides].compactMap { $0?.appendingPathComponent("data/tls") }
            .first { FileManager.default.fileExists(atPath: $0.path) }
    }()

    private struct Vector: Decodable {
        var file: String
        var expect: [String]
    }

    /// Codes by file name that a run tells.
    private func codes(_ arguments: [String]) throws -> [String: Set<String>] {
        let outcome = try Program.run(["inspect", "--json"] + arguments)
        #expect(outcome.status == 0)
        var codes: [String: Set<String>] = [:]
        for line in outcome.output.split(separator: "\n") {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            guard let path = object["path"] as? String, let found = object["findings"] as? [[String: Any]] else {
                continue
            }
            codes[URL(fileURLWithPath: path).lastPathComponent] = Set(found.compactMap { $0["code"] as? String })
        }
        return codes
    }

    @Test("The shared vectors get their documented verdicts through the command", .enabled(if: vectors != nil))
    func documented() throws {
        let root = try #require(Self.vectors)
        for (folder, severity) in [("pe/malformed", "informational"), ("elf/malformed", "medium")] {
            let url = root.appendingPathComponent(folder)
            let manifest = try Data(contentsOf: url.appendingPathComponent("manifest.json"))
            let found = try codes([url.path, "-m", severity])
            for vector in try JSONDecoder().decode([Vector].self, from: manifest) {
                let told = try #require(found[vector.file], "\(vector.file)").filter { $0.hasPrefix("TLS-") }
                #expect(told == Set(vector.expect), "\(vector.file)")
            }
        }
        let pe = root.appendingPathComponent("pe").path
        let dumps = try codes([pe + "/dumps", "--reference", pe, "-m", "medium"])
        #expect(dumps["array.dmp"] == ["TLS-M02"] && dumps["tebslots.dmp"] == ["TLS-M04"])
        #expect(dumps["baseline.dmp"] == [] && dumps["winedbg.mdmp"] == [])
        // Programs beside a dump serve as the files of its modules.
        #expect(try codes([pe, "-m", "medium"])["array.dmp"] == ["TLS-M02"])
    }
}
