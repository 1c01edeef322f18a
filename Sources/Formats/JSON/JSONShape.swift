import Bytes

/// How a file of JSON is laid out, told from its first bytes.
enum JSONShape: Equatable {
    /// One object a line.
    case lines
    /// An array, a pretty-printed object, or several of them.
    case document

    /// Length of a UTF-8 byte order mark at the start: 3 or 0.
    static func lengthOfMark(_ bytes: RawSpan) -> Int {
        bytes.uint16(at: 0) == 0xBBEF && bytes.uint8(at: 2) == 0xBF ? 3 : 0
    }

    /// What was seen of a file.
    struct Sample {
        /// How it is laid out.
        let shape: JSONShape
        /// The tape of the first object, as far as the head shows it.
        let tape: JSONTape
        /// Index of that object on the tape.
        let root: Int
        /// Whether an object was read to its end.
        let isWhole: Bool
    }

    /// Looks for the first readable object. `nil`: this is not JSON.
    static func examine(_ head: RawSpan) -> Sample? {
        var position = lengthOfMark(head)
        JSONTape.skipSpace(head, &position)
        guard let first = head.uint8(at: position) else { return nil }
        if first == UInt8(ascii: "[") { return examineArray(head, position) }
        // A log may begin in the middle of a line, or with a broken one: a few lines are tried.
        for _ in 0..<16 {
            JSONTape.skipSpace(head, &position)
            if head.uint8(at: position) == UInt8(ascii: "{"), let sample = examineObject(head, position) {
                return sample
            }
            guard let newline = head.firstOffset(of: 0x0A, from: position) else { return nil }
            position = newline + 1
        }
        return nil
    }

    private static func examineObject(_ head: RawSpan, _ start: Int) -> Sample? {
        var tape = JSONTape()
        let newline = head.firstOffset(of: 0x0A, from: start) ?? head.byteCount
        do {
            let end = try tape.scan(head, from: start)
            return Sample(shape: end <= newline ? .lines : .document, tape: tape, root: 0, isWhole: true)
        } catch {
            // The head ends inside the object: that is no fault of the object's.
            guard error.code == .truncated, tape.tokens.count > 1 else { return nil }
            return Sample(
                shape: newline == head.byteCount ? .lines : .document, tape: tape, root: 0, isWhole: false)
        }
    }

    private static func examineArray(_ head: RawSpan, _ start: Int) -> Sample? {
        var position = start
        while let byte = head.uint8(at: position), byte == UInt8(ascii: "[") {
            position += 1
            JSONTape.skipSpace(head, &position)
        }
        var tape = JSONTape()
        guard head.uint8(at: position) == UInt8(ascii: "{") else {
            // `[]` holds nothing, but it is JSON; an array of anything else is no log.
            guard head.uint8(at: position) == UInt8(ascii: "]") else { return nil }
            return Sample(shape: .document, tape: tape, root: 0, isWhole: false)
        }
        var isWhole = true
        do {
            _ = try tape.scan(head, from: position)
        } catch {
            guard error.code == .truncated else { return nil }
            isWhole = false
        }
        return Sample(shape: .document, tape: tape, root: 0, isWhole: isWhole)
    }

    /// Where to go on after the record at `start` turned out broken: the next `{` that begins a line with the same indent.
    static func nextRecord(_ bytes: RawSpan, after start: Int) -> Int? {
        var indent = 0
        while indent < start, bytes.uint8(at: start - indent - 1) == 0x20 { indent += 1 }
        if start - indent > 0, bytes.uint8(at: start - indent - 1) != 0x0A { indent = 0 }
        var position = start
        while let newline = bytes.firstOffset(of: 0x0A, from: position) {
            position = newline + 1
            var candidate = position
            while candidate - position < indent, bytes.uint8(at: candidate) == 0x20 { candidate += 1 }
            if candidate - position == indent, bytes.uint8(at: candidate) == UInt8(ascii: "{") { return candidate }
        }
        return nil
    }
}

extension JSONTape {
    /// Whether the object at `root` has members with these names. O(members).
    func object(at root: Int, in text: RawSpan, hasMembers names: [StaticString]) -> Bool {
        names.allSatisfy { hasMember($0, of: root, in: text) }
    }

    /// Whether the object at `root` has a member of this name (one written without escapes).
    func hasMember(_ name: StaticString, of root: Int, in text: RawSpan) -> Bool {
        guard root < tokens.count, tokens[root].kind == .object else { return false }
        let wanted = Array(name.description.utf8)
        var index = root + 1
        while index < Int(tokens[root].next) {
            let key = tokens[index]
            guard key.kind == .key else { return false }
            if Int(key.length) == wanted.count,
                text.equals(wanted.span.bytes, at: Int(key.offset), otherOffset: 0, length: wanted.count)
            {
                return true
            }
            guard index + 1 < tokens.count else { return false }
            index = Int(tokens[index + 1].next)
        }
        return false
    }
}
