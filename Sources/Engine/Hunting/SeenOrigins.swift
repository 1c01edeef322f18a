import Events
import Sigma

/// The origins of all events of a hunt, over all workers, with the fields that rules read of them.
struct SeenOrigins {
    /// One origin.
    struct Seen {
        var kind: Sigma.EventKind
        var route: Route
        var events: Int
        /// Names of fields that rules of the route read and that an event had.
        var fields: Set<String>
    }

    private(set) var all: [Seen] = []
    /// Events that no rule looked at, by origin, most first.
    private(set) var unwatched: [HuntReport.Tally] = []

    init(_ workers: [HuntWorker]) {
        var index: [Origin: Int] = [:]
        let attributed = workers.contains { $0.attributedEvents > 0 }
        for worker in workers {
            for plan in worker.plans where plan.events > 0 {
                var names = zip(plan.route.fieldNames, plan.seenFields).filter(\.1).map(\.0)
                // Container fields are added by us, not by the log: any event may have had them.
                if attributed { names += plan.route.fieldNames.filter { $0.hasPrefix("Container.") } }
                if let known = index[plan.origin] {
                    all[known].events += plan.events
                    all[known].fields.formUnion(names)
                } else {
                    index[plan.origin] = all.count
                    all.append(Seen(kind: plan.kind, route: plan.route, events: plan.events, fields: Set(names)))
                }
            }
        }
        all.sort { SeenOrigins.name($0.kind) < SeenOrigins.name($1.kind) }
        var tallies: [String: Int] = [:]
        for seen in all where seen.route.ruleCount == 0 {
            tallies[SeenOrigins.name(seen.kind), default: 0] += seen.events
        }
        unwatched = tallies.map { HuntReport.Tally(name: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    /// How people call an origin: channel and event id, or product/service.
    static func name(_ kind: Sigma.EventKind) -> String {
        if !kind.channel.isEmpty { return kind.eventID >= 0 ? "\(kind.channel) \(kind.eventID)" : kind.channel }
        let parts = [kind.product, kind.category, kind.service].filter { !$0.isEmpty }
        return parts.isEmpty ? "unknown log source" : parts.joined(separator: "/")
    }
}
