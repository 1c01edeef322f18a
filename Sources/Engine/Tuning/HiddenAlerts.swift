import Sigma

/// Counts what a trial hides while a hunt goes by.
public struct HiddenAlerts: AlertSink {
    /// First alerts that are kept whole.
    public static let kept = 5
    /// Most containers and hosts that are counted apart; the rest is counted together.
    static let subjectLimit = 1_000

    private let trial: ExceptionTrial
    private let evaluator = Evaluator()
    /// Alerts of the rule, hidden or not.
    public private(set) var ofTheRule = 0
    /// Alerts of the marked behaviour: the same rule, host and container.
    public private(set) var ofTheBehaviour = 0
    /// Alerts that would be hidden.
    public private(set) var hidden = 0
    /// Of these, those of the marked behaviour.
    public private(set) var hiddenOfTheBehaviour = 0
    /// Hidden alerts by container, or by host without one.
    public private(set) var bySubject: [String: Int] = [:]
    /// The first hidden alerts.
    public private(set) var first: [Alert] = []

    /// Counts of nothing yet.
    public init(_ trial: ExceptionTrial) { self.trial = trial }

    /// Looks at an alert.
    public mutating func write(_ alert: Alert) {
        let marked = trial.proposal.alert
        guard alert.rule === marked.rule else { return }
        let isMarked = alert.host == marked.host && alert.container?.id == marked.container?.id
        ofTheRule += 1
        if isMarked { ofTheBehaviour += 1 }
        guard trial.hides(alert, evaluator) else { return }
        hidden += 1
        if isMarked { hiddenOfTheBehaviour += 1 }
        if first.count < HiddenAlerts.kept { first.append(alert) }
        let subject = HiddenAlerts.subject(of: alert)
        let isKnown = bySubject[subject] != nil || bySubject.count < HiddenAlerts.subjectLimit
        bySubject[isKnown ? subject : "others", default: 0] += 1
    }

    /// Nothing to complete.
    public mutating func finish() {}

    private static func subject(of alert: Alert) -> String {
        guard let container = alert.container else { return "host \(alert.host)" }
        return "container \(container.name.isEmpty ? String(container.id.prefix(12)) : container.name)"
    }
}
