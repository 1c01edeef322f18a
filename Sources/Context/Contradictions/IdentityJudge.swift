import Events

/// Processes that are not who the container's records say they are.
struct IdentityJudge {
    /// Processes of a container appear so soon after its start.
    static let startWindow: Int64 = 60_000_000_000
    /// Most hosts for which this is asked.
    static let hostLimit = 256
    /// Most processes that are attributed to learn which containers' processes a host shows.
    static let processLimit = 20_000

    let identities: [IdentitySign]
    let inspects: [InspectFacts]
    let coverage: Coverage
    let context: Context

    func findings() -> [DerivedEvent] { users() + processIDs() + blind() }

    // MARK: User and path

    private func users() -> [DerivedEvent] {
        identities.compactMap { sign in
            // Only where the log writes the paths of silos as such, a path on a drive says something.
            let showsSilos = context.hostsWithSiloPaths.contains(sign.host)
            guard showsSilos || !sign.isUserOfContainer else { return nil }
            return DerivedEvent(
                time: sign.time, host: sign.host, service: .contradictions,
                finding: sign.isUserOfContainer
                    ? "user-says-container-path-says-host" : "path-says-container-user-says-host",
                detail: sign.isUserOfContainer
                    ? "a container's account runs a program of the host's disk"
                    : "an account of the host runs a program of a container's disk",
                fields: [
                    FactField("User", sign.user), FactField("Image", sign.image),
                    FactField("Coverage.SiloPaths", showsSilos),
                ], places: [sign.place])
        }
    }

    // MARK: Process id

    private func processIDs() -> [DerivedEvent] {
        var known: Set<ContainerID> = []
        return inspects.compactMap { facts in
            guard facts.processID > 0, facts.started != .unknown, !facts.path.isEmpty,
                let container = ContainerLogs.known(facts.container, context), container.platform == .windows,
                let host = coverage.host(ofEngine: facts.engine), coverage.hasProcesses(of: host, at: facts.started)
            else { return nil }
            let moment = Timestamp(nanoseconds: Container.plus(facts.started.nanoseconds, ProcessTree.sameStart))
            guard let index = context.tree.find(ProcessID(facts.processID), guid: nil, on: host, at: moment) else {
                return nil
            }
            let start = context.tree.starts[index]
            let expected = HostSign.program(facts.path)
            guard start.time.isNear(facts.started, within: IdentityJudge.startWindow), !start.image.isEmpty,
                HostSign.program(start.image) != expected, known.insert(facts.container).inserted
            else { return nil }
            return DerivedEvent(
                time: start.time, host: host, service: .contradictions, finding: "pid-mismatch",
                container: facts.container,
                detail: "the container's first process ought to be \(NeutralText.quoted(expected)) and is "
                    + NeutralText.quoted(HostSign.program(start.image)),
                fields: [
                    FactField("Container.Id", facts.container.text),
                    FactField("Container.Name", container.name(at: start.time)),
                    FactField("Container.Image", container.image), FactField("Process.Id", String(facts.processID)),
                    FactField("Process.Expected", facts.path), FactField("Image", start.image),
                    FactField("Coverage.Processes", true),
                ], places: [facts.place])
        }
    }

    // MARK: Containers without processes

    /// Containers that ran in a silo on a host whose log shows processes of others, and none of theirs.
    private func blind() -> [DerivedEvent] {
        let seen = containersSeen()
        guard seen.count <= IdentityJudge.hostLimit else { return [] }
        var found: [DerivedEvent] = []
        for container in context.inventory.containers
        where container.platform == .windows && container.isolation == .process {
            for host in seen.keys.sorted() where context.join.mayRun(container, on: host) {
                guard let shown = seen[host], !shown.ids.isEmpty, !shown.ids.contains(container.id.text),
                    let start = container.runs.compactMap(\.start).first(where: {
                        coverage.hasProcesses(of: host, at: $0)
                    })
                else { continue }
                // A process that is in some container, and in no known one, may be this one's.
                let isOpen = shown.unknown.contains {
                    $0.nanoseconds >= Container.minus(start.nanoseconds, Container.startSlack)
                }
                guard !isOpen else { continue }
                found.append(derived(blind: container, host, start, shown.ids.count))
            }
        }
        return found
    }

    private typealias Shown = (ids: Set<String>, unknown: [Timestamp])

    /// By host: the containers whose processes its log shows. Empty when there are too many processes to say.
    private func containersSeen() -> [String: Shown] {
        let windows = context.inventory.containers.contains { $0.platform == .windows && $0.isolation == .process }
        let members = context.membershipOfProcess.indices.filter { context.membershipOfProcess[$0] >= 0 }
        guard windows, members.count <= IdentityJudge.processLimit else { return [:] }
        var seen: [String: Shown] = [:]
        for index in members {
            let start = context.tree.starts[index]
            var view = EventView(kind: .processStart, time: start.time, host: start.host)
            view.values = [
                EventView.Value(.processID, String(start.pid.number)), EventView.Value(.image, start.image),
                EventView.Value(.parentImage, start.parentImage),
            ]
            if let parent = start.parentPID {
                view.values.append(EventView.Value(.parentProcessID, String(parent.number)))
            }
            guard let found = context.attribution(of: view) else { continue }
            var shown = seen[start.host] ?? ([], [])
            if ContainerID(found.id) != nil { shown.ids.insert(found.id) } else { shown.unknown.append(start.time) }
            seen[start.host] = shown
        }
        return seen
    }

    private func derived(blind container: Container, _ host: String, _ start: Timestamp, _ others: Int) -> DerivedEvent
    {
        DerivedEvent(
            time: start, host: host, service: .contradictions, finding: "container-without-processes",
            container: container.id,
            detail: "the host's log shows processes of \(others) other containers, and none of this one, which ran",
            fields: [
                FactField("Container.Id", container.id.text), FactField("Container.Name", container.name(at: start)),
                FactField("Container.Image", container.image), FactField("Coverage.Processes", true),
                FactField("Coverage.OtherContainers", others),
            ])
    }
}
