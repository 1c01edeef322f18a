import Events

/// Gathers what engines and hosts say of containers: any order, any number of parts, the same inventory.
///
/// Bounded: ``containerLimit`` containers (the smallest ids), and per container what `ContainerRecord` keeps.
public struct InventoryBuilder: Sendable, Codable {
    /// Most containers that are kept.
    public static let containerLimit = 1 << 16

    private var records: [ContainerID: ContainerRecord] = [:]
    /// Whether there were more containers than are kept.
    public private(set) var overflowed = false
    /// Engines met, as named by the caller (empty: unnamed).
    private var engines = SeenTexts()
    /// Everything beside the containers, and what happened to them.
    private var facts = InventoryFacts()

    /// An empty inventory.
    public init() {}

    /// Takes in the facts of `other`. Commutative and associative. O(facts of `other`).
    public mutating func merge(_ other: InventoryBuilder) {
        for (id, record) in other.records { update(id) { $0.merge(record) } }
        engines.merge(other.engines)
        facts.merge(other.facts)
        overflowed = overflowed || other.overflowed
    }

    /// The inventory of everything gathered. O(n log n).
    public func finish() -> ContainerInventory {
        var bounded = self
        bounded.trim()
        bounded.facts.trim()
        var inventory = bounded.inventory()
        inventory.take(bounded.facts)
        return inventory
    }

    private func inventory() -> ContainerInventory {
        var whole = records.filter { $0.key.isFull }
        let fullIDs = whole.keys.sorted()
        var ambiguous: [ContainerID: [ContainerID]] = [:]
        for (prefix, record) in records.filter({ !$0.key.isFull }).sorted(by: { $0.key < $1.key }) {
            let matches = fullIDs.run(ofPrefix: prefix)
            switch matches.count {
            case 1: whole[matches[matches.startIndex], default: ContainerRecord()].merge(record)
            case 0: whole[prefix, default: ContainerRecord()].merge(record)
            default: ambiguous[prefix] = Array(matches)
            }
        }
        return ContainerInventory(
            containers: whole.sorted { $0.key < $1.key }.map { $0.value.container(id: $0.key) },
            ambiguousPrefixes: ambiguous, engines: engines.spans.keys.sorted(), overflowed: overflowed)
    }

    /// Takes in what an event tells beside the containers themselves.
    mutating func observeFacts(_ view: EventView) { facts.observe(view) }

    mutating func sawEngine(_ engine: String, at time: Timestamp) { engines.see(engine, at: time) }

    mutating func update(_ id: ContainerID, _ change: (inout ContainerRecord) -> Void) {
        change(&records[id, default: ContainerRecord()])
        if records.count > 2 * InventoryBuilder.containerLimit { trim() }
    }

    /// Keeps the smallest ids. Whatever is cut in a part is cut in the whole too, so the order of merging is nothing.
    private mutating func trim() {
        guard records.count > InventoryBuilder.containerLimit else { return }
        for id in records.keys.sorted().dropFirst(InventoryBuilder.containerLimit) { records.removeValue(forKey: id) }
        overflowed = true
    }
}

extension [ContainerID] {
    /// The ids of a sorted array that begin with `prefix`. O(log n).
    func run(ofPrefix prefix: ContainerID) -> ArraySlice<ContainerID> {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < prefix { low = middle + 1 } else { high = middle }
        }
        var end = low
        while end < count, prefix.isPrefix(of: self[end]) { end += 1 }
        return self[low..<end]
    }
}
