import Events

/// All facts on one container, gathered in any order and merged in any order with the same result.
struct ContainerRecord: Hashable, Sendable, Codable {
    /// A change of a container's life. Ordered by time.
    struct Transition: Hashable, Comparable, Sendable, Codable {
        enum Kind: Int, Sendable, Codable {
            case started, ended, destroyed
        }
        var time: Timestamp
        var kind: Kind

        static func < (left: Transition, right: Transition) -> Bool {
            (left.time, left.kind.rawValue) < (right.time, right.kind.rawValue)
        }
    }

    /// Latest changes that are kept.
    static let transitionLimit = 4096
    /// Mounts that are kept: the smallest.
    static let mountLimit = 256
    /// An end so soon after another is the same end told twice (inspect's `FinishedAt`, HCS and the engine's `die`).
    static let sameEnd: Int64 = 10_000_000_000
    /// Sources date one start or end up to so far apart; an engine waits longer (100 ms at least) before it starts again.
    static let sameMoment: Int64 = 50_000_000

    var names = SeenTexts()
    /// Names by inspect: a snapshot does not tell when it was taken, so these are used only where no event tells.
    var snapshotNames = SeenTexts()
    var images = SeenTexts()
    var isolations = SeenTexts()
    var platforms = SeenTexts()
    var drivers = SeenTexts()
    var privileged = SeenTexts()
    var users = SeenTexts()
    var hostnames = SeenTexts()
    var layers = SeenTexts()
    var networks = SeenTexts()
    var hosts = SeenTexts()
    var engines = SeenTexts()
    /// What else is stated, and by which kinds of records.
    var sheet = FactSheet()
    var wasPaused = false
    var sources: Set<FactSource> = []
    private(set) var mounts: Set<ContainerMount> = []
    private(set) var transitions: Set<Transition> = []
    private(set) var created: Timestamp?
    /// First and last moment at which something happened that only a running container can do.
    private(set) var alive: SeenSpan?

    mutating func change(_ kind: Transition.Kind, at time: Timestamp) {
        guard time != .unknown else { return }
        transitions.insert(Transition(time: time, kind: kind))
        if transitions.count > 2 * ContainerRecord.transitionLimit { trimTransitions() }
    }

    mutating func create(at time: Timestamp) {
        guard time != .unknown else { return }
        created = created.map { min($0, time) } ?? time
    }

    mutating func live(at time: Timestamp) {
        guard time != .unknown else { return }
        live(SeenSpan(time))
    }

    mutating func mount(_ mount: ContainerMount) {
        mounts.insert(mount)
        if mounts.count > ContainerRecord.mountLimit, let largest = mounts.max() { mounts.remove(largest) }
    }

    mutating func merge(_ other: ContainerRecord) {
        names.merge(other.names)
        snapshotNames.merge(other.snapshotNames)
        images.merge(other.images)
        isolations.merge(other.isolations)
        platforms.merge(other.platforms)
        drivers.merge(other.drivers)
        privileged.merge(other.privileged)
        users.merge(other.users)
        hostnames.merge(other.hostnames)
        layers.merge(other.layers)
        networks.merge(other.networks)
        hosts.merge(other.hosts)
        engines.merge(other.engines)
        sheet.merge(other.sheet)
        wasPaused = wasPaused || other.wasPaused
        sources.formUnion(other.sources)
        for item in other.mounts { mount(item) }
        transitions.formUnion(other.transitions)
        if transitions.count > 2 * ContainerRecord.transitionLimit { trimTransitions() }
        if let time = other.created { create(at: time) }
        if let span = other.alive { live(span) }
    }

    private mutating func live(_ span: SeenSpan) {
        if alive?.formUnion(span) == nil { alive = span }
    }

    private mutating func trimTransitions() {
        transitions = Set(transitions.sorted().suffix(ContainerRecord.transitionLimit))
    }
}

