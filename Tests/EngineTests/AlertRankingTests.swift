import Events
import Foundation
import Sigma
import Testing

@testable import Engine

@Suite struct AlertScoreTests {
    func score(
        _ level: Level, confidence: Int? = nil, novelty: Int? = nil, asset: AssetWeights.Weight = .normal,
        behaviours: Int = 0
    ) -> AlertScore {
        AlertScore(
            level: level, confidence: confidence, novelty: novelty, asset: .init(weight: asset, why: ""),
            behaviours: (0..<behaviours).map { "T\($0)" })
    }

    @Test("without any reason for or against, the priority is the level", arguments: Level.allCases)
    func neutral(level: Level) {
        #expect(score(level).priority.rawValue == level.rawValue)
        #expect(score(level, confidence: 100, novelty: 50).value == score(level).value)
    }

    @Test("each part moves the score its way")
    func directions() {
        let neutral = score(.high, confidence: 90).value
        #expect(score(.high, confidence: 40).value < neutral)
        #expect(score(.high, confidence: 90, novelty: 100).value > neutral)
        #expect(score(.high, confidence: 90, novelty: 0).value < neutral)
        #expect(score(.high, confidence: 90, asset: .low).value < neutral)
        #expect(score(.high, confidence: 90, asset: .high).value > neutral)
        #expect(score(.high, asset: .critical).value > score(.high, asset: .high).value)
        #expect(score(.high, behaviours: 1).value > score(.high).value)
        #expect(score(.high, behaviours: 9).value == score(.high, behaviours: 3).value)
    }

    @Test("no reason makes an informational alert urgent, and a doubtful container makes a high one less so")
    func bounds() {
        #expect(score(.informational, novelty: 100, asset: .critical, behaviours: 9).priority == .informational)
        #expect(score(.high, confidence: 35).priority == .medium)
        #expect(score(.high, confidence: 100, behaviours: 3).priority == .critical)
        #expect(score(.high, behaviours: 3).priority == .high, "a host's behaviours count half")
        #expect(score(.high, asset: .critical).priority == .critical)
        #expect(score(.medium, confidence: 100, asset: .critical, behaviours: 3).priority == .high)
    }

    @Test func thePartsAddUpToTheScoreWhichLiesBetween0And100() {
        for level in Level.allCases {
            for confidence in [nil, 0, 33, 100] as [Int?] {
                for novelty in [nil, 0, 71, 100] as [Int?] {
                    for asset in AssetWeights.Weight.allCases {
                        let score = score(
                            level, confidence: confidence, novelty: novelty, asset: asset, behaviours: 2)
                        #expect(score.parts.reduce(0) { $0 + $1.value } == score.value)
                        #expect((0...100).contains(score.value))
                    }
                }
            }
        }
    }

    @Test(
        "thresholds",
        arguments: [(19, "informational"), (20, "low"), (45, "medium"), (69, "medium"), (70, "high"), (90, "critical")])
    func thresholds(score: Int, priority: String) {
        #expect(Priority(score: score).rawValue == priority)
    }
}

@Suite struct AssetWeightsTests {
    static func weights(_ entries: [(AssetWeights.Subject, String, AssetWeights.Weight)]) -> AssetWeights {
        var weights = AssetWeights()
        for (subject, pattern, weight) in entries {
            weights.add(.init(subject: subject, pattern: pattern, weight: weight))
        }
        return weights
    }

    @Test(
        "patterns are of the whole name, without case",
        arguments: [
            ("DC*", "dc-01", true), ("dc?", "DC1", true), ("dc?", "dc12", false), ("*", "", false), ("a", "ab", false),
            ("*pay*ments", "registry/pay-in-pay-ments", true), ("**", "x", true), ("a*b*c", "aXXbYYbc", true),
            ("a*b*c", "aXXbYYb", false), (String(repeating: "*a", count: 60), String(repeating: "a", count: 59), false),
        ])
    func patterns(pattern: String, name: String, fits: Bool) {
        #expect(NamePattern(pattern).matches(name) == fits)
    }

