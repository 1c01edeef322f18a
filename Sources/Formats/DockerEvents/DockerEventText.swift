import Bytes

/// Where the parts of an event lie in a line of `docker events`.
///
///     2026-11-23T17:11:04.6Z container exec_create: sh -c x (y) 8cabea9b… (execID=70…, image=shop, name=web)
///                            └ type    └ action ──────────────┘ └ id ───┘  └ attributes ─────────────────┘
///
/// The action of an exec holds the command, and attributes hold labels: both are the adversary's, and neither is quoted. A
/// command may therefore look like the end of the line: its end is looked for from the right, at an id before ` (`, and the
/// list that names an `execID` (as the engine's own does) is preferred.
struct DockerEventText {
    var type: Range<Int>
    var action: Range<Int>
    var id: Range<Int>
    var attributes: Range<Int>

    /// The parts of `text[range]`, the record after its time; nil when it is none.
    init?(_ text: RawSpan, _ range: Range<Int>) {
        let typeEnd = Self.endOfWord(text, range.lowerBound, range.upperBound)
        type = range.lowerBound..<typeEnd
        guard typeEnd > range.lowerBound, typeEnd < range.upperBound else { return nil }
        let start = typeEnd + 1
        let isClosed = range.upperBound > start && text.uint8(at: range.upperBound - 1) == UInt8(ascii: ")")
        let wordEnd = Self.endOfWord(text, start, range.upperBound)
        guard wordEnd > start else { return nil }
        if text.uint8(at: wordEnd - 1) == UInt8(ascii: ":") {
            guard isClosed, let open = Self.lastList(text, start..<range.upperBound) else { return nil }
            action = start..<open.idStart - 1
            id = open.idStart..<open.idEnd
            attributes = (open.idEnd + 2)..<(range.upperBound - 1)
            return
        }
        action = start..<wordEnd
        guard wordEnd < range.upperBound else {
            id = wordEnd..<wordEnd
            attributes = id
            return
        }
        let idEnd = Self.endOfWord(text, wordEnd + 1, range.upperBound)
        id = (wordEnd + 1)..<idEnd
        guard isClosed, text.uint16(at: idEnd) == 0x2820 else {
            guard idEnd == range.upperBound else { return nil }
            attributes = idEnd..<idEnd
            return
        }
        attributes = (idEnd + 2)..<(range.upperBound - 1)
    }

    private static func endOfWord(_ text: RawSpan, _ start: Int, _ end: Int) -> Int {
        Lines.first(0x20, in: text, from: start, to: end) ?? end
    }

    /// Most places that are looked at for the end of a command.
    static let placeLimit = 64

    /// The last ` ID (` with an id of 64 or 12 digits; one before an `execID` if there is such a one.
    private static func lastList(_ text: RawSpan, _ range: Range<Int>) -> (idStart: Int, idEnd: Int)? {
        var fallback: (idStart: Int, idEnd: Int)?
        var position = range.upperBound - 2
        var places = 0
        while position > range.lowerBound, places < placeLimit {
            if text.uint16(at: position) == 0x2820, let start = startOfID(text, endingAt: position, range.lowerBound) {
                places += 1
                if hasExecID(text, (position + 2)..<range.upperBound) { return (start, position) }
                fallback = fallback ?? (start, position)
            }
            position -= 1
        }
        return fallback
    }

    private static func startOfID(_ text: RawSpan, endingAt end: Int, _ first: Int) -> Int? {
        for count in [64, 12] {
            let start = end - count
            guard start > first, text.uint8(at: start - 1) == 0x20, HexID.length(text, at: start) == count else {
                continue
            }
            return start
        }
        return nil
    }

    private static func hasExecID(_ text: RawSpan, _ range: Range<Int>) -> Bool {
        if Lines.has("execID=", in: text, at: range.lowerBound) { return true }
        return Lines.offset(of: ", execID=", in: text, from: range.lowerBound, to: range.upperBound) != nil
    }
}

/// The attributes of an event in the text form: `k=v, k=v`, sorted by key, nothing quoted.
///
/// A label's value may hold `, name=other`. The engine's client sorts the keys, so of all places that look like a boundary
/// the longest run with rising keys is taken: what was put into a value breaks the order.
struct DockerEventAttributes {
    /// Most places that are looked at; the rest belongs to the last value.
    static let limit = 128

    /// Keys and values, in order.
    private(set) var pairs: [(key: Range<Int>, value: Range<Int>)] = []

    init(_ text: RawSpan, _ range: Range<Int>) {
        let keys = Self.candidates(text, range)
        guard !keys.isEmpty else { return }
        let chosen = Self.longestRise(text, keys)
        for (index, key) in chosen.enumerated() {
            let end = index + 1 < chosen.count ? chosen[index + 1].lowerBound - 2 : range.upperBound
            pairs.append((key, (key.upperBound + 1)..<max(key.upperBound + 1, end)))
        }
    }

    /// Every `key=` at the start or after `, `.
    private static func candidates(_ text: RawSpan, _ range: Range<Int>) -> [Range<Int>] {
        var keys: [Range<Int>] = []
        var position = range.lowerBound
        while position < range.upperBound, keys.count < limit {
            let next = Lines.offset(of: ", ", in: text, from: position, to: range.upperBound)
            let end = next ?? range.upperBound
            if let equals = Lines.first(UInt8(ascii: "="), in: text, from: position, to: end) {
                keys.append(position..<equals)
            } else if keys.isEmpty {
                return []
            }
            guard let next else { break }
            position = next + 2
        }
        return keys
    }

    /// The longest strictly rising run that begins with the first key. O(keys²).
    private static func longestRise(_ text: RawSpan, _ keys: [Range<Int>]) -> [Range<Int>] {
        let names = keys.map { key in
            var name: [UInt8] = []
            if let slice = text.slice(at: key.lowerBound, length: key.count) { name.append(slice) }
            return name
        }
        if zip(names, names.dropFirst()).allSatisfy({ $0.lexicographicallyPrecedes($1) }) { return keys }
        var length = [Int](repeating: 0, count: keys.count)
        var before = [Int](repeating: -1, count: keys.count)
        length[0] = 1
        var best = 0
        for index in 1..<max(1, keys.count) {
            for earlier in 0..<index
            where length[earlier] > 0 && length[earlier] >= length[index]
                && names[earlier].lexicographicallyPrecedes(names[index])
            {
                length[index] = length[earlier] + 1
                before[index] = earlier
            }
            if length[index] >= length[best] { best = index }
        }
        var chain: [Range<Int>] = []
        var index = best
        while index >= 0 {
            chain.append(keys[index])
            index = before[index]
        }
        return chain.reversed()
    }
}
