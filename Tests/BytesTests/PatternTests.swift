import Patterns
import Testing

@Suite struct PatternTests {
    private func outcome(
        _ source: String, _ text: String, _ options: CompiledPattern.Options = []
    ) throws -> PatternMatcher.Outcome {
        let matcher = try #require(PatternMatcher())
        return matcher.firstMatch(of: try CompiledPattern(source, options: options), in: text)
    }

    @Test(arguments: [
        ("b+", "abbc", true), ("B+", "abbc", false), ("^b", "abc", false), ("c$", "abc\n", true),
        ("a.c", "a\nc", false),
        ("", "", true), ("x", "", false), ("^$", "", true), (#"\bcmd\b"#, "run cmd now", true),
        (#"\d{3}"#, "a12b", false),
        ("(?i)CMD", "cmd", true), ("é", "é", true), ("^.$", "é", true), (#"^\w+$"#, "привет", true),
        (#"(?:a|b){2,}c"#, "xababc", true),
    ])
    func `a search is unanchored and sees scalars`(source: String, text: String, expected: Bool) throws {
        #expect(try outcome(source, text) == (expected ? .matched : .none))
    }

    @Test func `options change case, lines and the dot`() throws {
        #expect(try outcome("B+", "abbc", .ignoreCase) == .matched)
        #expect(try outcome("É", "é", .ignoreCase) == .matched)
        #expect(try outcome("^c", "a\nc", .multiline) == .matched)
        #expect(try outcome("a.c", "a\nc", .dotAll) == .matched)
        #expect(try outcome("^B.C$", "a\nb\nc", [.ignoreCase, .multiline, .dotAll]) == .matched)
    }

    @Test func `bytes that are not UTF-8 are stepped over`() throws {
        let matcher = try #require(PatternMatcher())
        let pattern = try CompiledPattern("abc")
        let found: [UInt8] = [0xFF, 0xC3, 0x61, 0x62, 0x63, 0xFE]
        let broken: [UInt8] = [0x61, 0x62, 0xED, 0xA0, 0x80, 0x63]
        #expect(found.withUnsafeBytes { matcher.firstMatch(of: pattern, in: RawSpan(_unsafeBytes: $0)) } == .matched)
        #expect(broken.withUnsafeBytes { matcher.firstMatch(of: pattern, in: RawSpan(_unsafeBytes: $0)) } == .none)
    }

    @Test(arguments: [
        "(a+)+$", "(a|aa)+$", "(a*)*b", "(?:a?){40}a{40}b", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)x$",
        "^(([a-z])+.)+[A-Z]([a-z])+$", "a{1,500}a{1,500}[bc]", "a*a*[bc]", "a+a+a+[bc]", "(a){1,500}(a){1,500}[bc]",
        "a{1,50}a{1,50}a{1,50}[bc]", ".{1000,}[bc]", "(.){200,}[bc]", "a{1,100}a*[bc]", "[^x]*[yz]", "a++[bc]",
    ])
    func `a catastrophic expression ends soon, whatever the length of the value`(source: String) throws {
        for length in [40, 600, 2_000, 4_000, 30_000] {
            let text = String(repeating: "a", count: length) + "!"
            let elapsed = try ContinuousClock().measure { _ = try outcome(source, text) }
            #expect(elapsed < .seconds(2), Comment(rawValue: "\(source) on \(length) bytes"))
        }
    }

    @Test func `an honest expression is decided in a long value`() throws {
        let script = String(repeating: "Write-Host 'nothing'; ", count: 1_000)
        let base64 = String(repeating: "QUJD", count: 5_000)
        #expect(try outcome("(?i)iex.*download.*string", script + "IEX x Download y String") == .matched)
        #expect(try outcome("(?i)iex.*download.*string", script + "IEX x Download y") == .none)
        #expect(try outcome("^(?:[A-Za-z0-9+/]{4})*$", base64) == .matched)
        #expect(try outcome(#"\s+-e\s+(?:[A-Za-z0-9+/]{4})+$"#, "x -e " + base64) == .matched)
    }

    @Test func `reaching the limit is told apart from no match`() throws {
        let text = String(repeating: "a", count: 40) + "!"
        #expect(try outcome("^(a+)+$", text) == .limitExceeded)
    }

    @Test(arguments: ["(", "[a", "a{2,1}", #"\C"#, "(?<n", "*a"])
    func `a malformed expression is refused with its place`(source: String) {
        #expect(throws: PatternError.self) { try CompiledPattern(source) }
    }

    @Test func `long and deeply nested expressions are refused`() {
        let deep = String(repeating: "(", count: 200) + String(repeating: ")", count: 200)
        #expect(throws: PatternError.self) { try CompiledPattern(deep) }
        #expect(throws: PatternError.self) { try CompiledPattern(String(repeating: "a", count: 20_000)) }
        #expect(throws: PatternError.self) { try CompiledPattern("(?:(?:a{1000}){1000}){1000}") }
    }

    @Test func `one pattern serves many tasks`() async throws {
        let pattern = try CompiledPattern("n[0-9]+e", options: .ignoreCase)
        let matches = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    guard let matcher = PatternMatcher() else { return 0 }
                    return (0..<200).count { matcher.firstMatch(of: pattern, in: "x N\($0 * task)E") == .matched }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(matches == 1600)
    }
}
