import Events
import Foundation
import Sigma
import Strategies
import Testing

@testable import Engine

@Suite struct ExceptionTests {
    /// 2026-06-15T00:00:00Z.
    static let day = Timestamp(nanoseconds: 1_781_481_600_000_000_000)

    static func filter(
        id: String = "f0000000-0000-4000-8000-000000000001", image: String = "\\known\\whoami.exe",
        rules: String = "[11111111-1111-4111-8111-111111111111]",
        siloscope: String = "owner: me, reason: r, expires: 2026-06-15"
    ) -> String {
        """
        title: Known
        id: \(id)
        logsource: { category: process_creation, product: windows }
        filter:
          rules: \(rules)
          known: { Image|endswith: '\(image)' }
          condition: not known
        siloscope: { \(siloscope) }
        """
    }

    func hunt(_ filters: [String], on day: Timestamp = day) async throws -> (
        alerts: Int, uses: [HuntReport.ExceptionUse]
    ) {
        let bench = try Workbench()
        let images = [#"C:\known\whoami.exe"#, #"C:\x\whoami.exe"#, #"C:\known\whoami.exe"#, #"C:\known\cmd.exe"#]
        let events = images.enumerated().map { HuntTests.processCreation($1, at: Double($0)) }
        for file in try EvidenceComposer(start: 0).files(of: events) {
            try bench.write(file.bytes, to: "evidence/" + file.name)
        }
        let rules = ([HuntTests.whoami] + filters).joined(separator: "\n---\n")
        let (alerts, report) = try await bench.hunt(rules: rules, threads: 2) { $0.today = day }
        return (alerts.count, report.exceptions)
    }

    @Test func anExceptionHidesAndWhatItHidIsCountedByItsId() async throws {
        let (alerts, uses) = try await hunt([Self.filter()])
        #expect(alerts == 1)
        #expect(uses.map(\.id) == ["f0000000-0000-4000-8000-000000000001"])
        #expect(uses.map(\.hidden) == [2])
        #expect(uses.map(\.state) == [.active])
        #expect(uses.map(\.owner) == ["me"])
        #expect(try await hunt([]).alerts == 3)
    }

    @Test func twoExceptionsThatHideTheSameCountBoth() async throws {
        let other = Self.filter(id: "f0000000-0000-4000-8000-000000000002", image: "whoami.exe")
        let (alerts, uses) = try await hunt([Self.filter(), other])
        #expect(alerts == 0)
        #expect(uses.map(\.hidden) == [2, 3])
    }

    @Test(
        "it holds to the end of its last day, and then hides nothing", arguments: [(0, 1, "active"), (1, 3, "expired")])
    func expiry(daysLater: Int64, alerts: Int, state: String) async throws {
        let day = Timestamp(nanoseconds: Self.day.nanoseconds + daysLater * 86_400_000_000_000)
        let found = try await hunt([Self.filter()], on: day)
        #expect(found.alerts == alerts)
        #expect(found.uses.map(\.state.rawValue) == [state])
        #expect(found.uses.map(\.hidden) == [3 - alerts])
    }

    @Test func aDayThatCannotBeReadIsOver() async throws {
        let found = try await hunt([Self.filter(siloscope: "owner: me, reason: r, expires: next year")])
        #expect(found.alerts == 3)
        #expect(found.uses.map(\.state) == [.expired])
    }

    @Test func anExceptionForARuleThatHasChangedSinceIsNotApplied() async throws {
        let set = RuleSet(texts: [RuleText(path: "a.yml", text: HuntTests.whoami)])
        let hash = ExceptionPolicy.contentHash(of: set.rules[0])
        let id = "11111111-1111-4111-8111-111111111111"
        let current = try await hunt([Self.filter(siloscope: "content_sha256: {\(id.uppercased()): \(hash)}")])
        #expect(current.alerts == 1)
        let changed = String(hash.reversed())
        let outdated = try await hunt([Self.filter(siloscope: "content_sha256: {\(id): \(changed)}")])
        #expect(outdated.alerts == 3)
        #expect(outdated.uses.map(\.state) == [.outdated])
    }

    @Test func theHashIsOfWhatTheRuleDetectsNotOfHowItIsWritten() {
        func hash(_ text: String) -> String {
            ExceptionPolicy.contentHash(of: RuleSet(texts: [RuleText(path: "a.yml", text: text)]).rules[0])
        }
        let original = hash(HuntTests.whoami)
        let reworded = HuntTests.whoami.replacingOccurrences(of: "selection", with: "s")
            .replacingOccurrences(of: "title: Whoami", with: "title: Other # comment")
        #expect(hash(reworded) == original)
        #expect(hash(HuntTests.whoami.replacingOccurrences(of: "whoami.exe", with: "whoami2.exe")) != original)
        #expect(hash(HuntTests.whoami.replacingOccurrences(of: "product: windows", with: "product: linux")) != original)
    }

    @Test func exceptionsThatWereNotNeededOrHaveNoRuleAreTold() async throws {
        let unused = Self.filter(image: "never.exe")
        #expect(try await hunt([unused]).uses.map(\.state) == [.active])
        #expect(try await hunt([unused]).uses.map(\.hidden) == [0])
        #expect(try await hunt([Self.filter(rules: "[other]")]).uses.map(\.state) == [.idle])
    }

    @Test("what a check says of an exception")
    func diagnostics() {
        func codes(_ siloscope: String) -> [Diagnostic.Code] {
            let policy = ExceptionPolicy(on: Self.day)
            let texts = [
                RuleText(path: "a.yml", text: HuntTests.whoami),
                RuleText(path: "f.yml", text: Self.filter(siloscope: siloscope)),
            ]
            return policy.diagnostics(of: RuleSet(texts: texts, judging: policy.judge)).map(\.code)
        }
        #expect(codes("owner: me, reason: r, expires: 2026-06-15") == [])
        #expect(codes("owner: me, reason: r") == [.unownedFilter])
        #expect(codes("owner: me, reason: r, expires: 2026-06-14") == [.expiredFilter])
        #expect(codes("owner: me, reason: r, expires: soon") == [.expiredFilter])
        #expect(codes("owner: me, reason: r, expires: 2026-07-01, content_sha256: abc") == [.outdatedFilter])
    }

    @Test func aHuntWithoutFiltersCompilesNoMoreRulesThanItHas() throws {
        let plain = RuleSet(texts: [RuleText(path: "a.yml", text: HuntTests.whoami)])
        #expect(SuppressionPlan(plain).rules.isEmpty)
        let narrowed = RuleSet(texts: [
            RuleText(path: "a.yml", text: HuntTests.whoami + "\n---\n" + Self.filter(rules: "any"))
        ])
        #expect(SuppressionPlan(narrowed).shadows == [.init(filter: 0, rule: 0)])
        #expect(SuppressionPlan(narrowed, limit: 0).uncounted == [0])
    }

    @Test(
        "days",
        arguments: [
            ("2026-06-15", 20_619), ("1970-01-01", 0), ("2026-06-15T10:00:00Z", 20_619), ("15.6.2026", nil),
            ("2026-13-01", nil),
        ] as [(String, Int?)])
    func days(text: String, day: Int?) { #expect(ExceptionTerms.day(text) == day) }
}
