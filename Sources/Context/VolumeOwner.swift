import Events

/// The container that a silo volume belongs to: learned, because no record joins a volume's GUID to a container's id.
///
///     volume in use        |==========================|            first … last process start seen on it
///     container a     |---------------------------------------|    ran all the time: a candidate
///     container b                 |------------------|             did not: none
struct VolumeOwner: Sendable {
    /// Index in the inventory.
    let container: Int
    /// In words.
    let reason: String

    /// Volumes that are joined; hostile records can name any number.
    static let volumeLimit = 4096
    /// Containers among which the only one is looked for; with more no single one is found.
    static let candidateLimit = 4096

    /// Owners of all volumes that process starts show, where only one container can be it.
    static func all(of tree: ProcessTree, inventory: ContainerInventory, join: HostJoin) -> [Context.VolumeKey:
        VolumeOwner]
    {
        var owners: [Context.VolumeKey: VolumeOwner] = [:]
        let spans = tree.volumeSpans
        let keys = spans.keys.sorted { ($0.host, $0.guid) < ($1.host, $1.guid) }.prefix(VolumeOwner.volumeLimit)
        for key in keys {
            guard let span = spans[key] else { continue }
            owners[key] = owner(on: key.host, from: span.first, to: span.last, inventory, join, volume: true)
        }
        return owners
    }

    /// The only container on `host` that ran with process isolation from `first` to `last`; nil if there is none or
    /// more than one. O(containers).
    static func owner(
        on host: String, from first: Timestamp, to last: Timestamp, _ inventory: ContainerInventory, _ join: HostJoin,
        volume: Bool
    ) -> VolumeOwner? {
        var only: Int?
        guard inventory.siloCandidates.count <= VolumeOwner.candidateLimit else { return nil }
        for index in inventory.siloCandidates {
            let container = inventory.containers[index]
            guard join.mayRun(container, on: host), container.state(from: first, to: last) != .notRunning
            else { continue }
            if only != nil { return nil }
            only = index
        }
        guard let only else { return nil }
        let container = inventory.containers[only]
        // A single candidate of which no run is recorded is no finding.
        guard container.state(from: first, to: last) == .running else { return nil }
        let span = volume ? "for all the time that the silo's volume was in use" : "then"
        let isolation =
            container.isolation == .process ? "process-isolated container" : "container that may be process-isolated"
        let name = NeutralText.quoted(container.name(at: first))
        return VolumeOwner(
            container: only,
            reason: "\(name) (\(container.id.short)) is the only \(isolation) running on the host \(span)")
    }
}
