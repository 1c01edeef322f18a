/// A static check of a PE file: what it is called and the function that looks.
struct PERule: Sendable {
    /// Something the check saw.
    struct Hit {
        /// Overrides the rule's severity.
        var severity: Finding.Severity?
        var confidence: Finding.Confidence = .certain
        var why: String
        var place = Finding.Place()
    }

    let code: String
    let title: String
    let severity: Finding.Severity
    let falsePositives: String
    /// What the check sees; several hits become one finding with the highest severity and all reasons.
    let check: @Sendable (PEReport) -> [Hit]

    /// The finding, or nil when the check sees nothing.
    func finding(in report: PEReport) -> Finding? {
        let hits = check(report)
        guard let worst = hits.max(by: { ($0.severity ?? severity) < ($1.severity ?? severity) }) else { return nil }
        return Finding(
            code: code, title: title, severity: worst.severity ?? severity, confidence: worst.confidence,
            why: PEText.list(hits.map(\.why)), falsePositives: falsePositives, place: worst.place)
    }
}
