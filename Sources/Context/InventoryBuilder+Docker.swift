import Bytes
public import Events

/// A field of an event as text: its native (dotted) name and one value. Several values: several of these, in order.
public struct FieldValue: Hashable, Sendable {
    /// Native name, e.g. `Actor.Attributes.image`.
    public var name: String
    /// The value. Adversary text.
    public var value: String

    /// A field.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

extension InventoryBuilder {
    /// Takes in one Docker Engine event (`docker events --format '{{json .}}'`, moby `api/types/events/events.go`).
    ///
    /// Only `name` and `image` are written by the engine after the container's labels were copied over the event's
    /// attributes (moby `daemon/events.go`), so only these two are believed; a rename's `oldName` is taken as a name
    /// that may be a label's invention.
    ///
    /// - Parameters:
    ///   - fields: All fields by dotted path.
    ///   - time: The event's time.
    ///   - engine: Which engine wrote it, as far as known: its host; empty otherwise.
    public mutating func observeDockerEvent(_ fields: [FieldValue], at time: Timestamp, engine: String) {
        let event = DockerEvent(fields)
        let engine = ASCII.lowered(engine)
        sawEngine(engine, at: time)
        guard let id = event.container else { return }
        update(id) { record in
            record.sources.insert(.dockerEvents)
            record.engines.see(engine, at: time)
            guard event.type == "container" else {
                if event.type == "network", event.verb == "connect", !event.name.isEmpty {
                    record.networks.see(event.name, at: time)
                }
                return
            }
            if !event.name.isEmpty { record.names.see(DockerEvent.withoutSlash(event.name), at: time) }
            if !event.image.isEmpty { record.images.see(event.image, at: time) }
            record.apply(event, at: time)
        }
    }

    /// Takes in one container of `docker inspect` (Engine API `GET /containers/{id}/json`), arrays flattened.
    ///
    /// - Parameters:
    ///   - fields: All fields by dotted path; a mount's members in their order in the document.
    ///   - time: When the snapshot was taken, or what the format gives instead; the latest moment the document itself
    ///     names is taken when that is later.
    ///   - engine: Which engine wrote it, as far as known.
    public mutating func observeDockerInspect(_ fields: [FieldValue], at time: Timestamp, engine: String) {
        guard let id = fields.first(where: { $0.name == "Id" }).flatMap({ ContainerID($0.value) }) else { return }
        let engine = ASCII.lowered(engine)
        let taken = fields.reduce(into: time) { latest, field in
            guard ["Created", "State.StartedAt", "State.FinishedAt"].contains(field.name) else { return }
            if let moment = DockerEvent.moment(field.value) { latest = max(latest, moment) }
        }
        sawEngine(engine, at: taken)
        update(id) { record in
            record.sources.insert(.dockerInspect)
            record.engines.see(engine, at: taken)
            for field in fields { record.applyInspect(field, at: taken) }
            record.applyMounts(fields)
        }
    }

    /// Takes in one Hyper-V-Compute event of a Windows host: the host's own word on a compute system.
    /// Ids: 2000 create, 2001 start, 2002 shut down, 2003 terminate. Systems that are not containers are left out.
    public mutating func observeHostCompute(systemID: String, eventID: Int, at time: Timestamp, host: String) {
        guard let id = ContainerID(systemID), id.isFull else { return }
        update(id) { record in
            record.sources.insert(.hostCompute)
            record.hosts.see(ASCII.lowered(host), at: time)
            switch eventID {
            case 2000: record.create(at: time)
            case 2001: record.change(.started, at: time)
            case 2002, 2003: record.change(.ended, at: time)
            default: break
            }
        }
    }
}

/// The parts of a Docker event that the inventory and the attribution read.
struct DockerEvent {
    var type = ""
    var verb = ""
    var name = ""
    var image = ""
    var oldName = ""
    /// The container the event speaks of.
    var container: ContainerID?

    init(_ fields: [FieldValue]) {
        var action = ""
        var actor = ""
        var legacyStatus = ""
        var legacyID = ""
        var joined = ""
        for field in fields {
            // The first value of a name wins: labels are members of Actor.Attributes and cannot come before it.
            switch field.name {
            case "Type" where type.isEmpty: type = field.value
            case "Action" where action.isEmpty: action = field.value
            case "Actor.ID" where actor.isEmpty: actor = field.value
            case "status" where legacyStatus.isEmpty: legacyStatus = field.value
            case "id" where legacyID.isEmpty: legacyID = field.value
            case "Actor.Attributes.name" where name.isEmpty: name = field.value
            case "Actor.Attributes.image" where image.isEmpty: image = field.value
            case "from" where image.isEmpty: image = field.value
            case "Actor.Attributes.oldName" where oldName.isEmpty: oldName = field.value
            case "Actor.Attributes.container" where joined.isEmpty: joined = field.value
            default: break
            }
        }
        if action.isEmpty { action = legacyStatus }
        if type.isEmpty, !legacyStatus.isEmpty { type = "container" }
        verb = String(action.prefix { $0 != ":" })
        switch type {
        case "container": container = ContainerID(actor.isEmpty ? legacyID : actor)
        case "network", "volume": container = ContainerID(joined)
        default: container = nil
        }
    }

