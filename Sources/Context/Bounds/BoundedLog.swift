/// Something a ``BoundedLog`` keeps: what it weighs, and which are kept first.
protocol Bounded: Hashable, Sendable, Codable {
    /// Bytes it takes, about.
    var cost: Int { get }
    /// A total order: whether this one is kept before `other`. Equal elements are before neither.
    func isKept(before other: Self) -> Bool
    /// Bytes that it adds to elements before it, the texts of which lie in `pool`; at most ``cost``.
    mutating func cost(sharing pool: inout TextPool) -> Int
}

/// A collection that keeps the first elements of a total order, as many as a budget of bytes holds.
///
/// Gathering in parts and merging in any order gives the same elements, because an element that a part drops has a
/// budget's worth of elements before it, and these (or better ones) are before it in the whole as well:
///
///     order   e1 e2 e3 e4 │ e5 …        kept: the longest run from the front whose cost is within the budget
///
/// Held in pieces: growing copies nothing, merging moves pieces, and what is taken out is given back piece by piece.
struct BoundedLog<Element: Bounded>: Sendable {
    /// Bytes that the kept elements may take. Up to a quarter more is held between trims.
    let budget: Int
    private var pieces: [[Element]] = []
    private var last: [Element] = []
    /// Bytes of what is held: exact after ``trim()``, else at least that.
    private(set) var cost = 0
    /// Elements offered.
    private(set) var observed = 0
    /// Elements held.
    private(set) var count = 0

    /// Elements of a piece.
    private static var pieceSize: Int { 1 << 12 }

    init(budget: Int) { self.budget = budget }

    private var limit: Int { budget + budget / 4 }

    /// What is held, in the order of ``Bounded/isKept(before:)`` if it was cut. O(n): copies.
    var kept: [Element] { pieces.isEmpty ? last : Array(pieces.joined()) + last }

    /// Whether an element fulfils a condition. O(n).
    func contains(where condition: (Element) -> Bool) -> Bool {
        last.contains(where: condition) || pieces.contains { $0.contains(where: condition) }
    }

    mutating func append(_ element: Element) {
        push(element)
        cost += element.cost
        observed += 1
        if cost > limit { trim() }
    }

    mutating func merge(_ other: BoundedLog) {
        pieces.append(contentsOf: other.pieces)
        count += other.count - other.last.count
        for element in other.last { push(element) }
        cost += other.cost
        observed += other.observed
        if cost > limit { trim() }
    }

    /// Takes out what is kept; the log is empty then. O(n log n).
    mutating func take() -> [Element] {
        trim()
        return flatten()
    }

    /// Cuts to the budget. O(n log n).
    mutating func trim() {
        guard cost > budget else { return }
        var all = flatten()
        all.sort { $0.isKept(before: $1) }
        var pool = TextPool()
        var total = 0
        var end = 0
        while end < all.count {
            let next = all[end].cost(sharing: &pool)
            guard total + next <= budget else { break }
            total += next
            end += 1
        }
        cost = total
        all.removeSubrange(end...)
        count = all.count
        pieces = all.isEmpty ? [] : [all]
    }

    private mutating func push(_ element: Element) {
        if last.count >= BoundedLog.pieceSize {
            pieces.append(last)
            last = []
            last.reserveCapacity(BoundedLog.pieceSize)
        }
        last.append(element)
        count += 1
    }

    private mutating func flatten() -> [Element] {
        var all: [Element] = []
        if pieces.count == 1, last.isEmpty {
            swap(&all, &pieces[0])
        } else {
            all.reserveCapacity(count)
            pieces.reverse()
            while let piece = pieces.popLast() { all.append(contentsOf: piece) }
            all.append(contentsOf: last)
        }
        (pieces, last, count) = ([], [], 0)
        return all
    }
}

extension BoundedLog: Codable {
    private enum CodingKeys: String, CodingKey { case budget, kept, cost, observed }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        budget = try container.decode(Int.self, forKey: .budget)
        last = try container.decode([Element].self, forKey: .kept)
        cost = try container.decode(Int.self, forKey: .cost)
        observed = try container.decode(Int.self, forKey: .observed)
        count = last.count
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(budget, forKey: .budget)
        try container.encode(kept, forKey: .kept)
        try container.encode(cost, forKey: .cost)
        try container.encode(observed, forKey: .observed)
    }
}

/// Texts that elements share: each is held, and counted, once.
struct TextPool {
    private var texts: Set<String> = []

    /// Bytes of a text's storage beside its own.
    private static let overhead = 32

    /// Puts the pool's storage of an equal text in the place of `text`, and gives the bytes that it adds: none when it
    /// was there, or lies in the value itself.
    mutating func share(_ text: inout String) -> Int {
        let size = text.utf8.count
        guard size > 15 else { return 0 }
        let known = texts.insert(text)
        // Canonically equal texts need not be the same bytes.
        guard known.inserted || known.memberAfterInsert.utf8.elementsEqual(text.utf8) else {
            return size + TextPool.overhead
        }
        text = known.memberAfterInsert
        return known.inserted ? size + TextPool.overhead : 0
    }
}

extension Bounded {
    /// Bytes that it adds to elements before it, the texts of which lie in `pool`.
    mutating func cost(sharing pool: inout TextPool) -> Int { cost }
}

extension ProcessStart: Bounded {
    /// Bytes of the value itself and of its places in ``ProcessTree``.
    private static let size = 168
    private static let textOverhead = 32

    var cost: Int {
        var total = ProcessStart.size
        for count in [host.utf8.count, image.utf8.count, parentImage.utf8.count, shimID.utf8.count] where count > 15 {
            total += count + ProcessStart.textOverhead
        }
        return total
    }

    mutating func cost(sharing pool: inout TextPool) -> Int {
        ProcessStart.size + pool.share(&host) + pool.share(&image) + pool.share(&parentImage) + pool.share(&shimID)
    }

    /// Starts that show a container by themselves first, then the latest.
    func isKept(before other: ProcessStart) -> Bool {
        let left = isTelling
        let right = other.isTelling
        if left != right { return left }
        if time != other.time { return time > other.time }
        if host != other.host { return host < other.host }
        if pid != other.pid { return pid < other.pid }
        if image != other.image { return image < other.image }
        if parentImage != other.parentImage { return parentImage < other.parentImage }
        return self != other && sortKey < other.sortKey
    }

    /// The rest of a total order.
    private var sortKey: String {
        func text(_ guid: ProcessGUID?) -> String { guid.map { "\($0.high):\($0.low)" } ?? "" }
        return
            "\(parentPID?.number ?? 0)|\(parentPID == nil)|\(text(guid))|\(text(parentGUID))|\(containerUser)|\(shimID)"
    }
}

extension ProcessEnd: Bounded {
    /// Bytes of the value itself.
    private static let size = 56

    var cost: Int { ProcessEnd.size + (host.utf8.count > 15 ? host.utf8.count + 32 : 0) }

    mutating func cost(sharing pool: inout TextPool) -> Int { ProcessEnd.size + pool.share(&host) }

    /// The latest first.
    func isKept(before other: ProcessEnd) -> Bool {
        if time != other.time { return time > other.time }
        if host != other.host { return host < other.host }
        if pid != other.pid { return pid < other.pid }
        return (guid.map { [$0.high, $0.low] } ?? []).lexicographicallyPrecedes(
            other.guid.map { [$0.high, $0.low] } ?? [])
    }
}
