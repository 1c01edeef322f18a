import Context
import Events
import Strategies

/// What the evidence of a hunt cannot show: facts probed from it, each with its number, then what the strategies assume.
enum BlindSpots {
    static func of(_ report: HuntReport, context: Context, strategies: [Strategy]) -> [String] {
        var found: [String] = context.remarks
        let formats = Set(report.sources.filter { $0.events > 0 }.map(\.format))
        if !formats.contains("docker-events") {
            found.append("no container runtime events: starts, execs and copies of containers were not seen")
        }
        if !formats.contains("docker-inspect") {
            found.append("no inspect snapshots: privileges, mounts and namespaces of containers are not known")
        }
        if !formats.contains("evtx"), !report.sources.contains(where: { $0.format == "ndjson" && $0.events > 0 }) {
            found.append("no Windows event logs: what happened inside and beside the containers was not seen")
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
        if report.correlationLosses > 0 {
            found.append(
                "correlations forgot \(report.correlationLosses) group(s), event(s) or window(s): too many at once")
        }
        return found
    }
}
