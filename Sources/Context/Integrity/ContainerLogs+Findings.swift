import Events

extension ContainerLogs {
    /// Most containers whose logs are compared.
    static let containerLimit = 1 << 14

    /// What the copies of the logs say.
    func findings(_ context: Context, sources: [SourceNote], clockSet: [Timestamp]) -> [DerivedEvent] {
        let copies = copies(context, sources)
        guard !copies.isEmpty else { return [] }
        var takenAfter: [String: Timestamp] = [:]
        for copy in copies.values.joined() {
            guard let last = copy.span?.upperBound else { continue }
            takenAfter[copy.collection] = max(takenAfter[copy.collection] ?? .unknown, last)
        }
        let kept = settingsByShortID()
        var all: [DerivedEvent] = []
        for (id, own) in copies.sorted(by: { $0.key < $1.key }).prefix(ContainerLogs.containerLimit) {
            let judge = ContainerLogJudge(
                container: id, known: ContainerLogs.known(id, context),
                copies: Array(own.sorted { $0.path < $1.path }.prefix(ContainerLogJudge.copyLimit)),
                rotationSize: rotationSize(kept[id.short]), takenAfter: takenAfter, clockSet: clockSet)
            all += judge.findings()
        }
        return all + missing(copies, takenAfter, context)
    }

    static func known(_ id: ContainerID, _ context: Context) -> Container? {
        if case .one(let container) = context.inventory.resolve(id) { return container }
        return nil
    }

    /// How the logs of containers are kept, by the first digits of their ids.
    private func settingsByShortID() -> [String: [Setting]] {
        Dictionary(grouping: settings.sorted()) { $0.container.short }
    }

    /// The size at which a container's log is rotated; nil where it never is.
    private func rotationSize(_ own: [Setting]?) -> Int64? {
        guard let own else { return ContainerLogJudge.smallestRotation }
        return own.map(\.maximumSize).filter { $0 > 0 }.min()
    }

    /// The copies of the logs, by container.
    private func copies(_ context: Context, _ sources: [SourceNote]) -> [ContainerID: [ContainerLogCopy]] {
        var bySource: [SourceNumber: [ContainerLogLine]] = [:]
        for line in lines.sorted() { bySource[line.source, default: []].append(line) }
        var parts: [String: [(path: ContainerLogPath, note: SourceNote)]] = [:]
        for note in sources {
            guard let path = ContainerLogPath(note.path), bySource[note.source] != nil || note.size == 0 else {
                continue
            }
            parts[path.copy, default: []].append((path, note))
        }
        var copies: [ContainerID: [ContainerLogCopy]] = [:]
        for (path, files) in parts.sorted(by: { $0.key < $1.key }) {
            let ordered = files.sorted { ($0.path.rotation, $0.note.source) > ($1.path.rotation, $1.note.source) }
            guard let first = ordered.first?.path else { continue }
            let known = ContainerLogs.known(first.container, context)
            let copy = ContainerLogCopy(
                path: path, sources: ordered.map(\.note.source), collection: ContainerLogs.collection(first, known),
                size: ordered.reduce(0) { $0 + $1.note.size }, isRotated: ordered.contains { $0.path.rotation > 0 },
                lines: ordered.flatMap { bySource[$0.note.source] ?? [] }, isCut: lines.overflowed)
            copies[known?.id ?? first.container, default: []].append(copy)
        }
        return copies
    }

    /// What copies that were taken together share: the folder, and what stands before the container's name.
    ///
    ///     logs/after--shop-web--30c35d81ad55-json.log    →  logs/after--
    private static func collection(_ path: ContainerLogPath, _ known: Container?) -> String {
        var label = path.prefix[...]
        let names = (known?.names ?? []).map(\.name).filter { !$0.isEmpty }.sorted { ($1.count, $1) < ($0.count, $0) }
        search: for name in names {
            for start in label.indices where label[start...].hasPrefix(name) {
                label = label[..<start]
                break search
            }
        }
        return path.folder + "/" + label
    }

    // MARK: Logs that are not there

    /// Containers whose log is in one collection and not in a later one, though they were still there.
    private func missing(
        _ copies: [ContainerID: [ContainerLogCopy]], _ takenAfter: [String: Timestamp], _ context: Context
    ) -> [DerivedEvent] {
        var members: [String: Set<ContainerID>] = [:]
        for (id, own) in copies { for copy in own { members[copy.collection, default: []].insert(id) } }
        let groups = takenAfter.filter { members[$0.key]?.count ?? 0 >= 3 }
            .sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(64)
        // A collection was taken before the first of the containers in it was gone.
        let takenBefore = members.mapValues { ids in
            ids.compactMap { ContainerLogs.known($0, context)?.destroyed }.min()
        }
        var found: [DerivedEvent] = []
        for (id, own) in copies.sorted(by: { $0.key < $1.key }) {
            guard let known = ContainerLogs.known(id, context) else { continue }
            let seen = own.compactMap { takenAfter[$0.collection] }.max() ?? .unknown
            let here = Set(own.map(\.collection))
            let later = groups.first { group in
                guard !here.contains(group.key), let first = own.compactMap({ takenAfter[$0.collection] }).min(),
                    group.value > first
                else { return false }
                return ContainerLogs.isSure(known, after: group.value, before: takenBefore[group.key] ?? nil, seen)
            }
            guard let later else { continue }
            found.append(derived(missing: known, own, later, members[later.key]?.count ?? 0))
        }
        return found
    }

    /// Whether a container was surely there when a collection was taken: it was seen after others of the collection were
    /// gone, or after the collection's last line and never removed.
    private static func isSure(
        _ known: Container, after last: Timestamp, before gone: Timestamp?, _ seen: Timestamp
    ) -> Bool {
        guard let created = known.created, created < last else { return false }
        let sign = max(seen, known.runs.flatMap { [$0.start, $0.end] }.compactMap { $0 }.max() ?? .unknown)
        guard let destroyed = known.destroyed else { return sign > last }
        return gone.map { destroyed >= $0 } ?? false
    }

    private func derived(
        missing known: Container, _ own: [ContainerLogCopy], _ later: (key: String, value: Timestamp), _ others: Int
    ) -> DerivedEvent {
        let last = own.flatMap(\.lines).max { ($0.time, $0.place) < ($1.time, $1.place) }
        return DerivedEvent(
            time: later.value, host: known.engines.first ?? "", service: .integrity, finding: "log-missing",
            container: known.id,
            detail: "the container's log is not among the \(others) logs taken together after \(later.value.text), "
                + "though the container was there",
            fields: [
                FactField("Container.Id", known.id.text), FactField("Container.Name", known.name(at: later.value)),
                FactField("Container.Image", known.image), FactField("Log.LastBefore", (last?.time ?? .unknown).text),
                FactField("Log.Collection", NeutralText.cut(later.key, to: 512)), FactField("Coverage.Logs", others),
            ], places: last.map { [$0.place] } ?? [])
    }
}
