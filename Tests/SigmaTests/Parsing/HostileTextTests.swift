import Sigma
import Testing

/// Rule files may come from anybody: none may crash, hang or eat the memory.
@Suite struct HostileTextTests {
    private func parse(_ text: String) -> ParsedFile { RuleParser().parse(RuleText(path: "h.yml", text: text)) }

    private func quickly(_ text: String, _ name: String) -> ParsedFile {
        var parsed = parse("")
        let elapsed = ContinuousClock().measure { parsed = parse(text) }
        #expect(elapsed < .seconds(10), "\(name) took \(elapsed)")
        return parsed
    }

    @Test func `an alias bomb is refused`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let uses = (0..<9).map { _ in "*a\(level - 1)" }.joined(separator: ", ")
            text += "a\(level): &a\(level) [\(uses)]\n"
        }
        let parsed = quickly(text + "title: t\n", "bomb")
        #expect(parsed.documents.isEmpty && parsed.diagnostics.contains { $0.code == .limit })
    }

    @Test func `few aliases are fine, undefined and recursive ones are not`() {
        let good =
            "title: t\nlogsource: &l {product: x}\nrelated: *l\ndetection:\n  s: &s {a: b}\n  u: *s\n  condition: s or u\n"
        #expect(parse(good).documents.count == 1)
        #expect(parse("title: *nothing\n").diagnostics.first?.code == .syntax)
        #expect(parse("a: &a [*a]\n").documents.isEmpty)
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "a: [", "!!seq [", "&a [", "\"a\": {"])
    func `deep nesting is refused`(opening: String) {
        for depth in [100, 900, 5_000, 100_000] {
            let parsed = quickly(String(repeating: opening, count: depth), "\(opening) × \(depth)")
            #expect(parsed.documents.isEmpty && !parsed.diagnostics.isEmpty)
        }
    }

    @Test func `deep blocks are refused`() {
        let text = (0..<500).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        #expect(quickly(text, "blocks").diagnostics.contains { $0.code == .limit })
    }

    @Test func `deep conditions are refused`() {
        for opening in ["(", "not "] {
            let condition = String(repeating: opening, count: 10_000) + "s"
            let text = "title: t\nlogsource: {product: x}\ndetection:\n  s: {a: b}\n  condition: \(condition)\n"
            #expect(quickly(text, opening).diagnostics.contains { $0.code == .limit })
        }
    }

    @Test func `a huge file is refused, a large one is read`() {
        let huge = String(repeating: "# padding\n", count: 1_700_000)
        #expect(quickly(huge, "huge").diagnostics.first?.code == .limit)
        let values = (0..<20_000).map { "      - value\($0)\n" }.joined()
        let large = "title: t\nlogsource: {product: x}\ndetection:\n  s:\n    f|contains:\n\(values)  condition: s\n"
        #expect(quickly(large, "large").documents.count == 1)
    }

    @Test func `a collection cannot multiply a large document`() {
        let values = (0..<2_000).map { "v\($0)" }.joined(separator: ", ")
        var text =
            "action: global\ntitle: t\nlogsource: {product: x}\ndetection:\n  s: {f: [\(values)]}\n  condition: s\n"
        for index in 0..<5_000 { text += "---\nid: \(index)\n" }
        let parsed = quickly(text, "collection")
        #expect(parsed.diagnostics.contains { $0.code == .limit })
    }

    @Test func `many keys in one map are read in time`() {
        let keys = (0..<30_000).map { "k\($0): v\n" }.joined()
        _ = quickly("action: global\n\(keys)---\n\(keys)", "keys")
    }

    @Test(arguments: [
        "", "\0", "\u{FEFF}", "---", "...", "--- ---", "%YAML 9.9\n---\n", "\t", "a\u{0}b: c", ":", "- - -", "&", "*",
        "!", "|", ">",
        "'", "\"", "\"\\x\"", "\"\\ud800\"", "a: 'b", "? a\n: b", "{a, b}", "[a, [b], {c}]", "!!binary x", "a: !!int b",
        "title: \u{85}\u{2028}x", "\r\r\n\r", "a: >9\n b", "#", "a: |+\n\n\n", "<<: *a", "detection: null",
        "detection: 1",
        "correlation: []", "filter: {rules: any}", "action: repeat", "action: global\n---\naction: reset\n---\n",
    ])
    func `odd texts are refused without a crash`(text: String) {
        #expect(parse(text).documents.isEmpty)
    }

    @Test func `mutations of a rule never crash`() {
        let seed = Array(
            """
            title: t
            logsource: {category: process_creation, product: windows}
            detection:
              sel_a:
                - Image|endswith: '\\cmd.exe'
                  Cmd|contains|all: ["a\\tb", 'c*', 12]
                - f|re|i: "^a+$"
              keywords: [x, "y"]
              condition: (1 of sel_* or keywords) and not all of them
            level: high
            """.utf8)
        var random = SplitMix64(7)
        let pieces = Array("|:-[]{}'\"*&!#%@`?\\\n\t ()>,~0aé".utf8)
        for _ in 0..<3_000 {
            var bytes = seed
            for _ in 0...Int(random.next() % 6) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[place] = pieces[Int(random.next() % UInt64(pieces.count))]
                case 1: bytes.insert(pieces[Int(random.next() % UInt64(pieces.count))], at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 9)))
                }
            }
            let parsed = parse(String(decoding: bytes, as: UTF8.self))
            #expect(!parsed.documents.isEmpty || !parsed.diagnostics.isEmpty || bytes.isEmpty)
        }
    }
}
