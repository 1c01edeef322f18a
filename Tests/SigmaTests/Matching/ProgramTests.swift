import Testing

@testable import Sigma

@Suite struct ProgramTests {
    private func rule(_ source: LogSource, _ condition: Sigma.Expression) -> Rule {
        Rule(metadata: Metadata(title: "t"), place: Place(file: ""), logSource: source, condition: condition)
    }

    private func contains(_ field: String, _ text: String) -> Sigma.Expression {
        .item(Item(field: field, test: .pattern(Pattern(tokens: [.anyRun, .literal(text), .anyRun]))))
    }

    private let sysmon = EventKind(
        product: "windows", channel: "Microsoft-Windows-Sysmon/Operational", provider: "", eventID: 1)
    private let security = EventKind(product: "windows", channel: "security", provider: "", eventID: 4688)

    @Test func processCreationReadsTheAuditEventUnderItsOwnNames() throws {
        let condition = Sigma.Expression.all([contains("Image", "\\evil"), contains("ParentImage", "word")])
        let rules = [rule(LogSource(category: "process_creation", product: "windows"), condition)]
        let program = Program(rules: rules, taxonomy: try ShippedTaxonomy.windows())
        #expect(Set(program.route(for: security).fieldNames) == ["NewProcessName", "ParentProcessName"])
        #expect(Set(program.route(for: sysmon).fieldNames) == ["Image", "ParentImage"])
        var harness = MatchHarness(program)
        let event = ["NewProcessName": ["C:\\Evil.exe"], "ParentProcessName": ["WinWord"]]
        #expect(harness.hits(event, kind: security) == [0])
        #expect(harness.hits(event, kind: sysmon) == [])
        #expect(harness.hits(["Image": ["c:\\evil"], "ParentImage": ["word"]], kind: sysmon) == [0])
    }

    @Test func statedSourcesMatchWithoutTaxonomy() {
        let condition = contains("Action", "create")
        let program = Program(
            rules: [
                rule(LogSource(product: "docker", service: "events"), condition),
                rule(LogSource(product: "docker"), condition),
                rule(LogSource(category: "process_creation", product: "linux"), condition),
                rule(LogSource(product: "windows"), condition),
            ], taxonomy: Taxonomy())
        var harness = MatchHarness(program)
        let event = ["Action": ["Create"]]
        #expect(harness.hits(event, kind: EventKind(product: "docker", service: "events")) == [0, 1])
        #expect(harness.hits(event, kind: EventKind(product: "docker", service: "inspect")) == [1])
        #expect(harness.hits(event, kind: EventKind(product: "linux", category: "process_creation")) == [2])
        #expect(harness.hits(event, kind: EventKind(product: "", channel: "Whatever", eventID: 7)) == [3])
        #expect(harness.hits(event, kind: EventKind(product: "")) == [])
    }

