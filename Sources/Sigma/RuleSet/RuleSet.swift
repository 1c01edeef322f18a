/// The rules, correlations and filters of many files, put together: filters applied, references resolved.
///
/// The order is deterministic: by path (bytes), then by document. Indices into ``rules`` and ``correlations`` are how
/// the matcher, the correlator and alerts name a rule.
public struct RuleSet: Sendable {
    /// What a correlation refers to.
    public enum Reference: Sendable, Hashable {
        case rule(Int)
        case correlation(Int)
    }

    /// Detection rules; the conditions of filters are AND-ed in.
    public let rules: [Rule]
    /// Correlations whose references all exist and do not form a cycle.
    public let correlations: [Correlation]
    /// All filters, also those that apply to nothing.
    public let filters: [Filter]
    /// Of parsing and of putting together; by path, line and column.
    public let diagnostics: [Diagnostic]
    /// How many documents were rejected.
    public let rejected: Int

    /// For each correlation what its `rules` are, in their order.
    public let references: [[Reference]]
    /// The indices of ``correlations`` such that each stands behind those it refers to.
    public let correlationOrder: [Int]
    /// For each rule the indices of the filters that apply to it.
    public let filtersOfRule: [[Int]]
    /// Pairs of a filter and a rule it names that were set aside, with the reason; see ``FilterVerdict``.
    public let filtersSetAside: [SetAside]

    /// A filter that was not applied to a rule it names.
    public struct SetAside: Sendable, Equatable {
        /// Index into ``filters``.
        public var filter: Int
        /// Index into ``rules``.
        public var rule: Int
        /// Why.
        public var verdict: FilterVerdict
    }

    private let unfiltered: [Int: Expression]
    private let quietRules: Set<Int>
    private let quietCorrelations: Set<Int>
    private let names: ReferenceTable

    /// Parses and puts together, one file after the other. See ``init(files:)`` to parse in parallel.
    public init(
        texts: [RuleText], parser: RuleParser = RuleParser(),
        judging judge: (Filter, Rule) -> FilterVerdict = { _, _ in .applied }
    ) {
        self.init(files: texts.map(parser.parse), judging: judge)
    }

    /// Puts together files that were parsed before. O(rules × named filters).
    ///
    /// - Parameter judge: Asked for each filter and each rule it names, as that stands in its file, before the filter is
    ///   applied.
    public init(files: [ParsedFile], judging judge: (Filter, Rule) -> FilterVerdict = { _, _ in .applied }) {
        var assembly = RuleSetAssembly(files: files)
        assembly.applyFilters(judge)
        assembly.resolveCorrelations()
        rules = assembly.rules
        correlations = assembly.correlations
        filters = assembly.filters
        references = assembly.references
        correlationOrder = assembly.order
        filtersOfRule = assembly.filtersOfRule
        filtersSetAside = assembly.setAside
        unfiltered = assembly.unfiltered
        names = assembly.names
        rejected = assembly.rejected
        diagnostics = assembly.sortedDiagnostics
        (quietRules, quietCorrelations) = Self.quiet(assembly.correlations, assembly.references)
    }

    /// Finds a rule or correlation by its id (in any case) or name.
    public func find(_ idOrName: String) -> Reference? { names.find(idOrName) }

    /// Whether a hit of this rule is an alert: not when correlations refer to it and none of them has `generate: true`.
    public func alerts(rule: Int) -> Bool { !quietRules.contains(rule) }

    /// Whether a hit of this correlation is an alert; see ``alerts(rule:)``.
    public func alerts(correlation: Int) -> Bool { !quietCorrelations.contains(correlation) }

    /// The rule's condition without the filters: to find out what a filter hides.
    public func unfilteredCondition(ofRule rule: Int) -> Expression { unfiltered[rule] ?? rules[rule].condition }

    /// The rule as it stands in its file: without the filters.
    public func unfilteredRule(_ rule: Int) -> Rule {
        var copy = rules[rule]
        copy.condition = unfilteredCondition(ofRule: rule)
        copy.outline = .identifier("condition", copy.condition)
        return copy
    }

    private static func quiet(
        _ correlations: [Correlation], _ references: [[Reference]]
    ) -> (rules: Set<Int>, correlations: Set<Int>) {
        var quiet: Set<Reference> = []
        var loud: Set<Reference> = []
        for (correlation, members) in zip(correlations, references) {
            if correlation.generate { loud.formUnion(members) } else { quiet.formUnion(members) }
        }
        var rules: Set<Int> = []
        var others: Set<Int> = []
        for reference in quiet.subtracting(loud) {
            switch reference {
            case .rule(let index): rules.insert(index)
            case .correlation(let index): others.insert(index)
            }
        }
        return (rules, others)
    }
}

/// What a caller says of a filter and a rule it names.
public enum FilterVerdict: Sendable, Equatable {
    /// The filter narrows the rule.
    case applied
    /// The time the filter was meant for is over.
    case expired
    /// The rule is not any more what the filter was written for.
    case outdated
}

/// Finds rules and correlations by id or name.
struct ReferenceTable: Sendable {
    private var ids: [String: RuleSet.Reference] = [:]
    private var names: [String: RuleSet.Reference] = [:]

    func find(_ idOrName: String) -> RuleSet.Reference? { ids[idOrName.lowercased()] ?? names[idOrName] }

    /// Whether the id is new; an empty id always is.
    mutating func insert(id: String, _ reference: RuleSet.Reference) -> Bool {
        guard !id.isEmpty else { return true }
        guard ids[id.lowercased()] == nil else { return false }
        ids[id.lowercased()] = reference
        return true
    }

    /// Whether the name is new.
    mutating func insert(name: String?, _ reference: RuleSet.Reference) -> Bool {
        guard let name, !name.isEmpty else { return true }
        guard names[name] == nil else { return false }
        names[name] = reference
        return true
    }
}
