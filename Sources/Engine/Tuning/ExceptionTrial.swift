public import Sigma
import Strategies

/// What a proposed exception does: to the alerts of the evidence at hand, and to the samples that must fire.
public struct ExceptionTrial: Sendable {
    /// The proposal.
    public let proposal: ExceptionProposal
    /// The book it is tried against.
    public let book: RuleBook
    private let filter: Filter

    /// A trial of the proposal's YAML, read back as a hunt would read it; nil if it cannot be.
    public init?(_ proposal: ExceptionProposal, book: RuleBook) {
        let file = RuleParser().parse(RuleText(path: "proposal.yml", text: proposal.yaml))
        guard !file.hasErrors, case .filter(let filter)? = file.documents.first else { return nil }
        self.proposal = proposal
        self.book = book
        self.filter = filter
    }

    /// A sample that must fire and would not any more.
    public struct LostSample: Sendable, Equatable {
        /// Case file.
        public var path: String
        /// Title of the rule.
        public var title: String
        /// The sample's note.
        public var note: String
    }

    /// Samples of the rule's cases, and of the correlations over it, that fire without the exception and not with it; and
    /// how many still fire.
    ///
    /// - Parameter narrowed: The same rules, loaded with the proposal among them.
    public func lostSamples(with narrowed: RuleBook) async -> (lost: [LostSample], kept: Int) {
        let ids = concerned
        var lost: [LostSample] = []
        var kept = 0
        for file in book.strategies.flatMap(\.cases) {
            guard let cases = try? CaseFile(file), ids.contains(cases.rule.lowercased()) else { continue }
            let before = await CaseRunner(book: book).run(cases)
            let after = await CaseRunner(book: narrowed).run(cases)
            for (old, new) in zip(before, after) where old.mustFire && old.fired {
                if new.fired { kept += 1 } else { lost.append(.init(path: new.path, title: new.title, note: new.note)) }
            }
        }
        return (lost, kept)
    }

    /// Ids of the rule and of the correlations over it, in lower case.
    private var concerned: Set<String> {
        let set = book.ruleSet
        guard let index = book.alertRules.firstIndex(where: { $0 === proposal.alert.rule }) else { return [] }
        var references: Set<RuleSet.Reference> = [.rule(index)]
        // Correlations stand behind those they refer to in this order.
        for correlation in set.correlationOrder where !references.isDisjoint(with: set.references[correlation]) {
            references.insert(.correlation(correlation))
        }
        var ids: Set<String> = [set.rules[index].metadata.id.lowercased()]
        for case .correlation(let correlation) in references {
            ids.insert(set.correlations[correlation].metadata.id.lowercased())
        }
        return ids
    }

    /// Whether the exception would hide an alert. It hides nothing of other rules.
    public func hides(_ alert: Alert, _ evaluator: Evaluator) -> Bool {
        guard alert.rule === proposal.alert.rule,
            let index = book.alertRules.firstIndex(where: { $0 === alert.rule })
        else { return false }
        let fields = book.fields(of: alert, for: book.ruleSet.rules[index])
        return !evaluator.matches(filter.condition, fields: fields)
    }
}
