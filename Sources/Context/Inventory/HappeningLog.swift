import Events

/// What happened, each once, with the first place that says so.
///
/// Bounded by bytes: the first of ``Happening/isKept(before:)`` are kept, whatever the order of arrival (as in
/// ``BoundedLog``, but copies cost nothing).
struct HappeningLog: Sendable, Codable {
    let budget: Int
    private(set) var places: [Happening: EventPlace] = [:]
    private var cost = 0
    private var distinct = DistinctCount()
    private var isCut = false

    init(budget: Int) { self.budget = budget }

    mutating func append(_ happening: Happening, at place: EventPlace) {
        distinct.add(
            "\(happening.time.nanoseconds)", happening.verb.rawValue, happening.id, happening.object,
            happening.source.rawValue)
        insert(happening, place)
        if cost > 2 * budget { trim() }
    }

    mutating func merge(_ other: HappeningLog) {
        for (happening, place) in other.places { insert(happening, place) }
        distinct.merge(other.distinct)
        isCut = isCut || other.isCut
        if cost > 2 * budget { trim() }
    }

    /// About how many did not fit; 0 when all did. To be asked after ``trim()``.
    var evicted: Int { isCut ? max(1, distinct.estimate - places.count) : 0 }

    /// Cuts to the budget. O(n log n).
    mutating func trim() {
        guard cost > budget else { return }
        var total = 0
        isCut = true
        for happening in places.keys.sorted(by: { $0.isKept(before: $1) }) {
            total += happening.cost
            guard total > budget else { continue }
            places.removeValue(forKey: happening)
            cost -= happening.cost
        }
    }

    private mutating func insert(_ happening: Happening, _ place: EventPlace) {
        guard let known = places[happening] else {
            places[happening] = place
            cost += happening.cost
            return
        }
        places[happening] = HappeningLog.first(known, place)
    }

    /// The first of two places; one that is not known comes last.
    static func first(_ left: EventPlace, _ right: EventPlace) -> EventPlace {
        if left == .none { return right }
        return right == .none ? left : min(left, right)
    }
}
