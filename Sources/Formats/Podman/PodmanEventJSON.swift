import Bytes
import Events

/// Podman's verbs in the words of Docker (`translations` of the field map `podman-events`).
struct PodmanVerbs: Sendable {
    private let table: [(podman: [UInt8], docker: [UInt8])]

    init() {
        table = (FieldMap.named("podman-events").translations["Status"] ?? [:]).sorted { $0.key < $1.key }
            .map { (Array($0.key.utf8), Array($0.value.utf8)) }
    }

    /// What Docker calls it, or nil when it uses the same word or knows no such thing.
    func docker(_ verb: RawSpan) -> [UInt8]? {
        table.first { entry in
            entry.podman.count == verb.byteCount
                && verb.equals(entry.podman, at: 0, from: 0, length: entry.podman.count)
        }?.docker
    }
}

/// Events of Podman (`podman events --format json`, or the file of its `file` logger): its names are mapped to those of
/// Docker, its verbs translated.
struct PodmanEventJSON: JSONInterpreter {
    static let map = FieldMap.named("podman-events")
    private let verbs = PodmanVerbs()
    private var ids: DockerEventFields?

    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let ids = self.ids ?? DockerEventFields(&vocabulary)
        self.ids = ids
        if marks.kind.slot >= 0 {
            let status = batch.slots[marks.kind.slot]
            var slot = status
            if let verb = batch.withBytes(of: status, { verbs.docker($0) }) {
                slot.offset = UInt32(truncatingIfNeeded: batch.arena.count)
                slot.length = UInt32(truncatingIfNeeded: verb.count)
                slot.inArena = true
                batch.arena.append(contentsOf: verb)
            }
            slot.field = ids.action
            batch.slots.append(slot)
            slot.field = ids.verb
            batch.slots.append(slot)
        }
        ids.addNames(head, into: &batch)
    }
}
