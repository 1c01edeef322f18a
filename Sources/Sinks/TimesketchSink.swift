public import Engine
import Sigma

/// A CSV that Timesketch imports as it is: `message`, `datetime`, `timestamp_desc`, then attributes to search by, and `tag`.
///
/// Source: Timesketch, "Import from JSON or CSV" (the three mandatory columns; `datetime` in ISO 8601; `tag` a JSON list).
public struct TimesketchSink<Output: ByteOutput>: AlertSink {
    /// The header, in order.
    public static var columns: [String] {
        [
            "message", "datetime", "timestamp_desc", "tag", "level", "rule_title", "rule_id", "computer_name",
            "channel",
            "event_identifier", "record_number", "details", "container_id", "container_name", "container_image",
            "container_isolation", "container_confidence", "strategy", "alert_id", "count", "source_file",
            "priority", "score", "score_parts",
        ]
    }

    private var output: OutputBuffer<Output>
    private var isHeaderWritten = false

    /// A sink that writes to `output`.
    public init(_ output: Output) { self.output = OutputBuffer(output) }

    /// Appends the alert as one line, after the header if it is the first.
    public mutating func write(_ alert: Alert) throws {
        try writeHeader()
        let container = alert.container
        let recordID = alert.place.eventRecordID
        try writeLine([
            message(of: alert), TimeText.timesketch(alert.time), description(of: alert), tags(of: alert),
            alert.rule.level.rawValue, alert.rule.title, alert.rule.id, alert.host,
            AlertColumns.field("Channel", of: alert), AlertColumns.field("EventID", of: alert),
            recordID >= 0 ? String(recordID) : "", AlertColumns.details(of: alert), container?.id ?? "",
            container?.name ?? "", container?.image ?? "", container?.isolation ?? "",
            container.map { String($0.confidence) } ?? "", alert.rule.strategy, alert.id, String(alert.count),
            AlertColumns.source(of: alert), alert.score?.priority.rawValue ?? "",
            alert.score.map { String($0.value) } ?? "", alert.score.map(AlertColumns.scoreParts) ?? "",
        ])
    }

    /// Writes the header if no alert came, then flushes and completes the output.
    public mutating func finish() throws {
        try writeHeader()
        try output.finish()
    }

    private func message(of alert: Alert) -> String {
        var text = "[\(AlertColumns.level(of: alert))] \(alert.rule.title)"
        if let container = alert.container {
            text += " in container \(container.name.isEmpty ? String(container.id.prefix(12)) : container.name)"
        }
        let matched = AlertColumns.matched(of: alert)
        return matched.isEmpty ? text : text + ": " + matched
    }

    private func description(of alert: Alert) -> String {
        alert.rule.isCorrelation ? "Last event of a correlation" : alert.count > 1 ? "First event of a group" : "Event"
    }

    /// Technique ids and the strategy. Tags come from rule files, so they are escaped as JSON like all else.
    private func tags(of alert: Alert) -> String {
        var json = JSONWriter()
        json.openArray()
        json.value(alert.rule.level.rawValue)
        for technique in alert.rule.techniques18 { json.value(technique) }
        for technique in alert.rule.techniques19 where !alert.rule.techniques18.contains(technique) {
            json.value(technique)
        }
        if !alert.rule.strategy.isEmpty { json.value(alert.rule.strategy) }
        json.closeArray()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private mutating func writeHeader() throws {
        guard !isHeaderWritten else { return }
        isHeaderWritten = true
        try writeLine(Self.columns)
    }

    private mutating func writeLine(_ cells: [String]) throws {
        try output.append(cells.map(TextSafety.csvCell).joined(separator: ",") + "\n")
    }
}