    @Test func theHeaviestPatternCountsSoThatANameCannotLowerWhatTheHostIsWorth() {
        let weights = Self.weights([(.any, "test-*", .low), (.host, "DC*", .critical), (.image, "shop/*", .high)])
        var container = AlertContainer(id: "abc")
        container.name = "test-1"
        #expect(weights.verdict(host: "dc1", container: container).weight == .critical)
        #expect(weights.verdict(host: "web", container: container).weight == .low)
        container.image = "shop/web:1"
        #expect(weights.verdict(host: "web", container: container).weight == .high)
        #expect(weights.verdict(host: "shop/x", container: nil).weight == .normal)
        #expect(weights.verdict(host: "dc1", container: nil).why == "critical: host DC*")
    }
}

@Suite struct CorroborationTests {
    static func alert(
        _ techniques: [String], hour: Double, container: String? = "c", record: String = "", level: Level = .high
    ) -> Alert {
        let rule = AlertRule(
            id: techniques.joined(), title: techniques.joined(), level: level, description: "",
            place: Place(file: "r.yml"), tags: [], techniques18: [], techniques19: techniques, tactics: [],
            falsePositives: [], strategy: "", response: "", isCorrelation: false)
        return Alert(
            id: "", rule: rule, time: Timestamp(nanoseconds: Int64(hour * 3600e9)), host: "h",
            container: container.map { AlertContainer(id: $0) }, fields: [], matched: [],
            place: RecordPlace(path: "", record: 1, offset: 0, length: 0, eventRecordID: -1),
            rawHash: record.isEmpty ? "\(hour)" : record)
    }

    func around(_ alerts: [Alert], _ index: Int) -> [String] {
        var corroboration = Corroboration()
        for alert in alerts { corroboration.observe(alert) }
        return corroboration.behaviours(around: alerts[index])
    }

    @Test func otherBehavioursOfTheContainerWithinADayBeforeAndAfterCount() {
        let alerts = [
            Self.alert(["T1"], hour: 0), Self.alert(["T2"], hour: 20), Self.alert(["T3"], hour: 44.5),
            Self.alert(["T2"], hour: 44.6),
        ]
        #expect(around(alerts, 0) == ["T2"])
        #expect(around(alerts, 1) == ["T1"])
        #expect(around(alerts, 2) == ["T2"])
    }

    @Test func theSameTechniqueAnotherContainerTheSameRecordAndInformationalOnesDoNot() {
        let alerts = [
            Self.alert(["T1"], hour: 0), Self.alert(["T1"], hour: 1), Self.alert(["T2"], hour: 1, container: "d"),
            Self.alert(["T3"], hour: 1, container: nil), Self.alert(["T4"], hour: 0, record: "0.0"),
            Self.alert(["T5"], hour: 1, level: .informational),
        ]
        #expect(around(alerts, 0).isEmpty)
        #expect(around(alerts + [Self.alert(["T4"], hour: 2)], 0) == ["T4"])
    }

    @Test func thePlainDefinitionAndTheMergedSpansAgree() {
        var generator = HitSorterTests.Generator(state: 7)
        let alerts = (0..<400).map { index in
            Self.alert(
                ["T\(Int.random(in: 0..<6, using: &generator))"], hour: Double(index) * 5,
                container: "c\(Int.random(in: 0..<3, using: &generator))")
        }
        for (index, alert) in alerts.enumerated() {
            let plain = Set(
                alerts.filter { other in
                    other.container?.id == alert.container?.id
                        && abs(other.time.nanoseconds - alert.time.nanoseconds) <= Corroboration.span
                }.map { $0.rule.id })
            #expect(Set(around(alerts, index)) == plain.subtracting([alert.rule.id]))
        }
    }

