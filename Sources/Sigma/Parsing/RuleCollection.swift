/// The rule collections of Sigma 1: `action: global` is merged into the documents that follow, `reset` forgets it,
/// `repeat` takes the document before and changes it.
enum RuleCollection {
    /// The documents without `action`; empty documents are left out.
    static func resolved(_ documents: [YAMLNode]) -> [YAMLNode] {
        guard documents.contains(where: { $0.value("action") != nil }) else {
            return documents.filter { $0.scalar?.meaning != .null }
        }
        var global: [YAMLPair] = []
        var previous: [YAMLPair] = []
        var resolved: [YAMLNode] = []
        for document in documents where document.scalar?.meaning != .null {
            guard var pairs = document.pairs else {
                resolved.append(document)
                continue
            }
            let action = document.value("action")?.scalar?.text
            pairs.removeAll { $0.key == "action" }
            switch action {
            case "global": global = merge(global, pairs, depth: 0)
            case "reset": global = []
            default:
                previous = merge(action == "repeat" ? previous : global, pairs, depth: 0)
                resolved.append(YAMLNode(value: .mapping(previous), line: document.line, column: document.column))
            }
        }
        return resolved
    }

    /// Maps are merged key by key; anything else is replaced by `changes`.
    private static func merge(_ base: [YAMLPair], _ changes: [YAMLPair], depth: Int) -> [YAMLPair] {
        var merged = base
        for change in changes {
            guard let index = merged.firstIndex(where: { $0.key == change.key }) else {
                merged.append(change)
                continue
            }
            if let old = merged[index].value.pairs, let new = change.value.pairs, depth < YAMLReader.maximumDepth {
                merged[index].value.value = .mapping(merge(old, new, depth: depth + 1))
            } else {
                merged[index] = change
            }
        }
        return merged
    }
}
