import Foundation
import Testing

@Suite("Usage")
struct UsageTests {
    @Test(
        "Misuse exits with 3 and says why on standard error",
        arguments: [
            (["hunt"], "evidence"), (["hunt", "x", "--no-such-flag"], "no-such-flag"),
            (["hunt", "x", "-t", "docx"], "docx"),
            (["hunt", "x", "-m", "severe"], "severe"), (["hunt", "x", "--from", "yesterday"], "2024-05-01"),
            (["hunt", "x", "--from", "2024-02-30"], "2024-02-30"), (["hunt", "x", "--last", "soon"], "30d"),
            (["hunt", "x", "--from", "2024-05-02", "--to", "2024-05-01"], "before"),
            (["hunt", "x", "--from", "2024-05-02", "--last", "3d"], "one"),
            (["hunt", "x", "--include-eid", "4688,many"], "many"),
            (["hunt", "x", "--placeholder", "Admins"], "NAME=VALUE"), (["hunt", "x", "--no-builtin"], "--rules"),
            (["hunt", "x", "--threads", "-1"], "threads"), (["no-such-command"], "no-such-command"),
        ] as [([String], String)])
    func misuse(arguments: [String], word: String) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 3)
        #expect(outcome.output.isEmpty)
        #expect(outcome.complaints.contains(word), "\(outcome.complaints)")
    }

    @Test("The version is one line")
    func version() throws {
        let flag = try Program.run(["--version"])
        #expect(flag.status == 0)
        let command = try Program.run(["version"])
        #expect(command.status == 0)
        #expect(command.output.hasPrefix("siloscope " + flag.output.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(command.output.split(separator: "\n").count == 1)
    }

    @Test("An existing output is refused before any work, and left as it was")
    func refusesToOverwrite() throws {
        let place = try Workplace()
        try place.write("{}\n", to: "events.ndjson")
        try place.write("precious", to: "out.csv")
        let outcome = try Program.run(["hunt", "events.ndjson", "-t", "csv", "-o", "out.csv"], in: place.url)
        #expect(outcome.status == 3)
        #expect(outcome.complaints.contains("out.csv exists"))
        #expect(outcome.complaints.contains("--clobber"))
        #expect(try place.text(of: "out.csv") == "precious")
        #expect(place.names == ["events.ndjson", "out.csv"])
    }

    @Test("An output in a folder that does not exist is refused")
    func noFolder() throws {
        let place = try Workplace()
        try place.write("{}\n", to: "events.ndjson")
        let outcome = try Program.run(["hunt", "events.ndjson", "-o", "none/out.txt"], in: place.url)
        #expect(outcome.status == 3)
        #expect(outcome.complaints.contains("cannot create none/out.txt"))
    }
}
