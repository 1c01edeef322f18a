import Bytes
import Events

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
            let length = field.name.utf8.count
            guard length < DockerEvent.lengths.count, DockerEvent.lengths[length] else { continue }
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

    /// Lengths of the names that are read.
    private static let lengths: [Bool] = {
        let names = [
            "Type", "Action", "Actor.ID", "status", "id", "Actor.Attributes.name",
            "Actor.Attributes.image", "from",
            "Actor.Attributes.oldName", "Actor.Attributes.container",
        ]
        let read = Set(names.map(\.utf8.count))
        return (0...(read.max() ?? 0)).map { read.contains($0) }
    }()

    static func withoutSlash(_ name: String) -> String {
        name.hasPrefix("/") ? String(name.dropFirst()) : name
    }

    /// A moment as inspect writes it; nil for the zero time of Go (`0001-01-01T00:00:00Z`) and for what is none.
    static func moment(_ text: String) -> Timestamp? {
        guard text.utf8.count <= 64, !text.hasPrefix("0001-") else { return nil }
        let bytes = Array(text.utf8)
        return RFC3339.nanoseconds(bytes.span.bytes).map { Timestamp(nanoseconds: $0) }
    }
}
