/// Something a ``DistinctLog`` keeps: elements of one key are one and the same, and the first in order stands for all.
protocol Distinct: Bounded {
    /// Whether both are the same sighting. Elements of one key are next to each other in the order.
    func isSame(as other: Self) -> Bool
}

/// A ``BoundedLog`` without doubles: the first elements of a total order of keys, as many as a budget of bytes holds.
///
/// What a part drops has a budget's worth of other keys before it, so parts merged in any order keep the same elements;
/// and a double weighs nothing.
struct DistinctLog<Element: Distinct>: Sendable, Codable {
    /// Bytes that the kept elements may take. Up to half more is held between trims.
    let budget: Int
    private(set) var kept: [Element] = []
    private var cost = 0
    /// Whether an element did not fit.
    private(set) var overflowed = false

    init(budget: Int) { self.budget = budget }

    private var limit: Int { budget + budget / 2 }

    mutating func append(_ element: Element) {
        kept.append(element)
        cost += element.cost
        if cost > limit { trim() }
    }

    mutating func merge(_ other: DistinctLog) {
        kept.append(contentsOf: other.kept)
        cost += other.cost
        overflowed = overflowed || other.overflowed
        if cost > limit { trim() }
    }

    /// Takes out what is kept.
    mutating func take() -> [Element] {
        trim()
        defer { (kept, cost) = ([], 0) }
        return kept
    }

    /// Sorts, drops doubles and cuts to the budget. O(n log n).
    mutating func trim() {
        kept.sort { $0.isKept(before: $1) }
        var end = 0
        cost = 0
        for index in kept.indices {
            if end > 0, kept[end - 1].isSame(as: kept[index]) { continue }
            guard cost + kept[index].cost <= budget else {
                overflowed = true
                break
            }
            cost += kept[index].cost
            kept[end] = kept[index]
            end += 1
        }
        kept.removeSubrange(end...)
    }
}
