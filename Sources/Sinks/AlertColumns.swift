import Engine
import Events
import Sigma

/// What the table-like sinks say of an alert in one cell.
enum AlertColumns {
    /// Names of the System section of a Windows event and of our own additions, which have columns of their own.
    private static let elsewhere: Set<String> = [
        "Channel", "EventID", "Computer", "EventRecordID", "TimeCreated_SystemTime", "Provider_Guid", "Version", "Task",
        "Opcode", "Keywords", "Level", "Execution_ThreadID", "Execution_ProcessID", "Correlation_ActivityID",
    ]

    /// The value of a field, several joined; empty if absent.
    static func field(_ name: String, of alert: Alert) -> String {
        for field in alert.fields where field.name == name { return field.values.joined(separator: ", ") }
        return ""
    }

    /// The event's own fields: `Image: C:\x.exe ¦ User: S-1-5-93-2-1`. The bar cannot be forged: in values it becomes `|`.
    static func details(of alert: Alert) -> String {
        var parts: [String] = []
        for field in alert.fields where !elsewhere.contains(field.name) && !field.name.hasPrefix("Container.") {
            parts.append(field.name + ": " + field.values.joined(separator: ", ").replacingBars())
        }
        return parts.joined(separator: " ¦ ")
    }

    /// What satisfied the rule: `CommandLine: docker run … (contains docker)`.
    static func matched(of alert: Alert) -> String {
        alert.matched.map { match in
            let field = match.field.isEmpty ? "" : match.field + ": "
            return (field + match.value + " (" + match.test + ")").replacingBars()
        }.joined(separator: " ¦ ")
    }

    /// Path and record: `logs/Security.evtx#1234`.
    static func source(of alert: Alert) -> String { alert.place.path + "#" + String(alert.place.record) }

    /// `level 75, confidence -2, asset +15 (critical: host DC*)`: parts of the score that count, with the reasons that the
    /// alert does not show elsewhere.
    static func scoreParts(of score: AlertScore) -> String {
        score.parts.filter { $0.name == .level || $0.value != 0 }.map { part in
            let sign = part.name != .level && part.value > 0 ? "+" : ""
            let points = "\(part.name.rawValue) \(sign)\(part.value)"
            switch part.name {
            case .level, .confidence: return points
            case .novelty, .asset, .corroboration, .bound: return points + " (\(part.why))"
            }
        }.joined(separator: ", ")
    }

    /// `crit`, `high`, `med`, `low`, `info`: the abbreviations the field uses.
    static func level(of alert: Alert) -> String {
        switch alert.rule.level {
        case .critical: "crit"
        case .high: "high"
        case .medium: "med"
        case .low: "low"
        case .informational: "info"
        }
    }
}

extension String {
    fileprivate func replacingBars() -> String {
        utf8.contains(0xC2) ? String(map { $0 == "¦" ? "|" : $0 }) : self
    }
}
