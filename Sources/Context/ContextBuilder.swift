public import Events

/// The first pass: gathers containers and process starts from the events that tell of them.
///
/// A worker owns one; parts are merged in any order, and the same evidence gives the same ``Context`` on any number of
/// workers. Bounded: see ``InventoryBuilder`` and ``processBudget``.
public struct ContextBuilder: Sendable, Codable {
    /// Bytes of process starts that are kept by default: about 1.1 million starts, whose paths are held once each.
    /// Starts that show a container go before all others, then the latest. Of process ends as many are kept.
    public static let processBudget = 192 << 20
    /// Most hosts that are told apart.
    public static let hostLimit = 1 << 16
    private static let internLimit = 1 << 16

    private var inventory = InventoryBuilder()
    private var starts: BoundedLog<ProcessStart>
    private var ends: BoundedLog<ProcessEnd>
    private var hosts: Set<String> = []
    private var interned: [String: String] = [:]
    /// The host that was told of last: most events are of the same one.
    private var lastHost = ""
    private var sawRuntime = false
    private var linux: LinuxGatherer
    private var silos = SiloGatherer()
    private var flows = FlowGatherer()
    private var programs = ProgramGatherer()
    private var integrity = IntegrityGatherer()
    private var contradictions = ContradictionGatherer()
    private var threads = ThreadGatherer()

    /// Whether a source that speaks of containers was seen, so that other sources are worth reading for what they add.
    public var knowsContainers: Bool { sawRuntime || linux.sawContainers }

    /// What is kept in a baseline: all but the table of equal texts.
    private enum CodingKeys: String, CodingKey {
        case inventory, starts, ends, hosts, sawRuntime, linux, silos, flows, programs, integrity, contradictions,
            threads
    }

    /// Nothing gathered yet.
    ///
    /// - Parameter processBudget: Bytes of process starts to keep; all parts of one hunt use the same.
    public init(processBudget: Int = ContextBuilder.processBudget) {
        starts = BoundedLog(budget: processBudget)
        ends = BoundedLog(budget: processBudget / 3)
        linux = LinuxGatherer(processBudget: min(min(processBudget, 1 << 40) / 2 * 5, LinuxGatherer.processBudget))
    }

    /// Whether the first pass needs events of this origin in full. O(1); cache it per origin.
    public static func wants(_ origin: Origin) -> Bool { EventKind(origin).isWantedFirst }

    /// Takes note of a Windows host; to be called once for each host name in the evidence, whatever the event: the join
    /// of an engine without a host and the only Windows host hangs on it.
    public mutating func sawHost(_ host: String) {
        guard !host.isEmpty, host != lastHost else { return }
        lastHost = host
        hosts.insert(NeutralText.cut(ASCII.lowered(host), to: 256))
        if hosts.count > 2 * ContextBuilder.hostLimit { trimHosts() }
    }

    /// Takes in one event; kinds that tell nothing are ignored. O(fields).
    public mutating func observe(_ view: EventView) {
        observeInventory(view)
        linux.observe(view)
        silos.observe(view)
        flows.observe(view)
        programs.observe(view)
        integrity.observe(view)
        contradictions.observe(view)
        threads.observe(view)
    }

    /// Takes in where thread-local storage lies in an executable file that is in the evidence: the addresses that are
    /// written in processes which loaded it can then be told. In any order with the events.
    public mutating func observe(layout: ModuleLayout) { threads.observe(layout) }

    /// Takes in the record numbers and times of a batch of one source, whatever its events are. O(events).
    public mutating func observe(_ batch: EventBatch, _ vocabulary: Vocabulary, source: SourceNumber) {
        integrity.observe(batch, vocabulary, source: source)
    }

