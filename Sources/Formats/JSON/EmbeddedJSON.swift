import Bytes

/// JSON that is the text of a JSON string: unescaped and scanned.
///
///     {"properties":{"log":"{\\"kind\\":\\"Event\\"}\\n"}}   →   bytes {"kind":"Event"}↵ │ tape over them
struct EmbeddedJSON: Sendable {
    /// Longest text that is read.
    static let limit = 4 << 20

    /// The text, unescaped.
    private(set) var bytes: [UInt8] = []
    /// The tape of its object, over ``bytes``.
    private(set) var tape = JSONTape()

    /// Reads the text of a string token; false when it is no JSON object.
    mutating func read(_ token: JSONTape.Token, of text: RawSpan) -> Bool {
        guard token.kind == .string, let inside = text.slice(at: Int(token.offset), length: Int(token.length)) else {
            return false
        }
        guard mayBeObject(inside) else { return false }
        bytes.removeAll(keepingCapacity: true)
        JSONEscapes.appendUnescaped(inside, to: &bytes)
        return scan()
    }

    /// Reads plain text; false when it is no JSON object.
    mutating func read(plain text: RawSpan) -> Bool {
        guard mayBeObject(text) else { return false }
        bytes.removeAll(keepingCapacity: true)
        bytes.append(text)
        return scan()
    }

    private func mayBeObject(_ text: RawSpan) -> Bool {
        var position = 0
        JSONTape.skipSpace(text, &position)
        return text.uint8(at: position) == UInt8(ascii: "{") && text.byteCount <= Self.limit
    }

    private mutating func scan() -> Bool {
        var tape = self.tape
        self.tape = JSONTape()
        defer { self.tape = tape }
        do {
            let text = bytes.span.bytes
            var end = try tape.scan(text)
            JSONTape.skipSpace(text, &end)
            return end == text.byteCount
        } catch {
            return false
        }
    }
}
