import Context
import Events
import Strategies

/// What the evidence of a hunt cannot show: facts probed from it, each with its number, then what the strategies assume.
enum BlindSpots {
    static func of(_ report: HuntReport, context: Context, strategies: [Strategy]) -> [String] {
        var found: [String] = context.remarks
        found += report.missingData
        if !report.inferredDay.isEmpty {
            found.append(
                "times of day without a date are taken to be of \(report.inferredDay), the day of the engine's last record: the files were written later (--date says otherwise)"
            )
        }
        let guests = context.inventory.containers.filter { $0.isolation == .hyperv }
        if !guests.isEmpty {
            found.append(
                "\(guests.count) container(s) ran with Hyper-V isolation: their processes appear only in logs of the guest"
            )
        }
        let lost = report.sources.flatMap(\.defects).reduce(0) { $0 + $1.recordsLost }
        if lost > 0 { found.append("\(lost) record(s) could not be read: an attack may stand in them") }
        if report.searchesGivenUp > 0 {
            found.append(
                "\(report.searchesGivenUp) search(es) of regular expressions reached their bound and count as no match")
        }
        if report.valuesCut > 0 { found.append("\(report.valuesCut) value(s) were too long or too many and were cut") }
        if report.groupsCutShort > 0 {
            found.append("\(report.groupsCutShort) group(s) of alerts ended early: too many behaviours at once")
        }
        if report.behavioursForgotten > 0 {
            found.append("\(report.behavioursForgotten) alert(s) could not corroborate others: too many at once")
        }
        if report.correlationLosses > 0 {
            found.append(
                "correlations forgot \(report.correlationLosses) group(s), event(s) or window(s): too many at once")
        }
        return found
    }
}
