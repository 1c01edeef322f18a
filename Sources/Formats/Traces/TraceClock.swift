import Bytes
import Events

/// The times of a trace whose records state a time of day, or none: what strace's decoder does for its richer forms.
struct TraceClock: Sendable {
    private var days = DayClock()
    private var source = SourceFacts()
    private var hasReportedDay = false
    private var hasReportedNone = false
    private let code: String

    /// A clock whose defects have codes that begin with `format`.
    init(format: String) { code = format }

    /// Forgets everything and turns to another source.
    mutating func begin(_ source: SourceFacts) {
        self.source = source
        days.begin(source)
        (hasReportedDay, hasReportedNone) = (false, false)
    }

    /// The moment of a record with that time of day, or with none: then that of the file's last change, which is said once.
    mutating func moment(_ time: Int?, _ offset: Int64, into batch: inout EventBatch) -> Timestamp {
        guard let time else {
            if !hasReportedNone {
                hasReportedNone = true
                batch.defects.append(
                    Defect(
                        code: code + "-time-missing", offset: offset,
                        detail: "records state no time; that of the file's last change is taken"))
            }
            return source.modified ?? .unknown
        }
        let moment = days.moment(ofDay: time)
        if days.isAssumed, !hasReportedDay {
            hasReportedDay = true
            batch.defects.append(
                Defect(
                    code: code + "-day-assumed", offset: offset,
                    detail: "records state no day, and neither does the source; counted from an assumed one"))
        }
        return moment
    }
}
