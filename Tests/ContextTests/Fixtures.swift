import Context
import Events

/// Texts and views that the tests of this room share.
enum Fixture {
    static let web = "0a1b2c3d4e5f" + String(repeating: "1", count: 52)
    static let db = "0a1b2c3d4e5f" + String(repeating: "2", count: 52)
    static let api = "ffeeddccbbaa" + String(repeating: "3", count: 52)
    static let layer = String(repeating: "c", count: 64)
    static let silo = "6c3f1b52-0000-4a4b-9c9d-0123456789ab"
    static let otherSilo = "7d4f1b52-0000-4a4b-9c9d-0123456789ab"

    static func seconds(_ seconds: Int64) -> Timestamp {
        Timestamp(nanoseconds: 1_700_000_000_000_000_000 + seconds * 1_000_000_000)
    }

    static func docker(
        _ action: String, _ id: String, at time: Int64, name: String = "web1", image: String = "corp/web:1",
        engine: String = "",
        extra: [FieldValue] = []
    ) -> EventView {
        EventView(
            kind: .dockerEvent, time: seconds(time), host: engine,
            fields: [
                FieldValue(name: "Type", value: "container"), FieldValue(name: "Action", value: action),
                FieldValue(name: "Actor.ID", value: id), FieldValue(name: "Actor.Attributes.image", value: image),
                FieldValue(name: "Actor.Attributes.name", value: name),
            ] + extra)
    }

    static func inspect(
        _ id: String, at time: Int64, isolation: String = "process", platform: String = "windows",
        name: String = "/web1",
        hostname: String? = nil, extra: [FieldValue] = []
    ) -> EventView {
        EventView(
            kind: .dockerInspect, time: seconds(time), host: "",
            fields: [
                FieldValue(name: "Id", value: id), FieldValue(name: "Name", value: name),
                FieldValue(name: "Platform", value: platform),
                FieldValue(name: "HostConfig.Isolation", value: isolation),
                FieldValue(name: "HostConfig.Privileged", value: "false"),
                FieldValue(name: "Config.Hostname", value: hostname ?? String(id.prefix(12))),
                FieldValue(name: "Config.User", value: "ContainerAdministrator"),
                FieldValue(name: "Config.Image", value: "corp/web:1"),
            ] + extra)
    }

    static func windows(
        host: String = "HOST01", at time: Int64 = 100, kind: EventKind = .windows, _ values: [EvidenceField: String]
    ) -> EventView {
        EventView(
            kind: kind, time: seconds(time), host: host,
            values: EvidenceField.allCases.compactMap { field in values[field].map { EventView.Value(field, $0) } })
    }

    /// Sysmon 1.
    static func start(
        _ image: String, pid: Int, parent: Int = 4, parentImage: String = "", at time: Int64, host: String = "HOST01",
        extra: [EvidenceField: String] = [:]
    ) -> EventView {
        var values: [EvidenceField: String] = [
            .image: image, .processID: String(pid), .parentProcessID: String(parent), .parentImage: parentImage,
        ]
        values.merge(extra) { $1 }
        return windows(host: host, at: time, kind: .processStart, values)
    }

    static func end(pid: Int, at time: Int64, host: String = "HOST01") -> EventView {
        windows(host: host, at: time, kind: .processEnd, [.processID: String(pid)])
    }

    static func context(_ views: [EventView], hosts: [String] = []) -> Context {
        var builder = ContextBuilder()
        for view in views { builder.observe(view) }
        for host in hosts { builder.sawHost(host) }
        return builder.finish()
    }

    static func disk(_ guid: String, _ rest: String) -> String { "\\Device\\VhdHardDisk{\(guid)}\\" + rest }
    static func volume(_ guid: String, _ rest: String) -> String { "\\\\?\\Volume{\(guid)}\\" + rest }
}

/// A generator with a seed: the same numbers on every run (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
