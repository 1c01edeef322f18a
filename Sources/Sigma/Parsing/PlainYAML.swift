/// Reads the YAML that rule files are written in, without a general parser: one document of block maps and lists with plain,
/// quoted and literal scalars. Anything else (several documents, flow style, anchors, tags, folded text, tabs, errors…) is
/// declined, and ``YAMLReader`` lets Yams read it.
///
/// It never guesses: what it accepts it reads exactly as Yams does, marks included (tested over the corpus and mutations).
struct PlainYAML {
    private struct Declined: Error {}

    /// Deepest nesting accepted.
    private static let maximumDepth = 32
    /// Longest key accepted, bytes; YAML allows 1,024 characters.
    private static let maximumKey = 512

    private let bytes: [UInt8]
    private var position = 0
    private var line: Int32 = 1
    private var lineStart = 0

    /// The document, or `nil` when it is declined.
    static func read(_ text: String) -> YAMLNode? {
        var reader = PlainYAML(bytes: Array(text.utf8))
        guard reader.isPlain else { return nil }
        return try? reader.document()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// No control characters but the newline, and none of the Unicode line breaks and specials that YAML treats apart.
    private var isPlain: Bool {
        var previous: UInt8 = 0
        var beforePrevious: UInt8 = 0
        for byte in bytes {
            if byte < 0x20 ? byte != 0x0A : byte == 0x7F { return false }
            if byte & 0xC0 == 0x80 {
                if previous == 0xC2, byte < 0xA0 { return false }
                if beforePrevious == 0xE2, previous == 0x80, byte == 0xA8 || byte == 0xA9 { return false }
                if beforePrevious == 0xEF, previous == 0xBB, byte == 0xBF { return false }
                if beforePrevious == 0xEF, previous == 0xBF, byte >= 0xBE { return false }
            }
            beforePrevious = previous
            previous = byte
        }
        return true
    }

    private mutating func document() throws(Declined) -> YAMLNode {
        guard let indent = nextContent(), indent == 0 else { throw Declined() }
        let node = try mapping(indent: 0, depth: 0)
        guard nextContent() == nil else { throw Declined() }
        return node
    }

    // MARK: - lines

    private func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0x0A }

    private func isBlank(_ index: Int) -> Bool { byte(index) == 0x20 || byte(index) == 0x0A }

    /// 1-based, in scalars.
    private func column(_ index: Int) -> Int32 {
        var column: Int32 = 1
        for place in lineStart..<index where bytes[place] & 0xC0 != 0x80 { column += 1 }
        return column
    }

    /// Moves to the first character of the next line that is neither blank nor a comment; `nil` at the end. The position
    /// must be at the start of a line. Document markers and directives are declined by their first character.
    private mutating func nextContent() -> Int? {
        while position < bytes.count {
            lineStart = position
            var index = position
            while byte(index) == 0x20, index < bytes.count { index += 1 }
            if index < bytes.count, bytes[index] != 0x0A, bytes[index] != UInt8(ascii: "#") {
                position = index
                return index - lineStart
            }
            skipLine(from: index)
        }
        return nil
    }

    /// The indentation of the next line with content, without moving.
    private func peekContent() -> (indent: Int, isEntry: Bool)? {
        var copy = self
        guard let indent = copy.nextContent() else { return nil }
        return (indent, copy.byte(copy.position) == UInt8(ascii: "-") && copy.isBlank(copy.position + 1))
    }

    private mutating func skipLine(from index: Int) {
        var index = index
        while index < bytes.count, bytes[index] != 0x0A { index += 1 }
        position = min(index + 1, bytes.count)
        line += 1
    }

    /// Behind a value: only spaces and a comment may follow.
    private mutating func endLine(from index: Int) throws(Declined) {
        var end = index
        while end < bytes.count, bytes[end] == 0x20 { end += 1 }
        if end < bytes.count, bytes[end] != 0x0A {
            guard bytes[end] == UInt8(ascii: "#"), end > index else { throw Declined() }
        }
        skipLine(from: end)
    }

    // MARK: - collections

