public import Engine
import Sigma

/// A CSV timeline with the columns of Hayabusa's, followed by what Siloscope knows of the container.
///
/// RFC 4180 with a header line; one alert is one line; no cell is taken for a formula (``TextSafety/csvCell(_:)``). Lines end
/// with a plain newline, as all such tools write them.
public struct CSVTimelineSink<Output: ByteOutput>: AlertSink {
    /// The header, in order.
    public static var columns: [String] {
        [
            "Timestamp", "RuleTitle", "Level", "Computer", "Channel", "EventID", "RecordID", "Details", "Matched",
            "Count", "LastTimestamp", "ContainerId", "ContainerName", "Image", "Isolation", "AttribConfidence",
            "AttribReasons", "MitreTags", "MitreTagsV19", "Strategy", "Response", "AlertId", "RuleID", "RuleFile",
            "Source",
            "Offset", "RawSHA256", "Priority", "Score", "ScoreParts", "GroupBy", "WindowSeconds",
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
            TimeText.rfc3339(alert.time), alert.rule.title, AlertColumns.level(of: alert), alert.host,
            AlertColumns.field("Channel", of: alert), AlertColumns.field("EventID", of: alert),
            recordID >= 0 ? String(recordID) : "", AlertColumns.details(of: alert), AlertColumns.matched(of: alert),
            String(alert.count), TimeText.rfc3339(alert.lastTime), container?.id ?? "", container?.name ?? "",
            container?.image ?? "", container?.isolation ?? "", container.map { String($0.confidence) } ?? "",
            container?.reasons.joined(separator: "; ") ?? "", alert.rule.techniques18.joined(separator: " ¦ "),
            alert.rule.techniques19.joined(separator: " ¦ "), alert.rule.strategy, alert.rule.response, alert.id,
            alert.rule.id, alert.rule.place.file, AlertColumns.source(of: alert), String(alert.place.offset),
            alert.rawHash, alert.score?.priority.rawValue ?? "", alert.score.map { String($0.value) } ?? "",
            alert.score.map(AlertColumns.scoreParts) ?? "", alert.groupBy.joined(separator: " ¦ "),
            String(alert.windowSeconds),
        ])
    }

    /// Writes the header if no alert came, then flushes and completes the output.
    public mutating func finish() throws {
        // A timeline without alerts still has its header: readers of an empty table find its columns.
        try writeHeader()
        try output.finish()
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
