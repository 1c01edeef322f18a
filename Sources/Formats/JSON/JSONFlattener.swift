import Bytes
import Events

/// Turns the tokens of one record into field slots.
///
///     {"a":[1,2],"b":{"c":"x"},"d":[{"e":1},{"e":2}],"f":null}   →   a 1 │ a 2 │ b.c x │ d.e 1 │ d.e 2
///
/// Arrays give several values, objects in arrays the same path without an index, `null` and empty containers no field.
struct JSONFlattener: Sendable {
    private var stack: [(node: Int, end: Int)] = []

    /// Appends the fields of the object at `root` of the tape through `writer`.
    ///
    /// - Parameters:
    ///   - text: What the tape was scanned from.
    ///   - offset: Where `text` begins in the batch's base, or in its arena.
    ///   - inArena: Whether a copy of `text` lies in the arena, not `text` itself in the base.
    ///   - parent: The node that the members belong to.
    mutating func flatten(
        _ tape: JSONTape, root: Int, text: RawSpan, offset: Int, inArena: Bool = false,
        parent: Int = FieldPaths.root, through writer: inout FieldWriter, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        stack.removeAll(keepingCapacity: true)
        let tokens = tape.tokens
        var node = parent
        var container = parent
        var index = root + 1
        var end = Int(tokens[root].next)
        while true {
            while index >= end {
                guard let outer = stack.popLast() else { return }
                (container, end) = outer
                node = container
            }
            var token = tokens[index]
            index &+= 1
            if token.kind == .key {
                let key = text.extracting(Int(token.offset)..<Int(token.offset &+ token.length))
                node = writer.paths.child(of: container, key: key, isEscaped: token.isEscaped, vocabulary: &vocabulary)
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
            case .null:
                if writer.paths.nodes[node].keepsNull { writer.add(node, offset: offset, length: 0, into: &batch) }
            case .key:
                break
            case .string, .number, .yes, .no:
                emit(token, node, text, offset, inArena, through: &writer, into: &batch)
            }
        }
    }

    @inline(__always)
    private func emit(
        _ token: JSONTape.Token, _ node: Int, _ text: RawSpan, _ base: Int, _ inArena: Bool,
        through writer: inout FieldWriter, into batch: inout EventBatch
    ) {
        guard token.isEscaped else {
            let offset = base &+ Int(token.offset)
            return writer.add(node, offset: offset, length: Int(token.length), inArena: inArena, into: &batch)
        }
        let start = batch.arena.count
        if let inside = text.slice(at: Int(token.offset), length: Int(token.length)) {
            JSONEscapes.appendUnescaped(inside, to: &batch.arena)
        }
        writer.add(node, arenaFrom: start, into: &batch)
    }
}
