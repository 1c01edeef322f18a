/// A line for a terminal: pieces of text, each with its ink. Its width is that of the text alone.
public struct StyledLine: Sendable {
    /// The pieces, in order. Text in here must be safe already.
    public private(set) var pieces: [(text: String, ink: Ink)] = []

    /// An empty line.
    public init() {}

    /// A line of one piece.
    public init(_ text: String, _ ink: Ink = .plain) { pieces = [(text, ink)] }

    /// Columns.
    public var width: Int { pieces.reduce(0) { $0 + DisplayWidth.of($1.text) } }

    /// Adds a piece.
    public mutating func append(_ text: String, _ ink: Ink = .plain) { pieces.append((text, ink)) }

    /// Adds a line's pieces.
    public mutating func append(_ line: StyledLine) { pieces += line.pieces }

    /// The line with its escape sequences, without trailing spaces.
    public func rendered(_ style: TerminalStyle) -> String {
        var text = pieces.map { style.paint($0.text, $0.ink) }.joined()
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// Breaks text into lines.
public enum TextLayout {
    /// Broken at spaces into lines of at most `width` columns; a longer word is broken where it must.
    public static func wrapped(_ text: String, width: Int) -> [String] {
        guard DisplayWidth.of(text) > width else { return [text] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: true) {
            let joined = line.isEmpty ? String(word) : line + " " + word
            if DisplayWidth.of(joined) <= width {
                line = joined
                continue
            }
            if !line.isEmpty { lines.append(line) }
            var pieces = broken(String(word), width: width)
            line = pieces.removeLast()
            lines += pieces
        }
        if !line.isEmpty || lines.isEmpty { lines.append(line) }
        return lines
    }

    /// Broken into lines of at most `width` columns, nothing left out: behind a space or a path's
    /// separator if one is near, else anywhere.
    public static func broken(_ text: String, width: Int) -> [String] { broken(text, width: width, first: width) }

    /// - Parameter first: Columns that the first line has; it may stay empty.
    private static func broken(_ text: String, width: Int, first: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var columns = 0
        for character in text {
            let next = DisplayWidth.columns(of: character)
            let limit = lines.isEmpty ? first : width
            if columns + next > limit, !line.isEmpty || limit < width {
                let tail = movableTail(of: line, limit: limit)
                lines.append(String(line.dropLast(tail.count)))
                line = tail
                columns = DisplayWidth.of(tail)
            }
            line.append(character)
            columns += next
        }
        lines.append(line)
        return lines
    }

    /// What of a full line should begin the next one: the word that was begun, if it is short.
    private static func movableTail(of line: String, limit: Int) -> String {
        guard let space = line.lastIndex(where: { $0 == " " || $0 == "\\" || $0 == "/" }) else { return "" }
        let tail = line[line.index(after: space)...]
        return tail.count <= limit / 4 ? String(tail) : ""
    }

    /// The same for a line of several inks.
    public static func broken(_ line: StyledLine, width: Int) -> [StyledLine] {
        var lines: [StyledLine] = []
        var current = StyledLine()
        var room = width
        for piece in line.pieces {
            for (index, part) in broken(piece.text, width: width, first: room).enumerated() {
                if index > 0 {
                    lines.append(current)
                    current = StyledLine()
                    room = width
                }
                current.append(part, piece.ink)
                room -= DisplayWidth.of(part)
            }
        }
        lines.append(current)
        return lines
    }

    /// Items joined by ` · ` and broken between items where they would not fit; an item that is too long by itself is broken
    /// where it must.
    public static func joined(_ items: [StyledLine], width: Int) -> [StyledLine] {
        var lines: [StyledLine] = []
        var line = StyledLine()
        for item in items.flatMap({ $0.width > width ? broken($0, width: width) : [$0] }) {
            if line.pieces.isEmpty {
                line = item
            } else if line.width + 3 + item.width <= width {
                line.append(" · ", .dim)
                line.append(item)
            } else {
                lines.append(line)
                line = item
            }
        }
        if !line.pieces.isEmpty { lines.append(line) }
        return lines
    }
}
