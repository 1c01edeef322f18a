import Events

/// Alerts of Falco: splits the two ends of a connection in `fd.name` where the rule's output does not name them.
struct FalcoJSON: JSONInterpreter {
    static let map = FieldMap.named("falco")
    private var ids: (name: FieldID, destination: FieldID, connection: ConnectionFields)?

    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let ids =
            self.ids
            ?? (vocabulary.field("fd.name"), vocabulary.field("DestinationIp"), ConnectionFields(&vocabulary))
        self.ids = ids
        var name: FieldSlot?
        for index in Int(head.firstSlot)..<batch.slots.count {
            let slot = batch.slots[index]
            if slot.field == ids.destination { return }
            if slot.field == ids.name, name == nil { name = slot }
        }
        if let name { ids.connection.append(from: name, into: &batch) }
    }
}
