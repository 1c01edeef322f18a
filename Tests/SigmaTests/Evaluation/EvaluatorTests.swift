import Sigma
import Testing

/// What a detection means, as a table: detection, event, verdict.
@Suite struct EvaluatorTests {
    private static func rule(_ detection: String, placeholders: [String: [String]] = [:]) throws -> Rule {
        let indented = detection.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
        let text = "title: t\nlogsource: {product: windows}\ndetection:\n\(indented)\n"
        let parsed = RuleParser(placeholders: placeholders).parse(RuleText(path: "t.yml", text: text))
        guard case .rule(let rule) = parsed.documents.first else { throw Rejected(diagnostics: parsed.diagnostics) }
        return rule
    }

    private struct Rejected: Error { var diagnostics: [Diagnostic] }

    private static func item(_ item: String, _ fields: [String: [String]]) throws -> Bool {
        Evaluator().matches(try rule("s:\n  \(item)\ncondition: s").condition, fields: fields)
    }

    /// Item of a map, the value of `f` (`nil`: absent), verdict.
    static let items: [(item: String, value: String?, expected: Bool)] = [
        // plain values
        ("f: Cmd.EXE", "cMD.exe", true), ("f: cmd.exe", "cmd.exe ", false), ("f: cmd", "cmd.exe", false),
        ("f: ''", "", true), ("f: ''", nil, false), ("f: ''", "x", false), ("f: null", nil, true), ("f: ~", "", false),
        ("f: 'null'", "null", true), ("f: 'null'", nil, false), ("f: true", "True", true), ("f: false", "0", false),
        ("f: Straße", "STRAßE", true), ("f: ПРИВЕТ", "привет", true), ("f: ΣΊΣΥΦΟΣ", "σίσυφος", true),
        ("f: İ", "i", false), ("f: \u{E9}", "e\u{301}", false),
        // numbers
        ("f: 4624", "4624", true), ("f: 4624", "4624.0", true), ("f: 4624", "+4624", true), ("f: 4624", "46240", false),
        ("f: '4624'", "4624.0", false), ("f: 00000429", "429", false), ("f: 00000429", "00000429", true),
        ("f: 1.50", "1.5", true), ("f: 0x17", "23", true), ("f: 0x17", "0x17", true), ("f: -3", "-3", true),
        ("f: 12:30", "12:30", true), ("f: 127.0.0.1", "127.0.0.1", true), ("f: 2024-01-02", "2024-01-02", true),
        ("f|contains: 445", "port 445 open", true), ("f|endswith: 1.10", "v1.10", true),
        // wildcards and escapes
        ("f: 'a*c'", "a\r\nc", true), ("f: 'a*c'", "abcd", false), ("f: 'a?c'", "aéc", true), ("f: 'a?c'", "a👍c", true),
        ("f: 'a?c'", "ac", false), ("f: '*'", "", true), ("f: '*'", nil, false), ("f: '?'", "", false),
        (#"f: 'a\*c'"#, "a*c", true), (#"f: 'a\*c'"#, "abc", false), (#"f: 'a\?c'"#, "a?c", true),
        (#"f: 'a\\*c'"#, #"a\bc"#, true), (#"f: 'a\\\*c'"#, #"a\*c"#, true), (#"f: 'a\\\*c'"#, #"a\bc"#, false),
        (#"f: 'a\\b'"#, #"a\b"#, true), (#"f: 'a\b'"#, #"a\b"#, true), (#"f: '\\\\srv'"#, #"\\srv"#, true),
        (#"f: 'c:\'"#, #"c:\"#, true), (#"f: 'a**b'"#, "ab", true), ("f: '*a*b*a'", "xaybza", true),
        ("f: '*aab'", "aaab", true), ("f: 'a.c'", "abc", false), ("f: '[a]'", "a", false),
        // anchors
        (#"f|contains: '\Temp\'"#, #"c:\temp\x"#, true), (#"f|contains: '\Temp\'"#, #"c:\temp"#, false),
        (#"f|endswith: '\cmd.exe'"#, #"C:\CMD.EXE"#, true), (#"f|startswith: 'C:\'"#, #"c:\x"#, true),
        ("f|startswith: 'a*c'", "abcd", true), ("f|endswith: ''", "x", true), ("f|contains: ''", nil, false),
        ("f|contains: [x, b]", "abc", true), ("f|contains|all: [a, b]", "b-a", true),
        ("f|contains|all: [a, z]", "ab", false),
        // case
        ("f|cased: Abc", "Abc", true), ("f|cased: Abc", "abc", false), ("f|contains|cased: B", "aBc", true),
        ("f|cased|endswith: C", "abc", false),
        // presence and negation
        ("f|exists: true", "", true), ("f|exists: true", nil, false), ("f|exists: 'false'", nil, true),
        ("f|neq: a", "A", false), ("f|neq: a", nil, true), ("f|neq: [a, b]", "c", true),
        ("f|contains|neq: a", "xax", false),
        ("f|neq: 5", "5.0", false), ("f|neq: null", "x", true),
        // expressions
        ("f|re: 'b+'", "abbc", true), ("f|re: 'B+'", "abbc", false), ("f|re|i: 'B+'", "abbc", true),
        ("f|re: '^b'", "ab", false),
        ("f|re|m: '^c'", "a\nc", true), ("f|re|s: 'a.c'", "a\nc", true),
        ("f|re|multiline|dotall|ignorecase: '^B.C$'", "a\nb\nc", true),
        (#"f|re: '\\d'"#, #"\d"#, true), ("f|re|contains: 'b'", "abc", true), ("f|re|neq: 'b'", "abc", false),
        // networks
        ("f|cidr: 10.0.0.0/8", "10.255.0.1", true), ("f|cidr: 1.0.0.0/8", "10.0.0.1", false),
        ("f|cidr: 10.0.0.0/8", "::ffff:10.0.0.1", false),
        ("f|cidr: 172.16.0.0/12", "172.32.0.0", false), ("f|cidr: 10.0.0.1", "10.0.0.1", true),
        ("f|cidr: 10.0.0.0/8", "010.0.0.1", false),
        ("f|cidr: fe80::/10", "fe80:0:0:0:1:2:3:4", true), ("f|cidr: fe80::/10", "fe80::1%eth0", true),
        ("f|cidr: '::1/128'", "0:0:0:0:0:0:0:1", true),
        ("f|cidr: '::ffff:0:0/96'", "::ffff:10.0.0.1", true), ("f|cidr: 0.0.0.0/0", "1.2.3.4.5", false),
        ("f|cidr: 10.0.0.0/8", "10.1", false),
        // numbers compared
        ("f|lt: 10", "9", true), ("f|gt: 5", "abc", false), ("f|gte: 5", "5", true), ("f|lte: 5.5", "5.6", false),
        ("f|gt: '5'", "6", true),
        // encodings
        ("f|base64: /bin/bash", "L2Jpbi9iYXNo", true), ("f|base64offset|contains: foobar", "xxfoobarxx", false),
        ("f|base64offset|contains: é!x", "w6kheA==", true), ("f|utf16|base64: a", "//5hAA==", true),
        ("f|wide|base64offset|contains: ping", "eHl6IXAAaQBuAGcAAAA=", true), ("f|utf16be|base64: a", "AGE=", true),
        // dashes
        ("f|contains|windash: ' -s'", "x \u{2014}s", true), ("f|contains|windash: ' /s'", "x -S", true),
        ("f|windash: 'a-b'", "a/b", false),
        ("f|windash: '-a-b'", "/a-b", true), ("f|contains|all|windash: [' -a', ' -b']", "x /a \u{2013}b", true),
        // times
        ("f|hour: 14", "2024-02-03T14:05:06Z", true), ("f|minute: 5", "2024-02-03 14:05", true),
        ("f|week: 5", "2024-02-03T14:05:06Z", true),
        ("f|week: 53", "2021-01-03T00:00:00Z", true), ("f|week: 1", "2018-12-31T00:00:00Z", true),
        ("f|year: 2024", "yesterday", false),
        ("f|day: 3", "2024-02-03T14:05", true), ("f|month: 2", "2024-02-03T14:05", true),
    ]

    @Test(arguments: items.indices)
    func `an item compares as the specification says`(index: Int) throws {
        let (item, value, expected) = Self.items[index]
        let verdict = try Self.item(item, value.map { ["f": [$0]] } ?? [:])
        #expect(verdict == expected, Comment(rawValue: "\(item) on \(value ?? "absent")"))
    }

    static let detections: [(detection: String, fields: [String: [String]], expected: Bool)] = [
        ("s: {f: a, g: b}\ncondition: s", ["f": ["a"], "g": ["c"]], false),
        ("s:\n  - {f: a, g: b}\n  - h: c\ncondition: s", ["h": ["C"]], true),
        ("s: {f|startswith: a, f|endswith: z}\ncondition: s", ["f": ["a-z"]], true),
        ("s: [evil, bad]\ncondition: s", ["x": ["so EVIL!"]], true),
        ("s: evil\ncondition: s", [:], false),
        ("s: {'|all': [a1, b2]}\ncondition: s", ["x": ["a1"], "y": ["b2"]], true),
        ("s: {'|all': [a1, c3]}\ncondition: s", ["x": ["a1"], "y": ["b2"]], false),
        ("s: [1234, 'a*z']\ncondition: s", ["x": ["..a--z.."]], true),
        ("s: {f: b}\ncondition: s", ["f": ["a", "b"]], true),
        ("s: {f|neq: b}\ncondition: s", ["f": ["a", "b"]], false),
        ("s: {f|contains|all: [a, b]}\ncondition: s", ["f": ["a", "b"]], true),
        ("s: {f|fieldref: g}\ncondition: s", ["f": ["A"], "g": ["a"]], true),
        ("s: {f|fieldref|neq: g}\ncondition: s", ["f": ["A"]], true),
        ("s: {f|fieldref|endswith: g}\ncondition: s", ["f": ["xyz"], "g": ["YZ"]], true),
        ("s: {f|fieldref|contains|cased: g}\ncondition: s", ["f": ["xYz"], "g": ["y"]], false),
        ("s: {f: x}\nn: {g|contains: y}\ncondition: s and not n", ["f": ["x"]], true),
        ("a: {f: 1}\nb: {f: 2}\nc: {f: 3}\ncondition: a or b and c", ["f": ["1"]], true),
        ("a: {f: 1}\nb: {f: 2}\nc: {f: 3}\ncondition: (a or b) and c", ["f": ["1"]], false),
        ("a: {f: 1}\nb: {f: 2}\ncondition: not a and b", ["f": ["2"]], true),
        ("a: {f: 1}\nb: {f: 2}\ncondition: NOT (a OR b)", ["f": ["3"]], true),
        ("sel_a: {f: 1}\nsel_b: {f: 2}\ncondition: 1 of sel_*", ["f": ["2"]], true),
        ("sel_a: {f: 1}\nsel_b: {f: 2}\ncondition: all of sel_*", ["f": ["2"]], false),
        ("sel_a: {f: 1, g: 1}\nsel_b: {f: 2, g: 2}\ncondition: 1 of them", ["f": ["1"], "g": ["2"]], false),
        ("a: {f: 1}\n_b: {f: 2}\ncondition: 1 of them", ["f": ["2"]], false),
        ("a: {f: 1}\n_b: {f: 2}\ncondition: a or 1 of _*", ["f": ["2"]], true),
        ("a_x: {f: 1}\nb_x: {f: 2}\ncondition: any of *_x", ["f": ["2"]], true),
        ("a: {f: 1}\nb: {f: 2}\ncondition: [a, b]", ["f": ["2"]], true),
        ("a: {f: 1}\nb: {f: 2}\ncondition: not 1 of them", ["f": ["3"]], true),
    ]

    @Test(arguments: detections.indices)
    func `a detection combines as the specification says`(index: Int) throws {
        let (detection, fields, expected) = Self.detections[index]
        #expect(try Evaluator().matches(Self.rule(detection).condition, fields: fields) == expected, "\(detection)")
    }

    @Test func `every offset of base64 is found`() throws {
        let rule = try Self.rule("s: {f|base64offset|contains: 'http://'}\ncondition: s")
        for before in ["", "a", "ab", "abc"] {
            for after in ["", "y", "yz"] {
                let text = EncodedText.base64(Array((before + "http://" + after).utf8))
                #expect(Evaluator().matches(rule.condition, fields: ["f": [text]]), "\(before) \(after)")
            }
        }
    }

    @Test func `placeholders take their values from the table, wildcards included`() throws {
        let table = ["admins": ["root", "adm_*"], "host": ["h1", "h2"]]
        let rule = try Self.rule("s: {f|expand: '%admins%@%host%'}\ncondition: s", placeholders: table)
        let evaluator = Evaluator()
        #expect(evaluator.matches(rule.condition, fields: ["f": ["ADM_joe@h2"]]))
        #expect(!evaluator.matches(rule.condition, fields: ["f": ["joe@h2"]]))
        let literal = try Self.rule("s: {f: '%admins%'}\ncondition: s", placeholders: table)
        #expect(evaluator.matches(literal.condition, fields: ["f": ["%admins%"]]))
        let escaped = try Self.rule(#"s: {f|expand: '100\%admins\%'}"# + "\ncondition: s", placeholders: table)
        #expect(evaluator.matches(escaped.condition, fields: ["f": ["100%admins%"]]))
    }

    @Test func `a catastrophic expression is given up and counted`() throws {
        let rule = try Self.rule("s: {f|re: '^(a+)+$'}\ncondition: s")
        let evaluator = Evaluator()
        let elapsed = ContinuousClock().measure {
            #expect(!evaluator.matches(rule.condition, fields: ["f": [String(repeating: "a", count: 5_000) + "!"]]))
        }
        #expect(evaluator.gaveUp == 1 && elapsed < .seconds(2))
    }

    @Test func `an explanation shows the truth of each node and the value that matched`() throws {
        let rule = try Self.rule(
            """
            sel_img:
              Image|endswith: '\\cmd.exe'
            sel_cli:
              CommandLine|contains: [whoami, 'net user']
            filter:
              User: SYSTEM
            condition: all of sel_* and not filter
            """)
        let fields = ["Image": [#"C:\cmd.exe"#], "CommandLine": ["cmd /c whoami"]]
        #expect(
            Evaluator().explain(rule, fields: fields).description == """
                ✓ and
                  ✓ all of sel_*
                    ✓ sel_img
                      ✓ Image endswith '\\cmd.exe'  ← C:\\cmd.exe
                    ✓ sel_cli (one of)
                      ✓ CommandLine contains 'whoami'  ← cmd /c whoami
                      ✗ CommandLine contains 'net user'  ← cmd /c whoami
                  ✓ not
                    ✗ filter
                      ✗ User is 'SYSTEM'
                """)
        let matched = Evaluator().matchedFields(rule, fields: fields)
        #expect(matched.map(\.field) == ["Image", "CommandLine"])
        #expect(matched.last?.test == "contains 'whoami'")
        #expect(Evaluator().matchedFields(rule, fields: [:]).isEmpty)
    }
}

enum EncodedText {
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var bits = bytes.flatMap { byte in (0..<8).reversed().map { Int(byte >> UInt8($0)) & 1 } }
        bits += [Int](repeating: 0, count: (6 - bits.count % 6) % 6)
        let digits = stride(from: 0, to: bits.count, by: 6).map { start in
            alphabet[bits[start..<start + 6].reduce(0) { $0 * 2 + $1 }]
        }
        return String(digits) + String(repeating: "=", count: (4 - digits.count % 4) % 4)
    }
}
