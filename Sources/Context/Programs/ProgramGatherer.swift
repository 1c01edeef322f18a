import Events

/// Programs that containers and images ran, and what images declare.
///
/// Gathers in any order and merges in any order with the same result. Bounded: ``containerLimit``, ``imageLimit`` and
/// ``diffLimit`` keep the smallest, the logs keep as many as their budgets hold.
struct ProgramGatherer: Sendable, Codable {
    /// Most containers whose declarations are kept: the smallest ids.
    static let containerLimit = 1 << 16
    /// Most images whose declarations are kept: the smallest ids.
    static let imageLimit = 1 << 12
    /// Most changed paths of a container that are kept: the smallest.
    static let diffLimit = 1 << 12
    /// Most containers whose changed paths are kept: the smallest ids.
    static let diffContainerLimit = 1 << 10
    /// Bytes of exec commands that are kept: the latest.
    static let execBudget = 16 << 20
    /// Bytes of sightings in listings of processes that are kept: the latest.
    static let sightingBudget = 48 << 20
    /// Bytes of process creations on Linux that are kept: the latest.
    static let linuxBudget = 32 << 20
    /// Bytes of file creations that are kept: the earliest.
    static let creationBudget = 8 << 20

    private(set) var containers: [ContainerID: ProgramDeclaration] = [:]
    private(set) var images: [String: ProgramDeclaration] = [:]
    private(set) var diffs: [ContainerID: Set<String>] = [:]
    /// Changed paths of listings that name no container, by source: the file may be named after one (``SourceOwners``).
    private(set) var unnamedDiffs: [EventPlace: Set<String>] = [:]
    private(set) var execs = BoundedLog<ExecSighting>(budget: ProgramGatherer.execBudget)
    private(set) var sightings = BoundedLog<ProgramSighting>(budget: ProgramGatherer.sightingBudget)
    private(set) var creations = BoundedLog<FileCreation>(budget: ProgramGatherer.creationBudget)
    private(set) var linuxStarts = BoundedLog<LinuxStart>(budget: ProgramGatherer.linuxBudget)

    /// Takes in one event; kinds that tell nothing are ignored.
    mutating func observe(_ view: EventView) {
        switch view.kind {
        case .dockerInspect:
            guard let id = ContainerID(view.value("Id") ?? "") else { return }
            containers[id, default: ProgramDeclaration()].apply(view.fields, isImage: false, at: view.time)
            if containers.count > 2 * ProgramGatherer.containerLimit { trim() }
        case .dockerObject: observeObject(view)
        case .dockerEvent: observeExec(view)
        case .linuxProcess: if let start = LinuxStart(view) { linuxStarts.append(start) }
        case .fileWrite: observeFile(view)
        case .linuxRecord where ["file_event", "file_rename"].contains(view.origin.category): observeFile(view)
        default: break
        }
    }

    private mutating func observeObject(_ view: EventView) {
        switch view.origin.service {
        case "image":
            guard let id = view.value("Id"), !id.isEmpty, id.utf8.count <= SeenTexts.textLimit else { return }
            images[id, default: ProgramDeclaration()].apply(view.fields, isImage: true, at: view.time)
            if images.count > 2 * ProgramGatherer.imageLimit { trim() }
        case "diff":
            guard view.value("Change") != "D", let path = ProgramPath(view.value("Path") ?? "")?.path else { return }
            guard let id = ContainerID(view.value("ContainerId") ?? "") else {
                noteUnnamed([path], of: EventPlace(source: view.place.source, record: 0, offset: 0))
                return
            }
            diffs[id, default: []].insert(path)
            if let count = diffs[id]?.count, count > 2 * ProgramGatherer.diffLimit { trimDiff(of: id) }
            if diffs.count > 2 * ProgramGatherer.diffContainerLimit { trim() }
        case "top":
            guard let id = ContainerID(view.value("ContainerId") ?? ""), view.time != .unknown,
                let command = view.value("COMMAND") ?? view.value("CMD") ?? view.value("Name"),
                let word = ShellLine(command).commands.first?.words.first, let program = ProgramPath(word)
            else { return }
            sightings.append(
                ProgramSighting(
                    container: id.text, image: "", host: ASCII.lowered(view.host), program: program.key, time: view.time
                ))
        default: break
        }
    }

