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

    /// Owners of all volumes that process starts show, where only one container can be it.
    static func all(
        of tree: ProcessTree, inventory: ContainerInventory, timelines: [String: RunTimeline]
    ) -> [Context.VolumeKey: VolumeOwner] {
        var owners: [Context.VolumeKey: VolumeOwner] = [:]
        let spans = tree.volumeSpans
        let keys = spans.keys.sorted { ($0.host, $0.guid) < ($1.host, $1.guid) }.prefix(VolumeOwner.volumeLimit)
        for key in keys {
            guard let span = spans[key] else { continue }
            guard let only = timelines[key.host]?.only(from: span.first, to: span.last) else { continue }
            owners[key] = VolumeOwner(only, at: span.first, inventory, volume: true)
        }
        return owners
    }

    /// The only container on `host` that ran with process isolation at `time`; nil if there is none or more than one.
    /// O(log containers).
    static func owner(
        on host: String, at time: Timestamp, _ inventory: ContainerInventory, _ timelines: [String: RunTimeline]
    ) -> VolumeOwner? {
        timelines[host]?.only(at: time).map { VolumeOwner($0, at: time, inventory, volume: false) }
    }

    private init(_ only: Int, at time: Timestamp, _ inventory: ContainerInventory, volume: Bool) {
        let container = inventory.containers[only]
        let span = volume ? "for all the time that the silo's volume was in use" : "then"
        let isolation =
            container.isolation == .process ? "process-isolated container" : "container that may be process-isolated"
        let name = NeutralText.quoted(container.name(at: time))
        self.container = only
        reason =
            "\(name) (\(container.id.short)) is the only \(isolation) running on the host \(span)"
    }
}
