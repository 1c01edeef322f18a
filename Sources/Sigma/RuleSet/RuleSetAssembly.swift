/// Puts a ``RuleSet`` together, step by step.
struct RuleSetAssembly {
    var rules: [Rule] = []
    var correlations: [Correlation] = []
    var filters: [Filter] = []
    var references: [[RuleSet.Reference]] = []
    var order: [Int] = []
    var filtersOfRule: [[Int]] = []
    var unfiltered: [Int: Expression] = [:]
    var setAside: [RuleSet.SetAside] = []
    var names = ReferenceTable()
    var rejected = 0
    var diagnostics: [Diagnostic] = []

    /// Takes the documents in order, leaving out those whose id was seen before.
    init(files: [ParsedFile]) {
        let sorted = files.enumerated().sorted { left, right in
            if left.element.path == right.element.path { return left.offset < right.offset }
            return left.element.path.utf8.lexicographicallyPrecedes(right.element.path.utf8)
        }
        var firstPlaces: [String: Place] = [:]
        for (_, file) in sorted {
            diagnostics += file.diagnostics
            rejected += file.rejected
            for document in file.documents {
                let metadata = document.metadata
                let id = metadata.id.lowercased()
                if !id.isEmpty, let first = firstPlaces[id] {
                    let hint = "it is left out; give it an id of its own"
                    let message = "the id \(metadata.id) is already that of \(first.file):\(first.line)"
                    reject(.duplicateID, at: document.place, message, hint: hint)
                    continue
                }
                firstPlaces[id] = document.place
                add(document)
            }
        }
        filtersOfRule = [[Int]](repeating: [], count: rules.count)
    }

    private mutating func add(_ document: Document) {
        switch document {
        case .rule(let rule):
            name(rule.metadata, .rule(rules.count), rule.place)
            rules.append(rule)
        case .correlation(let correlation):
            correlations.append(correlation)
        case .filter(let filter):
            filters.append(filter)
        }
    }

    private mutating func name(_ metadata: Metadata, _ reference: RuleSet.Reference, _ place: Place) {
        _ = names.insert(id: metadata.id, reference)
        if !names.insert(name: metadata.name, reference) {
            let message = "the name '\(metadata.name ?? "")' is not unique; references mean the first"
            diagnostics.append(Diagnostic(.ambiguousName, .warning, at: place, message))
        }
    }

    private mutating func reject(_ code: Diagnostic.Code, at place: Place, _ message: String, hint: String? = nil) {
        rejected += 1
        diagnostics.append(Diagnostic(code, at: place, message, hint: hint))
    }

    private mutating func warn(_ code: Diagnostic.Code, at place: Place, _ message: String, hint: String? = nil) {
        diagnostics.append(Diagnostic(code, .warning, at: place, message, hint: hint))
    }

    /// By path, line and column; stable.
    var sortedDiagnostics: [Diagnostic] {
        diagnostics.enumerated().sorted { left, right in
            let (a, b) = (left.element.place, right.element.place)
            if a.file != b.file { return a.file.utf8.lexicographicallyPrecedes(b.file.utf8) }
            return (a.line, a.column, left.offset) < (b.line, b.column, right.offset)
        }.map(\.element)
    }
}

// MARK: - filters

extension RuleSetAssembly {
    /// `(rule) and (filter)` for every rule that a filter names and whose log source has all attributes of the filter's,
    /// unless the judge sets the filter aside.
    mutating func applyFilters(_ judge: (Filter, Rule) -> FilterVerdict) {
        for (index, filter) in filters.enumerated() {
            let targets = targets(of: filter)
            if targets.isEmpty {
                let hint = "its rules must be loaded, and every attribute of its log source must be one of theirs"
                warn(
                    .idleFilter, at: filter.place, "the filter '\(filter.metadata.title)' applies to no rule",
                    hint: hint)
            }
            for target in targets {
                let rule = rules[target]
                var original = rule
                original.condition = unfiltered[target] ?? rule.condition
                let verdict = judge(filter, original)
                guard verdict == .applied else {
                    setAside.append(.init(filter: index, rule: target, verdict: verdict))
                    continue
                }
                if unfiltered[target] == nil { unfiltered[target] = rule.condition }
                filtersOfRule[target].append(index)
                let name = "filter '\(filter.metadata.title)'"
                rules[target].condition = .all([rule.condition, filter.condition])
                rules[target].outline = .all(
                    [rule.outline, .all([filter.outline], label: name)], label: "the rule and its filter")
            }
        }
    }

