import Bytes
import Foundation
import Testing

@testable import Formats

@Suite struct JSONTapeTests {
    /// Whether the whole text is one JSON value by our scanner.
    static func fault(_ bytes: [UInt8]) -> JSONFault? {
        var tape = JSONTape()
        let text = bytes.span.bytes
        do {
            var end = try tape.scan(text)
            JSONTape.skipSpace(text, &end)
            return end == bytes.count ? nil : JSONFault(code: .syntax, offset: end)
        } catch { return error }
    }

    static func fault(_ text: String) -> JSONFault? { fault(Array(text.utf8)) }

    @Test(
        "well-formed values are accepted",
        arguments: [
            "{}", "[]", " {\t\"a\" : 1 ,\r\n\"b\":[1 , 2]} ", "0", "-0", "-0.5e+10", "1E5", "true", "false", "null",
            "\"\"",
            #""\u0041\n\"\\\/\b\f\r\t""#, #"{"a":{"b":[[],{},[{}]]}}"#, #"["\ud83d\ude00"]"#, #"{"":""}"#,
        ])
    func accepts(_ text: String) { #expect(Self.fault(text) == nil) }

    @Test(
        "broken values are faults of the right kind",
        arguments: [
            ("", JSONFault.Code.truncated), ("{", .truncated), ("[1,", .truncated), (#"{"a"#, .truncated),
            (#"{"a":"#, .truncated), (#""\u12"#, .truncated), ("tru", .truncated), ("-", .truncated),
            ("1.", .truncated),
            ("{]", .syntax), ("[}", .syntax), ("[,1]", .syntax), ("[1,]", .syntax), ("{,}", .syntax),
            (#"{"a"}"#, .syntax),
            (#"{"a":1,}"#, .syntax), ("{1:2}", .syntax), ("[1 2]", .syntax), ("trUe", .syntax), ("'a'", .syntax),
            ("[1}", .syntax), (#"{"a":1]"#, .syntax), ("01", .number), ("-x", .number), ("1.x", .number),
            ("1e+x", .number),
            (#""\x""#, .escape), (#""\u12g4""#, .escape), ("\"a\nb\"", .control), ("\"\u{1}\"", .control),
            ("{} x", .syntax),
        ])
    func refuses(_ text: String, _ code: JSONFault.Code) { #expect(Self.fault(text)?.code == code) }

    @Test("a quote, escape or control is found at every place of a word") func everyPlace() {
        for lead in 0..<20 {
            for tail in 0..<20 {
                let (a, b) = (String(repeating: "x", count: lead), String(repeating: "é", count: tail))
                #expect(Self.fault("\"\(a)\\n\(b)\"") == nil)
                #expect(Self.fault("\"\(a)\\q\(b)\"")?.code == .escape)
                #expect(Self.fault("\"\(a)\u{1F}\(b)\"")?.code == .control)
                #expect(Self.fault("\"\(a)\(b)")?.code == .truncated)
                #expect(Self.fault("\"\(a)\"\(b)")?.code == (tail == 0 ? nil : .syntax))
            }
        }
    }

    @Test("tokens carry places, kinds and the end of what they hold") func tokens() throws {
        let text = Array(#"{"a":[1,{"b":"x\n"}],"c":null}"#.utf8)
        var tape = JSONTape()
        #expect(try tape.scan(text.span.bytes) == text.count)
        #expect(tape.tokens.map(\.kind) == [.object, .key, .array, .number, .object, .key, .string, .key, .null])
        #expect(tape.tokens.map(\.next) == [9, 2, 7, 4, 7, 6, 7, 8, 9])
        #expect(tape.tokens[6].isEscaped)
        #expect(tape.tokens[6].length == 3)
    }

    @Test("nesting is capped without recursion") func depth() {
        let deep = String(repeating: "[", count: 1 << 20)
        #expect(Self.fault(deep) == JSONFault(code: .depth, offset: JSONTape.depthLimit))
        let limit = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(Self.fault(limit) == nil)
    }

    @Test("tokens are capped") func tokenCount() {
        let wide = "[" + String(repeating: "0,", count: JSONTape.tokenLimit) + "0]"
        #expect(Self.fault(wide)?.code == .size)
    }

    @Test("agrees with Foundation on generated and on mutated documents") func differential() {
        var random = SplitMix(state: 7)
        var accepted = 0
        for _ in 0..<4000 {
            var bytes = Array(JSONGenerator.document(&random).utf8)
            if Bool.random(using: &random) {
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: bytes[place] = Array(#"{}[]",:\eu0-.1tn "#.utf8).randomElement(using: &random) ?? 0x20
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(Array(#"{}[]",:\0"#.utf8).randomElement(using: &random) ?? 0x20, at: place)
                    }
                    if bytes.isEmpty { bytes = [0x20] }
                }
            }
            // What Foundation accepts beyond or below the grammar, or on purpose differs, is not compared.
            let text = String(decoding: bytes, as: UTF8.self)
            if text.contains("\\ud") || text.contains("\\uD") || text.contains("\u{FFFD}") { continue }
            // Foundation takes a comma before `}`, and refuses numbers that a Double cannot hold.
            if text.contains(/,\s*}/) || text.contains(/[eE]\+?[0-9]{3}/) { continue }
            let plain = try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
            let fault = Self.fault(bytes)
            #expect((plain != nil) == (fault == nil), "\(text) \(String(describing: fault))")
            guard let plain, fault == nil else { continue }
            accepted += 1
            #expect(JSONGenerator.leaves(of: bytes) == JSONGenerator.leaves(of: plain), "\(text)")
        }
        #expect(accepted > 1500)
    }
}

/// Random JSON documents, and their strings in order-free form.
enum JSONGenerator {
    static func document(_ random: inout SplitMix) -> String { value(&random, depth: 0) }

    private static func value(_ random: inout SplitMix, depth: Int) -> String {
        let space = ["", "", " ", "\n\t"].randomElement(using: &random) ?? ""
        switch Int.random(in: depth > 4 ? 2..<7 : 0..<8, using: &random) {
        case 0, 7:
            // Distinct keys: Foundation keeps only one of two equal ones.
            let members = (0..<Int.random(in: 0..<6, using: &random)).map {
                "\(space)\"k\($0)\(escapedText(&random))\":\(value(&random, depth: depth + 1))"
            }
            return "{" + members.joined(separator: ",") + space + "}"
        case 1:
            let items = (0..<Int.random(in: 0..<6, using: &random)).map { _ in value(&random, depth: depth + 1) }
            return "[" + space + items.joined(separator: space + ",") + "]"
        case 2: return ["true", "false", "null"].randomElement(using: &random) ?? "null"
        case 3: return "\(Int.random(in: -1_000_000...1_000_000, using: &random))"
        case 4: return "\(Int.random(in: 0...9, using: &random)).\(Int.random(in: 0...99, using: &random))e-1"
        default: return "\"\(escapedText(&random))\""
        }
    }

    private static func escapedText(_ random: inout SplitMix) -> String {
        let pieces = [
            "a", "Zz", "0123456789", #"\\"#, #"\""#, #"\n"#, #"\u00e9"#, "é", "漢", "😀", #"\/"#, " ", #"\u20AC"#,
        ]
        return (0..<Int.random(in: 0..<8, using: &random))
            .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    /// All keys and strings of Foundation's tree, sorted.
    static func leaves(of tree: Any) -> [String] {
        switch tree {
        case let object as [String: Any]: (object.keys + object.values.flatMap { leaves(of: $0) }).sorted()
        case let array as [Any]: array.flatMap { leaves(of: $0) }.sorted()
        case let text as String: [text]
        default: []
        }
    }

    /// The same of our tape.
    static func leaves(of bytes: [UInt8]) -> [String] {
        var tape = JSONTape()
        guard (try? tape.scan(bytes.span.bytes)) != nil else { return [] }
        return tape.tokens.compactMap { token in
            guard token.kind == .key || token.kind == .string else { return nil }
            var plain: [UInt8] = []
            let start = Int(token.offset)
            JSONEscapes.appendUnescaped(
                bytes.span.bytes.extracting(start..<(start + Int(token.length))), to: &plain)
            return String(decoding: plain, as: UTF8.self)
        }.sorted()
    }
}
