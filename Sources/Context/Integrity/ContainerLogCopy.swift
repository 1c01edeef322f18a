import Events

/// One copy of a container's log: the current file and the parts that were rotated away, in order.
struct ContainerLogCopy {
    /// The file's path without rotation. Adversary text.
    var path: String
    /// Numbers of its sources, oldest part first.
    var sources: [SourceNumber]
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
    let span: ClosedRange<Timestamp>?

    init(
        path: String, sources: [SourceNumber], collection: String, size: Int64, isRotated: Bool,
        lines: [ContainerLogLine],
        isCut: Bool
    ) {
        (self.path, self.sources, self.collection, self.size) = (path, sources, collection, size)
        (self.isRotated, self.lines, self.isCut) = (isRotated, lines, isCut)
        let times = lines.lazy.map(\.time).filter { $0 != .unknown }
        span = times.min().flatMap { first in times.max().map { first...$0 } }
    }
}
