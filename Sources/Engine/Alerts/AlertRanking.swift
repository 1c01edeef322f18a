import Foundation
import Sigma

/// The end of the path: alerts wait until all have been seen, then each gets its score and goes on if it is urgent enough.
///
///     alert ─┬─ spool ────────────────────┬─ score ─ priority asked for? ─ sink
///            └─ behaviours of its subject ┘
struct AlertRanking {
    private let assets: AssetWeights
    private let minimum: Priority
    private var spool: AlertSpool
    private var corroboration = Corroboration()
    private var byPriority: [Priority: Int] = [:]
    private var below = 0

    init(book: RuleBook, options: HuntOptions, spill folder: URL) {
        assets = options.assets
        minimum = options.minimumPriority
        spool = AlertSpool(rules: book.alertRules, correlations: book.alertCorrelations, folder: folder)
    }

    /// Takes the next alert in order.
    mutating func add(_ alert: Alert) throws {
        corroboration.observe(alert)
        try spool.append(alert)
    }

    /// Scores all alerts and writes those that were asked for, in order.
    mutating func finish(into sink: inout some AlertSink, report: inout HuntReport) throws {
        // A copy, because the closure changes the counts.
        let spool = spool
        try spool.forEach { alert in
            var alert = alert
            let score = score(of: alert)
            alert.score = score
            guard score.priority >= minimum else {
                below += 1
                return
            }
            byPriority[score.priority, default: 0] += 1
            try sink.write(alert)
        }
        report.alerts = spool.count - below
        report.alertsBelowPriority = below
        report.alertsByPriority = Priority.allCases.reversed().compactMap { priority in
            byPriority[priority].map { HuntReport.Tally(name: priority.rawValue, count: $0) }
        }
        report.behavioursForgotten = corroboration.forgotten
    }

    private func score(of alert: Alert) -> AlertScore {
        AlertScore(
            level: alert.rule.level, confidence: alert.container?.confidence, novelty: alert.novelty,
            asset: assets.verdict(host: alert.host, container: alert.container),
            behaviours: corroboration.behaviours(around: alert))
    }
}
