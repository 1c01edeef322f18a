/// The window of `event_count` and the `value_*` kinds.
struct CountingWindow: CorrelationWindow {
    private let kind: Correlation.Kind
    private let condition: Correlation.Condition
    private let capacity: Int
    /// In order of time; those before `head` are gone.
    private var entries: [WindowEntry] = []
    private var head = 0
    /// Identities of the entries at the latest time: the same event does not count twice.
    private var recent: Set<CorrelationEvent.Identity> = []
    private var recentTime = Int64.min
    /// How often each value is in the window (`value_count`).
    private var values: [String: Int] = [:]
    /// The numbers in the window, sorted (`value_sum`, `value_avg`, `value_percentile`).
    private var numbers: [Double] = []

    init(_ planned: PlannedCorrelation, _ limits: Correlator.Limits) {
        kind = planned.kind
        condition = planned.condition
        var capacity = limits.events
        if case .bounds(let bounds) = planned.condition {
            let largest = bounds.map(\.value).max() ?? 0
            capacity = max(capacity, Int(min(max(largest, 0), 1_000_000)) + 2)
        }
        self.capacity = capacity
    }

    private var count: Int { entries.count - head }

    mutating func expire(before time: Int64) {
        while head < entries.count, entries[head].time < time { removeFirst() }
        guard head > 64, head > entries.count / 2 else { return }
        entries.removeFirst(head)
        head = 0
    }

    mutating func insert(_ entry: WindowEntry) -> Int {
        guard !isRepeated(entry) else { return 0 }
        var index = entries.count
        while index > head, entries[index - 1].time > entry.time { index -= 1 }
        entries.insert(entry, at: index)
        if usesValues, let key = entry.key { values[key, default: 0] += 1 }
        if usesNumbers, let number = entry.number { numbers.insert(number, at: place(of: number)) }
        guard count > capacity else { return 0 }
        removeFirst()
        return 1
    }

    private mutating func isRepeated(_ entry: WindowEntry) -> Bool {
        if entry.time > recentTime {
            recent.removeAll(keepingCapacity: true)
            recentTime = entry.time
        }
        if entry.time == recentTime { return !recent.insert(entry.identity).inserted }
        return entries[head...].contains { $0.identity == entry.identity }
    }

    private mutating func removeFirst() {
        let entry = entries[head]
        head += 1
        if usesValues, let key = entry.key, let count = values[key] { values[key] = count > 1 ? count - 1 : nil }
        if usesNumbers, let number = entry.number { numbers.remove(at: place(of: number)) }
    }

    /// The first index whose number is not smaller.
    private func place(of number: Double) -> Int {
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private var usesValues: Bool {
        if case .valueCount = kind { return true }
        return false
    }

    private var usesNumbers: Bool {
        switch kind {
        case .valueSum, .valueAverage, .valuePercentile: true
        default: false
        }
    }

    var isEmpty: Bool { count == 0 }

    func evaluate() -> (number: Double?, holds: Bool) {
        guard count > 0, let number = computed else { return (nil, false) }
        return (number, condition.holds(number))
    }

    /// The number that is compared; `nil` when no entry has a numeric value.
    private var computed: Double? {
        switch kind {
        case .valueCount: return Double(values.count)
        case .valueSum: return numbers.isEmpty ? nil : numbers.reduce(0, +)
        case .valueAverage: return numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
        case .valuePercentile(_, let percentile): return Self.percentile(percentile, of: numbers)
        default: return Double(count)
        }
    }

    /// Linear interpolation between the closest ranks of sorted numbers.
    static func percentile(_ percentile: Double, of sorted: [Double]) -> Double? {
        guard let last = sorted.last else { return nil }
        let rank = percentile / 100 * Double(sorted.count - 1)
        let lower = Int(rank.rounded(.down))
        guard lower + 1 < sorted.count else { return last }
        return sorted[lower] + (sorted[lower + 1] - sorted[lower]) * (rank - Double(lower))
    }

    func contributions(limit: Int) -> (start: Int64, tokens: [UInt64]) {
        let live = entries[head...]
        return (live.first?.time ?? 0, latestTokens(live.suffix(limit).lazy.map(\.tokens), limit: limit))
    }
}
