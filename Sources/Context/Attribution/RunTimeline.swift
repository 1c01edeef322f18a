import Events

/// When the containers that may have run on one host ran: answers "which one was it, if there was only one" without a walk
/// over all of them.
///
///     a   |-------------|                     boundaries    1    2        3      4   5
///     b        |--------------------|         running       a    a b      b      b c …
///     c                        |----…         the sum of their numbers names the only one where the count is 1
///
/// Intervals have the slack of ``Container/startSlack`` and ``Container/endSlack``. O(n log n) to build, O(log n) a moment.
struct RunTimeline: Sendable {
    private struct Interval {
        var start: Int64
        var end: Int64
        var container: Int
    }

    /// Containers of which no run is recorded: they may have run at any time.
    private let unrecorded: [Int]
    private var intervals: [Interval] = []
    private var boundaries: [Int64] = []
    private var counts: [Int32] = []
    private var sums: [Int] = []

    /// The timeline of these containers (indices in `containers`).
    init(of candidates: [Int], in containers: [Container]) {
        unrecorded = candidates.filter { containers[$0].runs.isEmpty }
        var changes: [(time: Int64, step: Int32, container: Int)] = []
        for index in candidates {
            let spans = containers[index].spans
            for span in spans { intervals.append(Interval(start: span.start, end: span.end, container: index)) }
            for span in RunTimeline.joined(spans) {
                changes.append((span.start, 1, index))
                if span.end < .max { changes.append((span.end + 1, -1, index)) }
            }
        }
        changes.sort { $0.time < $1.time }
        var count: Int32 = 0
        var sum = 0
        for change in changes {
            count += change.step
            sum += Int(change.step) * change.container
            if boundaries.last == change.time {
                counts[counts.count - 1] = count
                sums[sums.count - 1] = sum
            } else {
                boundaries.append(change.time)
                counts.append(count)
                sums.append(sum)
            }
        }
    }

    /// Containers that ran, or may have run, at a moment. O(log n).
    func count(at time: Timestamp) -> Int { unrecorded.count + running(at: time).count }

    /// The only container that ran at a moment; nil if none did, several did, or another one may have. O(log n).
    func only(at time: Timestamp) -> Int? {
        let running = running(at: time)
        return unrecorded.isEmpty && running.count == 1 ? running.sum : nil
    }

    /// The only container one run of which covers all of `first ... last`. O(intervals).
    func only(from first: Timestamp, to last: Timestamp) -> Int? {
        guard unrecorded.isEmpty else { return nil }
        var only: Int?
        for interval in intervals where interval.start <= first.nanoseconds && last.nanoseconds <= interval.end {
            if let only, only != interval.container { return nil }
            only = interval.container
        }
        return only
    }

    /// The last change up to a moment, and the first one after it. O(log n).
    func boundaries(around time: Timestamp) -> (before: Int64?, after: Int64?) {
        let index = firstBoundary(after: time)
        return (index > 0 ? boundaries[index - 1] : nil, index < boundaries.count ? boundaries[index] : nil)
    }

    private func running(at time: Timestamp) -> (count: Int, sum: Int) {
        let index = firstBoundary(after: time)
        return index == 0 ? (0, 0) : (Int(counts[index - 1]), sums[index - 1])
    }

    private func firstBoundary(after time: Timestamp) -> Int {
        var low = 0
        var high = boundaries.count
        while low < high {
            let middle = (low + high) / 2
            if boundaries[middle] <= time.nanoseconds { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Overlapping spans of one container made one.
    private static func joined(_ spans: [(start: Int64, end: Int64)]) -> [(start: Int64, end: Int64)] {
        var joined: [(start: Int64, end: Int64)] = []
        for span in spans.sorted(by: { $0.start < $1.start }) {
            if let last = joined.last, span.start <= last.end {
                joined[joined.count - 1].end = max(last.end, span.end)
            } else {
                joined.append(span)
            }
        }
        return joined
    }
}

extension RunTimeline {
    /// Timelines of all hosts on which a container that can be a silo may have run, by host. O(containers × their hosts).
    static func all(of inventory: ContainerInventory, join: HostJoin) -> [String: RunTimeline] {
        var candidates: [String: [Int]] = [:]
        var hostsOfLabel: [Substring: [String]] = [:]
        for host in join.windowsHosts { hostsOfLabel[host.prefix { $0 != "." }, default: []].append(host) }
        for index in inventory.siloCandidates {
            let container = inventory.containers[index]
            var hosts = Set(container.hosts)
            if hosts.isEmpty {
                for engine in container.engines where !engine.isEmpty {
                    hosts.formUnion(hostsOfLabel[engine.prefix { $0 != "." }] ?? [])
                }
            }
            if hosts.isEmpty, let sole = join.soleHost { hosts = [sole] }
            for host in hosts where join.mayRun(container, on: host) { candidates[host, default: []].append(index) }
        }
        return candidates.mapValues { RunTimeline(of: $0, in: inventory.containers) }
    }
}
