import Patterns

/// Compiles the rules bound to one kind of event into the arrays of a ``Partition``.
struct PartitionBuilder {
    /// A rule, and the ways it is bound to the events of the partition.
    struct Binding: Hashable {
        var rule: UInt32
        var alternatives: [Alternative]
    }

    /// One way: conditions of the log source, and field renames.
    struct Alternative: Hashable {
        /// Words of the code that hold the entry's own conditions; empty when it has none.
        var guardStart: UInt32
        var guardCount: UInt32
        var renames: [RuleCode.Rename]
    }

    /// A condition in negation normal form over local predicates.
    indirect enum Node {
        case constant(Bool)
        case test(UInt32)
        case negated(UInt32)
        case all([Node])
        case any([Node])
    }

    let source: RuleCode

    var fieldNames: [String] = []
    var wantsEveryField = false
    var rules: [UInt32] = []
    var entryPoints: [UInt32] = []
    var code: [Partition.Instruction] = []
    var predicates: [Partition.Predicate] = []
    var always: [UInt32] = []
    var postingStarts: [UInt32] = []
    var postings: [UInt32] = []
    var pool: [UInt8] { source.pool }
    var expressions: [CompiledPattern] = []
    var tables = TableBuilder()

    private var localFields: [UInt32: UInt32] = [:]
    private var localPredicates: [FlatTest: UInt32] = [:]
    /// "The field is there", by local field.
    var presences: [UInt32: UInt32] = [:]
    var groups: [[UInt32]: UInt32] = [:]
    /// How many rules use each predicate.
    var uses: [UInt32] = []
    /// Rules and groups by predicate, before they become `postings`.
    var links: [(predicate: UInt32, target: UInt32)] = []

    init(source: RuleCode, bindings: [Binding]) {
        self.source = source
        var nodes: [Node] = []
        for binding in bindings {
            let node = self.node(of: binding)
            if case .constant(false) = node { continue }
            rules.append(binding.rule)
            nodes.append(node)
        }
        linkWitnesses(nodes)
        coverShortWitnesses()
        for index in nodes.indices { nodes[index] = grouped(nodes[index]) }
        for node in nodes { emit(node) }
        finish()
    }

    private mutating func node(of binding: Binding) -> Node {
        let flat = source.rules[Int(binding.rule)]
        let ways = binding.alternatives.map { way -> Node in
            var at = Int(flat.start)
            let condition = node(at: &at, negated: false, renames: way.renames)
            guard way.guardCount > 0 else { return condition }
            var guardAt = Int(way.guardStart)
            return Self.all([node(at: &guardAt, negated: false, renames: []), condition])
        }
        return Self.any(ways)
    }

    /// Reads the expression at word `at` and moves behind it.
    private mutating func node(at: inout Int, negated: Bool, renames: [RuleCode.Rename]) -> Node {
        let word = source.words[at]
        let operand = word & RuleCode.operandMask
        at += 1
        switch word >> 30 {
        case RuleCode.opTest: return leaf(source.tests[Int(operand)], negated: negated, renames: renames)
        case RuleCode.opNot: return node(at: &at, negated: !negated, renames: renames)
        default:
            var children: [Node] = []
            children.reserveCapacity(Int(operand))
            for _ in 0..<operand { children.append(node(at: &at, negated: negated, renames: renames)) }
            // De Morgan: under a negation "all" becomes "any" of the negated.
            return (word >> 30 == RuleCode.opAll) != negated ? Self.all(children) : Self.any(children)
        }
    }

    private mutating func leaf(_ test: FlatTest, negated: Bool, renames: [RuleCode.Rename]) -> Node {
        var test = test
        for rename in renames {
            if test.field == rename.rule { test.field = rename.event }
            if test.kind == .reference, test.extra == rename.rule { test.extra = rename.event }
        }
        if test.kind == .never { return .constant(negated) }
        if test.kind == .absent, negated {
            test.kind = .present
            return .test(predicate(for: test))
        }
        let predicate = predicate(for: test)
        uses[Int(predicate)] += 1
        return negated ? .negated(predicate) : .test(predicate)
    }

    /// The local predicate for a test whose fields are names of the code.
    mutating func predicate(for test: FlatTest) -> UInt32 {
        if let known = localPredicates[test] { return known }
        if test.kind == .present, let known = presences[field(test.field)] { return known }
        var predicate = Partition.Predicate(
            kind: test.kind, flag: test.flag, isCovered: false, isGroup: false, field: field(test.field),
            extra: test.extra, text: test.text, gate: -1, bits: test.bits)
        switch test.kind {
        case .whole, .number: predicate.isCovered = true
        case .prefix, .suffix, .contains: predicate.isCovered = test.text.count >= 4
        case .glob, .expression:
            if test.gate.count >= 4 { predicate.gate = Int32(self.predicate(for: Self.gateTest(of: test))) }
            if test.kind == .expression { predicate = compiled(predicate) }
        case .reference: predicate.extra = field(test.extra)
        default: break
        }
        let index = UInt32(predicates.count)
        predicates.append(predicate)
        uses.append(0)
        localPredicates[test] = index
        if test.kind == .present { presences[predicate.field] = index }
        return index
    }

    private static func gateTest(of test: FlatTest) -> FlatTest {
        let kind: FlatTest.Kind = test.gateAnchor == 1 ? .prefix : test.gateAnchor == 2 ? .suffix : .contains
        return FlatTest(kind: kind, field: test.field, text: test.gate)
    }

    private mutating func compiled(_ predicate: Partition.Predicate) -> Partition.Predicate {
        var predicate = predicate
        let text = String(decoding: source.pool[predicate.text.range], as: UTF8.self)
        if let pattern = try? CompiledPattern(text, options: CompiledPattern.Options(rawValue: predicate.flag)) {
            predicate.extra = UInt32(expressions.count)
            expressions.append(pattern)
        } else {
            // Refused here though not when the program was made (another PCRE2): the rule's other tests still hold.
            predicate.kind = .never
        }
        return predicate
    }

    private mutating func field(_ name: UInt32) -> UInt32 {
        if name == FlatTest.keyword {
            wantsEveryField = true
            return FlatTest.keyword
        }
        if let known = localFields[name] { return known }
        let index = UInt32(fieldNames.count)
        fieldNames.append(source.names[Int(name)])
        localFields[name] = index
        return index
    }

    // MARK: Simplification

    static func all(_ children: [Node]) -> Node {
        var flat: [Node] = []
        flat.reserveCapacity(children.count)
        for child in children {
            switch child {
            case .constant(true): continue
            case .constant(false): return .constant(false)
            case .all(let inner): flat += inner
            default: flat.append(child)
            }
        }
        return flat.count == 1 ? flat[0] : flat.isEmpty ? .constant(true) : .all(flat)
    }

    static func any(_ children: [Node]) -> Node {
        var flat: [Node] = []
        flat.reserveCapacity(children.count)
        for child in children {
            switch child {
            case .constant(false): continue
            case .constant(true): return .constant(true)
            case .any(let inner): flat += inner
            default: flat.append(child)
            }
        }
        return flat.count == 1 ? flat[0] : flat.isEmpty ? .constant(false) : .any(flat)
    }
}
