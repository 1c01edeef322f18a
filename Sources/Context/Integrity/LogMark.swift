import Events

/// A record that tells of a log or of the clock itself.
struct LogMark: Hashable, Comparable, Sendable, Codable {
    enum Kind: Int, Sendable, Codable {
        /// A log was cleared: 1102 of Security, 104 of System.
        case cleared
        /// The clock was set: Security 4616, Kernel-General 1.
        case clockSet
        /// The engine starts (`Starting up`).
        case engineStarts
        /// The engine is ready (`Daemon has completed initialization`).
        case engineReady
        /// The engine was told to end, or ended.
        case engineEnds
    }

    var kind: Kind
    /// The host, lower case.
    var host: String
    var time: Timestamp
    /// The channel that was cleared, lower case; empty otherwise.
    var subject: String
    var place: EventPlace

    static func < (left: LogMark, right: LogMark) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        if left.host != right.host { return left.host < right.host }
        if left.subject != right.subject { return left.subject < right.subject }
        return left.place < right.place
    }
}
