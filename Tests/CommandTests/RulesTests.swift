import Foundation
import Testing

@Suite("Rules, as their authors check them")
struct RulesTests {
    @Test("The built-in rules are sound, and listed")
    func builtin() throws {
        let check = try Program.run(["rules", "check"])
        #expect(check.status == 0, "\(check.output)")
        #expect(check.complaints.contains("none rejected"))
        let list = try Program.run(["rules", "list", "--tsv"])
        #expect(list.status == 0)
        #expect(list.output.split(separator: "\n").count > 20)
        for line in list.output.split(separator: "\n") {
            #expect(line.split(separator: "\t", omittingEmptySubsequences: false).count == 6)
        }
    }

    @Test("A wrong rule: what, where, and exit code 2; --brief on one line")
    func wrongRule() throws {
        let place = try SmallHunt.place()
        let wrong = SmallHunt.rule.replacingOccurrences(of: "CommandLine|contains", with: "CommandLine|containz")
        try place.write(wrong, to: "wrong.yml")
        let outcome = try Program.run(["rules", "check", "rules", "wrong.yml"], in: place.url)
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("unknown modifier 'containz'"))
        #expect(outcome.output.contains("wrong.yml:10:"))
        #expect(outcome.complaints.contains("1 document rejected"))
        let brief = try Program.run(["rules", "check", "--brief", "wrong.yml"], in: place.url)
        #expect(brief.output.split(separator: "\n").count == 1)
        #expect(brief.output.hasPrefix("wrong.yml:10:"))
    }

    static func filter(_ siloscope: String) -> String {
        """
        title: Known
        id: f0000000-0000-4000-8000-000000000001
        logsource: {product: windows, category: process_creation}
        filter:
          rules: [11111111-2222-4333-8444-555555555555]
          known: {CommandLine: 'cmd /c whoami'}
          condition: not known
        siloscope: {\(siloscope)}
        """
    }

    @Test(
        "Exceptions that nobody owns, that have ended, or whose rule has changed are warnings",
        arguments: [
            ("owner: me, reason: r, expires: 2026-06-15", "2026-06-15", nil),
            ("owner: me, reason: r, expires: 2026-06-15", "2026-06-16", "ended on 2026-06-15"),
            ("reason: r", "2026-06-15", "has no owner, expires"),
            ("owner: me, reason: r, expires: 2026-06-15, content_sha256: 00", "2026-06-15", "has changed since"),
        ] as [(String, String, String?)])
    func exceptions(siloscope: String, today: String, finding: String?) throws {
        let place = try SmallHunt.place()
        try place.write(Self.filter(siloscope), to: "filters/known.yml")
        let outcome = try Program.run(
            ["rules", "check", "--strict", "--brief", "--today", today, "rules", "filters"], in: place.url)
        #expect(outcome.status == (finding == nil ? 0 : 1), "\(outcome.output)")
        #expect(finding.map { outcome.output.contains($0) } ?? outcome.output.isEmpty, "\(outcome.output)")
        let hunt = try Program.run(
            SmallHunt.arguments + ["-r", "filters", "--today", today, "-t", "csv"], in: place.url)
        let holds = finding == nil || finding?.contains("has no") == true
        #expect(hunt.output.split(separator: "\n").count == (holds ? 2 : 3))
        #expect(hunt.complaints.contains(holds ? "1 of 1 hid 1 hit" : "none of 1 hid anything"), "\(hunt.complaints)")
    }

    @Test(
        "A rule is explained by id, by the start of its id, and from its file",
        arguments: [
            ["11111111-2222-4333-8444-555555555555", "-r", "rules"], ["11111111", "-r", "rules"], ["rules/shell.yml"],
        ])
    func explain(arguments: [String]) throws {
        let place = try SmallHunt.place()
        let outcome = try Program.run(["rules", "explain"] + arguments, in: place.url)
        #expect(outcome.status == 0, "\(outcome.complaints)")
        #expect(outcome.output.contains("Shell From The Web Server"))
        #expect(outcome.output.contains("CommandLine contains 'whoami'"))
        // An exception that states this content holds, whatever filters narrow the rule.
        let hash = try #require(outcome.output.components(separatedBy: "content_sha256: ").last?.prefix(64))
        try place.write(
            Self.filter("owner: me, reason: r, expires: 2099-01-01, content_sha256: \(hash)"), to: "rules/f.yml")
        #expect(try Program.run(["rules", "check", "--strict", "rules"], in: place.url).status == 0)
        let again = try Program.run(["rules", "explain", "11111111", "-r", "rules"], in: place.url)
        #expect(again.output.contains("content_sha256: \(hash)"))
    }

    @Test("Why a rule fires on an event and why it does not on another")
    func explainEvents() throws {
        let place = try SmallHunt.place()
        let explain = ["rules", "explain", "rules/shell.yml", "--event", "events.ndjson"]
        let all = try Program.run(explain, in: place.url)
        #expect(all.complaints == "fires on 2 of 3 events\n")
        let second = try Program.run(explain + ["--record", "2"], in: place.url)
        #expect(second.output.contains("does not fire on events.ndjson record 2"))
        #expect(second.output.contains("✓ Image endswith '\\cmd.exe'"))
        #expect(second.output.contains("✗ CommandLine contains 'whoami'"))
        #expect(try Program.run(explain + ["--record", "9"], in: place.url).status == 3)
    }

    @Test("An alert of hunt can be explained")
    func explainAlert() throws {
        let place = try SmallHunt.place()
        let hunt = try Program.run(SmallHunt.arguments + ["-t", "ndjson"], in: place.url)
        try place.write(hunt.output, to: "alerts.ndjson")
        let outcome = try Program.run(
            ["rules", "explain", "rules/shell.yml", "--event", "alerts.ndjson"], in: place.url)
        #expect(outcome.complaints == "fires on 2 of 2 events\n")
    }

    @Test("A rule nobody knows")
    func unknown() throws {
        let outcome = try Program.run(["rules", "explain", "no\u{1B}such"])
        #expect(outcome.status == 3)
        #expect(outcome.complaints.contains("no␛such"))
    }
}
