import Bytes

/// The children of one element of Process Monitor's XML that hold text only.
struct ProcmonElements: Sendable {
    /// Longest event or process in bytes.
    static let lengthLimit = 16 << 20
    /// Most children of an element; the rest is no field.
    static let childLimit = 4096

    /// Where the names and texts stand.
    private(set) var found: [(name: Range<Int>, text: Range<Int>)] = []

    /// Reads the element that begins at `start` up to its closing tag; the offset after it, or nil when it has none.
    ///
    /// Children of children (modules, frames of a stack) are passed over: an opening tag that is followed by another one is
    /// no field.
    mutating func read(_ bytes: RawSpan, from start: Int, closing: StaticString) -> Int? {
        found.removeAll(keepingCapacity: true)
        var position = start + 1
        var open: Range<Int>?
        while let tag = bytes.firstOffset(of: UInt8(ascii: "<"), from: position), tag - start < Self.lengthLimit {
            if Self.isTag(bytes, closing, at: tag) { return tag + closing.utf8CodeUnitCount }
            // The next record begins: this one was cut off.
            if Self.isTag(bytes, "<event>", at: tag) { return nil }
            guard let end = bytes.firstOffset(of: UInt8(ascii: ">"), from: tag), end - tag < 256 else {
                position = tag + 1
                continue
            }
            if bytes.uint8(at: tag + 1) == UInt8(ascii: "/") {
                if let name = open, isSame(bytes, name, (tag + 2)..<end), found.count < Self.childLimit {
                    found.append((name, (name.upperBound + 1)..<tag))
                }
                open = nil
            } else {
                open = bytes.uint8(at: end - 1) == UInt8(ascii: "/") ? nil : (tag + 1)..<end
            }
            position = end + 1
        }
        return nil
    }

    private func isSame(_ bytes: RawSpan, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        left.count == right.count
            && bytes.equals(bytes, at: left.lowerBound, otherOffset: right.lowerBound, length: left.count)
    }

    /// The column that an element holds: `Time_of_Day` → `Time of Day`.
    func columnName(_ name: Range<Int>, _ bytes: RawSpan) -> [UInt8] {
        var column: [UInt8] = []
        column.append(bytes.extracting(name))
        for index in column.indices where column[index] == UInt8(ascii: "_") { column[index] = 0x20 }
        return column
    }

    /// Whether `tag` stands at `offset`.
    static func isTag(_ bytes: RawSpan, _ tag: StaticString, at offset: Int) -> Bool {
        guard tag.utf8CodeUnitCount > 1, bytes.uint8(at: offset + 1) == tag.description.utf8.dropFirst().first else {
            return false
        }
        let word = Array(tag.description.utf8)
        return bytes.equals(word, at: offset, from: 0, length: word.count)
    }
}
