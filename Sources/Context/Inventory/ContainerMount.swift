/// Something mounted into a container.
public struct ContainerMount: Hashable, Comparable, Sendable, Codable {
    /// `bind`, `volume`, `npipe`, …
    public var type: String
    /// Path on the host, pipe, or folder of the volume. Adversary text.
    public var source: String
    /// Path in the container. Adversary text.
    public var destination: String
    /// Whether it may be written; nil when the record does not tell.
    public var isWritable: Bool?

    /// Orders by destination, then source, type and writability (unknown, read-only, writable).
    public static func < (left: ContainerMount, right: ContainerMount) -> Bool {
        (left.destination, left.source, left.type, left.rank) < (
            right.destination, right.source, right.type, right.rank
        )
    }

    private var rank: Int { isWritable.map { $0 ? 2 : 1 } ?? 0 }
}
