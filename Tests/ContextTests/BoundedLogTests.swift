import Events
import Testing

@testable import Context

@Suite("Logs within a budget")
struct BoundedLogTests {
    private func start(_ index: Int, image: String) throws -> ProcessStart {
        try #require(ProcessStart(Fixture.start(image, pid: 4 * index + 4, at: Int64(index))))
    }

    @Test("a text that many elements share counts once, so that more of them are kept")
    func shared() throws {
        let image = "C:\\Program Files\\" + String(repeating: "x", count: 200) + ".exe"
        var (same, different) = (BoundedLog<ProcessStart>(budget: 100_000), BoundedLog<ProcessStart>(budget: 100_000))
        for index in 0..<2000 {
            same.append(try start(index, image: image))
            different.append(try start(index, image: image + "\(index)"))
        }
        same.trim()
        different.trim()
        #expect(same.cost <= 100_000 && different.cost <= 100_000)
        #expect(same.count > 2 * different.count && different.count > 100)
        #expect(same.kept.map(\.time).min() == Fixture.seconds(Int64(2000 - same.count)))
    }

    @Test("what is kept is the same for any parts in any order, also where texts are shared")
    func merging() throws {
        var random = Seeded(3)
        let starts = try (0..<12_000).map {
            try start($0, image: "C:\\Program Files\\Corp\\program\($0 % 700).exe")
        }
        var whole = BoundedLog<ProcessStart>(budget: 600_000)
        for start in starts { whole.append(start) }
        let expected = whole.take().sorted { $0.isKept(before: $1) }
        #expect(whole.count == 0 && whole.kept.isEmpty)
        for count in [2, 5] {
            var parts = Array(repeating: BoundedLog<ProcessStart>(budget: 600_000), count: count)
            for start in starts.shuffled(using: &random) {
                parts[Int.random(in: 0..<count, using: &random)].append(start)
            }
            var merged = parts[0]
            for part in parts.dropFirst().shuffled(using: &random) { merged.merge(part) }
            #expect(merged.observed == starts.count)
            #expect(merged.take().sorted { $0.isKept(before: $1) } == expected)
        }
        #expect(expected.count > 2000 && expected.count < 6000)
    }

    @Test("a million ordinary process starts with ends are kept by default")
    func capacity() throws {
        let start = try start(1, image: "C:\\Windows\\System32\\svchost.exe")
        var pool = TextPool()
        var other = start
        _ = other.cost(sharing: &pool)
        // Thousands of different paths, and all other starts.
        let paths = 4000 * 200
        #expect(1_000_000 * other.cost(sharing: &pool) + paths <= ContextBuilder.processBudget)
        #expect(MemoryLayout<ProcessStart>.stride <= 128)
    }
}
