import Patterns

/// Turns rules into ``RuleCode``: texts folded and pooled, equal tests shared.
struct Lowering {
    private(set) var code = RuleCode()
    private let taxonomy: Taxonomy
    private var names: [String: UInt32] = [:]
    private var texts: [[UInt8]: FlatTest.Slice] = [:]
    private var tests: [FlatTest: UInt32] = [:]
    private var sources: [LogSource: UInt32] = [:]
    private var expressions: [RegularExpression: String?] = [:]
    private var rejection = ""

    init(taxonomy: Taxonomy) { self.taxonomy = taxonomy }

    /// Appends a rule.
    mutating func append(_ rule: Rule) {
        let source = index(of: rule.logSource)
        let start = UInt32(code.words.count)
        rejection = ""
        emit(rule.condition, depth: 0)
        if !rejection.isEmpty { code.words.removeSubrange(Int(start)...) }
        code.rules.append(
            RuleCode.FlatRule(
                start: start, count: UInt32(code.words.count) - start, source: source, rejection: rejection))
    }

    private mutating func index(of source: LogSource) -> UInt32 {
        if let index = sources[source] { return index }
        let index = UInt32(code.sources.count)
        sources[source] = index
        let key = LogSource(category: source.category, product: source.product)
        let entries = taxonomy.entries(for: source).map { lower($0) }
        code.sources.append(
            RuleCode.FlatSource(source: source, entries: entries, unavailable: taxonomy.unavailable[key] ?? ""))
        return index
    }

    private mutating func lower(_ entry: Taxonomy.Entry) -> RuleCode.FlatEntry {
        let start = UInt32(code.words.count)
        if !entry.conditions.isEmpty {
            let conditions = entry.conditions.map { condition in
                Expression.any(
                    condition.values.map { value in
                        let pattern = Pattern(tokens: [.literal(value)], cased: true)
                        return .item(Item(field: condition.field, test: .pattern(pattern)))
                    })
            }
            emit(.all(conditions), depth: 0)
        }
        return RuleCode.FlatEntry(
            product: entry.product, channels: entry.channels, providers: entry.providers, eventIDs: entry.eventIDs,
            guardStart: start, guardCount: UInt32(code.words.count) - start,
            renames: entry.renames.map { RuleCode.Rename(rule: name($0.rule), event: name($0.event)) })
    }

    private mutating func emit(_ expression: Expression, depth: Int) {
        guard depth < RuleCode.maximumDepth else {
            rejection = "condition nested deeper than \(RuleCode.maximumDepth)"
            return
        }
        switch expression {
        case .all(let children): emit(RuleCode.opAll, children, depth: depth)
        case .any(let children): emit(RuleCode.opAny, children, depth: depth)
        case .not(let child):
            code.words.append(RuleCode.opNot << 30)
            emit(child, depth: depth + 1)
        case .item(let item):
            code.words.append(RuleCode.opTest << 30 | intern(item))
        case .keyword(let pattern):
            code.words.append(RuleCode.opTest << 30 | intern(lower(pattern, field: FlatTest.keyword)))
        }
    }

    private mutating func emit(_ op: UInt32, _ children: [Expression], depth: Int) {
        code.words.append(op << 30 | UInt32(truncatingIfNeeded: children.count) & RuleCode.operandMask)
        for child in children { emit(child, depth: depth + 1) }
    }

    private mutating func intern(_ item: Item) -> UInt32 {
        intern(lower(item))
    }

    private mutating func intern(_ test: FlatTest) -> UInt32 {
        if let index = tests[test] { return index }
        let index = UInt32(code.tests.count)
        tests[test] = index
        code.tests.append(test)
        return index
    }

    private mutating func name(_ text: String) -> UInt32 {
        if let index = names[text] { return index }
        let index = UInt32(code.names.count)
        names[text] = index
        code.names.append(text)
        return index
    }

    private mutating func pool(_ bytes: [UInt8]) -> FlatTest.Slice {
        if bytes.isEmpty { return FlatTest.Slice() }
        if let slice = texts[bytes] { return slice }
        let slice = FlatTest.Slice(start: UInt32(code.pool.count), count: UInt32(bytes.count))
        code.pool.append(contentsOf: bytes)
        texts[bytes] = slice
        return slice
    }

