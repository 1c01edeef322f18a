import Bytes
import Events

/// Adds to a Windows event the fields that its payload holds in a form of its own: JSON of the Host Compute Service,
/// `key=value` texts of dockerd and PowerShell.
///
/// Called for every event of every format after its fields are written. What is to be done is decided once per origin, so
/// other events cost one look into an array.
struct WindowsPayload: Sendable {
    /// Most fields that one payload adds.
    static let fieldLimit = 1024
    /// Longest payload in bytes that is looked into.
    static let textLimit = 1 << 20

    private enum Plan: UInt8, Sendable {
        case unknown, nothing, some
    }

    private let table = WindowsPayloadTable.standard
    private var plans: [Plan] = []
    var tape = JSONTape()

    init() {}

    /// Appends further fields to the event whose slots are the last of the batch.
    @inline(__always)
    mutating func complete(_ head: EventHead, in batch: inout EventBatch, vocabulary: inout Vocabulary) {
        let index = Int(head.origin.index)
        if index < plans.count, plans[index] == .nothing { return }
        add(head, in: &batch, vocabulary: &vocabulary)
    }

    @inline(never)
    private mutating func add(_ head: EventHead, in batch: inout EventBatch, vocabulary: inout Vocabulary) {
        let origin = vocabulary.origins[Int(head.origin.index)]
        guard let index = table.entry(for: origin) else { return note(.nothing, head.origin) }
        note(.some, head.origin)
        let entry = table.entries[index]
        var event = PayloadEvent(first: Int(head.firstSlot), end: batch.slots.count, origin: origin)
        switch entry.form {
        case .computeSystem: addComputeSystem(entry, &event, in: &batch, vocabulary: &vocabulary)
        case .engine: addEngine(entry, &event, in: &batch, vocabulary: &vocabulary)
        case .labels: addLabels(entry, &event, in: &batch, vocabulary: &vocabulary)
        case .lines: addLines(entry, &event, in: &batch, vocabulary: &vocabulary)
        }
    }

    private mutating func note(_ plan: Plan, _ origin: OriginID) {
        while plans.count <= Int(origin.index) { plans.append(.unknown) }
        plans[Int(origin.index)] = plan
    }
}

/// The event that a payload belongs to, and how many fields it has got.
struct PayloadEvent {
    /// Its slots, without those that are added.
    let first: Int
    let end: Int
    let origin: Origin
    private(set) var added = 0

    init(first: Int, end: Int, origin: Origin) {
        (self.first, self.end, self.origin) = (first, end, origin)
    }

    /// The text of the first field with one of these names; nil where none has a text.
    func text(of names: [String], in batch: EventBatch, _ vocabulary: Vocabulary) -> [UInt8]? {
        for name in names {
            if let text = texts(of: name, in: batch, vocabulary).first(where: { !$0.isEmpty }) { return text }
        }
        return nil
    }

    /// The texts of the fields with a name.
    func texts(of name: String, in batch: EventBatch, _ vocabulary: Vocabulary) -> [[UInt8]] {
        guard let field = vocabulary.knownField(name) else { return [] }
        return (first..<end).filter { batch.slots[$0].field == field }.compactMap { text(of: $0, in: batch) }
    }

    /// The text in a slot; nil when it is too long to be looked into.
    func text(of slot: Int, in batch: EventBatch) -> [UInt8]? {
        guard batch.slots[slot].length <= WindowsPayload.textLimit else { return nil }
        var text: [UInt8] = []
        batch.appendText(of: batch.slots[slot], to: &text)
        return text
    }

    /// Appends a field.
    mutating func add(
        _ name: String, _ text: some Sequence<UInt8>, to batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        guard added < WindowsPayload.fieldLimit else { return }
        added += 1
        batch.appendText(text, as: vocabulary.field(name))
    }

    /// Whether a text is a container's id: 64 hex digits.
    static func isContainerID(_ text: some Collection<UInt8>) -> Bool {
        text.count == 64 && text.allSatisfy { $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 6 }
    }
}