    @Test func beyondTheLimitNewBehavioursAreCountedNotKept() {
        var corroboration = Corroboration(limit: 2)
        for number in 0..<5 { corroboration.observe(Self.alert(["T\(number)"], hour: 0)) }
        #expect(corroboration.forgotten == 3)
    }
}

@Suite struct AlertSpoolTests {
    @Test("alerts come back whole and in order, from memory and from the file", arguments: [1 << 20, 2_000, 0])
    func roundTrip(memory: Int) throws {
        let bench = try Workbench()
        let rule = AlertGrouperTests.rule("a")
        let correlation = AlertGrouperTests.rule("b")
        var spool = AlertSpool(rules: [rule], correlations: [correlation], folder: bench.url, memory: memory)
        var originals: [Alert] = []
        for minute in 0..<50 {
            var alert = AlertGrouperTests.alert(minute % 3 == 0 ? correlation : rule, minute: Int64(minute))
            alert.container = minute % 2 == 0 ? AlertContainer(id: "c\(minute)") : nil
            alert.fields = [AlertField(name: "日本", values: ["a\0b", ""])]
            alert.matched = [MatchedValue(field: "f", value: "v", test: "t")]
            alert.members = ["x", "y"]
            alert.groupBy = ["rule"]
            alert.count = minute + 1
            alert.windowSeconds = 3600
            alert.novelty = minute % 5 == 0 ? nil : minute
            alert.places.append(RecordPlace(path: "q", record: .max, offset: 2, length: 3, eventRecordID: 4))
            originals.append(alert)
            try spool.append(alert)
        }
        var copies: [Alert] = []
        try spool.forEach { copies.append($0) }
        #expect(copies.count == originals.count)
        for (copy, original) in zip(copies, originals) {
            #expect("\(copy)" == "\(original)")
            #expect(copy.rule === original.rule)
        }
    }
}

@Suite struct AssetFileTests {
    @Test(
        "entries as typed",
        arguments: [
            ("DC*=critical", "any DC* critical"), ("host:DC*=HIGH", "host DC* high"),
            ("image:a/b:1=low", "image a/b:1 low"),
            ("a=b=normal", "any a=b normal"), ("registry:5000/x=high", "any registry:5000/x high"), ("DC*", nil),
            ("=high", nil), ("host:=high", nil), ("x=huge", nil),
        ] as [(String, String?)])
    func typed(text: String, expected: String?) {
        let entry = AssetWeights.Entry(text)
        #expect(entry.map { "\($0.subject) \($0.pattern) \($0.weight)" } == expected)
    }

    @Test func aFileIsAListAndWhatIsWrongIsNamedWithItsLine() throws {
        let good = "- {host: 'DC*', weight: critical, reason: domain}\n- {any: 'x', weight: low}\n"
        #expect(try AssetWeights.entries(in: good, path: "a.yml").map(\.weight) == [.critical, .low])
        #expect(try AssetWeights.entries(in: "", path: "a.yml").isEmpty)
        for (text, word) in [
            ("- {host: a, weight: huge}", "line 1: weight"), ("- {weight: low}", "line 1: an asset"),
            ("- {host: a, image: b, weight: low}", "line 1: an asset"), ("a: b", "not a list"), ("[", "not YAML"),
        ] {
            let error = #expect(throws: HuntError.self) { try AssetWeights.entries(in: text, path: "a.yml") }
            #expect(error?.reason.contains(word) == true, "\(text)")
        }
    }
}

