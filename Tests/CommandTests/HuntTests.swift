import Foundation
import Testing

/// A small hunt that every test can make: three events, one rule that fires on two of them.
enum SmallHunt {
    static let rule = """
        title: Shell From The Web Server
        id: 11111111-2222-4333-8444-555555555555
        status: test
        level: high
        tags: [attack.t1611]
        logsource: {product: windows, category: process_creation}
        detection:
          selection:
            Image|endswith: '\\cmd.exe'
            CommandLine|contains: whoami
          condition: selection
        falsepositives: [Nobody does this]
        """

    static func event(_ number: Int, _ command: String) -> String {
        "{\"TimeCreated\":\"2024-05-01T12:00:0\(number).000Z\",\"Channel\":\"Microsoft-Windows-Sysmon/Operational\","
            + "\"Provider_Name\":\"Microsoft-Windows-Sysmon\",\"EventID\":1,\"Computer\":\"HOST-\(number)\","
            + "\"Image\":\"C:\\\\Windows\\\\System32\\\\cmd.exe\",\"CommandLine\":\"\(command)\"}\n"
    }

    static func place() throws -> Workplace {
        let place = try Workplace()
        try place.write(rule, to: "rules/shell.yml")
        try place.write(
            event(1, "cmd /c whoami") + event(2, "cmd /c dir") + event(3, "cmd /c WHOAMI /all"), to: "events.ndjson")
        return place
    }

    static let arguments = ["hunt", "events.ndjson", "--no-builtin", "-r", "rules"]
}

@Suite("Hunt, as its users run it")
struct HuntTests {
    @Test("Alerts on standard output, the summary on standard error, success")
    func streams() throws {
        let place = try SmallHunt.place()
        let outcome = try Program.run(SmallHunt.arguments + ["-t", "ndjson"], in: place.url)
        #expect(outcome.status == 0, "\(outcome.complaints)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 2)
        for line in lines { #expect(line.contains("\"title\":\"Shell From The Web Server\"")) }
        #expect(outcome.complaints.contains("2 alerts"))
        #expect(!outcome.complaints.contains("\u{1B}"))
    }

    @Test("Cards for people, without escapes off a terminal")
    func cards() throws {
        let place = try SmallHunt.place()
        let outcome = try Program.run(SmallHunt.arguments, in: place.url)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("▌ HIGH Shell From The Web Server"))
        #expect(outcome.output.contains("contains 'whoami'"))
        #expect(!outcome.output.contains("\u{1B}"))
    }

    @Test("Quiet is quiet; --no-summary too")
    func quiet() throws {
        let place = try SmallHunt.place()
        for flag in ["-q", "-N"] {
            let outcome = try Program.run(SmallHunt.arguments + [flag], in: place.url)
            #expect(outcome.status == 0)
            #expect(outcome.complaints.isEmpty)
            #expect(!outcome.output.isEmpty)
        }
    }

    @Test("--fail-on-detection: 1 with findings, 0 without")
    func gate() throws {
        let place = try SmallHunt.place()
        let arguments = SmallHunt.arguments + ["--fail-on-detection", "-q"]
        #expect(try Program.run(arguments, in: place.url).status == 1)
        #expect(try Program.run(arguments + ["--to", "2024-05-01"], in: place.url).status == 0)
        #expect(try Program.run(arguments + ["--include-computer", "host-2"], in: place.url).status == 0)
        #expect(try Program.run(arguments + ["--include-computer", "host-3"], in: place.url).status == 1)
    }

    @Test("A file holds what the screen would have shown, and is replaced only when asked")
    func outputFile() throws {
        let place = try SmallHunt.place()
        let screen = try Program.run(SmallHunt.arguments + ["-t", "csv"], in: place.url)
        let arguments = SmallHunt.arguments + ["-t", "csv", "-o", "out.csv"]
        let first = try Program.run(arguments, in: place.url)
        #expect(first.status == 0)
        #expect(first.output.isEmpty)
        #expect(first.complaints.contains("out.csv"))
        #expect(try place.text(of: "out.csv") == screen.output)
        #expect(try Program.run(arguments, in: place.url).status == 3)
        #expect(try Program.run(arguments + ["-C"], in: place.url).status == 0)
        #expect(place.names == ["events.ndjson", "out.csv", "rules"])
    }

