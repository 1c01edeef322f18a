import Bytes

/// Reads delimited text, one record at a time, as places in the text; it allocates nothing once warm.
///
/// RFC 4180: fields in quotes may hold the delimiter, line ends and quotes written twice. Real writers differ, so a quote
/// that neither ends its field nor is doubled stands for itself (tracerpt does not double them), and so does a quote that
/// is not a field's first character.
///
///     a,"b ""c""",  d⏎      →   a │ b "c" (written b ""c"") │   d
struct CSVReader: Sendable {
    /// Most fields of one record; the rest of it belongs to no field.
    static let fieldLimit = 1 << 12
    /// Longest record in bytes: what is not closed by then is broken.
    static let recordLimit = 16 << 20

    /// Where a field stands.
    struct Field: Sendable, Equatable {
        /// Offset of its first byte in the text, after an opening quote.
        var offset: Int
        /// Its length in bytes, without quotes.
        var length: Int
        /// Whether it holds quotes that are written twice: ``CSVReader/appendText(of:in:to:)`` makes them one.
        var hasDoubledQuotes: Bool
    }

    /// How a reading ended.
    enum Outcome: Sendable, Equatable {
        /// A record was read.
        case record
        /// There is no further one.
        case end
        /// A quote is never closed (within ``recordLimit``); the position is that of the line after the record's first.
        case openQuote
    }

    /// What stands between fields.
    var delimiter: UInt8
    /// Whether spaces around a field are no part of it.
    var trimsSpaces = false
    /// Whether a quoted field may hold line ends.
    var spansLines = true
    /// The fields of the record read last.
    private(set) var fields: [Field] = []
    /// Whether that record has more than ``fieldLimit`` fields.
    private(set) var isCut = false

    init(delimiter: UInt8, trimsSpaces: Bool = false, spansLines: Bool = true) {
        self.delimiter = delimiter
        self.trimsSpaces = trimsSpaces
        self.spansLines = spansLines
    }

    /// The delimiter of a file by its header line: the most frequent of comma, semicolon and tab outside quotes.
    static func delimiter(ofHeader line: RawSpan) -> UInt8 {
        var counts: (comma: Int, semicolon: Int, tab: Int) = (0, 0, 0)
        var isQuoted = false
        for index in 0..<line.byteCount {
            switch line.uint8(at: index) {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted: counts.comma += 1
            case UInt8(ascii: ";") where !isQuoted: counts.semicolon += 1
            case 0x09 where !isQuoted: counts.tab += 1
            default: break
            }
        }
        if counts.tab > max(counts.comma, counts.semicolon) { return 0x09 }
        return counts.semicolon > counts.comma ? UInt8(ascii: ";") : UInt8(ascii: ",")
    }

    /// Reads the record at `position`, which moves after its line end. Empty lines are skipped. O(length).
    mutating func next(_ text: RawSpan, at position: inout Int) -> Outcome {
        fields.removeAll(keepingCapacity: true)
        isCut = false
        while let byte = text.uint8(at: position), byte == 0x0A || byte == 0x0D { position &+= 1 }
        guard position < text.byteCount else { return .end }
        let start = position
        let limit = min(text.byteCount, start &+ Self.recordLimit)
        while true {
            guard readField(text, &position, limit) else {
                position = (text.firstOffset(of: 0x0A, from: start) ?? text.byteCount - 1) + 1
                return .openQuote
            }
            guard text.uint8(at: position) == delimiter else { break }
            position &+= 1
        }
        if text.uint8(at: position) == 0x0D { position &+= 1 }
        if text.uint8(at: position) == 0x0A { position &+= 1 }
        return .record
    }

    /// Appends the text of a field, with doubled quotes made one.
    func appendText(of field: Field, in text: RawSpan, to output: inout [UInt8]) {
        guard let bytes = text.slice(at: field.offset, length: field.length) else { return }
        guard field.hasDoubledQuotes else { return output.append(bytes) }
        var start = 0
        while let quote = bytes.firstOffset(of: UInt8(ascii: "\""), from: start) {
            output.append(bytes.extracting(start..<(quote &+ 1)))
            start = quote &+ (bytes.uint8(at: quote &+ 1) == UInt8(ascii: "\"") ? 2 : 1)
        }
        if start < bytes.byteCount { output.append(bytes.extracting(start..<bytes.byteCount)) }
    }

    /// Reads one field; `position` is left at the delimiter or line end after it. False: its quote is never closed.
    @inline(__always)
    private mutating func readField(_ text: RawSpan, _ position: inout Int, _ limit: Int) -> Bool {
        if trimsSpaces { skipSpaces(text, &position) }
        var field = Field(offset: position, length: 0, hasDoubledQuotes: false)
        if text.uint8(at: position) == UInt8(ascii: "\"") {
            field.offset &+= 1
            guard let end = endOfQuoted(text, from: field.offset, limit, &field.hasDoubledQuotes) else { return false }
            field.length = end.close &- field.offset
            position = end.next
        } else {
            while let byte = text.uint8(at: position), byte != delimiter, byte != 0x0A, byte != 0x0D { position &+= 1 }
            // A carriage return alone is part of the text.
            while text.uint8(at: position) == 0x0D, text.uint8(at: position &+ 1) != 0x0A, position &+ 1 < limit {
                position &+= 1
                while let byte = text.uint8(at: position), byte != delimiter, byte != 0x0A, byte != 0x0D {
                    position &+= 1
                }
            }
            field.length = position &- field.offset
            while trimsSpaces, field.length > 0, text.uint8(at: field.offset &+ field.length &- 1) == 0x20 {
                field.length &-= 1
            }
        }
        if fields.count < Self.fieldLimit { fields.append(field) } else { isCut = true }
        return true
    }

    /// Where the quoted field ends whose inside begins at `start`: its closing quote, and what follows it.
    @inline(__always)
    private func endOfQuoted(
        _ text: RawSpan, from start: Int, _ limit: Int, _ hasDoubled: inout Bool
    ) -> (close: Int, next: Int)? {
        var position = start
        var lineEnd = limit
        if !spansLines {
            lineEnd = text.firstOffset(of: 0x0A, from: start) ?? text.byteCount
            if lineEnd > start, text.uint8(at: lineEnd &- 1) == 0x0D { lineEnd &-= 1 }
        }
        while let quote = text.firstOffset(of: UInt8(ascii: "\""), from: position), quote < lineEnd {
            var after = quote &+ 1
            if text.uint8(at: after) == UInt8(ascii: "\"") {
                hasDoubled = true
                position = after &+ 1
                continue
            }
            if trimsSpaces { skipSpaces(text, &after) }
            guard let byte = text.uint8(at: after) else { return (quote, after) }
            if byte == delimiter || byte == 0x0A { return (quote, after) }
            if byte == 0x0D, text.uint8(at: after &+ 1) == 0x0A || after &+ 1 == text.byteCount {
                return (quote, after)
            }
            position = quote &+ 1
        }
        return spansLines ? nil : (lineEnd, lineEnd)
    }

    @inline(__always)
    private func skipSpaces(_ text: RawSpan, _ position: inout Int) {
        while text.uint8(at: position) == 0x20 { position &+= 1 }
    }
}