    /// The position is at the first key, whose column is `indent`.
    private mutating func mapping(indent: Int, depth: Int) throws(Declined) -> YAMLNode {
        guard depth < Self.maximumDepth else { throw Declined() }
        var node = YAMLNode(value: .mapping([]), line: line, column: column(position))
        var pairs: [YAMLPair] = []
        while true {
            let place = (line: line, column: column(position))
            let key = try key()
            guard !pairs.contains(where: { $0.key == key }), pairs.count < 256 else { throw Declined() }
            let value = try value(indent: indent, depth: depth)
            pairs.append(YAMLPair(key: key, line: place.line, column: place.column, value: value))
            guard let next = peekContent(), next.indent >= indent else { break }
            guard next.indent == indent, nextContent() != nil else { throw Declined() }
        }
        node.value = .mapping(pairs)
        return node
    }

    /// The position is at the first `-`, whose column is `indent`.
    private mutating func sequence(indent: Int, parent: Int, depth: Int) throws(Declined) -> YAMLNode {
        guard depth < Self.maximumDepth else { throw Declined() }
        var node = YAMLNode(value: .sequence([]), line: line, column: column(position))
        var items: [YAMLNode] = []
        while true {
            position += 1
            while byte(position) == 0x20, position < bytes.count { position += 1 }
            guard byte(position) != 0x0A, byte(position) != UInt8(ascii: "#") else { throw Declined() }
            if isKey(position) {
                items.append(try mapping(indent: position - lineStart, depth: depth + 1))
            } else {
                items.append(try scalar(indent: indent))
            }
            guard let next = peekContent(), next.indent >= indent else { break }
            guard next.indent == indent else { throw Declined() }
            guard next.isEntry else {
                guard indent == parent else { throw Declined() }
                break
            }
            guard nextContent() != nil else { throw Declined() }
        }
        node.value = .sequence(items)
        return node
    }

    /// What stands behind `key:`; `indent` is the column of the key.
    private mutating func value(indent: Int, depth: Int) throws(Declined) -> YAMLNode {
        while byte(position) == 0x20, position < bytes.count { position += 1 }
        let isComment = byte(position) == UInt8(ascii: "#") && byte(position - 1) == 0x20
        guard byte(position) == 0x0A || isComment else { return try scalar(indent: indent) }
        skipLine(from: position)
        guard let next = peekContent() else { throw Declined() }
        if next.isEntry, next.indent >= indent, nextContent() != nil {
            return try sequence(indent: next.indent, parent: indent, depth: depth + 1)
        }
        guard next.indent > indent, nextContent() != nil, isKey(position) else { throw Declined() }
        return try mapping(indent: next.indent, depth: depth + 1)
    }

    // MARK: - keys

    /// Whether a `key:` starts here: a quoted one, or text with `: ` before the end of the line or a comment.
    private func isKey(_ start: Int) -> Bool {
        var index = start
        if byte(index) == UInt8(ascii: "'") || byte(index) == UInt8(ascii: "\"") {
            var copy = self
            copy.position = start
            guard (try? copy.quoted()) != nil else { return false }
            return copy.byte(copy.position) == UInt8(ascii: ":")
        }
        while byte(index) != 0x0A {
            if bytes[index] == UInt8(ascii: ":"), isBlank(index + 1) { return true }
            if bytes[index] == UInt8(ascii: "#"), index > start, bytes[index - 1] == 0x20 { return false }
            index += 1
        }
        return false
    }

    /// Reads a key and its colon.
    private mutating func key() throws(Declined) -> String {
        let start = position
        let key: String
        if byte(start) == UInt8(ascii: "'") || byte(start) == UInt8(ascii: "\"") {
            key = try quoted()
        } else {
            guard isKeyByte(byte(start)), byte(start) != 0x20, !Self.isSpecialKeyStart(byte(start)) else {
                throw Declined()
            }
            while isKeyByte(byte(position)) { position += 1 }
            guard bytes[position - 1] != 0x20 else { throw Declined() }
            key = String(decoding: bytes[start..<position], as: UTF8.self)
        }
        guard byte(position) == UInt8(ascii: ":"), position < bytes.count, isBlank(position + 1),
            position - start <= Self.maximumKey
        else { throw Declined() }
        position += 1
        return key
    }

    private func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "|"), UInt8(ascii: "."),
            UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "$"), 0x20:
            true
        default: false
        }
    }

    private static func isSpecialKeyStart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "|") || byte == UInt8(ascii: "-")
    }
}

// MARK: - scalars

