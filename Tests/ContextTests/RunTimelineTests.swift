import Events
import Testing

@testable import Context

@Suite("When containers ran") struct RunTimelineTests {
    private static let second: Int64 = 1_000_000_000

    /// Containers with random runs, some without an end, some without any.
    private static func containers(_ count: Int, seed: UInt64) -> [Container] {
        var random = SplitMix(seed)
        var builder = InventoryBuilder()
        for index in 0..<count {
            let digits = String(index, radix: 16)
            let id = String(repeating: "0", count: 64 - digits.utf8.count) + digits
            var fields = [FieldValue(name: "Type", value: "container"), FieldValue(name: "Actor.ID", value: id)]
            func event(_ action: String, _ at: UInt64) {
                let time = Timestamp(nanoseconds: 1_000_000 * second + Int64(at) * second)
                builder.observeDockerEvent(
                    fields + [FieldValue(name: "Action", value: action)], at: time, engine: "")
            }
            if index % 7 == 6 {
                fields.append(FieldValue(name: "Actor.Attributes.name", value: "x"))
                event("resize", 0)
                continue
            }
            for _ in 0..<(1 + Int(random.next() % 3)) {
                let start = random.next() % 5000
                event("start", start)
                if random.next() % 4 != 0 { event("die", start + random.next() % 400) }
            }
        }
        return builder.finish().containers
    }

    @Test("a timeline says what a walk over all containers says", arguments: [1, 2, 3, 5, 6, 40] as [Int])
    func equal(count: Int) {
        for seed in 1...20 as ClosedRange<UInt64> {
            let containers = Self.containers(count, seed: seed)
            let timeline = RunTimeline(of: Array(containers.indices), in: containers)
            var random = SplitMix(seed &+ 99)
            for _ in 0..<50 {
                let from = Timestamp(nanoseconds: 1_000_000 * Self.second + Int64(random.next() % 6000) * Self.second)
                let to = Timestamp(nanoseconds: from.nanoseconds + Int64(random.next() % 300) * Self.second)
                let may = containers.indices.filter { containers[$0].state(at: from) != .notRunning }
                #expect(timeline.count(at: from) == may.count)
                let only = may.count == 1 && containers[may[0]].state(at: from) == .running ? may[0] : nil
                #expect(timeline.only(at: from) == only)
                let all = containers.indices.filter { containers[$0].state(from: from, to: to) != .notRunning }
                let one = all.count == 1 && containers[all[0]].state(from: from, to: to) == .running ? all[0] : nil
                #expect(timeline.only(from: from, to: to) == one)
            }
        }
    }

    private struct SplitMix {
        var state: UInt64
        init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }
}
