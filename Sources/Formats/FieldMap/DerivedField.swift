import Bytes
import Events

/// A further name whose value is made of several members.
struct DerivedField: Sendable, Equatable {
    /// The further name.
    var name: String
    /// Paths of the members, in order.
    var parts: [String]
    /// Whether the values of all members are joined by spaces (`binary` and `arguments`, or the elements of `argv`);
    /// otherwise the first member that has a value (shaped by ``ValueShape``, not empty) gives it.
    var joins: Bool
}

/// Two members of the objects of a list, of which one is the name and another the value.
///
///     "args": [{"name": "pathname", "type": "string", "value": "/etc"}]   →   args.pathname /etc │ args.pathname.type string
struct NamedMembers: Sendable, Equatable {
    /// The member that is the name.
    var key: [UInt8]
    /// The members that may hold the value.
    var values: [[UInt8]]
}

/// A text that is appended to the name of a kind when a member's text holds a word (`O_CREAT` → `+write`).
struct KindSuffix: Sendable, Equatable {
    /// What the member's text must hold.
    var word: [UInt8]
    /// What is appended.
    var suffix: [UInt8]

    /// Whether `text` holds the word. O(length).
    func holds(_ text: RawSpan) -> Bool {
        guard let first = word.first else { return false }
        var from = 0
        while let start = text.firstOffset(of: first, from: from) {
            if text.equals(word.span.bytes, at: start, otherOffset: 0, length: word.count) { return true }
            from = start + 1
        }
        return false
    }
}

/// Makes the derived fields of a map, event by event.
struct DerivedFields: Sendable {
    /// Most members that take part in derived fields of one map.
    static let partLimit = 32

    private struct Rule: Sendable {
        let name: String
        let joins: Bool
        /// Bits of its parts: a range of all parts.
        let parts: Range<Int>
        let mask: UInt32
        var field: FieldID?
    }

    private var rules: [Rule] = []
    private var bitsOfPath: [String: UInt32] = [:]
    /// By field number, the bits of the parts that the field is.
    private var bits: [UInt32] = []
    private var found: [(slot: Int, bits: UInt32)] = []

    init(map: FieldMap) {
        var count = 0
        for derived in map.derived {
            let parts = count..<(count + derived.parts.count)
            var mask: UInt32 = 0
            for (index, path) in derived.parts.enumerated() {
                bitsOfPath[path, default: 0] |= 1 << UInt32(count + index)
                mask |= 1 << UInt32(count + index)
            }
            rules.append(Rule(name: derived.name, joins: derived.joins, parts: parts, mask: mask))
            count = parts.upperBound
        }
    }

    /// Whether there are none.
    var isEmpty: Bool { rules.isEmpty }

    /// Appends the derived fields of the event whose slots begin at `firstSlot` and are the last of the batch.
    mutating func append(
        firstSlot: Int, shapes: inout ValueShapes, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        while bits.count < vocabulary.fieldNames.count {
            bits.append(bitsOfPath[vocabulary.fieldNames[bits.count]] ?? 0)
        }
        found.removeAll(keepingCapacity: true)
        var seen: UInt32 = 0
        for index in firstSlot..<batch.slots.count {
            let mask = bits[Int(batch.slots[index].field.index)]
            guard mask != 0 else { continue }
            found.append((index, mask))
            seen |= mask
        }
        guard seen != 0 else { return }
        for index in rules.indices where rules[index].mask & seen != 0 {
            let rule = rules[index]
            guard
                var slot = rule.joins
                    ? joined(rule, in: &batch) : first(rule, shapes: &shapes, in: &batch, vocabulary: vocabulary)
            else { continue }
            let field = rule.field ?? vocabulary.field(rule.name)
            rules[index].field = field
            slot.field = field
            batch.slots.append(slot)
        }
    }

    /// The values of all parts with spaces between; the one value itself when there is only one.
    private func joined(_ rule: Rule, in batch: inout EventBatch) -> FieldSlot? {
        var only: FieldSlot?
        var start: Int?
        for part in rule.parts {
            for (slot, mask) in found where mask >> UInt32(part) & 1 != 0 && batch.slots[slot].length > 0 {
                guard let known = only else {
                    only = batch.slots[slot]
                    continue
                }
                if start == nil {
                    start = batch.arena.count
                    batch.appendToArena(known)
                }
                batch.arena.append(UInt8(ascii: " "))
                batch.appendToArena(batch.slots[slot])
            }
        }
        guard let start, var slot = only else { return only }
        slot.offset = UInt32(truncatingIfNeeded: start)
        slot.length = UInt32(truncatingIfNeeded: batch.arena.count - start)
        slot.inArena = true
        return slot
    }

    private func first(
        _ rule: Rule, shapes: inout ValueShapes, in batch: inout EventBatch, vocabulary: borrowing Vocabulary
    ) -> FieldSlot? {
        for part in rule.parts {
            for (index, mask) in found where mask >> UInt32(part) & 1 != 0 {
                let slot = batch.slots[index]
                if let shaped = shapes.shaped(slot, in: &batch, vocabulary), shaped.length > 0 { return shaped }
            }
        }
        return nil
    }
}

extension EventBatch {
    /// Appends the bytes of a value to the arena.
    mutating func appendToArena(_ slot: FieldSlot) {
        guard slot.inArena else {
            let storage = base
            if let bytes = storage.bytes.slice(at: Int(slot.offset), length: Int(slot.length)) { arena.append(bytes) }
            return
        }
        let start = Int(slot.offset)
        guard start <= arena.count - Int(slot.length) else { return }
        // A copy of the piece: a slice would share the arena's memory and make the append copy all of it.
        let piece = Array(arena[start..<(start + Int(slot.length))])
        arena.append(contentsOf: piece)
    }
}