    private mutating func targets(of filter: Filter) -> [Int] {
        guard let named = filter.rules else {
            return rules.indices.filter { filter.logSource.covers(rules[$0].logSource) }
        }
        var targets: Set<Int> = []
        for name in named {
            guard case .rule(let index) = names.find(name) else {
                warn(.unknownRule, at: filter.place, "the filter names '\(name)', which is no rule of this set")
                continue
            }
            guard filter.logSource.covers(rules[index].logSource) else {
                let title = rules[index].metadata.title
                warn(.idleFilter, at: filter.place, "the filter's log source is not that of the rule '\(title)'")
                continue
            }
            targets.insert(index)
        }
        return targets.sorted()
    }
}

extension LogSource {
    /// Whether every attribute given here has the same value in `other`.
    func covers(_ other: LogSource) -> Bool {
        (category == nil || category == other.category) && (product == nil || product == other.product)
            && (service == nil || service == other.service)
    }
}

// MARK: - correlations

extension RuleSetAssembly {
    /// Resolves names, rejects what refers to something missing or, over other correlations, to itself.
    mutating func resolveCorrelations() {
        let candidates = correlations
        var table = names
        for (index, candidate) in candidates.enumerated() {
            _ = table.insert(id: candidate.metadata.id, .correlation(index))
            _ = table.insert(name: candidate.metadata.name, .correlation(index))
        }
        let resolved = candidates.map { $0.rules.map { table.find($0) } }
        var sorter = CorrelationSorter(resolved)
        var accepted: [Int: Int] = [:]
        correlations = []
        for (index, candidate) in candidates.enumerated() {
            switch sorter.verdict(index) {
            case .accepted:
                accepted[index] = correlations.count
                name(candidate.metadata, .correlation(correlations.count), candidate.place)
                correlations.append(candidate)
            case .cycle:
                reject(
                    .correlationCycle, at: candidate.place, "the correlation refers to itself, over other correlations")
            case .tooDeep:
                let limit = CorrelationSorter.maximumDepth
                reject(.limit, at: candidate.place, "correlations refer to each other over more than \(limit) levels")
            case .missing:
                let known = zip(candidate.rules, resolved[index]).filter { $0.1 == nil }.map { "'\($0.0)'" }
                let message =
                    known.isEmpty
                    ? "the correlation refers to a correlation that was rejected"
                    : "the correlation refers to \(known.joined(separator: ", ")), which is not loaded"
                reject(.unknownRule, at: candidate.place, message)
            }
        }
        references = candidates.indices.filter { accepted[$0] != nil }.map { index in
            resolved[index].compactMap { reference in
                guard case .correlation(let old) = reference else { return reference }
                return accepted[old].map(RuleSet.Reference.correlation)
            }
        }
        order = sorter.finished.compactMap { accepted[$0] }
        checkAliases()
    }

    private mutating func checkAliases() {
        for correlation in correlations {
            for (alias, fields) in correlation.aliases.sorted(by: { $0.key < $1.key }) {
                for rule in fields.keys.sorted() where !correlation.rules.contains(rule) {
                    let message = "the alias '\(alias)' names '\(rule)', which the correlation does not"
                    warn(.unknownRule, at: correlation.place, message)
                }
            }
        }
    }
}

/// Orders correlations behind what they refer to; finds cycles and missing references.
private struct CorrelationSorter {
    enum Verdict { case accepted, cycle, missing, tooDeep }

    private let references: [[RuleSet.Reference?]]
    private var verdicts: [Verdict?]
    private var open: Set<Int> = []
    /// Accepted ones, children first.
    private(set) var finished: [Int] = []

    /// Longest chain of correlations over correlations.
    static let maximumDepth = 64

    init(_ references: [[RuleSet.Reference?]]) {
        self.references = references
        verdicts = [Verdict?](repeating: nil, count: references.count)
    }

    mutating func verdict(_ index: Int) -> Verdict {
        if let known = verdicts[index] { return known }
        guard !open.contains(index) else { return .cycle }
        guard open.count < Self.maximumDepth else { return .tooDeep }
        open.insert(index)
        var result = Verdict.accepted
        for reference in references[index] {
            switch reference {
            case nil: if result != .cycle { result = .missing }
            case .rule: continue
            case .correlation(let child):
                let inner = verdict(child)
                if result != .cycle, inner != .accepted { result = inner }
            }
        }
        open.remove(index)
        verdicts[index] = result
        if result == .accepted { finished.append(index) }
        return result
    }
}
