import Events

/// The volume of a silo, as the paths of programs that ran on it show, and the container that it can only be.
public struct SiloVolume: Hashable, Sendable {
    /// The host, lower case.
    public let host: String
    /// GUID of the volume or virtual disk, lower case, without braces.
    public let guid: String
    /// First and last start of a program on it.
    public let seen: SeenSpan
    /// The container; nil if none or several can be it.
    public let container: ContainerID?
    /// Why, in words; empty without a container.
    public let reason: String
}

extension Context {
    /// The silo volumes that process starts show, by host and GUID. O(n log n).
    public var siloVolumes: [SiloVolume] {
        tree.volumeSpans.map { key, span in
            let owner = volumes[key]
            return SiloVolume(
                host: key.host, guid: key.guid, seen: span,
                container: owner.map { inventory.containers[$0.container].id }, reason: owner?.reason ?? "")
        }.sorted { ($0.host, $0.guid) < ($1.host, $1.guid) }
    }
}
