import Bytes
import Events

/// Events of the Docker Engine: splits the action into verb and command.
///
///     "exec_create: /bin/sh -c echo a: b"   →   Action.Verb exec_create │ Exec.Command /bin/sh -c echo a: b
struct DockerEventJSON: JSONInterpreter {
    static let map = FieldMap.named("docker-events")
    private var ids: (verb: FieldID, command: FieldID)?

    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let ids = self.ids ?? (vocabulary.field("Action.Verb"), vocabulary.field("Exec.Command"))
        self.ids = ids
        guard marks.kind.slot >= 0 else { return }
        let action = batch.slots[marks.kind.slot]
        let (colon, isExec) = batch.withBytes(of: action) { (Self.colon(in: $0), Self.isExec($0)) }
        var verb = action
        verb.field = ids.verb
        verb.length = UInt32(colon ?? Int(action.length))
        batch.slots.append(verb)
        guard let colon, isExec else { return }
        var command = action
        command.field = ids.command
        command.offset += UInt32(colon) + 2
        command.length -= UInt32(colon) + 2
        batch.slots.append(command)
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
