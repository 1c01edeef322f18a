public import Events

/// What the whole evidence says about one container.
public struct Container: Hashable, Sendable {
    /// The id; shorter than 64 digits only where no record has all of them.
    public let id: ContainerID
    /// Names without the leading slash and when each was seen, oldest first.
    public let names: [(name: String, seen: SeenSpan)]
    /// Image reference as given at creation; empty if unknown.
    public let image: String
    /// Isolation, with what the records imply.
    public let isolation: Isolation
    /// Platform.
    public let platform: ContainerPlatform?
    /// `HostConfig.Privileged`.
    public let privileged: Bool?
    /// Declared user; empty if unknown.
    public let user: String
    /// Computer name in the container; empty if unknown.
    public let hostname: String
    /// Layer folders' ids (`…\windowsfilter\<id>`), lower case.
    public let layers: [String]
    /// When it ran, oldest first.
    public let runs: [RunInterval]
    /// When it was created; nil if not recorded.
    public let created: Timestamp?
    /// When it was removed; nil if not recorded.
    public let destroyed: Timestamp?
    /// Mounts, sorted.
    public let mounts: [ContainerMount]
    /// Networks, sorted.
    public let networks: [String]
    /// Hosts that recorded it themselves (Hyper-V-Compute), lower case, sorted.
    public let hosts: [String]
    /// Engines as named by the caller; the unnamed one is the empty text.
    public let engines: [String]
    /// Kinds of records that the facts come from.
    public let sources: [FactSource]
    /// Statements of the records that do not go together, in words.
    public let conflicts: [String]
    /// What else is known of it.
    public internal(set) var details = ContainerDetails()

    /// Clocks and teardown: a start is recorded up to so long after the first process runs.
    static let startSlack: Int64 = 5_000_000_000
    /// Processes of a silo are torn down up to so long after the end is recorded.
    static let endSlack: Int64 = 30_000_000_000

    /// The name as of `time`; empty if no name is known. O(names).
    ///
    /// Names that were seen before and after `time` come first (the one taken last), then the last one taken before,
    /// then the first.
    public func name(at time: Timestamp) -> String {
        let around = names.last { $0.seen.first <= time && time <= $0.seen.last }
        return (around ?? names.last { $0.seen.first <= time } ?? names.first)?.name ?? ""
    }

    /// Whether it can be a silo on the host's kernel, as far as is known.
    var mayRunInSilo: Bool { platform != .linux && (isolation == .process || isolation == .unknown) }

    /// Whether it ran at `time`, with some slack for clocks and teardown. O(runs).
    public func state(at time: Timestamp) -> RunState { state(from: time, to: time) }

    /// Whether one run covers all of `first ... last`. O(runs).
    public func state(from first: Timestamp, to last: Timestamp) -> RunState {
        guard first != .unknown, !runs.isEmpty else { return .unknown }
        let covers = spans.contains { $0.start <= first.nanoseconds && last.nanoseconds <= $0.end }
        return covers ? .running : .notRunning
    }

    /// The runs with their slack; what is not recorded is as wide as the other records allow. O(runs).
    var spans: [(start: Int64, end: Int64)] {
        var floor = created?.nanoseconds ?? .min
        return runs.map { run in
            let start = run.start?.nanoseconds ?? floor
            let end = run.end?.nanoseconds ?? destroyed?.nanoseconds ?? .max
            floor = max(floor, end)
            return (Container.minus(start, Container.startSlack), Container.plus(end, Container.endSlack))
        }
    }

    static func minus(_ value: Int64, _ slack: Int64) -> Int64 { value < .min + slack ? .min : value - slack }
    static func plus(_ value: Int64, _ slack: Int64) -> Int64 { value > .max - slack ? .max : value + slack }

    /// Whether every recorded fact is the same, not only the id.
    public static func == (left: Container, right: Container) -> Bool {
        left.id == right.id && left.names.elementsEqual(right.names) { $0 == $1 } && left.image == right.image
            && left.isolation == right.isolation && left.platform == right.platform
            && left.privileged == right.privileged && left.user == right.user && left.hostname == right.hostname
            && left.layers == right.layers && left.runs == right.runs && left.created == right.created
            && left.destroyed == right.destroyed && left.mounts == right.mounts && left.networks == right.networks
            && left.hosts == right.hosts && left.engines == right.engines && left.sources == right.sources
            && left.conflicts == right.conflicts
            && left.details == right.details
    }

    /// Hashes the id alone, which equal containers share.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
