import Bytes
import Events

/// Where the text that is read lies in the batch: slots are at its positions plus `delta`.
struct TracePlace {
    var delta = 0
    var inArena = false
}

/// Writes the events of traces of Windows' calls: the names all of them share, and arguments by number and by name.
struct TraceEvents: Sendable {
    var writer: FieldWriter
    private var arguments = CallArguments()
    private let argumentNames = (0...CallArguments.limit).map { Array("a\($0)".utf8) }

    static let syscall = Array("Syscall".utf8)
    static let function = Array("Function".utf8)
    static let argumentText = Array("Arguments".utf8)
    static let result = Array("Result".utf8)
    static let error = Array("Error".utf8)
    static let processID = Array("ProcessId".utf8)
    static let threadID = Array("ThreadId".utf8)
    static let message = Array("Message".utf8)
    static let unfinished = Array("Unfinished".utf8)
    private static let valueSuffix = Array(".Value".utf8)

    /// Of the format whose field map has that name.
    init(map: String) { writer = FieldWriter(map: .named(map)) }

    /// A value that is a part of the text.
    mutating func add(
        _ name: [UInt8], _ range: Range<Int>, at place: TracePlace, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        let node = writer.name(name.span.bytes, vocabulary: &vocabulary)
        writer.add(
            node, offset: range.lowerBound + place.delta, length: range.count, inArena: place.inArena, into: &batch)
    }

    /// A value that is made.
    mutating func add(
        _ name: [UInt8], text: some Sequence<UInt8>, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        let node = writer.name(name.span.bytes, vocabulary: &vocabulary)
        writer.add(node, text: text, into: &batch)
    }

    /// The arguments behind an opening parenthesis: as a whole, by name where they are written `Name=value`, else by number (`a0`…). What a pointer points to (`0x21f8f0 [0x140003000]`) is a value of its own, `Name.Value`. Answers the position
    /// behind the closing parenthesis, or nil when there is none.
    mutating func addArguments(
        _ text: RawSpan, _ start: Int, _ end: Int, at place: TracePlace, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) -> Int? {
        arguments.scan(text, start, end, escaped: false, annotated: false)
        guard let close = arguments.close else { return nil }
        var first = TraceText.skipSpaces(text, start, close)
        var last = close
        while last > first, text.uint8(at: last - 1) == 0x20 { last -= 1 }
        first = min(first, last)
        add(Self.argumentText, first..<last, at: place, into: &batch, &vocabulary)
        let parts = arguments.parts
        for index in parts.indices where !parts[index].isEmpty {
            let name = Self.endOfName(text, parts[index])
            var value = parts[index]
            if let name { value = (name + 1)..<value.upperBound }
            let pointed = Self.pointed(text, &value)
            guard let name else {
                addValue(argumentNames[index], value, pointed, at: place, into: &batch, &vocabulary)
                continue
            }
            var bytes: [UInt8] = []
            bytes.append(text.extracting(parts[index].lowerBound..<name))
            addValue(bytes, value, pointed, at: place, into: &batch, &vocabulary)
        }
        return close + 1
    }

    /// A value, and what it points to.
    mutating func addValue(
        _ name: [UInt8], _ value: Range<Int>, _ pointed: Range<Int>?, at place: TracePlace,
        into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        add(name, value, at: place, into: &batch, &vocabulary)
        if let pointed { add(name + Self.valueSuffix, pointed, at: place, into: &batch, &vocabulary) }
    }

    /// Where the `=` of `Name=value` stands; nil when the argument has no name.
    private static func endOfName(_ text: RawSpan, _ range: Range<Int>) -> Int? {
        var position = range.lowerBound
        while position < range.upperBound, let byte = text.uint8(at: position), isName(byte) { position += 1 }
        guard position > range.lowerBound, position < range.upperBound, text.uint8(at: position) == UInt8(ascii: "="),
            let first = text.uint8(at: range.lowerBound), !TraceText.isDigit(first)
        else { return nil }
        return position
    }

    /// Letters, digits and `_`.
    static func isName(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || TraceText.isDigit(byte) || byte == UInt8(ascii: "_")
    }

    /// Cuts `0xADDR [value]` at the bracket.
    private static func pointed(_ text: RawSpan, _ value: inout Range<Int>) -> Range<Int>? {
        guard value.count > 4, text.uint8(at: value.upperBound - 1) == UInt8(ascii: "]"),
            text.uint16(at: value.lowerBound) == 0x7830,
            let open = TraceText.find([0x20, UInt8(ascii: "[")], in: text, value)
        else { return nil }
        let inside = (open + 2)..<(value.upperBound - 1)
        value = value.lowerBound..<open
        return inside
    }
}
