/// The window of `temporal_ordered`: the longest run of members in their order, at strictly increasing times.
///
/// Instead of events it keeps, for every member and length, the chain that ends there and starts latest; an older one can
/// do nothing that it cannot. So a flood of events costs no memory and hides nothing.
///
/// ```
/// members a b c      time  1  2  3  4  5
///                          a  a  b  b  c
/// chain(b, 2) after 4:        a──b              start 2
/// chain(c, 3) after 5:        a──b─────c        start 2
/// ```
struct OrderedWindow: CorrelationWindow {
    private struct Chain: Sendable {
        var start: Int64
        var end: Int64
        var tokens: [UInt64]
    }

    private let count: Int
    private let condition: Correlation.Condition
    /// By `member * (count + 1) + length`; all end before `time`.
    private var settled: [Int: Chain] = [:]
    /// Chains that end at `time`: only later events may continue them.
    private var fresh: [Int: Chain] = [:]
    private var time = Int64.min
    private var oldest = Int64.min

    init(_ planned: PlannedCorrelation) {
        count = planned.members.count
        condition = planned.condition
    }

    mutating func expire(before time: Int64) {
        oldest = time
        settled = settled.filter { $0.value.start >= time }
        fresh = fresh.filter { $0.value.start >= time }
    }

    mutating func insert(_ entry: WindowEntry) -> Int {
        if entry.time > time {
            for (key, chain) in fresh { Self.keep(chain, at: key, in: &settled) }
            fresh.removeAll(keepingCapacity: true)
            time = entry.time
        }
        guard entry.time >= oldest else { return 0 }
        for position in entry.positions {
            let first = Chain(start: entry.time, end: entry.time, tokens: entry.tokens)
            Self.keep(first, at: key(position, 1), in: &fresh)
            guard position > 0 else { continue }
            for length in 2...(position + 1) {
                guard let shorter = bestChain(length - 1, below: position, endingBefore: entry.time) else { continue }
                let chain = Chain(start: shorter.start, end: entry.time, tokens: shorter.tokens + entry.tokens)
                Self.keep(chain, at: key(position, length), in: &fresh)
            }
        }
        return 0
    }

    private func key(_ position: Int, _ length: Int) -> Int { position * (count + 1) + length }

    private func bestChain(_ length: Int, below position: Int, endingBefore time: Int64) -> Chain? {
        (0..<position).compactMap { settled[key($0, length)] }.filter { $0.end < time }.max { $0.start < $1.start }
    }

    private static func keep(_ chain: Chain, at key: Int, in chains: inout [Int: Chain]) {
        if let old = chains[key], old.start >= chain.start { return }
        chains[key] = chain
    }

    private var longest: (length: Int, chain: Chain)? {
        var best: (length: Int, chain: Chain)?
        for (key, chain) in settled.merging(fresh, uniquingKeysWith: { $0.start >= $1.start ? $0 : $1 }) {
            let length = key % (count + 1)
            guard let known = best else {
                best = (length, chain)
                continue
            }
            let better = (length, chain.start, -chain.end) > (known.length, known.chain.start, -known.chain.end)
            if better { best = (length, chain) }
        }
        return best
    }

    var isEmpty: Bool { settled.isEmpty && fresh.isEmpty }

    func evaluate() -> (number: Double?, holds: Bool) {
        guard let longest else { return (nil, false) }
        return (Double(longest.length), condition.holds(Double(longest.length)))
    }

    func contributions(limit: Int) -> (start: Int64, tokens: [UInt64]) {
        guard let longest else { return (0, []) }
        return (longest.chain.start, latestTokens([longest.chain.tokens], limit: limit))
    }
}
