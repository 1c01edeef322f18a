import Bytes

/// Reads flat code; every count is checked against what is left before memory is taken for it.
struct CodeReader {
    private var bytes: [UInt8] = []
    private var offset = 0

    init(_ span: RawSpan) { bytes.append(span) }

    private mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws(ProgramDecodingError) -> Number
    {
        let size = Number.bitWidth / 8
        guard bytes.count - offset >= size else { throw .damaged }
        var value: Number = 0
        for index in 0..<size { value |= Number(truncatingIfNeeded: bytes[offset + index]) << Number(8 * index) }
        offset += size
        return value
    }

    private mutating func word() throws(ProgramDecodingError) -> UInt32 { try number(UInt32.self) }

    private mutating func run() throws(ProgramDecodingError) -> Range<Int> {
        let count = Int(try word())
        guard count <= bytes.count - offset else { throw .damaged }
        offset += count
        return offset - count..<offset
    }

    private mutating func text() throws(ProgramDecodingError) -> String {
        String(decoding: bytes[try run()], as: UTF8.self)
    }

    /// A list whose elements take at least `size` bytes each.
    private mutating func list<Element>(
        size: Int, _ read: (inout CodeReader) throws(ProgramDecodingError) -> Element
    ) throws(ProgramDecodingError) -> [Element] {
        let count = Int(try word())
        guard count <= (bytes.count - offset) / size else { throw .damaged }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    private mutating func slice() throws(ProgramDecodingError) -> FlatTest.Slice {
        FlatTest.Slice(start: try word(), count: try word())
    }

    mutating func code() throws(ProgramDecodingError) -> RuleCode {
        var code = RuleCode()
        code.names = try list(size: 4) { (reader) throws(ProgramDecodingError) in try reader.text() }
        code.pool = Array(bytes[try run()])
        code.tests = try list(size: 35) { (reader) throws(ProgramDecodingError) in try reader.test() }
        code.words = try list(size: 4) { (reader) throws(ProgramDecodingError) in try reader.word() }
        code.rules = try list(size: 16) { (reader) throws(ProgramDecodingError) in
            RuleCode.FlatRule(
                start: try reader.word(), count: try reader.word(), source: try reader.word(),
                rejection: try reader.text())
        }
        code.sources = try list(size: 20) { (reader) throws(ProgramDecodingError) in try reader.source() }
        guard offset == bytes.count else { throw .damaged }
        return code
    }

    private mutating func test() throws(ProgramDecodingError) -> FlatTest {
        guard let kind = FlatTest.Kind(rawValue: try number(UInt8.self)) else { throw .invalid("kind of test") }
        let flag = try number(UInt8.self)
        let gateAnchor = try number(UInt8.self)
        return FlatTest(
            kind: kind, flag: flag, field: try word(), extra: try word(), text: try slice(), gate: try slice(),
            gateAnchor: gateAnchor, bits: try number(UInt64.self))
    }

    private mutating func source() throws(ProgramDecodingError) -> RuleCode.FlatSource {
        let category = try text()
        let product = try text()
        let service = try text()
        let unavailable = try text()
        let entries = try list(size: 28) { (reader) throws(ProgramDecodingError) in try reader.entry() }
        let source = LogSource(
            category: category.isEmpty ? nil : category, product: product.isEmpty ? nil : product,
            service: service.isEmpty ? nil : service)
        return RuleCode.FlatSource(source: source, entries: entries, unavailable: unavailable)
    }

    private mutating func entry() throws(ProgramDecodingError) -> RuleCode.FlatEntry {
        RuleCode.FlatEntry(
            product: try text(),
            channels: try list(size: 4) { (reader) throws(ProgramDecodingError) in try reader.text() },
            providers: try list(size: 4) { (reader) throws(ProgramDecodingError) in try reader.text() },
            eventIDs: try list(size: 8) { (reader) throws(ProgramDecodingError) in
                Int(truncatingIfNeeded: try reader.number(Int64.self))
            },
            guardStart: try word(), guardCount: try word(),
            renames: try list(size: 8) { (reader) throws(ProgramDecodingError) in
                RuleCode.Rename(rule: try reader.word(), event: try reader.word())
            })
    }
}

extension RuleCode {
    /// Checks everything that compiling and matching rely on.
    func validate() throws(ProgramDecodingError) {
        guard pool.count < 1 << 31, words.count < 1 << 30 else { throw .invalid("size") }
        for test in tests { try validate(test) }
        for rule in rules {
            guard rule.source < sources.count else { throw .invalid("source of a rule") }
            if rule.rejection.isEmpty { try validateWords(rule.start, rule.count) }
        }
        for entry in sources.flatMap(\.entries) {
            if entry.guardCount > 0 { try validateWords(entry.guardStart, entry.guardCount) }
            for rename in entry.renames where rename.rule >= names.count || rename.event >= names.count {
                throw .invalid("rename")
            }
        }
    }

    private func isInPool(_ slice: FlatTest.Slice) -> Bool {
        UInt64(slice.start) + UInt64(slice.count) <= UInt64(pool.count)
    }

    private func validate(_ test: FlatTest) throws(ProgramDecodingError) {
        guard test.field < names.count || test.field == FlatTest.keyword else { throw .invalid("field") }
        guard isInPool(test.text), isInPool(test.gate), test.gateAnchor <= 2 else { throw .invalid("text of a test") }
        let isValid: Bool
        switch test.kind {
        case .prefix, .suffix, .contains: isValid = test.text.count > 0
        case .glob: isValid = Glob.isValid(pool, test.text.range)
        case .network: isValid = test.text.count == 4 || test.text.count == 16
        case .reference: isValid = test.extra < names.count && test.field != FlatTest.keyword
        case .timePart, .expression, .compare, .number: isValid = test.field != FlatTest.keyword
        default: isValid = true
        }
        guard isValid, test.kind != .network || test.field != FlatTest.keyword else { throw .invalid("test") }
    }

    /// Whether `count` words from `start` are exactly one expression, not nested too deep.
    private func validateWords(_ start: UInt32, _ count: UInt32) throws(ProgramDecodingError) {
        let end = UInt64(start) + UInt64(count)
        guard end <= UInt64(words.count) else { throw .invalid("place of a condition") }
        var pending: [UInt32] = [1]
        var at = Int(start)
        while let open = pending.last {
            guard open > 0 else {
                pending.removeLast()
                continue
            }
            pending[pending.count - 1] -= 1
            guard at < Int(end), pending.count <= Self.maximumDepth + 1 else { throw .invalid("condition") }
            let operand = words[at] & Self.operandMask
            switch words[at] >> 30 {
            case Self.opTest: guard operand < tests.count else { throw .invalid("test of a condition") }
            case Self.opNot: pending.append(1)
            default: pending.append(operand)
            }
            at += 1
        }
        guard at == Int(end) else { throw .invalid("end of a condition") }
    }
}
