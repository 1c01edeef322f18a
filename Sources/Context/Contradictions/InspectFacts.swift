import Events

/// What inspect says of a container that processes can disagree with.
struct InspectFacts: Hashable, Comparable, Sendable, Codable {
    var container: ContainerID
    var engine: String
    var processID: UInt32
    var started: Timestamp
    /// The program of the entry point. Adversary text.
    var path: String
    /// Image reference. Adversary text.
    var image: String
    /// The last word of the health check. Adversary text.
    var health: String
    var place: EventPlace

    static func < (left: InspectFacts, right: InspectFacts) -> Bool {
        if left.container != right.container { return left.container < right.container }
        if left.started != right.started { return left.started < right.started }
        return left.key == right.key ? left.place < right.place : left.key < right.key
    }

    private var key: String { [engine, String(processID), path, image, health].joined(separator: "\u{0}") }

    init?(_ view: EventView) {
        func value(_ name: String, _ limit: Int = 512) -> String {
            NeutralText.cut(view.fields.first { $0.name == name }?.value ?? "", to: limit)
        }
        guard let id = ContainerID(value("Id")) else { return nil }
        container = id
        engine = ASCII.lowered(NeutralText.cut(view.host, to: 256))
        processID = UInt32(value("State.Pid")) ?? 0
        started = DockerEvent.moment(value("State.StartedAt")) ?? .unknown
        path = value("Path")
        image = value("Config.Image")
        health = NeutralText.cut(view.fields.last { $0.name == "Config.Healthcheck.Test" }?.value ?? "", to: 512)
        place = view.place
        guard !path.isEmpty || !health.isEmpty else { return nil }
    }
}
