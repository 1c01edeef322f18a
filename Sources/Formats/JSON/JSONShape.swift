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
        // A log may begin in the middle of a line, or with a broken one: a few lines are tried. An object of several lines
        // counts at the start only: after other text it may be anything, such as a shell's transcript.
        for line in 0..<16 {
            JSONTape.skipSpace(head, &position)
            if head.uint8(at: position) == UInt8(ascii: "{"), let sample = examineObject(head, position),
                line == 0 || sample.shape == .lines
            {
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
        let wanted = Array(name.description.utf8)
        return member(wanted.span.bytes, of: root, in: text) != nil
    }

    /// Index of the value of the member with this name (written without escapes), or nil. O(members).
    func member(_ name: RawSpan, of root: Int, in text: RawSpan) -> Int? {
        guard root < tokens.count, tokens[root].kind == .object else { return nil }
        var index = root + 1
        while index < Int(tokens[root].next) {
            let key = tokens[index]
            guard key.kind == .key, index + 1 < tokens.count else { return nil }
            if Int(key.length) == name.byteCount,
                text.equals(name, at: Int(key.offset), otherOffset: 0, length: name.byteCount)
            {
                return index + 1
            }
            index = Int(tokens[index + 1].next)
        }
        return nil
    }

    /// Index of the value at a dotted path, whose members may be nested or have dots in their names; nil if there is none.
    func value(at path: String, of root: Int, in text: RawSpan) -> Int? {
        let whole = Array(path.utf8)
        if let found = member(whole.span.bytes, of: root, in: text) { return found }
        var end = whole.count
        while let dot = whole[..<end].lastIndex(of: UInt8(ascii: ".")) {
            let first = Array(whole[..<dot])
            if let inner = member(first.span.bytes, of: root, in: text) {
                return value(at: String(decoding: whole[(dot + 1)...], as: UTF8.self), of: inner, in: text)
            }
            end = dot
        }
        return nil
    }
}