extension ContainerRecord {
    /// The container these facts describe.
    func container(id: ContainerID) -> Container {
        let platform = resolvedPlatform
        let (isolation, conflicts) = resolvedIsolation(platform)
        let seen = names.spans.merging(snapshotNames.spans) { told, _ in told }.map { (name: $0.key, seen: $0.value) }
            .sorted { ($0.seen.first, $0.seen.last, $0.name) < ($1.seen.first, $1.seen.last, $1.name) }
        return Container(
            id: id, names: seen, image: images.latest ?? "", isolation: isolation, platform: platform,
            privileged: privileged.latest.map { $0 == "true" }, user: users.latest ?? "",
            hostname: hostnames.latest ?? "", layers: layers.spans.keys.sorted(), runs: runs,
            created: created, destroyed: transitions.filter { $0.kind == .destroyed }.map(\.time).max(),
            mounts: mounts.sorted(), networks: networks.spans.keys.sorted(), hosts: hosts.spans.keys.sorted(),
            engines: engines.spans.keys.sorted(), sources: sources.sorted(), conflicts: conflicts,
            details: ContainerDetails(sheet))
    }

    private var resolvedPlatform: ContainerPlatform? {
        if let stated = platforms.latest.flatMap({ ContainerPlatform(rawValue: ASCII.lowered($0)) }) { return stated }
        switch drivers.latest {
        case "windowsfilter": return .windows
        case "overlay2", "overlay", "aufs", "btrfs", "zfs", "vfs", "fuse-overlayfs": return .linux
        default: return sources.contains(.hostCompute) ? .windows : nil
        }
    }

    private func resolvedIsolation(_ platform: ContainerPlatform?) -> (Isolation, [String]) {
        let stated = isolations.latest.map { ASCII.lowered($0) } ?? ""
        var conflicts: [String] = []
        // A process-isolated Windows container cannot be paused (the engine refuses), a Linux one can.
        let pausedOnWindows = wasPaused && platform == .windows
        if stated == "process", pausedOnWindows {
            conflicts.append("inspect says process isolation, but it was paused, which only Hyper-V isolation allows")
        }
        switch stated {
        case "process": return (.process, conflicts)
        case "hyperv": return (.hyperv, conflicts)
        default:
            if platform == .linux { return (.linux, conflicts) }
            return (pausedOnWindows ? .hyperv : .unknown, conflicts)
        }
    }

    /// The changes in order of time, as runs. A lost start or end leaves that side open:
    ///
    ///     start ──── end          [start, end]
    ///     (lost) ─── end          [nil, end]
    ///     start ─ end·start ─ end one run: the inner ones are another source's word on the outer ones
    ///     start ─ (lost) ─ start  one run from the first start on
    ///     (lost) ─ exec           [nil, nil]: it ran, since some time after the end before
    private var runs: [RunInterval] {
        var runs: [RunInterval] = []
        var lastEnd = Int64.min
        for transition in changesAndSightings {
            let time = transition.time
            switch transition.kind {
            case .started:
                if let open = runs.last, open.end == nil { continue }
                if let last = runs.indices.last, !transition.isSighting,
                    Container.minus(time.nanoseconds, ContainerRecord.sameMoment) < lastEnd
                {
                    runs[last].start = runs[last].start ?? time
                    runs[last].end = nil
                    continue
                }
                runs.append(RunInterval(start: transition.isSighting ? nil : time, end: nil))
            case .ended, .destroyed:
                if let open = runs.indices.last, runs[open].end == nil {
                    runs[open].end = time
                    lastEnd = time.nanoseconds
                } else if transition.kind == .ended,
                    runs.isEmpty || Container.minus(time.nanoseconds, ContainerRecord.sameEnd) > lastEnd
                {
                    runs.append(RunInterval(start: nil, end: time))
                    lastEnd = time.nanoseconds
                }
            }
        }
        return runs
    }

    private var changesAndSightings: [(time: Timestamp, kind: Transition.Kind, isSighting: Bool)] {
        var all = transitions.map { (time: $0.time, kind: $0.kind, isSighting: false) }
        if let alive {
            all.append((time: alive.first, kind: .started, isSighting: true))
            all.append((time: alive.last, kind: .started, isSighting: true))
        }
        return all.sorted {
            ($0.time, $0.kind.rawValue, $0.isSighting ? 1 : 0) < ($1.time, $1.kind.rawValue, $1.isSighting ? 1 : 0)
        }
    }
}
