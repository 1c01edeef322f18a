import Engine
import Sigma
import Sinks

/// Rule files that were read and put together, with their texts at hand for diagnostics.
struct RuleReading {
    /// The texts by path.
    let texts: [String: String]
    /// The rules.
    let ruleSet: RuleSet

    /// Reads what a selection asks for.
    init(_ selection: RuleSelection) throws {
        var options = HuntOptions()
        options.rulePaths = selection.rules
        options.useBuiltin = !selection.noBuiltin || selection.strategies != nil
        options.strategiesPath = selection.strategies
        self.init(try RuleSources.gather(options).texts)
    }

    /// Reads files and folders, and nothing else.
    init(paths: [String]) throws {
        var found: [RuleText] = []
        for path in paths { found += try RuleSources.read(path) }
        self.init(found)
    }

    private init(_ found: [RuleText]) {
        texts = Dictionary(found.map { ($0.path, $0.text) }) { first, _ in first }
        ruleSet = RuleSet(texts: found)
    }
}

extension Metadata {
    /// What to call the document: its id, or its name, or nothing.
    var handle: String { id.isEmpty ? name ?? "" : id }
}
