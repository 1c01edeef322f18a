import Events

/// The items of the evidence with what is stated of them.
///
/// Bounded: per kind ``ItemKind/limit`` items, the smallest keys, which does not depend on the order of arrival; how many
/// there were is estimated from the keys alone, so that copies of a log do not count.
struct ItemTable: Sendable, Codable {
    private(set) var sheets: [ItemKind: [ItemKey: FactSheet]] = [:]
    private var distinct: [ItemKind: DistinctCount] = [:]
    private var cut: Set<ItemKind> = []

    mutating func update(_ key: ItemKey, _ change: (inout FactSheet) -> Void) {
        guard !key.id.isEmpty else { return }
        distinct[key.kind, default: DistinctCount()].add(key.scope, key.id)
        change(&sheets[key.kind, default: [:]][key, default: FactSheet()])
        trim(key.kind, atLeast: 2 * key.kind.limit)
    }

    mutating func merge(_ other: ItemTable) {
        for (kind, table) in other.sheets {
            sheets[kind, default: [:]].merge(table) { known, new in
                var known = known
                known.merge(new)
                return known
            }
            trim(kind, atLeast: 2 * kind.limit)
        }
        cut.formUnion(other.cut)
        for (kind, count) in other.distinct { distinct[kind, default: DistinctCount()].merge(count) }
    }

    /// Cuts every kind to its limit.
    mutating func trim() { for kind in sheets.keys { trim(kind, atLeast: kind.limit) } }

    /// About how many items of a kind did not fit; 0 when all did. To be asked after ``trim()``.
    func evicted(_ kind: ItemKind) -> Int {
        guard cut.contains(kind) else { return 0 }
        return max(1, (distinct[kind]?.estimate ?? 0) - kind.limit)
    }

    private mutating func trim(_ kind: ItemKind, atLeast size: Int) {
        guard let table = sheets[kind], table.count > size else { return }
        cut.insert(kind)
        let kept = table.keys.sorted().prefix(kind.limit)
        sheets[kind] = Dictionary(uniqueKeysWithValues: kept.compactMap { key in table[key].map { (key, $0) } })
    }
}
