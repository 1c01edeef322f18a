/// The rule collections of Sigma 1: `action: global` is merged into the documents that follow, `reset` forgets it,
/// `repeat` takes the document before and changes it.
struct RuleCollection {
    /// The documents without `action`; empty documents are left out.
    private(set) var documents: [YAMLNode] = []
    /// Where the merging was stopped because the documents would have multiplied beyond ``maximumInherited``.
    private(set) var overflow: YAMLNode?

    /// Most values that documents may inherit, over a whole file.
    static let maximumInherited = 200_000

    private var global: [YAMLPair] = []
    private var previous: [YAMLPair] = []
    private var inherited = 0

    init(_ nodes: [YAMLNode]) {
        let filled = nodes.filter { $0.scalar?.meaning != .null }
        guard filled.contains(where: { $0.value("action") != nil }) else {
            documents = filled
            return
        }
        for node in filled {
            guard overflow == nil else { return }
            take(node)
        }
    }

    private mutating func take(_ node: YAMLNode) {
        guard var pairs = node.pairs else {
            documents.append(node)
            return
        }
        let action = node.value("action")?.scalar?.text
        pairs.removeAll { $0.key == "action" }
        let base = action == "repeat" ? previous : global
        switch action {
        case "global": global = Self.merge(global, pairs, depth: 0)
        case "reset": global = []
        default:
            inherited += base.reduce(0) { $0 + $1.value.nodeCount }
            guard inherited <= Self.maximumInherited else {
                overflow = node
                return
            }
            previous = Self.merge(base, pairs, depth: 0)
            documents.append(YAMLNode(value: .mapping(previous), line: node.line, column: node.column))
        }
    }

    /// Maps are merged key by key; anything else is replaced by `changes`.
    private static func merge(_ base: [YAMLPair], _ changes: [YAMLPair], depth: Int) -> [YAMLPair] {
        var merged = base
        let places = Dictionary(base.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
        for change in changes {
            guard let index = places[change.key] else {
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

extension YAMLNode {
    /// How many values it is made of, itself included.
    fileprivate var nodeCount: Int {
        switch value {
        case .scalar: 1
        case .sequence(let items): items.reduce(1) { $0 + $1.nodeCount }
        case .mapping(let pairs): pairs.reduce(1) { $0 + $1.value.nodeCount }
        }
    }
}
