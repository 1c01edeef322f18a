import Events

/// A silo as the kernel of a Windows host told of it: Kernel-Process 13, 14 and 22–26.
public struct SiloRecord: Hashable, Sendable, Codable {
    /// What tells a silo from others.
    struct Key: Hashable, Comparable, Sendable, Codable {
        var host: String
        var guid: String

        static func < (left: Key, right: Key) -> Bool { (left.host, left.guid) < (right.host, right.guid) }
    }

    /// The host, lower case.
    public let host: String
    /// The silo's GUID (the event's `ContainerID`), lower case without braces.
    public let guid: String
    /// First and last record of it.
    public var seen: SeenSpan
    /// Its jobs' ids, the ``jobLimit`` smallest, sorted.
    public var jobs: [String]

    /// Most jobs of a silo that are kept.
    public static let jobLimit = 16
    /// Longest id of a job that is kept, bytes.
    static let textLimit = 32

    var key: Key { Key(host: host, guid: guid) }

    mutating func merge(_ other: SiloRecord) {
        seen.formUnion(other.seen)
        jobs = Array(Set(jobs).union(other.jobs).sorted().prefix(SiloRecord.jobLimit))
    }
}

/// Gathers the silos of Windows hosts in any order. Bounded: the ``siloLimit`` smallest of host and GUID.
struct SiloGatherer: Sendable, Codable {
    /// Most silos that are kept.
    static let siloLimit = 1 << 14

    private var silos: [SiloRecord.Key: SiloRecord] = [:]
    private(set) var overflowed = false

    mutating func observe(_ view: EventView) {
        guard view.kind == .silo, view.time != .unknown, let guid = SiloGatherer.guid(of: view) else { return }
        let job = view.first(.jobID).map { NeutralText.cut($0, to: SiloRecord.textLimit) }
        add(
            SiloRecord(
                host: NeutralText.cut(ASCII.lowered(view.host), to: 256), guid: guid, seen: SeenSpan(view.time),
                jobs: job.map { [$0] } ?? []))
    }

    mutating func merge(_ other: SiloGatherer) {
        for silo in other.silos.values { add(silo) }
        overflowed = overflowed || other.overflowed
    }

    /// All silos, by host, first sighting and GUID.
    consuming func finish() -> [SiloRecord] {
        trim(to: SiloGatherer.siloLimit)
        return silos.values.sorted { ($0.host, $0.seen.first, $0.guid) < ($1.host, $1.seen.first, $1.guid) }
    }

    private mutating func add(_ silo: SiloRecord) {
        if silos[silo.key]?.merge(silo) == nil { silos[silo.key] = silo }
        if silos.count > 2 * SiloGatherer.siloLimit { trim(to: SiloGatherer.siloLimit) }
    }

    private mutating func trim(to limit: Int) {
        guard silos.count > limit else { return }
        overflowed = true
        for key in silos.keys.sorted().dropFirst(limit) { silos.removeValue(forKey: key) }
    }

    /// The silo's GUID, lower case without braces; nil when there is none or it is all zero (the host itself).
    static func guid(of view: EventView) -> String? {
        guard let text = view.first(.siloGUID), ProcessGUID(text) != nil, text.utf8.count <= 48 else { return nil }
        return String(ASCII.lowered(text).filter { $0 != "{" && $0 != "}" })
    }
}
