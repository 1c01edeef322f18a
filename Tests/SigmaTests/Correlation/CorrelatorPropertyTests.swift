import Sigma
import Testing

/// The correlator against a twin that keeps everything and looks at every window from scratch.
@Suite struct CorrelatorPropertyTests {
    private typealias Fixture = CorrelationFixture

    fileprivate struct Event {
        var rule: Int
        var time: Int64
        var token: UInt64
        var user: String?
        var number: String?
    }

    private func events(_ random: inout SplitMix64, count: Int, horizon: Int64) -> [Event] {
        let times = (0..<count).map { _ in Int64(random.next() % UInt64(horizon)) }.sorted()
        var events: [Event] = []
        for (index, time) in times.enumerated() {
            let users: [String?] = ["r", "R", "s", "s", nil, "t"]
            let numbers: [String?] = ["1", "2", "30", "x", nil, "-4"]
            let event = Event(
                rule: Int(random.next() % 3), time: time, token: UInt64(index),
                user: users[Int(random.next() % 6)], number: numbers[Int(random.next() % 6)])
            events.append(event)
            // Now and then a second rule matches the same event, or the same rule reports it twice.
            if random.next() % 5 == 0 { events.append(event.with(rule: Int(random.next() % 3))) }
        }
        return events
    }

    /// `kind`: the number of a window, `nil` when it has none.
    private func twin(
        _ events: [Event], rules: [Int], span: Int64, holds: (Double) -> Bool, number: ([Event]) -> Double?
    ) -> [Int64] {
        var fired: [Int64] = []
        for user in ["r", "s", "t"] {
            let group = events.filter { rules.contains($0.rule) && $0.user?.lowercased() == user }
            var armed = true
            for (index, event) in group.enumerated() {
                let before = group[..<index].filter { $0.time >= event.time - span }
                if before.isEmpty { armed = true }
                let value = number(before + [event])
                let isTrue = value.map(holds) ?? false
                if isTrue, armed { fired.append(event.time) }
                armed = !isTrue
            }
        }
        return fired.sorted()
    }

    private func streamed(_ text: String, _ events: [Event]) throws -> [Int64] {
        let set = try Fixture.set(text)
        var correlator = Correlator(set)
        var hits: [CorrelationHit] = []
        for event in events {
            let values = correlator.neededFields(ofRule: event.rule).map { $0 == "u" ? event.user : event.number }
            let time = event.time * Fixture.second
            correlator.consume(RuleHit(rule: event.rule, time: time, token: event.token, values: values), into: &hits)
        }
        _ = correlator.finish(into: &hits)
        return hits.map { $0.time / Fixture.second }.sorted()
    }

    private func unique(_ window: [Event]) -> [Event] {
        var seen: Set<UInt64> = []
        return window.filter { seen.insert($0.token).inserted }
    }

    @Test(arguments: 0..<60)
    func `counting kinds agree with the twin`(seed: Int) throws {
        var random = SplitMix64(UInt64(seed))
        let events = events(&random, count: 60, horizon: 80)
        let span = Int64(random.next() % 15) + 1
        let limit = Double(random.next() % 4) + 1
        let kinds: [(type: String, condition: String, number: ([Event]) -> Double?)] = [
            ("event_count", "{gte: \(Int(limit))}", { Double(unique($0).count) }),
            ("value_count", "{field: n, gte: \(Int(limit))}", { Double(Set(unique($0).compactMap(\.number)).count) }),
            ("value_sum", "{field: n, gte: \(Int(limit))}", { Self.numbers(unique($0)).map { $0.reduce(0, +) } }),
            (
                "value_avg", "{field: n, gte: \(Int(limit))}",
                { Self.numbers(unique($0)).map { $0.reduce(0, +) / Double($0.count) } }
            ),
            (
                "value_percentile", "{field: n, percentile: 75, gte: \(Int(limit))}",
                {
                    Self.numbers(unique($0)).map { Self.percentile($0.sorted(), 0.75) }
                }
            ),
            ("temporal", "{gte: \(Int(limit))}", { Double(Set($0.map(\.rule)).count) }),
        ]
        for kind in kinds {
            let text = Fixture.correlation(
                type: kind.type, rules: "[a, b]", span: "\(span)s", condition: kind.condition)
            let expected = twin(events, rules: [0, 1], span: span, holds: { $0 >= limit }, number: kind.number)
            #expect(try streamed(text, events) == expected, "\(kind.type) span \(span) limit \(limit)")
        }
    }

    private static func numbers(_ events: [Event]) -> [Double]? {
        let numbers = events.compactMap { $0.number.flatMap(Double.init) }
        return numbers.isEmpty ? nil : numbers
    }

    private static func percentile(_ sorted: [Double], _ part: Double) -> Double {
        let rank = part * Double(sorted.count - 1)
        let low = sorted[Int(rank.rounded(.down))]
        let high = sorted[Int(rank.rounded(.up))]
        return low + (high - low) * (rank - rank.rounded(.down))
    }

    @Test(arguments: 0..<60)
    func `ordered chains agree with the twin`(seed: Int) throws {
        var random = SplitMix64(UInt64(seed) &+ 1_000)
        let events = events(&random, count: 50, horizon: 60)
        let span = Int64(random.next() % 15) + 1
        let length = Int(random.next() % 3) + 1
        let text = Fixture.correlation(
            type: "temporal_ordered", rules: "[a, b, c]", span: "\(span)s", condition: "{gte: \(length)}")
        let expected = twin(events, rules: [0, 1, 2], span: span, holds: { $0 >= Double(length) }) { window in
            // The longest run over all choices: by rule, the best length that ends at each event.
            var best: [Int] = []
            for (index, event) in window.enumerated() {
                let before = window[..<index].indices.filter {
                    window[$0].time < event.time && window[$0].rule < event.rule
                }
                best.append(1 + (before.map { best[$0] }.max() ?? 0))
            }
            return best.max().map(Double.init)
        }
        #expect(try streamed(text, events) == expected)
    }

    @Test(arguments: 0..<60, ["temporal", "temporal_ordered"])
    func `absences agree with the twin`(seed: Int, type: String) throws {
        var random = SplitMix64(UInt64(seed) &+ 2_000)
        let events = events(&random, count: 50, horizon: 120)
        let span = Int64(random.next() % 15) + 1
        let text = Fixture.correlation(type: type, rules: "[a, b]", span: "\(span)s", condition: "a and not b")
        let last = events.map(\.time).max() ?? 0
        var expected: [Int64] = []
        // Time goes on with every hit of the rules, also with those of other groups.
        for user in ["r", "s", "t"] {
            let group = events.filter { $0.user?.lowercased() == user }
            var coveredUntil = Int64.min
            for start in group.filter({ $0.rule == 0 }) where start.time > coveredUntil && start.time + span <= last {
                let answered = group.contains { other in
                    let after = type == "temporal" ? other.time >= start.time - span : other.time > start.time
                    // The same event by both rules is an answer too.
                    let same = other.token == start.token && type == "temporal"
                    return other.rule == 1 && (after || same) && other.time <= start.time + span
                }
                guard !answered else { continue }
                expected.append(start.time + span)
                coveredUntil = start.time + span
            }
        }
        #expect(try streamed(text, events) == expected.sorted())
    }
}

extension CorrelatorPropertyTests.Event {
    fileprivate func with(rule: Int) -> Self {
        var copy = self
        copy.rule = rule
        return copy
    }
}

/// A small generator with a fixed seed.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678 }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
