import Events

/// Events by host, by the bytes of the name: neighbours are mostly of few hosts, so the last ones met are looked at first.
struct HostCounts {
    /// Names that are looked at one after another before the table is asked.
    private static let recent = 8

    /// Names with their counts; past ``SourceSurvey/namesKept`` all further ones count as the empty name.
    private(set) var counts: [(name: [UInt8], count: Int)] = []
    private var index: [[UInt8]: Int] = [:]
    private var order: [Int] = []
    private var name: [UInt8] = []

    /// Counts an event.
    mutating func add(_ head: EventHead, in batch: EventBatch) {
        name.removeAll(keepingCapacity: true)
        let slot = Int(head.hostSlot)
        if slot >= 0, slot < batch.slots.count { batch.appendText(of: batch.slots[slot], to: &name) }
        for known in order where counts[known].name == name {
            counts[known].count += 1
            return
        }
        let found = find()
        counts[found].count += 1
        order.insert(found, at: 0)
        if order.count > Self.recent { order.removeLast() }
    }

    private mutating func find() -> Int {
        if let known = index[name] { return known }
        if counts.count >= SourceSurvey.namesKept { name.removeAll() }
        if let known = index[name] { return known }
        index[name] = counts.count
        counts.append((name, 0))
        return counts.count - 1
    }
}
