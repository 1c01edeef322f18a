import Foundation
import TestKit
import Testing

@Suite("Containers")
struct ContainersTests {
    /// Runs `siloscope containers` over the samples.
    private func run(_ arguments: [String]) throws -> Program.Outcome {
        let place = try Workplace()
        try ContainersSamples.write(to: place)
        return try Program.run(["containers", "."] + arguments, in: place.url, environment: ["COLUMNS": "120"])
    }

    @Test(
        "The table, a moment, the story and the objects say what they said",
        arguments: [
            ("table", []), ("all", ["--all"]), ("at", ["--at", "2026-11-23T17:30:25Z"]),
            ("story", ["--container", "db"]), ("story-all", ["--container", "shop-web", "--all"]),
            ("json", ["--json"]), ("story-json", ["--container", "db", "--json"]),
        ])
    func golden(name: String, arguments: [String]) throws {
        let outcome = try run(arguments)
        #expect(outcome.status == 0 && outcome.complaints.isEmpty, "\(outcome.complaints)")
        #expect(!outcome.output.utf8.contains(0x1B), "no escape of the evidence reaches the terminal")
        #expect(Golden.difference(of: outcome.output, from: "containers/\(name).txt") == nil)
    }

    @Test("The talk between containers is a Mermaid diagram of the edges that flows show")
    func graph() throws {
        let place = try Workplace()
        let web = String(repeating: "a1b2c3d4", count: 8)
        try place.write(
            "[{\"Id\":\"\(web)\",\"Name\":\"/web\",\"Created\":\"2026-01-05T08:00:00Z\",\"Config\":{},\"HostConfig\":{},"
                + "\"State\":{\"StartedAt\":\"2026-01-05T08:00:01Z\"},\"NetworkSettings\":{\"Networks\":{\"n\":{"
                + "\"NetworkID\":\"1\",\"IPAddress\":\"172.18.0.3\"}}}}]", to: "inspect.json")
        try place.write(
            "{\"ts\":1767600100.5,\"uid\":\"C1\",\"id.orig_h\":\"172.18.0.3\",\"id.orig_p\":40000,"
                + "\"id.resp_h\":\"203.0.113.9\",\"id.resp_p\":8443,\"proto\":\"tcp\",\"duration\":1.0,"
                + "\"orig_bytes\":10,\"resp_bytes\":20,\"conn_state\":\"SF\",\"history\":\"S\",\"local_orig\":true}\n",
            to: "conn.log")
        let outcome = try Program.run(["containers", ".", "--graph"], in: place.url, environment: [:])
        #expect(outcome.output.hasPrefix("flowchart LR\n"))
        #expect(outcome.output.contains("[\"web\"]"))
        #expect(outcome.output.contains("tcp 8443 1x"))
    }

    @Test("A name of any time and the beginning of an id find the container; anything else is told with the names")
    func naming() throws {
        let byName = try run(["--container", "db"]).output
        #expect(try run(["--container", "job\u{1B}[31m"]).output == byName)
        #expect(try run(["--container", "b07d5"]).output == byName)
        let outcome = try run(["--container", "nothing"])
        #expect(outcome.status == 3 && outcome.output.isEmpty && outcome.complaints.contains("shop-web"))
    }

    @Test("The output is the same on any number of threads")
    func threads() throws {
        let one = try run(["--json", "--threads", "1"]).output
        #expect(try run(["--json", "--threads", "4"]).output == one)
    }

    @Test("Every object has a documented kind and only documented keys, and times are RFC 3339")
    func contract() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/machine-contract.md"), encoding: .utf8)
        let section = try #require(text.components(separatedBy: "## NDJSON of `containers --json`").last)
            .components(separatedBy: "\n## ")[0]
        let kinds = [
            "container", "exec", "endpoint", "image", "network", "volume", "system", "vm", "wsl", "task", "happening",
            "unknown",
        ]
        var seen: Set<String> = []
        for output in try [["--json"], ["--container", "shop-web", "--json"]].map({ try run($0).output }) {
            for line in output.split(separator: "\n") {
                let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                seen.insert(try #require(object["kind"] as? String))
                for key in ContainersTests.keys(of: object) { #expect(section.contains("`\(key)`"), "\(key)") }
            }
        }
        #expect(seen == Set(kinds))
        for kind in kinds { #expect(section.contains("`\(kind)`"), "\(kind)") }
    }

    /// The keys of an object and of the objects in it; attributes are named by their table.
    private static func keys(of object: [String: Any]) -> Set<String> {
        var keys = Set(object.keys)
        for (key, value) in object {
            if let inner = value as? [String: Any] { keys.formUnion(self.keys(of: inner)) }
            if let inner = (value as? [Any])?.first as? [String: Any], key != "attributes" {
                keys.formUnion(self.keys(of: inner))
            }
        }
        return keys
    }

    @Test("Evidence that is not there or not recognised is told, with exit code 3")
    func noEvidence() throws {
        let place = try Workplace()
        try place.write("notes\n", to: "notes.txt")
        #expect(try Program.run(["containers", "missing"], in: place.url).status == 3)
        #expect(try Program.run(["containers", "."], in: place.url).status == 3)
    }
}
