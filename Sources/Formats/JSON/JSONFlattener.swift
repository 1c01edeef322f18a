import Bytes
import Events

/// Turns the tokens of one record into field slots.
///
///     {"a":[1,2],"b":{"c":"x"},"d":[{"e":1},{"e":2}],"f":null}   →   a 1 │ a 2 │ b.c x │ d.e 1 │ d.e 2
///
/// Arrays give several values, objects in arrays the same path without an index, `null` and empty containers no field.
struct JSONFlattener: Sendable {
    /// Most slots of one event; further values are counted as a defect.
    static let slotLimit = 1 << 16

    private var paths: JSONFieldPaths
    private var stack: [(node: Int, end: Int)] = []

    /// A flattener whose names have the meaning of `dialect`.
    init(dialect: JSONDialect) { paths = JSONFieldPaths(dialect: dialect) }

    /// Appends the fields of the object at `root` of the tape.
    ///
    /// - Parameters:
    ///   - text: What the tape was scanned from.
    ///   - offset: Where `text` begins in the batch's base.
    /// - Returns: the marks, and whether all values fitted.
    mutating func flatten(
        _ tape: JSONTape, root: Int, text: RawSpan, offset: Int, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) -> (marks: JSONMarks, isComplete: Bool) {
        paths.beginRecord()
        stack.removeAll(keepingCapacity: true)
        var marks = JSONMarks()
        let tokens = tape.tokens
        let limit = batch.slots.count + Self.slotLimit
        var node = JSONFieldPaths.root
        var container = JSONFieldPaths.root
        var index = root + 1
        var end = Int(tokens[root].next)
        while true {
            while index >= end {
                guard let outer = stack.popLast() else { return (marks, true) }
                (container, end) = outer
                node = container
            }
            var token = tokens[index]
            index &+= 1
            if token.kind == .key {
                let key = text.extracting(Int(token.offset)..<Int(token.offset &+ token.length))
                node = paths.child(of: container, key: key, isEscaped: token.isEscaped, vocabulary: &vocabulary)
                guard index < end else { continue }
                token = tokens[index]
                index &+= 1
            } else {
                node = container
            }
            switch token.kind {
            case .object, .array:
                stack.append((container, end))
                container = node
                end = Int(token.next)
            case .null, .key:
                break
            case .string, .number, .yes, .no:
                guard batch.slots.count < limit else { return (marks, false) }
                emit(token, node, text, offset, &batch, &marks)
            }
        }
    }

    @inline(__always)
    private func emit(
        _ token: JSONTape.Token, _ index: Int, _ text: RawSpan, _ base: Int, _ batch: inout EventBatch,
        _ marks: inout JSONMarks
    ) {
        let node = paths.nodes[index]
        guard let field = node.field else { return }
        var slot = FieldSlot(
            field: field, offset: UInt32(truncatingIfNeeded: base &+ Int(token.offset)), length: token.length,
            encoding: .utf8, inArena: false)
        if token.isEscaped {
            let start = batch.arena.count
            if let inside = text.slice(at: Int(token.offset), length: Int(token.length)) {
                JSONEscapes.appendUnescaped(inside, to: &batch.arena)
            }
            slot.offset = UInt32(truncatingIfNeeded: start)
            slot.length = UInt32(truncatingIfNeeded: batch.arena.count &- start)
            slot.inArena = true
        }
        let first = batch.slots.count
        batch.slots.append(slot)
        if let alias = node.alias { emitAlias(of: slot, alias, node, &batch) }
        if node.role.part != .none { mark(node.role, first, &marks) }
    }

    private func emitAlias(
        of slot: FieldSlot, _ alias: FieldID, _ node: JSONFieldPaths.Node, _ batch: inout EventBatch
    ) {
        var flat = slot
        if node.bracesGUIDs, slot.length == 36, let braced = batch.withBytes(of: slot, GUIDText.braced) {
            flat.offset = UInt32(truncatingIfNeeded: batch.arena.count)
            flat.length = UInt32(truncatingIfNeeded: braced.count)
            flat.inArena = true
            batch.arena.append(contentsOf: braced)
        }
        flat.field = alias
        batch.slots.append(flat)
        guard let spaceless = node.spaceless else { return }
        flat.field = spaceless
        batch.slots.append(flat)
    }

    private func mark(_ role: JSONRole, _ slot: Int, _ marks: inout JSONMarks) {
        switch role.part {
        case .none: break
        case .time:
            let rank = Int(role.rank)
            if marks.times[rank] < 0 { marks.times[rank] = Int32(truncatingIfNeeded: slot) }
        case .channel: marks.channel.take(slot, rank: role.rank)
        case .eventID: marks.eventID.take(slot, rank: role.rank)
        case .provider: marks.provider.take(slot, rank: role.rank)
        case .host: marks.host.take(slot, rank: role.rank)
        case .recordID: marks.recordID.take(slot, rank: role.rank)
        case .action: marks.action.take(slot, rank: role.rank)
        }
    }
}