extension PlainYAML {
    /// A scalar inside a map or list whose column is `indent`, to the end of its last line.
    private mutating func scalar(indent: Int) throws(Declined) -> YAMLNode {
        let place = (line: line, column: column(position))
        let scalar: YAMLScalar
        switch byte(position) {
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            scalar = YAMLScalar(text: try quoted(), plain: false)
            try endLine(from: position)
        case UInt8(ascii: "|"):
            scalar = YAMLScalar(text: try literal(indent: indent), plain: false)
        default:
            scalar = YAMLScalar(text: try plain(), plain: true)
            // A line that is indented deeper would continue the scalar.
            if let next = peekContent(), next.indent > indent { throw Declined() }
        }
        return YAMLNode(value: .scalar(scalar), line: place.line, column: place.column)
    }

    private mutating func plain() throws(Declined) -> String {
        let start = position
        switch byte(start) {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "."),
            UInt8(ascii: "\\"), UInt8(ascii: "("), UInt8(ascii: "$"), UInt8(ascii: "+"), UInt8(ascii: "~"), 0x80...0xFF:
            break
        case UInt8(ascii: "-"):
            guard !isBlank(start + 1) else { throw Declined() }
        default: throw Declined()
        }
        if start == lineStart, bytes[start...].starts(with: Array("---".utf8)) { throw Declined() }
        var index = start
        var end = start
        while byte(index) != 0x0A {
            let byte = bytes[index]
            if byte == UInt8(ascii: "#"), bytes[index - 1] == 0x20 { break }
            if byte == UInt8(ascii: ":"), isBlank(index + 1) { throw Declined() }
            index += 1
            if byte != 0x20 { end = index }
        }
        try endLine(from: end)
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// A quoted scalar of one line; the position is then behind the closing quote.
    private mutating func quoted() throws(Declined) -> String {
        let quote = byte(position)
        position += 1
        let start = position
        var index = start
        while byte(index) != quote {
            guard byte(index) != 0x0A else { throw Declined() }
            if byte(index) == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") { return try escaped(from: start) }
            index += 1
        }
        if quote == UInt8(ascii: "'"), byte(index + 1) == quote { return try doubled(from: start) }
        position = index + 1
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// A single-quoted scalar in which quotes are doubled.
    private mutating func doubled(from start: Int) throws(Declined) -> String {
        var out: [UInt8] = []
        var index = start
        while true {
            let byte = byte(index)
            guard byte != 0x0A else { throw Declined() }
            if byte == UInt8(ascii: "'") {
                guard self.byte(index + 1) == byte else { break }
                index += 1
            }
            out.append(byte)
            index += 1
        }
        position = index + 1
        return String(decoding: out, as: UTF8.self)
    }

    /// A double-quoted scalar with the common escapes.
    private mutating func escaped(from start: Int) throws(Declined) -> String {
        var out: [UInt8] = []
        var index = start
        while byte(index) != UInt8(ascii: "\"") {
            let byte = byte(index)
            guard byte != 0x0A else { throw Declined() }
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            switch self.byte(index) {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "/"): out.append(bytes[index])
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "r"): out.append(0x0D)
            default: throw Declined()
            }
            index += 1
        }
        position = index + 1
        return String(decoding: out, as: UTF8.self)
    }

    /// `|` or `|-` and the lines below it that are indented deeper than `indent`.
    private mutating func literal(indent: Int) throws(Declined) -> String {
        let strips = byte(position + 1) == UInt8(ascii: "-")
        position += strips ? 2 : 1
        guard byte(position) == 0x0A, position < bytes.count else { throw Declined() }
        skipLine(from: position)
        var width = position
        while byte(width) == 0x20, width < bytes.count { width += 1 }
        let inner = width - position
        guard inner > indent, byte(width) != 0x0A else { throw Declined() }
        var out: [UInt8] = []
        var emptyLines = 0
        while position < bytes.count {
            var index = position
            while index < bytes.count, bytes[index] == 0x20, index - position < inner { index += 1 }
            if byte(index) == 0x0A {
                emptyLines += 1
            } else {
                guard index - position == inner else { break }
                var end = index
                while byte(end) != 0x0A { end += 1 }
                if !out.isEmpty { out.append(0x0A) }
                out.append(contentsOf: repeatElement(0x0A, count: emptyLines))
                out.append(contentsOf: bytes[index..<end])
                emptyLines = 0
                index = end
            }
            guard index < bytes.count else {
                position = bytes.count
                guard strips || emptyLines > 0 else { throw Declined() }
                break
            }
            position = index + 1
            line += 1
        }
        if !strips { out.append(0x0A) }
        return String(decoding: out, as: UTF8.self)
    }
}
