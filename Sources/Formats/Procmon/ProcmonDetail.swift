import Bytes

/// The pairs of the column `Detail`.
///
///     Offset: 2,275,840, I/O Flags: Non-cached, Paging I/O, Priority: Normal
///     └ key    └ value holds commas; the next key is what stands between ", " and ": "
///
/// Some values are free text that only the end of the detail ends: a command line, data of the registry, a file's new name,
/// an environment.
enum ProcmonDetail {
    /// Most pairs that are read.
    static let pairLimit = 64
    /// Longest key in bytes.
    static let keyLimit = 40

    private static let openEnded: [[UInt8]] = ["Data", "FileName", "Environment", "New Name"].map { Array($0.utf8) }
    private static let commandLine = Array("Command line".utf8)
    private static let directory = Array(", Current directory: ".utf8)

    /// Appends where the keys and values of `text` stand. O(length).
    static func read(_ text: RawSpan, into pairs: inout [(key: Range<Int>, value: Range<Int>)]) {
        pairs.removeAll(keepingCapacity: true)
        var key = key(text, at: 0)
        while let current = key, pairs.count < pairLimit {
            let start = current.upperBound + 2
            if openEnded.contains(where: { equals(text, current, $0) }) {
                return pairs.append((current, min(start, text.byteCount)..<text.byteCount))
            }
            var from = start
            if equals(text, current, commandLine) {
                guard let end = lastOffset(of: directory, in: text, from: start) else {
                    return pairs.append((current, min(start, text.byteCount)..<text.byteCount))
                }
                from = end
            }
            key = nil
            var end = text.byteCount
            while let comma = text.firstOffset(of: UInt8(ascii: ","), from: from) {
                if text.uint8(at: comma + 1) == 0x20, let next = Self.key(text, at: comma + 2) {
                    key = next
                    end = comma
                    break
                }
                from = comma + 1
            }
            pairs.append((current, min(start, end)..<end))
        }
    }

    /// The key that begins at `start`: letters, digits, spaces, slashes and ampersands up to `: `, or to `:` at the end.
    private static func key(_ text: RawSpan, at start: Int) -> Range<Int>? {
        guard let first = text.uint8(at: start), (first | 0x20) &- 0x61 < 26 else { return nil }
        var position = start + 1
        while position - start <= keyLimit, let byte = text.uint8(at: position) {
            switch byte {
            case UInt8(ascii: ":"):
                guard let after = text.uint8(at: position + 1) else { return start..<position }
                return after == 0x20 || after == 0x0A || after == 0x0D ? start..<position : nil
            case 0x20, UInt8(ascii: "/"), UInt8(ascii: "&"), 0x30...0x39, 0x41...0x5A, 0x61...0x7A: position += 1
            default: return nil
            }
        }
        return nil
    }

    private static func equals(_ text: RawSpan, _ range: Range<Int>, _ word: [UInt8]) -> Bool {
        range.count == word.count && text.equals(word, at: range.lowerBound, from: 0, length: word.count)
    }

    private static func lastOffset(of word: [UInt8], in text: RawSpan, from start: Int) -> Int? {
        var found: Int?
        var from = start
        while let comma = text.firstOffset(of: UInt8(ascii: ","), from: from) {
            if text.equals(word, at: comma, from: 0, length: word.count) { found = comma }
            from = comma + 1
        }
        return found
    }
}
