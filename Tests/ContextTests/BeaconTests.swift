import Testing

@testable import Context

@Suite("Beacons")
struct BeaconTests {
    /// A generated series: moments in nanoseconds.
    struct Series: CustomTestStringConvertible {
        var name: String
        var count: Int
        /// Share of the period by which each pause is longer or shorter, at most.
        var jitter = 0.0
        /// Share of beats that are missing.
        var loss = 0.0
        /// Connections by chance between the beats, of each beat.
        var noise = 0.0
        var testDescription: String { name }

        func moments(_ random: inout Seeded) -> [Int64] {
            let period = Double.random(in: 2...90, using: &random)
            var now = 0.0
            var all: [Double] = []
            while all.count < count {
                now += period * (1 + Double.random(in: -jitter...jitter, using: &random))
                if Double.random(in: 0..<1, using: &random) < loss { continue }
                all.append(now)
            }
            let others = Int(noise * Double(count))
            for _ in 0..<others { all.append(Double.random(in: 0...now, using: &random)) }
            return all.sorted().map { Int64($0 * 1e9) }
        }
    }

    /// Share of 2000 series with at least that score, percent.
    private func share(_ make: (inout Seeded) -> [Int64], score: Int) -> Double {
        var random = Seeded(42)
        var found = 0
        for _ in 0..<2000 where (BeaconDetector.beat(in: make(&random))?.score ?? 0) >= score { found += 1 }
        return Double(found) / 20
    }

    @Test(
        "a beat is found through jitter, loss and noise",
        arguments: [
            (Series(name: "exact, 8 beats", count: 8), 99.0),
            (Series(name: "±10 %, 10 beats", count: 10, jitter: 0.1), 95),
            (Series(name: "±20 %, 16 beats", count: 16, jitter: 0.2), 90),
            (Series(name: "±30 %, 26 beats", count: 26, jitter: 0.3), 80),
            (Series(name: "±30 %, 60 beats", count: 60, jitter: 0.3), 90),
            (Series(name: "±10 %, 26 beats, 20 % lost", count: 26, jitter: 0.1, loss: 0.2), 95),
            (Series(name: "±20 %, 40 beats, 10 % lost", count: 40, jitter: 0.2, loss: 0.1), 90),
            (Series(name: "exact, 40 beats, 10 % noise", count: 40, noise: 0.1), 85),
        ] as [(Series, Double)])
    func beats(_ series: Series, _ least: Double) {
        let found = share(series.moments, score: 40)

        #expect(found >= least)
    }

    @Test("traffic by chance has no beat", arguments: [8, 12, 20, 50, 200])
    func chance(_ count: Int) {
        let poisson: (inout Seeded) -> [Int64] = { random in
            var now = 0.0
            return (0..<count).map { _ in
                now += -logOf(Double.random(in: 1e-9..<1, using: &random)) * 20
                return Int64(now * 1e9)
            }
        }
        let found = share(poisson, score: 40)

        #expect(found <= 1.5)
    }

    @Test("bursts of a page are one beat, and people's clicks are none")
    func bursts() {
        let pages: (inout Seeded) -> [Int64] = { random in
            var now = 0.0
            var all: [Int64] = []
            for _ in 0..<20 {
                now += Double.random(in: 3...120, using: &random)
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    all.append(Int64((now + Double.random(in: 0..<0.4, using: &random)) * 1e9))
                }
            }
            return all.sorted()
        }

        #expect(share(pages, score: 40) <= 2)
    }

    @Test("too few, equal and far apart moments are no beat and no trap")
    func edges() {
        #expect(BeaconDetector.beat(in: []) == nil)
        #expect(BeaconDetector.beat(in: [1]) == nil)
        #expect(BeaconDetector.beat(in: (0..<7).map { $0 * 5_000_000_000 }) == nil)
        #expect(BeaconDetector.beat(in: Array(repeating: 5, count: 50)) == nil)
        #expect(BeaconDetector.beat(in: [.min + 1, 0, .max - 1]) == nil)
        let huge = (0..<20).map { Int64.max / 20 * $0 }
        #expect(BeaconDetector.beat(in: huge)?.score ?? 0 <= 100)
    }

    @Test("period, jitter and missed beats are told")
    func parts() throws {
        let moments = (0..<30).filter { $0 != 7 && $0 != 19 }.map { Int64($0) * 7_000_000_000 }
        let beat = try #require(BeaconDetector.beat(in: moments))
        #expect(abs(beat.period - 7) < 0.001)
        #expect(beat.jitter < 0.001)
        #expect(beat.missed == 2)
        #expect(beat.count == 28)
        #expect(beat.score >= 95)
    }
}

/// Natural logarithm by a series: tests need no Foundation.
private func logOf(_ value: Double) -> Double {
    var number = value
    var twos = 0.0
    while number < 0.5 {
        number *= 2
        twos += 1
    }
    let ratio = (number - 1) / (number + 1)
    var power = ratio
    var sum = 0.0
    for step in stride(from: 1.0, to: 60, by: 2) {
        sum += power / step
        power *= ratio * ratio
    }
    return 2 * sum - twos * 0.693147180559945
}
