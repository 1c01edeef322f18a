import Bytes

/// Lines of a text, and records that take several of them.
enum Lines {
    /// Longest record of several lines; what is longer is cut there.
    static let recordLimit = 1 << 20

    /// Offset of the line feed that ends the line at `start`, or the text's end.
    @inline(__always)
    static func end(_ text: RawSpan, from start: Int) -> Int {
        text.firstOffset(of: 0x0A, from: start) ?? text.byteCount
    }

    /// `end` without the carriage return before it.
    @inline(__always)
    static func withoutReturn(_ text: RawSpan, _ start: Int, _ end: Int) -> Int {
        end > start && text.uint8(at: end &- 1) == 0x0D ? end &- 1 : end
    }

    /// The end (a line feed or the text's end) of the record that begins at `start`: lines that do not start a record belong
    /// to the one before, up to ``recordLimit``.
    @inline(__always)
    static func endOfRecord(_ text: RawSpan, from start: Int, isStart: (RawSpan, Int) -> Bool) -> Int {
        var end = end(text, from: start)
        while end &+ 1 < text.byteCount, !isStart(text, end &+ 1) {
            let next = Lines.end(text, from: end &+ 1)
            guard next - start <= recordLimit else { break }
            end = next
        }
        return end
    }

    /// Offset of the first `byte` in `text[start..<end]`, or nil. Looks no further: the text may be a whole window, and a
    /// search that runs past its line for each line takes quadratic time.
    @inline(__always)
    static func first(_ byte: UInt8, in text: RawSpan, from start: Int, to end: Int) -> Int? {
        guard let part = text.slice(at: start, length: end - start), let hit = part.firstOffset(of: byte) else {
            return nil
        }
        return start + hit
    }

    /// Offset of `literal` in `text[start..<end]`, or nil. `memchr` for the first byte: for heads of files and single lines.
    static func offset(of literal: StaticString, in text: RawSpan, from start: Int = 0, to end: Int = .max) -> Int? {
        let bytes = Array(literal.description.utf8)
        guard let first = bytes.first else { return nil }
        let end = min(end, text.byteCount)
        var position = start
        while let hit = Lines.first(first, in: text, from: position, to: end), hit + bytes.count <= end {
            if text.equals(bytes, at: hit, from: 0, length: bytes.count) { return hit }
            position = hit + 1
        }
        return nil
    }

    /// Whether `text` has `literal` at `offset`.
    static func has(_ literal: StaticString, in text: RawSpan, at offset: Int) -> Bool {
        guard text.holds(literal.utf8CodeUnitCount, at: offset) else { return false }
        let bytes = Array(literal.description.utf8)
        return text.equals(bytes, at: offset, from: 0, length: bytes.count)
    }

    /// The first lines of a head that are not blank, without line ends; the last one may be cut off.
    static func sample(_ head: RawSpan, limit: Int) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var position = JSONShape.lengthOfMark(head)
        while position < head.byteCount, lines.count < limit {
            let end = end(head, from: position)
            let last = withoutReturn(head, position, end)
            if last > position { lines.append(position..<last) }
            position = end + 1
        }
        return lines
    }

    /// The bytes of a part as text.
    static func text(_ bytes: RawSpan, _ range: Range<Int>) -> String {
        var copy: [UInt8] = []
        if let slice = bytes.slice(at: range.lowerBound, length: range.count) { copy.append(slice) }
        return String(decoding: copy, as: UTF8.self)
    }
}

/// Ids of containers in texts.
enum HexID {
    /// Hex digits (lower case) from `start` on, at most 65 counted.
    @inline(__always)
    static func length(_ text: RawSpan, at start: Int) -> Int {
        var position = start
        while position - start < 65, let byte = text.uint8(at: position), isDigit(byte) { position &+= 1 }
        return position - start
    }

    /// Whether all of `text` is a container's id: 64 hex digits, or the 12 that are shown for short.
    @inline(__always)
    static func isID(_ text: RawSpan) -> Bool {
        let count = text.byteCount
        return (count == 64 || count == 12) && length(text, at: 0) == count
    }

    /// The 64 digits that are a part of a path of their own or begin one (`…/ID/config.v2.json`, `…/ID-json.log`); the last
    /// such part counts, nil where there is none.
    static func inPath(_ path: String) -> [UInt8]? {
        let bytes = Array(path.utf8)
        let span = bytes.span.bytes
        var end = bytes.count
        while end > 0 {
            let start =
                bytes[..<end].lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.map { $0 + 1 } ?? 0
            let count = length(span, at: start)
            if count == 64, start + 64 == end || !isWord(bytes[start + 64]) {
                return Array(bytes[start..<(start + 64)])
            }
            end = start - 1
        }
        return nil
    }

    /// The id that the name of a log states (`ID-json.log`, `NAME-ID.log`, rotated or not): the last 64 or 12 digits that
    /// stand by themselves; else that of the folder.
    static func ofLog(_ path: String) -> [UInt8]? {
        let whole = Array(path.utf8)
        let start = whole.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.map { $0 + 1 } ?? 0
        let file = Array(whole[start...])
        let span = file.span.bytes
        var found: [UInt8]?
        var position = 0
        while position < file.count {
            let count = length(span, at: position)
            let end = position + count
            if count == 64 || count == 12, end == file.count || !isWord(file[end]) {
                found = Array(file[position..<end])
            }
            position = end
            while position < file.count, isWord(file[position]) { position += 1 }
            if position < file.count { position += 1 }
        }
        return found ?? inPath(path)
    }

    private static func isWord(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || byte &- 0x61 < 6 }
}
