import Bytes
import EVTX
import Events

/// What to do for each record of one template: its fields as ids and places, so that a record costs a loop over entries.
struct EVTXPlan {
    /// Where a value comes from.
    enum Source {
        /// A value slot of the instance.
        case slot
        /// The same text in every record.
        case literal
        /// Several pieces, put together by the library.
        case pieces
    }

    /// One field.
    struct Entry {
        let field: FieldID
        /// Value slot; -1 unless ``source`` is `.slot`.
        let slot: Int32
        /// Index in the template's fields.
        let index: Int32
        let source: Source
        let system: EVTXSystemField
        let isAbsentWhenNull: Bool
        /// An attribute shows an array as one text.
        let isAttribute: Bool
    }

    let entries: [Entry]
    /// Literals in the order of ``entries``, where ``Entry/source`` says so; empty otherwise.
    let literals: [[UInt8]]
    /// Where each literal was put in the arena of the batch with number ``stamp``.
    var literalOffsets: [UInt32]
    /// The decode call that ``literalOffsets`` is valid for.
    var stamp: UInt64 = 0

    /// Interns the names of a template.
    init(_ template: EVTXTemplate, vocabulary: inout Vocabulary) {
        var entries: [Entry] = []
        var literals: [[UInt8]] = []
        for (index, field) in template.fields.enumerated() {
            var literal: [UInt8] = []
            let source: Source
            switch field.content {
            case .slot: source = .slot
            case .literal(let text):
                source = .literal
                literal = text
            case .pieces: source = .pieces
            }
            entries.append(
                Entry(
                    field: vocabulary.field(field.name), slot: Int32(clamping: field.slot),
                    index: Int32(clamping: index),
                    source: source, system: field.system, isAbsentWhenNull: field.isAbsentWhenNull,
                    isAttribute: field.isAttribute))
            literals.append(literal)
        }
        self.entries = entries
        self.literals = literals
        literalOffsets = [UInt32](repeating: 0, count: literals.count)
    }
}
