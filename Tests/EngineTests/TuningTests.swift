import Events
import Foundation
import Sigma
import Strategies
import Testing

@testable import Engine

@Suite struct TuningTests {
    static let digest = "sha256:" + String(repeating: "ab", count: 32)

    @Test(
        "what a field tells",
        arguments: [
            ("Image", #"C:\a\b.exe"#, FieldKind.program), ("Image", "b.exe", .other), ("Image", digest, .digest),
            ("Config.Image", "shop/web@" + digest, .digest), ("Config.Image", "shop/web:1", .image),
            ("Hashes", "MD5=00,SHA256=" + String(repeating: "AB", count: 32), .digest), ("Hashes", "SHA256=AB", .other),
            ("CommandLine", "x", .command), ("User", "a", .user), ("Container.Name", "web", .name),
            ("Name", "/web", .name),
            ("Config.Labels.a", digest, .name), ("Actor.Attributes.note", digest, .name),
            ("Actor.Attributes.image", "shop/web@" + digest, .digest), ("Actor.ID", digest, .name),
            ("Computer", "H", .name),
        ])
    func kinds(field: String, value: String, kind: FieldKind) {
        #expect(FieldKind.of(field, value) == kind)
    }

    @Test func oneConditionOfEachKindThenWhatTheRuleLookedAt() {
        let conditions = ExceptionProposal.choose(
            from: [
                "NewProcessName": [#"C:\a.exe"#], "Image": [#"C:\a.exe"#], "CommandLine": ["a -b"], "User": ["u"],
                "Container.Image": ["shop/web:1"], "Container.Name": ["web"], "Computer": ["H"], "EventID": ["1"],
                "ParentImage": [#"C:\p.exe"#], "Many": ["a", "b"], "Bad": ["a\u{1B}b"], "Bar|re": ["x"],
                "Program.Novelty": ["100"], "Program.Path": [#"\a.exe"#],
            ],
            matched: [
                "Image", "ParentImage", "Many", "Bad", "Bar|re", "Program.Novelty", "Container.Name", "Computer",
                "EventID",
            ])
        #expect(
            conditions.map(\.field) == ["Image", "CommandLine", "User", "Container.Image", "ParentImage"])
    }

    @Test func theDiskOfALayerMayHaveAnyNumberAndNothingElseChanges() throws {
        let path = #"\Device\VhdHardDisk{6f1d2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b}\Windows\a (1)+.exe"#
        let condition = try #require(ExceptionProposal.choose(from: ["Image": [path]], matched: []).first)
        #expect(condition.isExpression)
        let yaml =
            "title: t\nlogsource: {product: windows}\nfilter:\n  rules: any\n  known:\n    Image|re|i: "
            + ExceptionProposal.quoted(condition.value) + "\n  condition: not known\n"
        let file = RuleParser().parse(RuleText(path: "f.yml", text: yaml))
        guard case .filter(let filter)? = file.documents.first else {
            Issue.record("\(file.diagnostics)")
            return
        }
        func hides(_ path: String) -> Bool { !Evaluator().matches(filter.condition, fields: ["Image": [path]]) }
        #expect(hides(path))
        #expect(hides(path.replacingOccurrences(of: "6f1d2a3b", with: "00000000")))
        #expect(hides(path.uppercased()))
        #expect(!hides(path + "x"))
        #expect(!hides(path.replacingOccurrences(of: "Windows", with: "Temp")))
        #expect(!hides(path.replacingOccurrences(of: "}", with: #"}\evil"#)))
        #expect(!hides(path.replacingOccurrences(of: ".exe", with: "xexe")))
        let odd = #"\Device\VhdHardDisk{a|.*}\Windows\a.exe"#
        #expect(ExceptionProposal.choose(from: ["Image": [odd]], matched: []).first?.isExpression == false)
    }

    @Test(
        "a value comes back from the filter as it went, and nothing else matches",
        arguments: [
            #"C:\Windows\System32\cmd.exe"#, #"\\.\pipe\docker_engine"#, #"\\?\Volume{1}\*"#, #"a\"#, #"a\\"#,
            #"a\\\b"#,
            "what? *.txt", "it's: #1 \"x\"", "- a", "{a}", "null", "日本", " a ", "%a%", #"\*"#, #"\\*"#, "!x", "&a",
        ])
    func values(value: String) throws {
        let yaml = """
            title: t
            logsource: {product: windows}
            filter:
              rules: any
              known:
                Field: \(ExceptionProposal.quoted(ExceptionProposal.escaped(value)))
              condition: not known
            """
        let file = RuleParser().parse(RuleText(path: "f.yml", text: yaml))
        guard case .filter(let filter)? = file.documents.first else {
            Issue.record("\(file.diagnostics)")
            return
        }
        let evaluator = Evaluator()
        #expect(!evaluator.matches(filter.condition, fields: ["Field": [value]]))
        for other in [value + "x", "x" + value, value.replacingOccurrences(of: "*", with: "x"), "x"]
        where other != value {
            #expect(evaluator.matches(filter.condition, fields: ["Field": [other]]), "\(other)")
        }
    }

    func alert(_ rule: String, _ event: SampleEvent) async throws -> (Alert, RuleBook) {
        let bench = try Workbench()
        for file in try EvidenceComposer(start: 0).files(of: [event]) {
            try bench.write(file.bytes, to: "evidence/" + file.name)
        }
        var options = HuntOptions()
        options.evidence = [bench.url.appending(path: "evidence").path()]
        options.rulePaths = [try bench.write(rule, to: "rules.yml")]
        options.useBuiltin = false
        let book = try await RuleLoader.load(options)
        var search = AlertSearch(id: "")
        _ = try await Hunt(options: options).run(book, into: &search)
        return (try #require(search.found), book)
    }

    static let terms = ExceptionProposal.Terms(owner: "", reason: "", expires: "2026-09-01", date: "2026-06-01")

    @Test func theFieldHasTheNameTheRuleUsesAndTheFilterStatesTheContentOfTheRule() async throws {
        let (alert, book) = try await alert(
            HuntTests.whoami, HuntTests.processCreation(#"C:\x\whoami.exe"#, at: 0))
        let proposal = try ExceptionProposal(for: alert, in: book, terms: Self.terms)
        #expect(proposal.conditions == [.init(field: "Image", value: #"C:\x\whoami.exe"#)])
        #expect(proposal.yaml.contains(ExceptionPolicy.contentHash(of: book.ruleSet.rules[0])))
        let trial = try #require(ExceptionTrial(proposal, book: book))
        #expect(trial.hides(alert, Evaluator()))
        var other = alert
        other.fields = other.fields.map {
            $0.name == "NewProcessName" ? .init(name: $0.name, values: [#"C:\y\whoami.exe"#]) : $0
        }
        #expect(!trial.hides(other, Evaluator()))
    }

    @Test func anEventThatOnlyNamesTellApartIsRefused() async throws {
        let rule = """
            title: Shadow Copy
            id: 22222222-1111-4111-8111-111111111111
            logsource: {product: windows, service: security}
            detection: {s: {EventID: 4688, Computer: HOST}, condition: s}
            """
        let event = SampleEvent(
            offset: 0,
            payload: .windows(
                WindowsSample(fields: [
                    .init(name: "Channel", values: ["Security"]), .init(name: "EventID", values: ["4688"]),
                    .init(name: "Computer", values: ["HOST"]), .init(name: "User", values: ["bob"]),
                ])))
        let (alert, book) = try await alert(rule, event)
        #expect(throws: ExceptionProposal.Refusal.onlyNames) {
            try ExceptionProposal(for: alert, in: book, terms: Self.terms)
        }
        var correlated = alert
        correlated.rule = AlertRule(
            id: "c", title: "c", level: .high, description: "", place: Place(file: ""), tags: [], techniques18: [],
            techniques19: [], tactics: [], falsePositives: [], strategy: "", response: "", isCorrelation: true)
        #expect(throws: ExceptionProposal.Refusal.correlation) {
            try ExceptionProposal(for: correlated, in: book, terms: Self.terms)
        }
    }
}