    private mutating func observeInventory(_ view: EventView) {
        inventory.observeFacts(view)
        switch view.kind {
        case .dockerEvent, .dockerInspect, .containerdEvent, .hostCompute: sawRuntime = true
        default: break
        }
        switch view.kind {
        case .dockerEvent: inventory.observeDockerEvent(view.fields, at: view.time, engine: view.host)
        case .dockerInspect:
            inventory.observeDockerInspect(
                view.fields, at: view.time, engine: view.host,
                source: view.origin.service == "ps" ? .dockerList : .dockerInspect)
        case .containerdEvent: inventory.observeContainerdEvent(view.fields, at: view.time, engine: view.host)
        case .hostCompute:
            sawHost(view.host)
            inventory.observeHostCompute(
                systemID: view[.systemID] ?? "", eventID: view.eventID, at: view.time, host: view.host)
        case .processStart:
            sawHost(view.host)
            guard var start = ProcessStart(view) else { return }
            start.host = intern(start.host)
            start.image = intern(start.image)
            start.parentImage = intern(start.parentImage)
            starts.append(start)
        case .processEnd:
            sawHost(view.host)
            guard let pid = view.first(.processID).flatMap({ ProcessID($0) }) else { return }
            let guid = view[.processGUID].flatMap { ProcessGUID($0) }
            ends.append(ProcessEnd(host: intern(ASCII.lowered(view.host)), pid: pid, guid: guid, time: view.time))
        case .windows, .connection, .silo, .memory, .hostRecord, .registryValue, .fileWrite: sawHost(view.host)
        case .runtimeListing: inventory.observeListing(view)
        case .dockerObject: break
        case .runtimeRecord, .kubernetesAudit, .linuxProcess, .linuxRecord, .flow, .containerOutput, .other: break
        }
    }

    /// Takes in what another part gathered. Commutative and associative in what ``finish()`` gives.
    public mutating func merge(_ other: ContextBuilder) {
        inventory.merge(other.inventory)
        starts.merge(other.starts)
        ends.merge(other.ends)
        hosts.formUnion(other.hosts)
        sawRuntime = sawRuntime || other.sawRuntime
        linux.merge(other.linux)
        silos.merge(other.silos)
        flows.merge(other.flows)
        programs.merge(other.programs)
        integrity.merge(other.integrity)
        contradictions.merge(other.contradictions)
        threads.merge(other.threads)
        if hosts.count > 2 * ContextBuilder.hostLimit { trimHosts() }
    }

    /// The context of everything gathered. O(n log n).
    ///
    ///     inventory, processes → linux → programs, flows → integrity, contradictions, threads
    ///
    /// - Parameter sources: What the reader knows of each source.
    public consuming func finish(sources: [SourceNote] = []) -> Context {
        trimHosts()
        starts.trim()
        let evicted = starts.observed - starts.count
        interned = [:]
        let tree = ProcessTree(starts: starts.take(), ends: ends.take(), evicted: evicted)
        var context = Context(inventory: inventory.finish(), tree: tree, hosts: hosts)
        context.learn(silos)
        context.owners = SourceOwners(sources, context.inventory)
        context.linux = linux.finish(context)
        context.programs = programs.finish(context)
        context.flows = flows.finish(context)
        context.derived = context.linux.derived + context.programs.derived + context.flows.derived
        context.partRemarks = integrity.remarks + contradictions.remarks
        context.derived += integrity.finish(context, sources: sources)
        context.derived += contradictions.finish(context)
        context.threads = threads.finish(context, sources)
        context.derived += context.threads.derived(in: context)
        context.derived.sort()
        return context
    }

    private mutating func trimHosts() {
        guard hosts.count > ContextBuilder.hostLimit else { return }
        hosts = Set(hosts.sorted().prefix(ContextBuilder.hostLimit))
    }

    /// One storage for equal texts; forgets all when there are too many.
    private mutating func intern(_ text: String) -> String {
        if let known = interned[text] { return known }
        if interned.count >= ContextBuilder.internLimit { interned.removeAll(keepingCapacity: true) }
        interned[text] = text
        return text
    }
}
