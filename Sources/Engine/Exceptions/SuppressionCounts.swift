/// Counts of hidden hits, by shadow; one for each worker.
struct SuppressionCounts: Sendable {
    private(set) var byShadow: [Int: Int] = [:]

    /// Takes the shadows out of an event's hits, which are in ascending order. O(shadows hit).
    mutating func take(from hits: inout [Int], ruleCount: Int) {
        while let last = hits.last, last >= ruleCount {
            byShadow[last - ruleCount, default: 0] += 1
            hits.removeLast()
        }
    }

    /// Adds another worker's counts.
    mutating func add(_ other: SuppressionCounts) {
        byShadow.merge(other.byShadow, uniquingKeysWith: +)
    }
}
