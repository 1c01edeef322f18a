import Events

/// Silos and compute systems of a host that no engine and no containerd tells of.
struct SiloJudge {
    /// An engine's record lies so close to what the host shows of the same container.
    static let window: Int64 = 10_000_000_000
    /// Signs so close to one another are of one container.
    static let together: Int64 = 10_000_000_000
    /// Programs that make silos of their own are started so long before, at most.
    static let ownerWindow: Int64 = 60_000_000_000
    /// Most findings of one host.
    static let limit = 1000

    let signs: [HostSign]
    let records: [EngineRecord]
    let coverage: Coverage
    let context: Context

    func findings() -> [DerivedEvent] {
        let telling: Set<HostSign.Kind> = [.silo, .computeContainer, .computeMachine, .shim, .agent]
        var found: [DerivedEvent] = []
        for (host, all) in Dictionary(grouping: signs, by: \.host).sorted(by: { $0.key < $1.key }) {
            let owners = all.filter { $0.kind == .owner }
            let clusters = SiloJudge.clusters(all.filter { telling.contains($0.kind) })
            found += clusters.compactMap { finding(host, $0, owners) }.prefix(SiloJudge.limit)
        }
        return found
    }

    /// Signs of one host, cut where nothing follows for a while.
    private static func clusters(_ signs: [HostSign]) -> [[HostSign]] {
        var clusters: [[HostSign]] = []
        for sign in signs {
            if let last = clusters.last?.last, sign.time.isNear(last.time, within: together) {
                clusters[clusters.count - 1].append(sign)
            } else {
                clusters.append([sign])
            }
        }
        return clusters
    }

    private func finding(_ host: String, _ cluster: [HostSign], _ owners: [HostSign]) -> DerivedEvent? {
        guard let first = cluster.first, let last = cluster.last else { return nil }
        // A state change or a callback of a silo whose container was started long before is no news.
        guard coverage.hasEngine(of: host, at: first.time) else { return nil }
        let from = Container.minus(first.time.nanoseconds, SiloJudge.window)
        let to = Container.plus(last.time.nanoseconds, SiloJudge.window)
        let middle = Timestamp(nanoseconds: from / 2 + to / 2)
        let near = coverage.records(of: host, around: middle, within: to / 2 - from / 2 + 1)
        guard !near.contains(where: { [.create, .start, .die, .stop, .kill, .destroy].contains($0.verb) }) else {
            return nil
        }
        let ids = cluster.filter { $0.kind == .computeContainer }.compactMap { ContainerID($0.subject) }
        let isKnown = ids.contains { id in
            guard let known = ContainerLogs.known(id, context) else { return false }
            return known.sources.contains { $0 != .hostCompute }
        }
        guard !isKnown else { return nil }
        return derived(host, cluster, ids.min(), owner(of: first, owners))
    }

    private func owner(of sign: HostSign, _ owners: [HostSign]) -> String {
        let from = Container.minus(sign.time.nanoseconds, SiloJudge.ownerWindow)
        let first = owners.lowerBound(where: { $0.time.nanoseconds >= from })
        let near = owners[first...].prefix { $0.time.isNear(sign.time, within: SiloJudge.ownerWindow) }
        return Set(near.map(\.subject)).sorted().joined(separator: ", ")
    }

    private func derived(_ host: String, _ cluster: [HostSign], _ id: ContainerID?, _ owner: String) -> DerivedEvent {
        let isMachine = cluster.allSatisfy { $0.kind == .computeMachine }
        let names: [HostSign.Kind: String] = [
            .silo: "silo", .computeContainer: "compute-system", .computeMachine: "virtual-machine", .shim: "shim",
            .agent: "container-agent",
        ]
        let kinds = Set(cluster.compactMap { names[$0.kind] }).sorted()
        let time = cluster.first?.time ?? .unknown
        return DerivedEvent(
            time: time, host: host, service: .contradictions,
            finding: isMachine ? "vm-without-owner" : "silo-without-runtime", container: id,
            detail: isMachine
                ? "the compute service made a system that no engine and no known program asked for"
                : "the host shows a container (\(kinds.joined(separator: ", "))) that no engine reported within 10 s",
            fields: [
                FactField("Silo.Signs", kinds),
                FactField(
                    "Silo.Id",
                    Set(cluster.filter { $0.kind != .agent && $0.kind != .shim }.map(\.subject)).sorted().prefix(8).map
                    { $0 }),
                FactField("Silo.Owner", owner.isEmpty ? "unknown" : owner), FactField("Coverage.Engine", true),
                FactField("Coverage.Processes", coverage.hasProcesses(of: host, at: time)),
            ], places: cluster.map(\.place))
    }
}
