import Events

/// A file that may be run was made or written, by whom it is not yet known in which container.
struct FileCreation: Bounded {
    var host: String
    var kind: UInt8
    /// Fields that the attribution reads, by raw name.
    var evidence: [String]
    /// The file.
    var path: String
    var time: Timestamp

    var cost: Int {
        128 + host.utf8.count + path.utf8.count + evidence.reduce(0) { $0 + $1.utf8.count + 16 }
    }

    /// The earliest first: a program is made before it runs.
    func isKept(before other: FileCreation) -> Bool {
        if time != other.time { return time < other.time }
        if host != other.host { return host < other.host }
        if path != other.path { return path < other.path }
        if kind != other.kind { return kind < other.kind }
        return evidence.lexicographicallyPrecedes(other.evidence)
    }
}
