import Events

/// What is told of the memory, threads and handles of processes, and of the files they loaded.
///
/// Gathers in any order and merges in any order with the same result. Bounded: ``recordBudget``, ``actBudget`` and
/// ``layoutLimit``.
struct ThreadGatherer: Sendable, Codable {
    /// Bytes of records that are kept: about 300 000.
    static let recordBudget = 48 << 20
    /// Bytes of acts on other processes that are kept: about 60 000.
    static let actBudget = 16 << 20
    /// Most files whose layout is kept: the first by name.
    static let layoutLimit = 1 << 12

    private var records = DistinctLog<ThreadRecord>(budget: ThreadGatherer.recordBudget)
    private var acts = DistinctLog<MemoryAct>(budget: ThreadGatherer.actBudget)
    private var layouts = BoundedSet<ModuleLayout>(limit: ThreadGatherer.layoutLimit)
    /// Whether a process does something to the memory or threads of another, or sets a thread pointer.
    private(set) var isTelling = false
    private var sawLinux = false

    /// Takes in one event; kinds that tell nothing are ignored. O(fields).
    mutating func observe(_ view: EventView) {
        guard let reading = ThreadReading(view) else { return }
        for record in reading.records { records.append(record) }
        guard let act = reading.act else { return }
        isTelling = true
        if act.isLinux { sawLinux = true }
        if let glance = act.glance { records.append(glance) }
        if act.target != .own, act.access.changes || act.access == .resume { acts.append(act) }
    }

    /// Takes in a file's layout.
    mutating func observe(_ layout: ModuleLayout) { layouts.insert(layout) }

    /// Takes in what another part gathered.
    mutating func merge(_ other: ThreadGatherer) {
        records.merge(other.records)
        acts.merge(other.acts)
        layouts.merge(other.layouts)
        isTelling = isTelling || other.isTelling
        sawLinux = sawLinux || other.sawLinux
    }

    /// What follows from everything gathered. O(n log n).
    consuming func finish(_ context: Context, _ sources: [SourceNote]) -> ThreadKnowledge {
        guard isTelling else { return ThreadKnowledge() }
        let kept = records.take()
        let acts = self.acts.take()
        return ThreadKnowledge(
            kept, acts: acts, layouts: layouts.sorted(), sources: sources, sawLinux: sawLinux,
            overflowed: records.overflowed || self.acts.overflowed || layouts.overflowed)
    }
}
