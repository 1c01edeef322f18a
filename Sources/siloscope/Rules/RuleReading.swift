import Engine
import Sigma
import Sinks

/// Rule files that were read and put together, with their texts at hand for diagnostics.
struct RuleReading {
    /// The texts by path.
    let texts: [String: String]
    /// The rules.
    let ruleSet: RuleSet
    /// What is wrong with them, by place.
    let diagnostics: [Diagnostic]

    /// Reads what a selection asks for.
    init(_ selection: RuleSelection, policy: ExceptionPolicy = ExceptionPolicy()) throws {
        var options = HuntOptions()
        options.rulePaths = selection.rules
        options.useBuiltin = !selection.noBuiltin || selection.strategies != nil
        options.strategiesPath = selection.strategies
        self.init(try RuleSources.gather(options).texts, policy)
    }

    /// Reads files and folders, and nothing else.
    init(paths: [String], policy: ExceptionPolicy = ExceptionPolicy()) throws {
        var found: [RuleText] = []
        for path in paths { found += try RuleSources.read(path) }
        self.init(found, policy)
    }

    private init(_ found: [RuleText], _ policy: ExceptionPolicy) {
        texts = Dictionary(found.map { ($0.path, $0.text) }) { first, _ in first }
        ruleSet = RuleSet(texts: found, judging: policy.judge)
        diagnostics = (ruleSet.diagnostics + policy.diagnostics(of: ruleSet)).enumerated().sorted { left, right in
            let (a, b) = (left.element.place, right.element.place)
            return (a.file, a.line, a.column, left.offset) < (b.file, b.line, b.column, right.offset)
        }.map(\.element)
    }
}

extension Metadata {
    /// What to call the document: its id, or its name, or nothing.
    var handle: String { id.isEmpty ? name ?? "" : id }
}
