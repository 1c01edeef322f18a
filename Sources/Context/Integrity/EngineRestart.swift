import Events

/// An engine ended and was there again.
struct EngineRestart {
    /// The engine's host, as its log names it; mostly empty.
    var host: String
    /// Its end, by its log.
    var end: LogMark?
    /// Its start, by its log; nil when the log no longer tells.
    var start: LogMark?
    /// When it was ready, by its log.
    var ready: LogMark?
    /// The first sign that it was there again.
    var firstSign: Timestamp

    /// When it happened: the start, or the end where the log tells of no start.
    var time: Timestamp { start?.time ?? end?.time ?? firstSign }

    var derived: DerivedEvent {
        let back = (ready ?? start)?.time ?? firstSign
        var detail = "the engine was started again, and tells of no events in between"
        if end == nil { detail += "; its end is not in its log" }
        if start == nil { detail += "; its log ends with its end, though it goes on to tell of events" }
        var fields = [
            FactField("Engine.EndRecorded", end != nil), FactField("Engine.StartRecorded", start != nil),
            FactField("Gap.Before", (end?.time ?? .unknown).text), FactField("Gap.After", back.text),
        ]
        if let seconds = end.flatMap({ back.seconds(since: $0.time) }) {
            fields.append(FactField("Gap.Seconds", Double(seconds)))
        }
        return DerivedEvent(
            time: time, host: host, service: .integrity, finding: "engine-restarted", detail: detail, fields: fields,
            places: [end?.place, start?.place, ready?.place].compactMap { $0 })
    }
}
