public import Engine
import Events
import Sigma

/// One JSON object per line: the machine contract (docs/machine-contract.md). Lossless; keys in a fixed order; each line ends
/// with a newline, the last one too (shippers such as Filebeat drop a line without one).
public struct NDJSONSink<Output: ByteOutput>: AlertSink {
    private var output: OutputBuffer<Output>
    private var json = JSONWriter()

    /// A sink that writes to `output`.
    public init(_ output: Output) { self.output = OutputBuffer(output) }

    /// Appends the alert as one JSON object and a newline.
    public mutating func write(_ alert: Alert) throws {
        json.clear()
        json.openObject()
        writeTime(alert.time, as: "timestamp")
        json.member("host", alert.host)
        write(alert.rule)
        write(alert.rule, techniquesAs: "attack")
        json.member("strategy", alert.rule.strategy)
        json.member("response", alert.rule.response)
        write(alert.container)
        write(matched: alert.matched)
        write(event: alert.fields)
        write(alert.place)
        json.member("raw_sha256", alert.rawHash)
        writeGroup(of: alert)
        json.closeObject()
        json.endLine()
        try output.append(json.bytes)
    }

    /// Flushes what is buffered and completes the output; without alerts it stays empty.
    public mutating func finish() throws { try output.finish() }

    private mutating func writeTime(_ time: Timestamp, as name: String) {
        json.name(name)
        if time == .unknown { json.null() } else { json.value(TimeText.rfc3339(time)) }
    }

    private mutating func write(_ rule: AlertRule) {
        json.name("rule")
        json.openObject()
        json.member("id", rule.id)
        json.member("title", rule.title)
        json.member("level", rule.level.rawValue)
        json.member("description", rule.description)
        json.member("type", rule.isCorrelation ? "correlation" : "event")
        json.member("tags", rule.tags)
        json.member("false_positives", rule.falsePositives)
        json.member("file", rule.place.file)
        json.member("line", Int64(rule.place.line))
        json.closeObject()
    }

    private mutating func write(_ rule: AlertRule, techniquesAs name: String) {
        json.name(name)
        json.openObject()
        json.member("tactics", rule.tactics)
        json.member("v18", rule.techniques18)
        json.member("v19", rule.techniques19)
        json.closeObject()
    }

    private mutating func write(_ container: AlertContainer?) {
        json.name("container")
        guard let container else { return json.null() }
        json.openObject()
        json.member("id", container.id)
        json.member("name", container.name)
        json.member("image", container.image)
        json.member("isolation", container.isolation)
        json.name("privileged")
        switch container.privileged {
        case "true": json.value(true)
        case "false": json.value(false)
        default: json.null()
        }
        json.member("platform", container.platform)
        json.member("user", container.user)
        json.member("confidence", Int64(container.confidence))
        json.member("evidence", container.evidence)
        json.member("reasons", container.reasons)
        json.closeObject()
    }

    private mutating func write(matched: [MatchedValue]) {
        json.name("matched")
        json.openArray()
        for match in matched {
            json.openObject()
            json.member("field", match.field)
            json.member("value", match.value)
            json.member("test", match.test)
            json.closeObject()
        }
        json.closeArray()
    }

    /// One value is a string, several are an array. A name that comes twice would make an invalid (or, with most parsers, a
    /// shortened) object, so its values are joined under its first place.
    private mutating func write(event fields: [AlertField]) {
        json.name("event")
        json.openObject()
        for field in AlertField.uniqued(fields) {
            if field.values.count == 1 {
                json.member(field.name, field.values[0])
            } else {
                json.member(field.name, field.values)
            }
        }
        json.closeObject()
    }

    private mutating func write(_ place: RecordPlace) {
        json.name("source")
        json.openObject()
        writeMembers(of: place)
        json.closeObject()
        if place.eventRecordID >= 0 { json.member("event_record_id", place.eventRecordID) }
    }

    private mutating func writeMembers(of place: RecordPlace) {
        json.member("path", place.path)
        json.name("record")
        // Above 2^53 most readers round; a text cannot be rounded, but no real log reaches it.
        json.value(Int64(clamping: place.record))
        json.member("offset", place.offset)
        json.member("length", Int64(place.length))
    }

    private mutating func writeGroup(of alert: Alert) {
        json.name("alert")
        json.openObject()
        json.member("id", alert.id)
        json.member("count", Int64(alert.count))
        writeTime(alert.lastTime, as: "last_timestamp")
        json.member("members", alert.members)
        json.member("group_by", alert.groupBy)
        json.member("window_seconds", Int64(alert.windowSeconds))
        json.name("places")
        json.openArray()
        for place in alert.places {
            json.openObject()
            writeMembers(of: place)
            json.closeObject()
        }
        json.closeArray()
        write(alert.score)
        json.closeObject()
    }

    private mutating func write(_ score: AlertScore?) {
        json.name("score")
        if let score { json.value(Int64(score.value)) } else { json.null() }
        json.name("priority")
        if let score { json.value(score.priority.rawValue) } else { json.null() }
        json.name("score_parts")
        json.openArray()
        for part in score?.parts ?? [] {
            json.openObject()
            json.member("part", part.name.rawValue)
            json.member("value", Int64(part.value))
            json.member("why", part.why)
            json.closeObject()
        }
        json.closeArray()
    }
}

extension AlertField {
    /// The fields with each name once, values joined in order.
    static func uniqued(_ fields: [AlertField]) -> [AlertField] {
        var index: [String: Int] = [:]
        var result: [AlertField] = []
        result.reserveCapacity(fields.count)
        for field in fields {
            if let known = index[field.name] {
                result[known].values += field.values
            } else {
                index[field.name] = result.count
                result.append(field)
            }
        }
        return result
    }
}
