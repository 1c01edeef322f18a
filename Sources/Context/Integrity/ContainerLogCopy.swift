import Events

/// One copy of a container's log: the current file and the parts that were rotated away, in order.
struct ContainerLogCopy {
    /// The file's path without rotation. Adversary text.
    var path: String
    /// Numbers of its sources, oldest part first.
    var sources: [Int32]
    /// The collection it is of: copies that were taken together.
    var collection: String
    /// Bytes of all parts.
    var size: Int64
    /// Whether parts that were rotated away are there.
    var isRotated: Bool
    /// Its lines as they stand in the files.
    var lines: [ContainerLogLine]
    /// Whether lines were left out for want of room.
    var isCut: Bool

    /// The first and last moment of the lines; nil without lines.
    var span: ClosedRange<Timestamp>? {
        let times = lines.lazy.map(\.time).filter { $0 != .unknown }
        guard let first = times.min(), let last = times.max() else { return nil }
        return first...last
    }
}
