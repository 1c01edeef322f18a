import Events
import Formats
import Foundation
import Sigma

/// The last stretch of a hunt: sorted hits become alerts, correlations are evaluated over them, groups are folded, and
/// the sink gets the result in time order, ranked. The one place where alerts are built.
///
///     hits in order ─ once each ─┬─ rule alerts ──────────┬─ group ─ rank ─ sink
///                                └─ correlator ─ alerts ──┘
struct AlertAssembly {
    private let book: RuleBook
    private let options: HuntOptions
    private var match: MatchPass
    private let paths: [String]
    private let linesBefore: [UInt64]
    private var correlator: Correlator
    private var members: CorrelationMembers
    /// Sources whose record is the file itself.
    private let files: Set<Int32>
    private var duplicates: DuplicateEvents
    private var grouper = AlertGrouper()
    private var ranking: AlertRanking
    private var tally: AlertTally
    private let evaluator = Evaluator()

    /// - Parameter spill: A folder for alerts that do not fit in memory.
    init(book: RuleBook, options: HuntOptions, match: MatchPass, evidence: Evidence, spill: URL) {
        self.book = book
        self.options = options
        self.match = match
        paths = evidence.sources.map(\.path) + [DerivedBatch.path]
        linesBefore = match.linesBefore()
        correlator = Correlator(book.ruleSet)
        members = CorrelationMembers(timespan: book.ruleSet.correlations.map(\.timespan).max() ?? 0)
        tally = AlertTally()
        files = Set(
            evidence.sources.indices.filter { evidence.sources[$0].formatName == Inspection.formatName }.map(Int32.init)
        )
        duplicates = DuplicateEvents(sources: evidence.sources.count, files: files)
        ranking = AlertRanking(book: book, options: options, spill: spill)
    }

    /// Runs to the end of the hits.
    mutating func run(into sink: inout some AlertSink, report: inout HuntReport) throws {
        tally.span(from: report.firstEvent, to: report.lastEvent)
        var merge = try match.takeHits()
        while var hit = try merge.next() {
            let admission = duplicates.admit(hit)
            report.duplicateHits += hit.rules.count - admission.rules.count
            guard !admission.rules.isEmpty else { continue }
            hit.rules = admission.rules
            try add(hit, token: admission.token)
        }
        var late: [CorrelationHit] = []
        if let last = report.lastEvent { correlator.advance(to: last.nanoseconds, into: &late) }
        report.pendingWindows = correlator.finish(into: &late).count
        let forgotten = correlator.statistics
        report.correlationLosses = forgotten.evictedGroups + forgotten.evictedEvents + forgotten.unopenedWindows
        for hit in late { try emit(hit) }
        try grouper.finish { try ranking.add($0) }
        report.groupsCutShort = grouper.cutShort
        try ranking.finish(into: &sink, report: &report)
        tally.complete(&report)
    }

    private mutating func add(_ hit: HitEvent, token: UInt64) throws {
        tally.count(hit)
        var correlated: [CorrelationHit] = []
        for index in hit.rules.map(Int.init) {
            let rule = book.ruleSet.rules[index]
            let alertRule = book.alertRules[index]
            let alerts =
                (book.ruleSet.alerts(rule: index) && alertRule.level >= options.minimumLevel)
                || options.alertsOfQuietRules
            let isNeeded = correlator.isNeeded(rule: index)
            tally.count(alertRule, host: hit.host, container: hit.container)
            guard alerts || isNeeded else { continue }
            let fields = book.fields(of: hit, for: rule)
            let alert = alert(of: hit, rule: rule, alertRule, fields: fields)
            if isNeeded {
                members.remember(alert, token: token)
                let values = correlator.neededFields(ofRule: index).map { fields[$0]?.first }
                let ruleHit = RuleHit(rule: index, time: hit.key.time, token: token, values: values)
                correlator.consume(ruleHit, into: &correlated)
            }
            // Absences whose deadline lies before this hit come before it in the output.
            for hit in correlated { try emit(hit) }
            correlated.removeAll(keepingCapacity: true)
            if alerts { try emit(alert, by: alertRule.groupBy.map { AlertField(name: $0, values: fields[$0] ?? []) }) }
        }
    }

    private mutating func emit(_ alert: Alert, by values: [AlertField]) throws {
        guard !options.ungrouped else { return try ranking.add(alert) }
        try grouper.add(alert, by: values) { try ranking.add($0) }
    }

    private mutating func emit(_ hit: CorrelationHit) throws {
        let rule = book.alertCorrelations[hit.correlation]
        let contributing = members.alerts(of: hit.tokens)
        guard let last = contributing.last else { return }
        let ids = contributing.map(\.id)
        var alert = last
        alert.id = AlertIdentity.id(correlation: rule.id, members: ids)
        alert.rule = rule
        alert.time = Timestamp(nanoseconds: hit.time)
        alert.lastTime = alert.time
        alert.members = ids
        alert.matched = hit.group.map { MatchedValue(field: $0.field, value: $0.value, test: "group-by") }
        if let number = hit.number {
            alert.matched.append(
                MatchedValue(field: "", value: AlertAssembly.text(number), test: "computed over the window"))
        }
        tally.count(rule, host: alert.host, container: alert.container)
        if (book.ruleSet.alerts(correlation: hit.correlation) && rule.level >= options.minimumLevel)
            || options.alertsOfQuietRules
        {
            try emit(alert, by: hit.group.map { AlertField(name: $0.field, values: [$0.value]) })
        }
    }

    private static func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
    }

    private func alert(
        of hit: HitEvent, rule: Rule, _ alertRule: AlertRule, fields: [String: [String]]
    ) -> Alert {
        let isLine = hit.segment >= 0 && Int(hit.segment) < linesBefore.count
        let before = isLine ? linesBefore[Int(hit.segment)] : 0
        var alert = Alert(
            id: AlertIdentity.id(
                rule: alertRule.id, rawHash: hit.rawHash,
                place: files.contains(hit.key.source) ? hit.container?.id ?? "" : ""), rule: alertRule,
            time: Timestamp(nanoseconds: hit.key.time), host: hit.host, container: hit.container, fields: hit.fields,
            matched: evaluator.matchedFields(rule, fields: fields).map {
                MatchedValue(field: $0.field, value: $0.value, test: $0.test)
            },
            place: RecordPlace(
                path: paths[Int(hit.key.source)], record: hit.key.record + before, offset: hit.key.offset,
                length: Int(hit.length), eventRecordID: hit.eventRecordID),
            rawHash: AlertIdentity.hex(hit.rawHash))
        // The highest: a field of this name in the evidence itself must not hide what was measured.
        alert.novelty = fields["Program.Novelty"]?.compactMap { Int($0) }.filter((0...100).contains).max()
        return alert
    }
}