    @Test func encodedProgramDecidesTheSame() throws {
        var draw = GeneratedMatchTests.Draw(random: SeededGenerator(seed: 5))
        let rules = (0..<200).map { _ in rule(LogSource(product: "x"), draw.expression(3)) }
        let program = Program(rules: rules, taxonomy: try ShippedTaxonomy.windows())
        let bytes = program.encode()
        let copy = try Program(decoding: bytes.span.bytes)
        #expect(copy.encode() == bytes)
        var first = MatchHarness(program)
        var second = MatchHarness(copy)
        for _ in 0..<50 {
            let event = draw.event()
            #expect(
                first.hits(event, kind: EventKind(product: "x")) == second.hits(event, kind: EventKind(product: "x")))
        }
    }

    @Test func damagedProgramsThrow() throws {
        var draw = GeneratedMatchTests.Draw(random: SeededGenerator(seed: 6))
        let rules = (0..<40).map { _ in rule(LogSource(product: "x"), draw.expression(3)) }
        let bytes = Program(rules: rules, taxonomy: try ShippedTaxonomy.windows()).encode()
        for length in stride(from: 0, to: bytes.count, by: 97) {
            let cut = Array(bytes[..<length])
            #expect(throws: ProgramDecodingError.self) { _ = try Program(decoding: cut.span.bytes) }
        }
        var random = SeededGenerator(seed: 7)
        for _ in 0..<3000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1..<4, using: &random) {
                changed[Int.random(in: 24..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            // A forger mends the checksum: then the contents must be refused, or be usable without a trap.
            let sum = CodeWriter.checksum(Array(changed[24...]).span.bytes)
            for index in 0..<8 { changed[16 + index] = UInt8(truncatingIfNeeded: sum >> UInt64(8 * index)) }
            guard let program = try? Program(decoding: changed.span.bytes) else { continue }
            var harness = MatchHarness(program)
            _ = harness.hits(draw.event(), kind: EventKind(product: "x"))
        }
    }

    @Test func silenceIsExplained() throws {
        let creation = LogSource(category: "process_creation", product: "windows")
        let program = Program(
            rules: [
                rule(creation, contains("CommandLine", "x")), rule(creation, contains("Image", "x")),
                rule(LogSource(product: "windows", service: "system"), contains("a", "b")),
                rule(LogSource(category: "file_access", product: "windows"), contains("a", "b")),
                rule(
                    LogSource(product: "windows", service: "security"),
                    .all([.item(Item(field: "EventID", test: .number(4769, text: "4769"))), contains("a", "b")])),
                rule(creation, .item(Item(field: "Image", test: .regularExpression(RegularExpression(source: "("))))),
                rule(creation, .all([contains("Image", "x"), .not(contains("Gone", "y"))])),
            ], taxonomy: try ShippedTaxonomy.windows())
        let reasons = program.whySilent(seen: [security: ["NewProcessName", "EventID"]])
        #expect(reasons[0] == .noField(["CommandLine"]))
        #expect(reasons[1] == nil)
        #expect(reasons[2] == .noLogSource)
        guard case .unavailable = reasons[3] else { throw ExpectedUnavailable() }
        #expect(reasons[4] == .noEvent(ids: [4769]))
        guard case .rejected = reasons[5] else { throw ExpectedUnavailable() }
        #expect(reasons[6] == nil)
    }

    private struct ExpectedUnavailable: Error {}

    @Test func foldingTableEqualsTheDefinition() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let folded = FoldedText.fold(value)
            if folded != CaseFolding.fold(scalar).value { Issue.record("U+\(String(value, radix: 16))") }
        }
    }

    @Test(arguments: [
        ("power.*shell", "power"), ("abc?d", "ab"), ("a|bcd", ""), ("(?i)Invoke-Mimi", "invoke-mimi"), ("x{2}yz", "yz"),
        ("a\\.exe$", "a.exe"), ("(?x) a b c", ""), ("\\x41bc", ""), ("[abc]defg+h", "defg"), ("ab(cd)ef", "ab"),
        ("\\Qa|b\\E", ""), ("a{b|c}", ""), ("cmd.{0,5}(?:/c|/r).+powershell.+", "powershell"), ("(a|b)*", ""),
        ("ab*c", "a"), ("(power)?sh", "sh"), ("(?:po(wer))+x", "wer"), ("(foo|barbaz)qu", "qu"),
        ("((?i)abcd)e", "abcd"), ("(?i)(set).*x", "set"),
    ])
    func requiredLiteral(_ source: String, _ literal: String) {
        #expect(String(decoding: RegexLiteral.required(by: source), as: UTF8.self) == literal)
    }

    @Test func numbersAreOfferedAsDecimalText() {
        let condition = Sigma.Expression.any(
            ["-9223372036854775808", "0", "18446744073709551615"].map {
                .item(Item(field: "n", test: .pattern(Pattern(tokens: [.literal($0)]))))
            })
        let program = Program(rules: [rule(LogSource(), condition)], taxonomy: Taxonomy())
        let route = program.route(for: EventKind(product: "x"))
        var matcher = EventMatcher(route)
        for number in [Int64.min, 0, 7] {
            matcher.begin(route)
            matcher.add(field: RouteField(0), integer: number)
            #expect(matcher.match() == (number == 7 ? [] : [0]))
        }
        matcher.begin(route)
        matcher.add(field: RouteField(0), unsigned: .max)
        #expect(matcher.match() == [0])
    }
}
