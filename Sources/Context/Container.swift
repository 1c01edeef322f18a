public import Events

/// How a container is kept apart from its host.
public enum Isolation: String, Hashable, Sendable {
    /// A server silo on the host's kernel.
    case process
    /// A utility VM with a kernel of its own.
    case hyperv
    /// A job on the host without a namespace of its own.
    case hostprocess
    /// Linux namespaces.
    case linux
    /// Not told by the evidence.
    case unknown
}

/// The system a container runs.
public enum ContainerPlatform: String, Hashable, Sendable {
    /// Windows.
    case windows
    /// Linux.
    case linux
}

/// Something mounted into a container.
public struct ContainerMount: Hashable, Comparable, Sendable {
    /// `bind`, `volume`, `npipe`, …
    public var type: String
    /// Path on the host, pipe, or folder of the volume. Adversary text.
    public var source: String
    /// Path in the container. Adversary text.
    public var destination: String
    /// Whether it may be written; nil when the record does not tell.
    public var isWritable: Bool?

    public static func < (left: ContainerMount, right: ContainerMount) -> Bool {
        (left.destination, left.source, left.type, left.rank) < (
            right.destination, right.source, right.type, right.rank
        )
    }

    private var rank: Int { isWritable.map { $0 ? 2 : 1 } ?? 0 }
}

/// A time for which a container ran.
public struct RunInterval: Hashable, Sendable {
    /// When it started; nil when the start was not recorded.
    public var start: Timestamp?
    /// When it ended; nil while it runs or when the end was not recorded.
    public var end: Timestamp?
}

/// Whether a container ran at a moment.
public enum RunState: Hashable, Sendable {
    /// The records say it ran.
    case running
    /// The records say it did not.
    case notRunning
    /// The records do not reach the moment.
    case unknown
}

/// Where a fact of the inventory comes from.
public enum FactSource: String, Hashable, Comparable, Sendable {
    /// Docker Engine events.
    case dockerEvents = "docker-events"
    /// Docker inspect.
    case dockerInspect = "docker-inspect"
    /// Hyper-V-Compute events of the host.
    case hostCompute = "hyper-v-compute"

    public static func < (left: FactSource, right: FactSource) -> Bool { left.rawValue < right.rawValue }
}

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
        var floor = created?.nanoseconds ?? .min
        for run in runs {
            let start = run.start?.nanoseconds ?? floor
            let end = run.end?.nanoseconds ?? destroyed?.nanoseconds ?? .max
            if Container.minus(start, Container.startSlack) <= first.nanoseconds,
                last.nanoseconds <= Container.plus(end, Container.endSlack)
            {
                return .running
            }
            floor = max(floor, end)
        }
        return .notRunning
    }

    static func minus(_ value: Int64, _ slack: Int64) -> Int64 { value < .min + slack ? .min : value - slack }
    static func plus(_ value: Int64, _ slack: Int64) -> Int64 { value > .max - slack ? .max : value + slack }

    public static func == (left: Container, right: Container) -> Bool {
        left.id == right.id && left.names.elementsEqual(right.names) { $0 == $1 } && left.image == right.image
            && left.isolation == right.isolation && left.platform == right.platform
            && left.privileged == right.privileged && left.user == right.user && left.hostname == right.hostname
            && left.layers == right.layers && left.runs == right.runs && left.created == right.created
            && left.destroyed == right.destroyed && left.mounts == right.mounts && left.networks == right.networks
            && left.hosts == right.hosts && left.engines == right.engines && left.sources == right.sources
            && left.conflicts == right.conflicts
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
