import Bytes

/// What the comment lines of a Zeek log say of the lines after them; they may come again with other columns.
struct ZeekHeader: Sendable {
    /// Most columns that are named.
    static let columnLimit = 1024

    /// What separates columns (`#separator`; a tab).
    private(set) var separator = UInt8(ascii: "\t")
    /// What separates the elements of sets and vectors (`#set_separator`).
    private(set) var setSeparator = UInt8(ascii: ",")
    /// The text of an empty set or string (`#empty_field`).
    private(set) var empty = Array("(empty)".utf8)
    /// The text of a column without a value (`#unset_field`).
    private(set) var unset = Array("-".utf8)
    /// The log (`#path`).
    private(set) var path: [UInt8] = []
    /// The names of the columns (`#fields`), one after the other.
    private(set) var names: [UInt8] = []
    /// Where each column's name stands in ``names``.
    private(set) var columns: [Range<Int>] = []
    /// Whether a column holds several values (`#types`: `set[…]`, `vector[…]`, `table[…]`).
    private(set) var isSet: [Bool] = []

    /// A header that says nothing but the usual.
    init() {}

    /// The columns that a log usually has, for one whose head was cut off.
    init(usual columns: [String], sets: Set<String>) {
        name(columns.map { Array($0.utf8) })
        isSet = columns.map { sets.contains($0) }
    }

    /// Takes a line that begins with `#`. Unknown ones are comments.
    mutating func take(_ line: RawSpan) {
        if let rest = Self.rest(line, "#separator", by: 0x20) {
            self = ZeekHeader()
            separator = Self.separator(rest)
        } else if let rest = Self.rest(line, "#set_separator", by: separator) {
            setSeparator = rest.first ?? setSeparator
        } else if let rest = Self.rest(line, "#empty_field", by: separator) {
            empty = rest
        } else if let rest = Self.rest(line, "#unset_field", by: separator) {
            unset = rest
        } else if let rest = Self.rest(line, "#path", by: separator) {
            path = Array(rest.prefix(256))
        } else if let rest = Self.rest(line, "#fields", by: separator) {
            name(Self.columns(rest, separator))
            isSet = [Bool](repeating: false, count: columns.count)
        } else if let rest = Self.rest(line, "#types", by: separator) {
            let types = Self.columns(rest, separator)
            isSet = columns.indices.map { $0 < types.count && types[$0].last == UInt8(ascii: "]") }
        }
    }

    private mutating func name(_ columns: [[UInt8]]) {
        names = []
        self.columns = []
        for column in columns {
            self.columns.append(names.count..<(names.count + column.count))
            names += column
        }
    }

    private static func columns(_ text: [UInt8], _ separator: UInt8) -> [[UInt8]] {
        text.split(separator: separator, omittingEmptySubsequences: false).prefix(columnLimit).map { Array($0) }
    }

    /// What follows a keyword and one `separator` (or a space); nil for other lines.
    private static func rest(_ line: RawSpan, _ keyword: StaticString, by separator: UInt8) -> [UInt8]? {
        let word = Array(keyword.description.utf8)
        guard line.byteCount < 1 << 20, line.equals(word, at: 0, from: 0, length: word.count),
            let byte = line.uint8(at: word.count), byte == separator || byte == 0x20 || byte == 0x09
        else { return nil }
        var rest: [UInt8] = []
        rest.append(line.extracting((word.count + 1)..<line.byteCount))
        return rest
    }

    /// `\x09`, or the character itself.
    private static func separator(_ text: [UInt8]) -> UInt8 {
        if text.count >= 4, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x"),
            let code = UInt8(String(decoding: text[2..<4], as: UTF8.self), radix: 16)
        {
            return code
        }
        return text.first ?? 0x09
    }
}
