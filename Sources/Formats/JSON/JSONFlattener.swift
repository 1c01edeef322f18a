import Bytes
import Events

/// Turns the tokens of one record into field slots.
///
///     {"a":[1,2],"b":{"c":"x"},"d":[{"e":1},{"e":2}],"f":null}   →   a 1 │ a 2 │ b.c x │ d.e 1 │ d.e 2
///
/// Objects of a list that are a name and a value each (``NamedMembers``) are given under the name:
///
///     "args":[{"name":"fd","type":"int","value":3}]   →   args.fd.type int │ args.fd 3
///
/// Arrays give several values, objects in arrays the same path without an index, `null` and empty containers no field.
struct JSONFlattener: Sendable {
    private var stack: [(node: Int, end: Int, named: Int)] = []

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
        // 1 + the rule that names the members of the object being read; 0 for ordinary objects.
        var named = 0
        var index = root + 1
        var end = Int(tokens[root].next)
        while true {
            while index >= end {
                guard let outer = stack.popLast() else { return }
                (container, end, named) = outer
                node = container
            }
            var token = tokens[index]
            index &+= 1
            if token.kind == .key {
                let key = text.extracting(Int(token.offset)..<Int(token.offset &+ token.length))
                guard index < end else { continue }
                if named > 0, let role = Self.role(of: key, writer.paths.namedMembers[named - 1]) {
                    node = container
                    if role == .key {
                        index = Int(tokens[index].next)
                        continue
                    }
                } else {
                    node = writer.paths.child(
                        of: container, key: key, isEscaped: token.isEscaped, vocabulary: &vocabulary)
                }
                token = tokens[index]
                index &+= 1
            } else {
                node = container
            }
            switch token.kind {
            case .object, .array:
                stack.append((container, end, named))
                container = node
                end = Int(token.next)
                named = 0
                if token.kind == .object, writer.paths.nodes[node].named > 0,
                    let name = Self.name(
                        of: index - 1, tape, text, writer.paths.namedMembers[Int(writer.paths.nodes[node].named) - 1])
                {
                    named = Int(writer.paths.nodes[node].named)
                    let key = text.extracting(Int(name.offset)..<Int(name.offset &+ name.length))
                    container = writer.paths.child(
                        of: node, key: key, isEscaped: name.isEscaped, vocabulary: &vocabulary)
                }
            case .null:
                if writer.paths.nodes[node].keepsNull { writer.add(node, offset: offset, length: 0, into: &batch) }
            case .key:
                break
            case .string, .number, .yes, .no:
                emit(token, node, text, offset, inArena, through: &writer, into: &batch)
            }
        }
    }

    private enum Role { case key, value }

    /// What a member of an object of names and values is; nil for neither.
    private static func role(of key: RawSpan, _ members: NamedMembers) -> Role? {
        func equals(_ name: [UInt8]) -> Bool {
            name.count == key.byteCount && key.equals(name, at: 0, from: 0, length: name.count)
        }
        if equals(members.key) { return .key }
        return members.values.contains(where: equals) ? .value : nil
    }

    /// The token of the name in the object at `root`: a string that is not empty.
    private static func name(
        of root: Int, _ tape: JSONTape, _ text: RawSpan, _ members: NamedMembers
    ) -> JSONTape.Token? {
        guard let index = tape.member(members.key.span.bytes, of: root, in: text), tape.tokens[index].kind == .string,
            tape.tokens[index].length > 0
        else { return nil }
        return tape.tokens[index]
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
