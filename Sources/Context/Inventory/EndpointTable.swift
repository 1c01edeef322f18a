/// Addresses that snapshots tell. Bounded: the ``limit`` smallest facts, whatever the order of arrival.
struct EndpointTable: Sendable, Codable {
    /// Most facts that are kept.
    static let limit = 1 << 17

    private(set) var facts: Set<EndpointFact> = []
    private var isCut = false

    /// Whether some did not fit.
    var overflowed: Bool { isCut }

    mutating func insert(_ fact: EndpointFact) {
        guard fact.isTelling else { return }
        facts.insert(fact.bounded)
        if facts.count > 2 * EndpointTable.limit { trim() }
    }

    mutating func merge(_ other: EndpointTable) {
        facts.formUnion(other.facts)
        isCut = isCut || other.isCut
        if facts.count > 2 * EndpointTable.limit { trim() }
    }

    mutating func trim() {
        guard facts.count > EndpointTable.limit else { return }
        facts = Set(facts.sorted().prefix(EndpointTable.limit))
        isCut = true
    }
}