    @Test("Assets raise and lower; what is below the priority asked for is left out and said")
    func priority() throws {
        let place = try SmallHunt.place()
        try place.write("- {host: HOST-3, weight: low}\n", to: "assets.yml")
        let arguments =
            SmallHunt.arguments + [
                "-t", "ndjson", "--asset", "host:host-1=critical", "--assets", "assets.yml",
            ]
        let all = try Program.run(arguments, in: place.url)
        #expect(all.status == 0, "\(all.complaints)")
        let lines = all.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.contains(#""score":90,"priority":"critical""#) == true)
        #expect(lines.first?.contains(#"{"part":"asset","value":15,"why":"critical: host host-1"}"#) == true)
        #expect(lines.last?.contains(#""score":60,"priority":"medium""#) == true)
        let urgent = try Program.run(arguments + ["--min-priority", "P2", "--fail-on-detection"], in: place.url)
        #expect(urgent.status == 1)
        #expect(urgent.output.split(separator: "\n").count == 1)
        #expect(urgent.complaints.contains("1 below the priority asked for"))
        try place.write("- {host: a}\n", to: "assets.yml")
        let wrong = try Program.run(arguments, in: place.url)
        #expect(wrong.status == 3)
        #expect(wrong.complaints.contains("assets.yml: line 1: weight"))
    }

    @Test("A reader that goes away is no failure")
    func closedPipe() throws {
        let place = try SmallHunt.place()
        let script = "\"$SILOSCOPE\" \(SmallHunt.arguments.joined(separator: " ")) -q; echo \"status $?\" >&2"
        // The reader closes at once; what is written then meets a closed pipe.
        let outcome = try Program.shell("(sleep 0.2; \(script)) 2>status | true; sleep 2; cat status", in: place.url)
        #expect(outcome.output == "status 0\n")
    }

    @Test(
        "Wrong paths and wrong rules have their own exit codes, and leave no file behind",
        arguments: [
            (["hunt", "missing.evtx"], Int32(3), "missing.evtx"),
            (["hunt", "events.ndjson", "-r", "missing.yml"], 3, "missing.yml"),
            (["hunt", "events.ndjson", "--no-builtin", "-r", "broken"], 2, "no rule"),
            (["hunt", "events.ndjson", "--no-builtin", "-r", "rules", "-m", "critical"], 2, "no rule"),
        ] as [([String], Int32, String)])
    func wrongInput(arguments: [String], status: Int32, word: String) throws {
        let place = try SmallHunt.place()
        try place.write("title: [", to: "broken/broken.yml")
        let outcome = try Program.run(arguments + ["-o", "out.txt"], in: place.url)
        #expect(outcome.status == status, "\(outcome.complaints)")
        #expect(outcome.complaints.contains(word), "\(outcome.complaints)")
        #expect(outcome.complaints.contains("error: "))
        #expect(place.names == ["broken", "events.ndjson", "rules"])
    }

    @Test("The same bytes on one thread and on four")
    func deterministic() throws {
        let place = try SmallHunt.place()
        let one = try Program.run(SmallHunt.arguments + ["-t", "ndjson", "--threads", "1"], in: place.url)
        let four = try Program.run(SmallHunt.arguments + ["-t", "ndjson", "--threads", "4"], in: place.url)
        #expect(one.output == four.output)
    }
}

@Suite("Interruption")
struct InterruptionTests {
    @Test("A second Ctrl-C ends a hunt that waits for its input, with 130 and without a file")
    func twice() throws {
        let place = try SmallHunt.place()
        let process = Process()
        process.executableURL = Program.executable
        process.arguments = ["hunt", "-", "--no-builtin", "-r", "rules", "-o", "out.txt"]
        process.currentDirectoryURL = place.url
        // Standard input stays open and silent.
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let deadline = Date().addingTimeInterval(20)
        while process.isRunning, Date() < deadline {
            Thread.sleep(forTimeInterval: 0.3)
            process.interrupt()
        }
        process.waitUntilExit()
        // Before the handlers stand the signal itself ends the process, which shells report as 130 too.
        #expect(process.terminationReason == .uncaughtSignal || process.terminationStatus == 130)
        #expect(!place.names.contains("out.txt"))
        _ = input
    }
}