    private mutating func observeExec(_ view: EventView) {
        guard view.time != .unknown, let command = view.execCommand else { return }
        let event = DockerEvent(view.fields)
        guard event.type == "container", event.verb == "exec_start", let id = event.container else { return }
        execs.append(
            ExecSighting(
                container: id.text, image: NeutralText.cut(event.image, to: SeenTexts.textLimit),
                host: ASCII.lowered(view.host), command: NeutralText.cut(command, to: ExecSighting.commandLimit),
                time: view.time))
    }

    private mutating func observeFile(_ view: EventView) {
        if let creation = FileCreation(view) { creations.append(creation) }
    }

    /// Takes in what another part gathered.
    mutating func merge(_ other: ProgramGatherer) {
        containers.merge(other.containers) { one, two in one.merging(two) }
        images.merge(other.images) { one, two in one.merging(two) }
        for (id, paths) in other.diffs {
            diffs[id, default: []].formUnion(paths)
            if let count = diffs[id]?.count, count > 2 * ProgramGatherer.diffLimit { trimDiff(of: id) }
        }
        for (source, paths) in other.unnamedDiffs { noteUnnamed(paths, of: source) }
        execs.merge(other.execs)
        sightings.merge(other.sightings)
        creations.merge(other.creations)
        linuxStarts.merge(other.linuxStarts)
        if containers.count > 2 * ProgramGatherer.containerLimit || images.count > 2 * ProgramGatherer.imageLimit
            || diffs.count > 2 * ProgramGatherer.diffContainerLimit
        {
            trim()
        }
    }

    private mutating func noteUnnamed(_ paths: Set<String>, of source: EventPlace) {
        guard source.source != EventPlace.none.source else { return }
        unnamedDiffs[source, default: []].formUnion(paths)
        if let count = unnamedDiffs[source]?.count, count > 2 * ProgramGatherer.diffLimit { trimUnnamed() }
        if unnamedDiffs.count > 2 * ProgramGatherer.diffContainerLimit { trimUnnamed() }
    }

    private mutating func trimUnnamed() {
        unnamedDiffs = ProgramGatherer.smallest(unnamedDiffs, ProgramGatherer.diffContainerLimit).mapValues {
            $0.count > ProgramGatherer.diffLimit ? Set($0.sorted().prefix(ProgramGatherer.diffLimit)) : $0
        }
    }

    /// What follows from everything gathered. O(n log n) in processes and execs.
    consuming func finish(_ context: Context) -> ProgramKnowledge {
        var whole = self
        whole.bound()
        return ProgramKnowledge(whole, context)
    }

    /// Cuts everything to its limits.
    mutating func bound() {
        trim()
        execs.trim()
        sightings.trim()
        creations.trim()
        linuxStarts.trim()
    }

    /// Keeps the smallest. Whatever is cut in a part is cut in the whole too, so the order of merging is nothing.
    private mutating func trim() {
        containers = ProgramGatherer.smallest(containers, ProgramGatherer.containerLimit)
        images = ProgramGatherer.smallest(images, ProgramGatherer.imageLimit)
        diffs = ProgramGatherer.smallest(diffs, ProgramGatherer.diffContainerLimit)
        for id in diffs.keys { trimDiff(of: id) }
        trimUnnamed()
    }

    private mutating func trimDiff(of id: ContainerID) {
        guard let paths = diffs[id], paths.count > ProgramGatherer.diffLimit else { return }
        diffs[id] = Set(paths.sorted().prefix(ProgramGatherer.diffLimit))
    }

    private static func smallest<Key: Hashable & Comparable, Value>(_ all: [Key: Value], _ limit: Int) -> [Key: Value] {
        guard all.count > limit else { return all }
        var kept: [Key: Value] = [:]
        for key in all.keys.sorted().prefix(limit) { kept[key] = all[key] }
        return kept
    }
}

extension ProgramDeclaration {
    fileprivate func merging(_ other: ProgramDeclaration) -> ProgramDeclaration {
        var whole = self
        whole.merge(other)
        return whole
    }
}
