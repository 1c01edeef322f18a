/// Times of sightings by a pair of numbers (a scope, a program), sorted: counts as of any moment.
struct SightingTimes: Sendable {
    private var ranges: [UInt64: Range<Int32>] = [:]
    private var times: [Int64] = []

    /// A pair as one number.
    static func key(_ scope: Int32, _ program: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: scope)) << 32 | UInt64(UInt32(bitPattern: program))
    }

    /// Nothing seen.
    init() {}

    /// All sightings, any order. O(n log n).
    init(_ sightings: consuming [(key: UInt64, time: Int64)]) {
        var sorted = sightings
        sorted.sort { $0.key == $1.key ? $0.time < $1.time : $0.key < $1.key }
        times.reserveCapacity(sorted.count)
        var start = 0
        for (index, sighting) in sorted.enumerated() {
            times.append(sighting.time)
            guard index + 1 == sorted.count || sorted[index + 1].key != sighting.key else { continue }
            ranges[sighting.key] = Int32(start)..<Int32(index + 1)
            start = index + 1
        }
    }

    /// How many pairs were seen.
    var pairs: Int { ranges.count }

    /// Sightings of a pair from `from` on and before `end`. O(log n).
    func count(_ key: UInt64, from: Int64, before end: Int64) -> Int {
        guard let range = ranges[key], from < end else { return 0 }
        return index(of: end, range) - index(of: from, range)
    }

    /// The first sighting of a pair from `from` on and before `end`. O(log n).
    func first(_ key: UInt64, from: Int64, before end: Int64 = .max) -> Int64? {
        guard let range = ranges[key] else { return nil }
        let found = index(of: from, range)
        return found < range.upperBound && times[found] < end ? times[found] : nil
    }

    /// All pairs with their times, in no order.
    func forEach(_ body: (UInt64, ArraySlice<Int64>) -> Void) {
        for (key, range) in ranges { body(key, times[Int(range.lowerBound)..<Int(range.upperBound)]) }
    }

    /// Index of the first time that is not before `time`.
    private func index(of time: Int64, _ range: Range<Int32>) -> Int {
        var low = Int(range.lowerBound)
        var high = Int(range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
