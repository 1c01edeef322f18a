import Events

/// Linux processes of all hosts: starts, ends, parents, and the runtimes' own helpers that name containers.
///
/// Gathers in any order and merges in any order with the same result. Bounded: ``processBudget`` and ``claimBudget``.
struct LinuxGatherer: Sendable, Codable {
    /// Bytes of sightings of processes that are kept: about 1.2 million.
    static let processBudget = 160 << 20
    /// Bytes of process ids that runtimes name: about 40 000.
    static let claimBudget = 8 << 20
    private static let internLimit = 1 << 16
    private static let recentCount = 256

    private var sightings: DistinctLog<LinuxSighting>
    private var claims: DistinctLog<LinuxClaim>
    private var interned: [String: String] = [:]
    /// The last sightings, by a hash of their key: the same ones over and over need not be gathered.
    private var recent: [LinuxSighting?] = []
    /// Whether a record showed a container.
    private(set) var sawContainers = false

    private enum CodingKeys: CodingKey { case sightings, claims, sawContainers }

    init(processBudget: Int = LinuxGatherer.processBudget) {
        sightings = DistinctLog(budget: processBudget)
        claims = DistinctLog(budget: LinuxGatherer.claimBudget)
    }

    /// Takes in one event; kinds that tell nothing are ignored. O(fields).
    mutating func observe(_ view: EventView) {
        switch view.kind {
        case .linuxProcess, .linuxRecord:
            guard let sighting = LinuxSighting(view) else {
                // A sensor's alert without a process still names its container.
                if view.first(.containerID).flatMap({ ContainerID($0) }) != nil { sawContainers = true }
                return
            }
            if sighting.isTelling { sawContainers = true }
            append(sighting)
        case .dockerInspect, .containerdEvent:
            if let claim = LinuxClaim(view) { claims.append(claim) }
        default: break
        }
    }

    /// Takes in what another part gathered.
    mutating func merge(_ other: LinuxGatherer) {
        sightings.merge(other.sightings)
        claims.merge(other.claims)
        sawContainers = sawContainers || other.sawContainers
    }

    /// What follows from everything gathered. O(n log n).
    consuming func finish(_ context: Context) -> LinuxProcesses {
        claims.trim()
        guard sawContainers || !claims.kept.isEmpty else { return LinuxProcesses() }
        var builder = LinuxTreeBuilder()
        builder.build(sightings.take())
        let tree = builder.tree
        guard !tree.nodes.isEmpty else { return LinuxProcesses(knowsContainers: sawContainers) }
        var lineage = LinuxLineage(tree)
        lineage.infer(claims.kept)
        return LinuxProcesses(
            tree: tree, lineage, overflowed: sightings.overflowed, claimsOverflowed: claims.overflowed,
            knowsContainers: sawContainers)
    }

    private mutating func append(_ sighting: LinuxSighting) {
        var sighting = sighting
        if sighting.act == .seen {
            if recent.isEmpty { recent = Array(repeating: nil, count: LinuxGatherer.recentCount) }
            let slot = Int(sighting.pid) & (LinuxGatherer.recentCount - 1)
            // An earlier one of the same key is the one that counts.
            if let known = recent[slot], known.isSame(as: sighting), known.time <= sighting.time { return }
            recent[slot] = sighting
        }
        sighting.host = intern(sighting.host)
        sighting.image = intern(sighting.image)
        if let id = sighting.container { sighting.container = ContainerID(intern(id.text)) }
        sightings.append(sighting)
    }

    /// One storage for equal texts; forgets all when there are too many.
    private mutating func intern(_ text: String) -> String {
        if text.utf8.count <= 15 { return text }
        if let known = interned[text] { return known }
        if interned.count >= LinuxGatherer.internLimit { interned.removeAll(keepingCapacity: true) }
        interned[text] = text
        return text
    }
}
