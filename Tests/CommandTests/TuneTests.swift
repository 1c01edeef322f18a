import Foundation
import Testing

@Suite("Tune, as its users run it")
struct TuneTests {
    /// A strategy with the rule of ``SmallHunt`` and one sample that must fire.
    static func place(sample command: String = "cmd /c whoami /priv") throws -> Workplace {
        let place = try SmallHunt.place()
        try place.write("---\nid: demo\ntitle: Demo\n---\n## Goal\n", to: "strategies/demo/STRATEGY.md")
        try place.write(SmallHunt.rule, to: "strategies/demo/rules/shell.yml")
        try place.write(
            """
            rule: 11111111-2222-4333-8444-555555555555
            fires:
              - note: the attack
                event:
                  source: windows
                  fields:
                    Channel: Microsoft-Windows-Sysmon/Operational
                    Provider_Name: Microsoft-Windows-Sysmon
                    EventID: 1
                    Computer: HOST
                    Image: 'C:\\Windows\\System32\\cmd.exe'
                    CommandLine: '\(command)'
            silent:
              - note: harmless
                event: {source: windows, fields: {Channel: Security, EventID: 4624, Computer: HOST}}
            """, to: "strategies/demo/cases/shell.yml")
        return place
    }

    static let rules = ["--strategies", "strategies", "--today", "2026-06-15"]

    /// Ids of the alerts of a hunt, in order.
    static func ids(in place: Workplace, _ more: [String] = []) throws -> [String] {
        let hunt = try Program.run(["hunt", "events.ndjson", "-t", "ndjson"] + rules + more, in: place.url)
        return try hunt.output.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require((object?["alert"] as? [String: Any])?["id"] as? String)
        }
    }

    @Test("From a false positive to a filter that the next hunt applies and counts")
    func propose() throws {
        let place = try Self.place()
        let ids = try Self.ids(in: place)
        #expect(ids.count == 2)
        let arguments = ["tune", "events.ndjson", "--alert", String(ids[0].prefix(8))] + Self.rules
        let printed = try Program.run(arguments + ["--owner", "me", "--reason", "it's fine: #1"], in: place.url)
        #expect(printed.status == 0, "\(printed.complaints)")
        #expect(printed.output.contains("Image: 'C:\\Windows\\System32\\cmd.exe'"))
        #expect(printed.output.contains("CommandLine: 'cmd /c whoami'"))
        #expect(printed.output.contains("reason: 'it''s fine: #1'"))
        #expect(printed.output.contains("expires: 2026-09-13"))
        #expect(!printed.output.contains("HOST-1"))
        #expect(printed.complaints.contains("1 of 2 alerts of the rule"))
        #expect(printed.complaints.contains("all 1 that must fire still do"))
        let saved = try Program.run(
            arguments + ["--owner", "me", "--reason", "r", "-o", "exceptions/known.yml"], in: place.url)
        #expect(saved.status == 3, "the folder does not exist")
        let written = try Program.run(arguments + ["--owner", "me", "--reason", "r", "-o", "known.yml"], in: place.url)
        #expect(written.status == 0)
        #expect(written.output.isEmpty)
        #expect(try Program.run(arguments + ["-o", "known.yml"], in: place.url).status == 3)
        #expect(try Self.ids(in: place, ["-r", "known.yml"]) == [ids[1]])
        try place.write(try place.text(of: "known.yml"), to: "strategies/demo/filters/known.yml")
        #expect(try Self.ids(in: place) == [ids[1]], "as one of the strategy's own filters")
        let check = try Program.run(
            ["rules", "check", "--strict", "--today", "2026-06-15", "rules", "known.yml"], in: place.url)
        #expect(check.status == 0, "\(check.output)")
    }

    @Test("An exception that would hide a sample of an attack is refused")
    func samples() throws {
        let place = try Self.place(sample: "cmd /c whoami")
        let id = try Self.ids(in: place)[0]
        let outcome = try Program.run(
            ["tune", "events.ndjson", "--alert", id, "-o", "x.yml"] + Self.rules, in: place.url)
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.complaints.contains("refused: the exception would hide 1 sample of an attack"))
        #expect(outcome.complaints.contains("hidden: demo/cases/shell.yml: the attack"))
        #expect(!place.names.contains("x.yml"))
    }

    @Test("So is one that would silence a correlation over the rule, whose own samples still fire")
    func correlation() throws {
        let place = try Self.place()
        let named = SmallHunt.rule.replacingOccurrences(of: "status: test", with: "name: shell\nstatus: test")
        try place.write(named, to: "strategies/demo/rules/shell.yml")
        try place.write(
            """
            title: Twice
            id: 33333333-2222-4333-8444-555555555555
            level: high
            correlation:
              {type: event_count, rules: [shell], group-by: [Computer], timespan: 1m, condition: {gte: 2}, generate: true}
            """, to: "strategies/demo/rules/twice.yml")
        let event = { (at: String) in
            """
                  - at: \(at)
                    event:
                      source: windows
                      fields:
                        {Channel: Microsoft-Windows-Sysmon/Operational, Provider_Name: Microsoft-Windows-Sysmon,
                         EventID: 1, Computer: H, Image: 'C:\\Windows\\System32\\cmd.exe', CommandLine: cmd /c whoami}
            """
        }
        try place.write(
            """
            rule: 33333333-2222-4333-8444-555555555555
            fires:
              - note: twice the same
                sequence:
            \(event("0s"))
            \(event("5s"))
            silent:
              - note: harmless
                event: {source: windows, fields: {Channel: Security, EventID: 4624, Computer: HOST}}
            """, to: "strategies/demo/cases/twice.yml")
        let id = try Self.ids(in: place)[0]
        let outcome = try Program.run(["tune", "events.ndjson", "--alert", id] + Self.rules, in: place.url)
        #expect(outcome.status == 1, "\(outcome.complaints)")
        #expect(outcome.complaints.contains("hidden: demo/cases/twice.yml: twice the same (Twice)"))
        #expect(outcome.complaints.contains("1 that must fire would be hidden"))
    }

    @Test("One that would hide alerts of other hosts is refused, unless --broad")
    func broad() throws {
        let place = try Self.place()
        try place.write(SmallHunt.event(1, "cmd /c whoami") + SmallHunt.event(2, "cmd /c whoami"), to: "events.ndjson")
        let arguments = ["tune", "events.ndjson", "--alert", try Self.ids(in: place)[0]] + Self.rules
        let refused = try Program.run(arguments, in: place.url)
        #expect(refused.status == 1)
        #expect(refused.complaints.contains("would hide 1 alert of other containers or hosts"))
        #expect(refused.complaints.contains("host HOST-2"))
        #expect(try Program.run(arguments + ["--broad"], in: place.url).status == 0)
    }

    @Test("An id nobody has, and one that is none")
    func unknown() throws {
        let place = try Self.place()
        #expect(
            try Program.run(["tune", "events.ndjson", "--alert", "ffffffff"] + Self.rules, in: place.url).status == 3)
        #expect(try Program.run(["tune", "events.ndjson", "--alert", "xyz"] + Self.rules, in: place.url).status == 3)
    }
}
