import Events
import Foundation
import Sigma
public import Strategies

/// Runs the cases of rules: every sample that must fire, and every near miss that must not, through the whole engine.
public struct CaseRunner: Sendable {
    /// What became of one sample.
    public struct Outcome: Sendable {
        /// Case file.
        public var path: String
        /// Rule id and title.
        public var rule: String
        /// Title of the rule; empty where ``problem`` concerns a whole file and not one sample.
        public var title: String
        /// The sample's note.
        public var note: String
        /// Whether the rule had to fire.
        public var mustFire: Bool
        /// Whether it did.
        public var fired: Bool
        /// Why the sample could not be run; nil if it could.
        public var problem: String?

        /// Whether the rule behaved.
        public var passed: Bool { problem == nil && fired == mustFire }
    }

    /// What to load the rules of cases with: exceptions hold as of the samples' day, so that a case does not begin to fail
    /// when one expires.
    public static func options(strategies: String? = nil) -> HuntOptions {
        var options = HuntOptions()
        options.strategiesPath = strategies
        options.today = Timestamp(nanoseconds: start)
        return options
    }

    private let book: RuleBook
    /// 2026-01-05T08:00:00Z, a Monday morning: where samples begin.
    private static let start: Int64 = 1_767_600_000 * 1_000_000_000

    /// A runner of cases against these rules.
    public init(book: RuleBook) { self.book = book }

    /// Runs all cases of the book's strategies, in order. Also reports rules without a case and cases without a rule.
    public func runAll() async -> [Outcome] {
        var outcomes: [Outcome] = []
        var covered: Set<String> = []
        for strategy in book.strategies {
            for file in strategy.cases {
                do {
                    let cases = try CaseFile(file)
                    covered.insert(cases.rule.lowercased())
                    outcomes += await run(cases)
                } catch {
                    outcomes.append(problem(file.path, rule: "", "\(error.description)"))
                }
            }
            for text in strategy.rules where !text.path.isEmpty {
                guard let rule = rule(atPath: "Strategies/" + text.path), !covered.contains(rule.id.lowercased()) else {
                    continue
                }
                outcomes.append(problem(text.path, rule: rule.id, "the rule has no case"))
            }
        }
        return outcomes
    }

    /// Runs the samples of one file.
    public func run(_ cases: CaseFile) async -> [Outcome] {
        guard let rule = self.rule(withID: cases.rule) else {
            return [problem(cases.path, rule: cases.rule, "no rule has this id")]
        }
        var outcomes: [Outcome] = []
        if cases.fires.isEmpty { outcomes.append(problem(cases.path, rule: rule.id, "no sample that must fire")) }
        if cases.silent.isEmpty {
            outcomes.append(problem(cases.path, rule: rule.id, "no near miss that must not fire"))
        }
        for (samples, mustFire) in [(cases.fires, true), (cases.silent, false)] {
            for sample in samples {
                var outcome = Outcome(
                    path: cases.path, rule: rule.id, title: rule.title, note: sample.note, mustFire: mustFire,
                    fired: false)
                do {
                    outcome.fired = try await rulesThatFire(on: sample, inventory: cases.inventory)
                        .contains(rule.id.lowercased())
                } catch {
                    outcome.problem = "\(error)"
                }
                outcomes.append(outcome)
            }
        }
        return outcomes
    }

    /// Ids of all rules and correlations that fire on a sample.
    func rulesThatFire(on sample: Sample, inventory: [String]) async throws -> Set<String> {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        for file in try EvidenceComposer(start: CaseRunner.start).files(of: sample.events, inventory: inventory) {
            try Data(file.bytes).write(to: folder.url.appending(path: file.name))
        }
        var options = HuntOptions()
        options.evidence = [folder.url.path()]
        options.ungrouped = true
        options.threads = 1
        options.alertsOfQuietRules = true
        var sink = CollectingSink()
        _ = try await Hunt(options: options).run(book, into: &sink)
        return Set(sink.alerts.map { $0.rule.id.lowercased() })
    }

    private func rule(withID id: String) -> AlertRule? {
        (book.alertRules + book.alertCorrelations).first { $0.id.lowercased() == id.lowercased() }
    }

    private func rule(atPath path: String) -> AlertRule? {
        (book.alertRules + book.alertCorrelations).first { $0.place.file == path }
    }

    private func problem(_ path: String, rule: String, _ text: String) -> Outcome {
        Outcome(path: path, rule: rule, title: "", note: "", mustFire: true, fired: false, problem: text)
    }
}

/// Keeps alerts in memory: for cases and tests.
public struct CollectingSink: AlertSink {
    /// What was written, in order.
    public private(set) var alerts: [Alert] = []

    /// An empty sink.
    public init() {}

    /// Adds the alert to ``alerts``; never fails.
    public mutating func write(_ alert: Alert) { alerts.append(alert) }
    /// Does nothing: what was written stays in ``alerts``.
    public mutating func finish() {}
}
