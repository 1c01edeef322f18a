import Bytes
import Events

/// Events of the Docker Engine: splits the action into verb and command, and gives the names that all formats share.
///
///     "exec_create: /bin/sh -c echo a: b"   →   Action.Verb exec_create │ Exec.Command /bin/sh -c echo a: b
struct DockerEventJSON: JSONInterpreter {
    static let map = FieldMap.named("docker-events")
    private var ids: DockerEventFields?

    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let ids = self.ids ?? DockerEventFields(&vocabulary)
        self.ids = ids
        ids.addLegacy(marks, head, into: &batch)
        ids.addAction(marks, into: &batch)
        ids.addNames(head, into: &batch)
    }
}

/// Names of fields that events of an engine get besides those that stand in them.
struct DockerEventFields: Sendable {
    let verb: FieldID
    let command: FieldID
    let action: FieldID
    let type: FieldID
    let actor: FieldID
    let name: FieldID
    let image: FieldID
    let joined: FieldID
    let legacyID: FieldID
    let legacyImage: FieldID
    let containerID: FieldID
    let containerName: FieldID
    let containerImage: FieldID

    init(_ vocabulary: inout Vocabulary) {
        verb = vocabulary.field("Action.Verb")
        command = vocabulary.field("Exec.Command")
        action = vocabulary.field("Action")
        type = vocabulary.field("Type")
        actor = vocabulary.field("Actor.ID")
        name = vocabulary.field("Actor.Attributes.name")
        image = vocabulary.field("Actor.Attributes.image")
        joined = vocabulary.field("Actor.Attributes.container")
        legacyID = vocabulary.field("id")
        legacyImage = vocabulary.field("from")
        containerID = vocabulary.field("ContainerId")
        containerName = vocabulary.field("ContainerName")
        containerImage = vocabulary.field("ContainerImage")
    }

    /// Events of engines before API 1.22 have `status`, `id` and `from` only: all of containers or images.
    func addLegacy(_ marks: FieldMarks, _ head: EventHead, into batch: inout EventBatch) {
        guard marks.kind.slot >= 0, marks.kind.rank > 0 else { return }
        copy(batch.slots[marks.kind.slot], as: action, into: &batch)
        batch.appendText("container".utf8, as: type)
        for index in Int(head.firstSlot)..<batch.slots.count {
            let slot = batch.slots[index]
            if slot.field == legacyID { copy(slot, as: actor, into: &batch) }
            if slot.field == legacyImage { copy(slot, as: image, into: &batch) }
        }
    }

    /// Verb and command of the action.
    func addAction(_ marks: FieldMarks, into batch: inout EventBatch) {
        guard marks.kind.slot >= 0 else { return }
        let action = batch.slots[marks.kind.slot]
        let (colon, isExec) = batch.withBytes(of: action) { (Self.colon(in: $0), Self.isExec($0)) }
        var verb = action
        verb.field = self.verb
        verb.length = UInt32(colon ?? Int(action.length))
        batch.slots.append(verb)
        guard let colon, isExec else { return }
        var command = action
        command.field = self.command
        command.offset += UInt32(colon) + 2
        command.length -= UInt32(colon) + 2
        batch.slots.append(command)
    }

    /// `ContainerId`, `ContainerName` and `ContainerImage`, as all formats call them.
    func addNames(_ head: EventHead, into batch: inout EventBatch) {
        var isContainer = false
        var found: (id: FieldSlot?, name: FieldSlot?, image: FieldSlot?, joined: FieldSlot?)
        for index in Int(head.firstSlot)..<batch.slots.count {
            let slot = batch.slots[index]
            switch slot.field {
            // The first value counts: a label cannot stand before it.
            case type where slot.length == 9:
                isContainer = isContainer || batch.withBytes(of: slot) { Lines.has("container", in: $0, at: 0) }
            case actor: found.id = found.id ?? slot
            case name: found.name = found.name ?? slot
            case image: found.image = found.image ?? slot
            case joined: found.joined = found.joined ?? slot
            default: break
            }
        }
        guard isContainer else {
            if let joined = found.joined { copy(joined, as: containerID, into: &batch) }
            return
        }
        if let id = found.id { copy(id, as: containerID, into: &batch) }
        if let name = found.name { copy(name, as: containerName, into: &batch) }
        if let image = found.image { copy(image, as: containerImage, into: &batch) }
    }

    private func copy(_ slot: FieldSlot, as field: FieldID, into batch: inout EventBatch) {
        var copy = slot
        copy.field = field
        batch.slots.append(copy)
    }

    /// Offset of the first `": "`.
    private static func colon(in action: RawSpan) -> Int? {
        var from = 0
        while let offset = action.firstOffset(of: UInt8(ascii: ":"), from: from) {
            if action.uint8(at: offset + 1) == UInt8(ascii: " ") { return offset }
            from = offset + 1
        }
        return nil
    }

    private static func isExec(_ action: RawSpan) -> Bool {
        // "exec" "_"
        action.uint32(at: 0) == 0x6365_7865 && action.uint8(at: 4) == UInt8(ascii: "_")
    }
}