    static func withoutSlash(_ name: String) -> String { name.hasPrefix("/") ? String(name.dropFirst()) : name }

    /// A moment as inspect writes it; nil for the zero time of Go (`0001-01-01T00:00:00Z`) and for what is none.
    static func moment(_ text: String) -> Timestamp? {
        guard text.utf8.count <= 64, !text.hasPrefix("0001-") else { return nil }
        let bytes = Array(text.utf8)
        return RFC3339.nanoseconds(bytes.span.bytes).map { Timestamp(nanoseconds: $0) }
    }
}

extension ContainerRecord {
    mutating func apply(_ event: DockerEvent, at time: Timestamp) {
        switch event.verb {
        case "create": create(at: time)
        case "start", "restart": change(.started, at: time)
        case "die", "stop", "oom_kill": change(.ended, at: time)
        case "destroy": change(.destroyed, at: time)
        case "pause", "unpause":
            wasPaused = true
            live(at: time)
        case "exec_create", "exec_start", "exec_detach", "attach", "top", "health_status", "resize":
            live(at: time)
        case "rename":
            let old = DockerEvent.withoutSlash(event.oldName)
            if !old.isEmpty, time != .unknown { names.see(old, at: Timestamp(nanoseconds: time.nanoseconds - 1)) }
        default: break
        }
    }

    mutating func applyInspect(_ field: FieldValue, at taken: Timestamp) {
        let value = field.value
        switch field.name {
        case "Name": names.see(DockerEvent.withoutSlash(value), at: taken)
        case "Config.Image" where !value.isEmpty: images.see(value, at: taken)
        case "Platform" where !value.isEmpty: platforms.see(value, at: taken)
        case "Driver" where !value.isEmpty, "GraphDriver.Name" where !value.isEmpty: drivers.see(value, at: taken)
        case "HostConfig.Isolation" where !value.isEmpty: isolations.see(value, at: taken)
        case "HostConfig.Privileged": privileged.see(ASCII.lowered(value), at: taken)
        case "Config.User" where !value.isEmpty: users.see(value, at: taken)
        case "Config.Hostname" where !value.isEmpty: hostnames.see(value, at: taken)
        case "GraphDriver.Data.dir": if let layer = SiloPath.layerID(ofFolder: value) { layers.see(layer, at: taken) }
        case "Created": if let time = DockerEvent.moment(value) { create(at: time) }
        case "State.StartedAt": if let time = DockerEvent.moment(value) { change(.started, at: time) }
        case "State.FinishedAt": if let time = DockerEvent.moment(value) { change(.ended, at: time) }
        case "State.Paused" where value == "true":
            wasPaused = true
            live(at: taken)
        default:
            let prefix = "NetworkSettings.Networks."
            let suffix = ".NetworkID"
            if field.name.hasPrefix(prefix), field.name.hasSuffix(suffix),
                field.name.utf8.count > prefix.utf8.count + suffix.utf8.count
            {
                networks.see(String(field.name.dropFirst(prefix.count).dropLast(suffix.count)), at: taken)
            }
        }
    }

    /// `Mounts` flattened: a member that the current mount already has begins the next one.
    mutating func applyMounts(_ fields: [FieldValue]) {
        var current: [String: String] = [:]
        func mounted() -> ContainerMount? {
            guard !current.isEmpty else { return nil }
            return ContainerMount(
                type: current["Type"] ?? "", source: NeutralText.cut(current["Source"] ?? "", to: SeenTexts.textLimit),
                destination: NeutralText.cut(current["Destination"] ?? "", to: SeenTexts.textLimit),
                isWritable: current["RW"].map { $0 == "true" })
        }
        for field in fields where field.name.hasPrefix("Mounts.") {
            let member = String(field.name.dropFirst("Mounts.".count))
            if current[member] != nil {
                if let mount = mounted() { self.mount(mount) }
                current = [:]
            }
            current[member] = field.value
        }
        if let mount = mounted() { self.mount(mount) }
    }
}
