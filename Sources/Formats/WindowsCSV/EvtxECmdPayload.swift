import Bytes
import Events

/// The values of an event as EvtxECmd writes them: XML turned into JSON.
///
///     {"EventData":{"Data":[{"@Name":"Image","#text":"C:\\x.exe"},…]}}   →   Image C:\x.exe
///     {"EventData":{"Data":"a, b"}}                                       →   Data a, b
///     {"UserData":{"LogFileCleared":{"SubjectUserName":"u"}}}             →   SubjectUserName u
struct EvtxECmdPayload: Sendable {
    private static let name = Array("@Name".utf8)
    private static let text = Array("#text".utf8)
    private var tape = JSONTape()

    init() {}

    /// Adds the fields of a payload; nothing when it is no JSON.
    mutating func add(
        _ payload: [UInt8], through writer: inout FieldWriter, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let bytes = payload.span.bytes
        guard (try? tape.scan(bytes)) != nil, !tape.tokens.isEmpty else { return }
        // An item of the list of named values gives its text only under its name.
        var index = 0
        var path: [(key: [UInt8], end: Int)] = []
        var key: [UInt8] = []
        while index < tape.tokens.count {
            while let last = path.last, index >= last.end { path.removeLast() }
            let token = tape.tokens[index]
            switch token.kind {
            case .key:
                key = text(of: token, bytes)
                index += 1
                continue
            case .object:
                if let named = tape.member(Self.name.span.bytes, of: index, in: bytes) {
                    let value = tape.member(Self.text.span.bytes, of: index, in: bytes)
                    let content = value.map { text(of: tape.tokens[$0], bytes) } ?? []
                    give(text(of: tape.tokens[named], bytes), content, &writer, into: &batch, &vocabulary)
                    index = Int(token.next)
                    continue
                }
                path.append((key, Int(token.next)))
            case .array:
                path.append((key, Int(token.next)))
            case .null: break
            case .string, .number, .yes, .no:
                // `@xmlns` and its like are attributes; `#text` belongs to the element around it.
                let isText = key == Self.text
                if isText || key.first != UInt8(ascii: "@") {
                    let name = isText ? path.last?.key ?? key : key
                    give(name, text(of: token, bytes), &writer, into: &batch, &vocabulary)
                }
            }
            index += 1
        }
    }

    private func text(of token: JSONTape.Token, _ bytes: RawSpan) -> [UInt8] {
        var text: [UInt8] = []
        guard let inside = bytes.slice(at: Int(token.offset), length: Int(token.length)) else { return text }
        if token.isEscaped { JSONEscapes.appendUnescaped(inside, to: &text) } else { text.append(inside) }
        return text
    }

    private func give(
        _ name: [UInt8], _ text: [UInt8], _ writer: inout FieldWriter, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        // `Level` in the data is none of System's, as in the binary log.
        let flat = Array(WindowsNames.data(String(decoding: name, as: UTF8.self)).utf8)
        let number = writer.name(flat.span.bytes, vocabulary: &vocabulary)
        writer.add(number, text: text, into: &batch)
    }
}
