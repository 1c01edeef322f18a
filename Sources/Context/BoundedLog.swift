/// Something a ``BoundedLog`` keeps: what it weighs, and which are kept first.
protocol Bounded: Hashable, Sendable, Codable {
    /// Bytes it takes, about.
    var cost: Int { get }
    /// A total order: whether this one is kept before `other`. Equal elements are before neither.
    func isKept(before other: Self) -> Bool
}

/// A collection that keeps the first elements of a total order, as many as a budget of bytes holds.
///
/// Gathering in parts and merging in any order gives the same elements, because an element that a part drops has a
/// budget's worth of elements before it, and these (or better ones) are before it in the whole as well:
///
///     order   e1 e2 e3 e4 │ e5 …        kept: the longest run from the front whose cost is within the budget
struct BoundedLog<Element: Bounded>: Sendable, Codable {
    /// Bytes that the kept elements may take. Up to twice as much is held between trims.
    let budget: Int
    private(set) var kept: [Element] = []
    private(set) var cost = 0
    /// Elements offered.
    private(set) var observed = 0

    init(budget: Int) { self.budget = budget }

    mutating func append(_ element: Element) {
        kept.append(element)
        cost += element.cost
        observed += 1
        if cost > 2 * budget { trim() }
    }

    mutating func merge(_ other: BoundedLog) {
        kept.append(contentsOf: other.kept)
        cost += other.cost
        observed += other.observed
        if cost > 2 * budget { trim() }
    }

    /// Cuts to the budget. O(n log n).
    mutating func trim() {
        guard cost > budget else { return }
        kept.sort { $0.isKept(before: $1) }
        var total = 0
        let end = kept.firstIndex { element in
            total += element.cost
            return total > budget
        }
        guard let end else { return }
        cost = total - kept[end].cost
        kept.removeSubrange(end...)
    }
}

extension ProcessStart: Bounded {
    var cost: Int {
        160 + image.utf8.count + parentImage.utf8.count + host.utf8.count + containerUser.utf8.count + shimID.utf8.count
    }

    /// Starts that show a container by themselves first, then the latest.
    func isKept(before other: ProcessStart) -> Bool {
        let left = isTelling
        let right = other.isTelling
        if left != right { return left }
        if time != other.time { return time > other.time }
        if host != other.host { return host < other.host }
        return (pid, image, parentImage, sortKey) < (other.pid, other.image, other.parentImage, other.sortKey)
    }

    /// The rest of a total order.
    private var sortKey: String {
        func text(_ guid: ProcessGUID?) -> String { guid.map { "\($0.high):\($0.low)" } ?? "" }
        return
            "\(parentPID?.number ?? 0)|\(parentPID == nil)|\(text(guid))|\(text(parentGUID))|\(containerUser)|\(shimID)"
    }
}

extension ProcessEnd: Bounded {
    var cost: Int { 64 + host.utf8.count }

    /// The latest first.
    func isKept(before other: ProcessEnd) -> Bool {
        if time != other.time { return time > other.time }
        if host != other.host { return host < other.host }
        if pid != other.pid { return pid < other.pid }
        return (guid.map { [$0.high, $0.low] } ?? []).lexicographicallyPrecedes(
            other.guid.map { [$0.high, $0.low] } ?? [])
    }
}
