import Bytes

/// The words of one line of `conntrack`.
///
///     [1795453855.024652]     [NEW] ipv4 2 tcp 6 120 SYN_SENT src=… dst=… sport=… dport=… [UNREPLIED] src=… dst=… …
///     └ time (events, -o timestamp)  │     └ protocol, its number, seconds to live, state     │        └ reply tuple
///                            └ event └ family (extended output) └ original tuple               └ flags, marks, ids
struct ConntrackLine: Sendable {
    /// Most words of a line that are looked at.
    static let wordLimit = 256

    /// Where the words stand that come before the first `key=value`, by what they are.
    private(set) var time: Range<Int>?
    private(set) var event: Range<Int>?
    private(set) var family: Range<Int>?
    private(set) var proto: Range<Int>?
    private(set) var protocolNumber: Range<Int>?
    private(set) var timeout: Range<Int>?
    private(set) var state: Range<Int>?
    /// `UNREPLIED`, `ASSURED`, `OFFLOAD`, …
    private(set) var flags: [Range<Int>] = []
    /// Keys and values, in order, and of which tuple they are: 0 original, 1 reply, 2 of the whole entry.
    private(set) var pairs: [(key: Range<Int>, value: Range<Int>, tuple: Int)] = []

    /// The words of `line`; nil when it is no entry: a protocol with its number, and an original and a reply address.
    init?(_ line: RawSpan) {
        var bare: [Range<Int>] = []
        var tuple = -1
        var position = 0
        for _ in 0..<Self.wordLimit {
            guard let word = Self.word(line, &position) else { break }
            if line.uint8(at: word.lowerBound) == UInt8(ascii: "["),
                line.uint8(at: word.upperBound - 1) == UInt8(ascii: "]")
            {
                takeBracketed((word.lowerBound + 1)..<(word.upperBound - 1), line, isFirst: bare.isEmpty && tuple < 0)
            } else if let equals = line.extracting(word).firstOffset(of: UInt8(ascii: "=")), equals > 0 {
                let key = word.lowerBound..<(word.lowerBound + equals)
                takePair(key, (key.upperBound + 1)..<word.upperBound, line, &tuple)
            } else if tuple < 0 {
                bare.append(word)
            }
        }
        guard tuple >= 1, takeBare(bare, line) else { return nil }
    }

    private static func word(_ line: RawSpan, _ position: inout Int) -> Range<Int>? {
        while let byte = line.uint8(at: position), byte == 0x20 || byte == 0x09 { position += 1 }
        let start = position
        while let byte = line.uint8(at: position), byte != 0x20, byte != 0x09 { position += 1 }
        return position > start ? start..<position : nil
    }

    private mutating func takeBracketed(_ inside: Range<Int>, _ line: RawSpan, isFirst: Bool) {
        guard let first = line.uint8(at: inside.lowerBound), !inside.isEmpty else { return }
        if isFirst, first &- 0x30 < 10 {
            time = inside
        } else if isFirst {
            event = inside
        } else {
            flags.append(inside)
        }
    }

    /// `src` begins a tuple; some keys are of the entry wherever they stand.
    private mutating func takePair(_ key: Range<Int>, _ value: Range<Int>, _ line: RawSpan, _ tuple: inout Int) {
        if Self.equals(line, key, "src") { tuple += 1 }
        let ofTuple = ["src", "dst", "sport", "dport", "type", "code", "packets", "bytes", "srckey", "dstkey"]
        // ICMP has an `id` in each tuple; the last one is the entry's.
        let isOfTuple = tuple <= 1 && (ofTuple.contains { Self.equals(line, key, $0) })
        pairs.append((key, value, isOfTuple && tuple >= 0 ? tuple : 2))
    }

    private mutating func takeBare(_ words: [Range<Int>], _ line: RawSpan) -> Bool {
        var words = words[...]
        if let first = words.first, Self.equals(line, first, "ipv4") || Self.equals(line, first, "ipv6") {
            family = first
            words = words.dropFirst(2)
        }
        guard words.count >= 2, let name = words.first, let number = words.dropFirst().first,
            DecimalText.parse(line.extracting(number)) != nil
        else { return false }
        proto = name
        protocolNumber = number
        words = words.dropFirst(2)
        if let first = words.first, DecimalText.parse(line.extracting(first)) != nil {
            timeout = first
            words = words.dropFirst()
        }
        state = words.first
        return true
    }

    /// The value of a key of a tuple, or nil.
    func value(_ key: String, tuple: Int, in line: RawSpan) -> Range<Int>? {
        pairs.first { $0.tuple == tuple && Self.equals(line, $0.key, key) }?.value
    }

    private static func equals(_ line: RawSpan, _ range: Range<Int>, _ text: String) -> Bool {
        range.count == text.utf8.count
            && line.equals(Array(text.utf8), at: range.lowerBound, from: 0, length: range.count)
    }
}