@Suite struct RankedHuntTests {
    static func line(_ second: Int, _ image: String, novelty: String? = nil) -> String {
        let measured = novelty.map { #","Program.Novelty":"\#($0)""# } ?? ""
        return #"{"TimeCreated":"2026-01-01T00:00:0\#(second)Z","Channel":"Security","EventID":4688,"Computer":"H","#
            + #""NewProcessName":"C:\\\#(image)\\whoami.exe"\#(measured)}"# + "\n"
    }

    @Test func theFieldsThatTheRuleNamesSeparateItsGroups() async throws {
        let bench = try Workbench()
        try bench.write(Self.line(1, "a") + Self.line(2, "b") + Self.line(3, "a"), to: "evidence/e.ndjson")
        let rule = HuntTests.whoami + "\nsiloscope: {group_by: [Image]}\n"
        let plain = try await bench.hunt(rules: HuntTests.whoami) { $0.ungrouped = false }
        let apart = try await bench.hunt(rules: rule) { $0.ungrouped = false }
        #expect(plain.alerts.map(\.count) == [3])
        #expect(apart.alerts.map(\.count) == [2, 1])
        #expect(apart.alerts.map(\.groupBy) == [["rule", "host", "Image"], ["rule", "host", "Image"]])
        #expect(apart.alerts.first?.places.map(\.record) == [1, 3])
    }

    @Test func theNoveltyOfTheEventCountsAndWhatIsNoNumberDoesNot() async throws {
        let bench = try Workbench()
        try bench.write(
            Self.line(1, "a", novelty: "100") + Self.line(2, "b", novelty: "0") + Self.line(3, "c", novelty: "high")
                + Self.line(4, "d", novelty: "999"), to: "evidence/e.ndjson")
        let alerts = try await bench.hunt(rules: HuntTests.whoami).alerts
        #expect(alerts.map(\.novelty) == [100, 0, nil, nil])
        let neutral = try #require(alerts[2].score?.value)
        #expect(try #require(alerts[0].score?.value) > neutral)
        #expect(try #require(alerts[1].score?.value) < neutral)
    }

    @Test("what corroborates an alert may come after it, and scores do not depend on threads", arguments: [1, 4])
    func corroboration(threads: Int) async throws {
        let bench = try Workbench()
        try bench.write(Self.line(1, "a"), to: "evidence/a.ndjson")
        try bench.write(Self.line(2, "b").replacingOccurrences(of: "whoami", with: "net"), to: "evidence/b.ndjson")
        let net = HuntTests.whoami.replacingOccurrences(of: "whoami", with: "net").replacingOccurrences(
            of: "1111-1", with: "2222-1"
        )
        .replacingOccurrences(of: "Whoami", with: "Net")
        let (alerts, report) = try await bench.hunt(rules: HuntTests.whoami + "\n---\n" + net, threads: threads)
        #expect(alerts.map { $0.score?.parts.first { $0.name == .corroboration }?.value } == [1, 1])
        #expect(alerts.first?.score?.parts.contains { $0.why == "1 other behaviour within 24 h: Net" } == true)
        #expect(report.alertsByPriority.map(\.name) == ["low"])
        let none = try await bench.hunt(rules: HuntTests.whoami) { $0.minimumPriority = .medium }
        #expect(none.alerts.isEmpty && none.report.alerts == 0 && none.report.alertsBelowPriority == 1)
    }

    @Test func aCopyOfAnEventDoesNotCountForACorrelationEither() async throws {
        let bench = try Workbench()
        let rule =
            HuntTests.whoami.replacingOccurrences(of: "id:", with: "name: who\nid:") + """

                ---
                title: Twice
                id: 33333333-1111-4111-8111-111111111111
                correlation: {type: event_count, rules: [who], group-by: [Computer], timespan: 10m, condition: {gte: 2}}
                """
        try bench.write(Self.line(1, "a"), to: "evidence/a.ndjson")
        try bench.write(Self.line(1, "a"), to: "evidence/copy.ndjson")
        #expect(try await bench.hunt(rules: rule).alerts.isEmpty)
        try bench.write(Self.line(1, "a") + Self.line(2, "a"), to: "evidence/copy.ndjson")
        let alerts = try await bench.hunt(rules: rule).alerts
        #expect(alerts.map(\.rule.title) == ["Twice"])
        #expect(alerts.first?.members.count == 2)
    }
}
