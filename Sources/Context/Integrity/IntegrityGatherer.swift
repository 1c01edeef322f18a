import Events

/// Record numbers, times and contents of logs, from which holes, steps and cuts show.
///
///     batches ──▶ RecordNumbers ──▶ LogJudge            record-gap, clock-step, numbering-restarted
///             └─▶ LogMarks ───────▶ EngineLife          engine-restarted, events-gap
///     views ────▶ ContainerLogs ──▶ ContainerLogJudge   log-lines-removed, log-truncated, log-backdated, log-missing
///             └─▶ EngineSnapshots                       logging-driver-changed, engine-config-changed
///     sources ──▶ SourceDamage                          damaged
///
/// Gathers in any order and merges in any order with the same result.
struct IntegrityGatherer: Sendable, Codable {
    private var numbers = RecordNumbers()
    private var marks = LogMarks()
    private var containerLogs = ContainerLogs()
    private var engines = EngineLife()
    private var snapshots = EngineSnapshots()
    /// Of the vocabulary of the last batch; not part of what was gathered.
    private var table = OriginTable()

    private enum CodingKeys: CodingKey { case numbers, marks, containerLogs, engines, snapshots }

    /// Takes in all records of a batch of one source. O(events), no allocation for a run of numbers without a hole.
    mutating func observe(_ batch: EventBatch, _ vocabulary: Vocabulary, source: SourceNumber) {
        table.fit(vocabulary)
        numbers.observe(batch, table, source: source)
        marks.observe(batch, table, vocabulary, source: source)
    }

    /// Takes in one event that tells of an engine, or a line of a container's output.
    mutating func observe(_ view: EventView) {
        switch view.kind {
        case .containerOutput: containerLogs.observe(view)
        case .dockerInspect:
            containerLogs.observe(view)
            engines.observe(view)
        case .dockerEvent: engines.observe(view)
        case .dockerObject: snapshots.observe(view)
        default: break
        }
    }

    /// Takes in what another part gathered.
    mutating func merge(_ other: IntegrityGatherer) {
        numbers.merge(other.numbers)
        marks.merge(other.marks)
        containerLogs.merge(other.containerLogs)
        engines.merge(other.engines)
        snapshots.merge(other.snapshots)
    }

    /// What was left out for want of room.
    var remarks: [String] {
        var all: [String] = []
        if numbers.runs.overflowed || numbers.sparse.overflowed {
            all.append("logs with more holes in their numbers than are kept: some were not looked through")
        }
        if marks.marks.overflowed {
            all.append("more clearings and restarts of logs than are kept: the rest is left out")
        }
        if containerLogs.lines.overflowed {
            all.append(
                "more than \(ContainerLogs.lineLimit) lines of container logs: cuts in what is left out are not seen")
        }
        if engines.births.overflowed {
            all.append("more starts of containers than are kept: gaps in engine events are not looked for")
        }
        if snapshots.settings.overflowed || containerLogs.settings.overflowed {
            all.append("more settings of engines and logs than are kept: the rest is not compared")
        }
        return all
    }

    /// What is wrong with the logs.
    consuming func finish(_ context: Context, sources: [SourceNote]) -> [DerivedEvent] {
        let marks = marks.marks.sorted()
        let runs = numbers.runs.sorted()
        var all = logFindings(runs, marks, sources, context)
        all += SourceDamage.findings(sources, runs)
        let engineMarks = marks.filter { [.engineStarts, .engineReady, .engineEnds].contains($0.kind) }
        let restarts = engines.restarts(engineMarks)
        all += restarts.map(\.derived)
        all += engines.gaps()
        all += snapshots.findings(
            restarts: restarts.map(\.time).sorted(),
            modified: sources.reduce(into: [:]) { $0[$1.source] = $1.modified })
        all += containerLogs.findings(
            context, sources: sources, clockSet: marks.filter { $0.kind == .clockSet }.map(\.time))
        return all
    }

    private func logFindings(_ runs: [RecordRun], _ marks: [LogMark], _ sources: [SourceNote], _ context: Context)
        -> [DerivedEvent]
    {
        var byLog = Dictionary(grouping: runs, by: \.log)
        // The last log in order may be there in part only.
        if numbers.runs.overflowed, let last = runs.last?.log { byLog[last] = nil }
        let sparse = Dictionary(grouping: numbers.sparse.sorted(), by: \.log)
        let damaged = Set(
            sources.filter { note in note.damage.contains(where: SourceDamage.mayLoseRecords) }.map(\.source))
        let formats = sources.reduce(into: [SourceNumber: String]()) { $0[$1.source] = $1.format }
        let byHost = Dictionary(grouping: byLog.values.joined(), by: \.log.host)
        let marksByHost = Dictionary(grouping: marks, by: \.host)
        let spans = byLog.mapValues { runs in
            runs.reduce(into: SeenSpan(runs[0].firstTime)) {
                $0.formUnion(SeenSpan($1.firstTime))
                $0.formUnion(SeenSpan($1.lastTime))
            }
        }
        var all: [DerivedEvent] = []
        for (log, own) in byLog.sorted(by: { $0.key < $1.key }) {
            let system = spans[LogName(host: log.host, channel: "system")]
            let security = spans[LogName(host: log.host, channel: "security")]
            let judge = LogJudge(
                log: log, runs: own, sparse: Set((sparse[log] ?? []).map(\.source)), marks: marksByHost[log.host] ?? [],
                damaged: damaged, formats: formats, clockWitness: [system, security].compactMap { $0 },
                clearWitness: [system].compactMap { $0 }, ofHost: byHost[log.host] ?? [], context: context)
            all += judge.findings()
        }
        return all
    }
}
