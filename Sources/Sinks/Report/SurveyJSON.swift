public import Engine
import Events

/// A survey of evidence as NDJSON: a line per file (`"kind":"source"`), per thing not read (`"unread"`) and per need of a
/// strategy (`"need"`).
public enum SurveyJSON {
    /// The lines of `survey`.
    public static func text(of survey: SourceSurvey) -> [UInt8] {
        var writer = JSONWriter()
        for source in survey.sources { write(source, to: &writer) }
        for defect in survey.unread {
            writer.openObject()
            writer.member("kind", "unread")
            writer.member("path", defect.path)
            writer.member("code", defect.code)
            writer.member("detail", defect.detail)
            writer.closeObject()
            writer.endLine()
        }
        for need in survey.needs { write(need, to: &writer) }
        return writer.bytes
    }

    private static func write(_ source: SourceSurvey.Source, to writer: inout JSONWriter) {
        writer.openObject()
        writer.member("kind", "source")
        writer.member("path", source.path)
        writer.member("format", source.format)
        writer.member("confidence", source.certainty)
        if !source.reason.isEmpty { writer.member("reason", source.reason) }
        if !source.wrapping.isEmpty { writer.member("wrapping", source.wrapping) }
        if !source.collectedFrom.isEmpty { writer.member("collected_from", source.collectedFrom) }
        if !source.originalPath.isEmpty { writer.member("original_path", source.originalPath) }
        writer.member("bytes", source.bytes)
        writer.member("records", Int64(source.records))
        writer.member("records_lost", Int64(source.recordsLost))
        if let first = source.first { writer.member("first", TimeText.rfc3339(first)) }
        if let last = source.last { writer.member("last", TimeText.rfc3339(last)) }
        write("hosts", source.hosts, to: &writer)
        write("origins", source.origins, to: &writer)
        writer.name("defects")
        writer.openArray()
        for defect in source.defects {
            writer.openObject()
            writer.member("code", defect.code)
            writer.member("count", Int64(defect.count))
            writer.member("first_offset", defect.firstOffset)
            writer.member("records_lost", Int64(defect.recordsLost))
            writer.member("detail", defect.detail)
            writer.closeObject()
        }
        writer.closeArray()
        writer.closeObject()
        writer.endLine()
    }

    private static func write(_ name: String, _ tallies: [SourceSurvey.Tally], to writer: inout JSONWriter) {
        writer.name(name)
        writer.openArray()
        for tally in tallies {
            writer.openObject()
            writer.member("name", tally.name)
            writer.member("count", Int64(tally.count))
            writer.closeObject()
        }
        writer.closeArray()
    }

    private static func write(_ need: SourceSurvey.Need, to writer: inout JSONWriter) {
        writer.openObject()
        writer.member("kind", "need")
        writer.member("strategy", need.strategy)
        writer.member("id", need.id)
        writer.member("title", need.title)
        writer.member("why", need.why)
        writer.member("met_by", need.metBy)
        writer.name("collect")
        writer.openObject()
        for (platform, command) in need.commands { writer.member(platform, command) }
        writer.closeObject()
        writer.closeObject()
        writer.endLine()
    }
}