    private mutating func lower(_ item: Item) -> FlatTest {
        let field = name(item.field)
        switch item.test {
        case .pattern(let pattern): return lower(pattern, field: field)
        case .number(let value, let text):
            return FlatTest(kind: .number, field: field, text: pool(FoldedText.folded(text)), bits: value.bitPattern)
        case .regularExpression(let expression): return lower(expression, field: field)
        case .network(let network):
            return FlatTest(
                kind: .network, field: field, extra: UInt32(clamping: network.prefixLength), text: pool(network.address)
            )
        case .compare(let comparison, let value):
            let flag: UInt8 =
                switch comparison {
                case .lt: 0
                case .lte: 1
                case .gt: 2
                case .gte: 3
                }
            return FlatTest(kind: .compare, flag: flag, field: field, bits: value.bitPattern)
        case .fieldReference(let other, let anchor, let cased):
            let flag: UInt8 =
                switch anchor {
                case .whole: 0
                case .start: 1
                case .end: 2
                case .anywhere: 3
                }
            return FlatTest(kind: .reference, flag: flag | (cased ? 4 : 0), field: field, extra: name(other))
        case .null: return FlatTest(kind: .absent, field: field)
        case .exists(let wanted): return FlatTest(kind: wanted ? .present : .absent, field: field)
        case .timePart(let part, let value):
            guard let value = UInt32(exactly: value) else { return FlatTest(kind: .never, field: field) }
            return FlatTest(kind: .timePart, flag: part.code, field: field, extra: value)
        }
    }

    private mutating func lower(_ expression: RegularExpression, field: UInt32) -> FlatTest {
        var flag: UInt8 = 0
        if expression.ignoreCase { flag |= 1 }
        if expression.multiline { flag |= 2 }
        if expression.dotAll { flag |= 4 }
        let error: String?
        if let known = expressions[expression] {
            error = known
        } else {
            error = Self.rejection(of: expression, options: CompiledPattern.Options(rawValue: flag))
            expressions[expression] = .some(error)
        }
        if let error { rejection = "regular expression refused: \(error)" }
        let gate = RegexLiteral.required(by: expression.source)
        return FlatTest(
            kind: .expression, flag: flag, field: field, text: pool(Array(expression.source.utf8)), gate: pool(gate))
    }

    private static func rejection(of expression: RegularExpression, options: CompiledPattern.Options) -> String? {
        do {
            _ = try CompiledPattern(expression.source, options: options)
            return nil
        } catch {
            return "\(error.message) at offset \(error.offset)"
        }
    }

    /// A pattern of at most one literal, without case, is one of the four plain kinds; the rest is a glob.
    private mutating func lower(_ pattern: Pattern, field: UInt32) -> FlatTest {
        if !pattern.cased {
            switch (pattern.tokens.count, pattern.tokens.first, pattern.tokens.last) {
            case (0, _, _): return FlatTest(kind: .whole, field: field)
            case (1, .anyRun, _): return FlatTest(kind: .present, field: field)
            case (1, .literal(let text), _): return plain(.whole, text, field)
            case (2, .literal(let text), .anyRun): return plain(.prefix, text, field)
            case (2, .anyRun, .literal(let text)): return plain(.suffix, text, field)
            case (3, .anyRun, .anyRun):
                if case .literal(let text) = pattern.tokens[1] { return plain(.contains, text, field) }
            default: break
            }
        }
        let (gate, anchor) = Glob.gate(of: pattern)
        return FlatTest(
            kind: .glob, flag: pattern.cased ? 1 : 0, field: field, text: pool(Glob.encode(pattern)), gate: pool(gate),
            gateAnchor: anchor)
    }

    private mutating func plain(_ kind: FlatTest.Kind, _ text: String, _ field: UInt32) -> FlatTest {
        FlatTest(kind: kind, field: field, text: pool(FoldedText.folded(text)))
    }
}

extension TimePart {
    /// The number of a part in a ``FlatTest``.
    var code: UInt8 {
        switch self {
        case .minute: 0
        case .hour: 1
        case .day: 2
        case .week: 3
        case .month: 4
        case .year: 5
        }
    }

    init?(code: UInt8) {
        guard let part = [TimePart.minute, .hour, .day, .week, .month, .year].first(where: { $0.code == code }) else {
            return nil
        }
        self = part
    }
}
