/// How soon a person should look at an alert: from its score. Order: `informational < low < medium < high < critical`.
public enum Priority: String, Sendable, CaseIterable, Comparable {
    case informational, low, medium, high, critical

    /// The least score of the priority; docs/alerts.md says why these.
    public var threshold: Int {
        switch self {
        case .informational: 0
        case .low: 20
        case .medium: 45
        case .high: 70
        case .critical: 90
        }
    }

    /// `P1` for critical to `P4` for low, as ticket systems count; empty for informational, which nobody waits for.
    public var code: String {
        switch self {
        case .informational: ""
        case .low: "P4"
        case .medium: "P3"
        case .high: "P2"
        case .critical: "P1"
        }
    }

    /// The priority of a score of 0 to 100.
    public init(score: Int) {
        self = Priority.allCases.last { score >= $0.threshold } ?? .informational
    }

    /// Orders priorities by urgency.
    public static func < (left: Priority, right: Priority) -> Bool { left.threshold < right.threshold }
}
