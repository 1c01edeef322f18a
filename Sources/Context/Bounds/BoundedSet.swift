/// A set that keeps the first elements of their order, as many as `limit`.
///
/// Gathering in parts and merging in any order gives the same elements: what a part drops has `limit` elements before it,
/// and these are before it in the whole as well. Elements told twice count once.
struct BoundedSet<Element: Hashable & Comparable & Sendable & Codable>: Sendable, Codable {
    /// Elements that ``sorted()`` gives at most. Up to twice as many are held between trims.
    let limit: Int
    private var kept: Set<Element> = []
    /// The last element that stayed when others went: nothing behind it is worth keeping.
    private var bar: Element?

    init(limit: Int) { self.limit = limit }

    /// Whether nothing was taken in.
    var isEmpty: Bool { kept.isEmpty }
    /// Whether elements were left out.
    var overflowed: Bool { bar != nil || kept.count > limit }

    mutating func insert(_ element: Element) {
        if let bar, bar < element { return }
        kept.insert(element)
        if kept.count > 2 * limit { trim() }
    }

    mutating func merge(_ other: BoundedSet) {
        kept.formUnion(other.kept)
        if let theirs = other.bar { bar = bar.map { min($0, theirs) } ?? theirs }
        if kept.count > 2 * limit { trim() }
    }

    /// The kept elements in order. O(n log n).
    func sorted() -> [Element] { Array(kept.sorted().prefix(limit)) }

    private mutating func trim() {
        let first = kept.sorted().prefix(limit)
        bar = first.last
        kept = Set(first)
    }
}
