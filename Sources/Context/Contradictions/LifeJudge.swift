import Events

/// Lives of containers that end as they should not: removed without an end, or forced out soon after somebody was in.
struct LifeJudge {
    /// A container that was forced out is killed and destroyed within this.
    static let force: Int64 = 15_000_000_000
    /// How long after the last exec a removal still covers its traces.
    static let afterUse: Int64 = 3_600_000_000_000
    /// A container that lived longer was not made for the one purpose.
    static let shortLife: Int64 = 86_400_000_000_000

    let records: [EngineRecord]
    let inspects: [InspectFacts]
    let context: Context

    func findings() -> [DerivedEvent] {
        let health = Dictionary(grouping: inspects, by: \.container)
        let lives = Dictionary(grouping: records.filter { !$0.container.isEmpty && $0.isEngine }, by: \.container)
        let endsAreTold = records.contains { $0.isEngine && $0.verb == .die }
        var found: [DerivedEvent] = []
        for (text, life) in lives.sorted(by: { $0.key < $1.key }) {
            guard let id = ContainerID(text), let destroyed = life.last(where: { $0.verb == .destroy }) else {
                continue
            }
            let before = life.filter { $0.time <= destroyed.time }
            if endsAreTold, let event = goneWithoutStop(id, before, destroyed) { found.append(event) }
            if let event = removedAfterUse(id, before, destroyed, health) { found.append(event) }
        }
        return found
    }

    /// Destroyed, though the last thing said of it is that it was started.
    private func goneWithoutStop(_ id: ContainerID, _ life: [EngineRecord], _ destroyed: EngineRecord) -> DerivedEvent?
    {
        guard let start = life.last(where: { $0.verb == .start }),
            !life.contains(where: { [.die, .kill, .stop].contains($0.verb) && $0.time >= start.time })
        else { return nil }
        return derived(
            "gone-without-stop", id, destroyed,
            "the container was removed, and its end was never told",
            [
                FactField("Life.Started", start.time.text), FactField("Life.Destroyed", destroyed.time.text),
                FactField("Coverage.Ends", true),
            ], [start, destroyed])
    }

    private func removedAfterUse(
        _ id: ContainerID, _ life: [EngineRecord], _ destroyed: EngineRecord, _ health: [ContainerID: [InspectFacts]]
    ) -> DerivedEvent? {
        let execs = life.filter { $0.verb == .exec && !ExecJudge.isHealthCheck($0, health) }
        guard let last = execs.last, let begin = life.first(where: { $0.verb == .create }) ?? life.first,
            destroyed.time.isNear(last.time, within: LifeJudge.afterUse),
            destroyed.time.isNear(begin.time, within: LifeJudge.shortLife)
        else { return nil }
        // `rm -f`: killed and destroyed at once. A program that ends by itself is not killed.
        let kill = life.last { $0.verb == .kill && destroyed.time.isNear($0.time, within: LifeJudge.force) }
        let isStopped = life.contains { $0.verb == .stop && destroyed.time.isNear($0.time, within: LifeJudge.force) }
        guard let kill, !isStopped else { return nil }
        return derived(
            "removed-after-use", id, destroyed,
            "the container was forced out \(destroyed.time.seconds(since: last.time) ?? 0) s after the last of "
                + "\(execs.count) programs were put into it",
            [
                FactField("Life.Seconds", Double(destroyed.time.seconds(since: begin.time) ?? 0)),
                FactField("Execs", execs.count),
                FactField("RemovedAfter", Double(destroyed.time.seconds(since: last.time) ?? 0)),
                FactField("Exec.Command", Set(execs.map(\.detail)).sorted().prefix(8).map { $0 }),
            ], [last, kill, destroyed])
    }

    private func derived(
        _ finding: String, _ id: ContainerID, _ record: EngineRecord, _ detail: String, _ fields: [FactField],
        _ places: [EngineRecord]
    ) -> DerivedEvent {
        var all = [
            FactField("Container.Id", id.text), FactField("Container.Name", record.name),
            FactField("Container.Image", record.image),
        ]
        if let known = ContainerLogs.known(id, context) {
            if let privileged = known.privileged { all.append(FactField("Container.Privileged", privileged)) }
            let reach = known.mounts.map(\.source).filter(LifeJudge.reachesHost).sorted()
            if !reach.isEmpty { all.append(FactField("Container.HostPaths", Array(reach.prefix(8)))) }
        }
        return DerivedEvent(
            time: record.time, host: record.engine, service: .contradictions, finding: finding, container: id,
            detail: detail, fields: all + fields, places: places.map(\.place))
    }

    /// Whether a mounted path gives the host away: its root, a drive, or an engine's endpoint.
    private static func reachesHost(_ path: String) -> Bool {
        let text = ASCII.lowered(path)
        if text == "/" || (text.utf8.count <= 3 && text.dropFirst().hasPrefix(":")) { return true }
        return text.hasSuffix("docker.sock") || text.hasSuffix("containerd.sock")
            || text.contains("pipe\\docker_engine") || text.contains("pipe\\containerd")
    }
}
