import Events

/// What an engine or containerd said of a container or an image, as far as other sources can disagree with it.
struct EngineRecord: Hashable, Comparable, Sendable, Codable {
    enum Verb: String, Sendable, Codable {
        case create, start, die, kill, stop, destroy, exec, rename, commit, tag
    }

    /// When, as the record says.
    var time: Timestamp
    /// The engine's host, lower case; empty if not known.
    var engine: String
    var verb: Verb
    /// The container; empty for images.
    var container: String
    /// The container's name, or the image's new name. Adversary text.
    var name: String
    /// The container's image; of a tag the image's id. Adversary text.
    var image: String
    /// The command of an exec, the old name of a rename, the reference that a commit made. Adversary text.
    var detail: String
    /// Whether the engine says it, not containerd.
    var isEngine: Bool
    var place: EventPlace

    static func < (left: EngineRecord, right: EngineRecord) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.container != right.container { return left.container < right.container }
        return left.key == right.key ? left.place < right.place : left.key < right.key
    }

    private var key: String {
        [verb.rawValue, engine, name, image, detail, isEngine ? "1" : "0"].joined(separator: "\u{0}")
    }

    /// Nil for events that nothing is compared with.
    init?(_ view: EventView) {
        guard view.time != .unknown else { return nil }
        (time, engine, place) = (view.time, ASCII.lowered(NeutralText.cut(view.host, to: 256)), view.place)
        if view.kind == .containerdEvent {
            func value(_ name: String) -> String { view.fields.first { $0.name == name }?.value ?? "" }
            guard let id = ContainerID(value("ContainerId")), let verb = EngineRecord.verb(ofTopic: value("Topic"))
            else { return nil }
            (container, self.verb, isEngine) = (id.text, verb, false)
            (name, image, detail) = ("", NeutralText.cut(value("ContainerImage"), to: 256), "")
            return
        }
        let event = DockerEvent(view.fields)
        isEngine = true
        name = NeutralText.cut(DockerEvent.withoutSlash(event.name), to: 256)
        func attribute(_ name: String) -> String {
            NeutralText.cut(view.fields.first { $0.name == name }?.value ?? "", to: 512)
        }
        if event.type == "image", event.verb == "tag" {
            (verb, container, detail) = (.tag, "", "")
            image = attribute("Actor.ID")
            return
        }
        guard event.type == "container", let id = event.container, let verb = EngineRecord.verb(event.verb) else {
            return nil
        }
        (container, self.verb) = (id.text, verb)
        image = NeutralText.cut(event.image, to: 256)
        switch verb {
        case .exec:
            let action = attribute("Action")
            let text = action.isEmpty ? attribute("status") : action
            detail = String(text.drop { $0 != ":" }.dropFirst(2))
        case .rename: detail = NeutralText.cut(DockerEvent.withoutSlash(event.oldName), to: 256)
        case .commit: detail = attribute("Actor.Attributes.imageRef")
        default: detail = ""
        }
    }

    private static func verb(_ verb: String) -> Verb? {
        switch verb {
        case "create": .create
        case "start", "restart": .start
        case "die": .die
        case "kill": .kill
        case "stop": .stop
        case "destroy": .destroy
        case "exec_create": .exec
        case "rename": .rename
        case "commit": .commit
        default: nil
        }
    }

    private static func verb(ofTopic topic: String) -> Verb? {
        switch topic {
        case "/containers/create": .create
        case "/tasks/start": .start
        case "/tasks/exec-added", "/tasks/exec-started": .exec
        case "/containers/delete": .destroy
        default: nil
        }
    }
}
