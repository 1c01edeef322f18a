import Foundation
import Testing

@testable import Engine

@Suite struct HitSorterTests {
    /// A deterministic generator (SplitMix64), so that a failure can be repeated.
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    func hit(_ key: HitEvent.Key, text: String = "x") -> HitEvent {
        HitEvent(
            key: key, segment: 3, length: 10, eventRecordID: -1, rawHash: [1, 2, 3], rules: [4, 5], host: "host\u{1b}",
            container: nil, fields: [AlertField(name: "Image", values: [text, ""])])
    }

    @Test("the merged order does not depend on how many workers there were nor on spilling", arguments: [1, 2, 5])
    func orderIsIndependentOfWorkers(workers: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var generator = Generator(state: 42)
        var keys: [HitEvent.Key] = []
        for index in 0..<2000 {
            let time = Int64.random(in: -5...50, using: &generator)
            keys.append(.init(time: time, source: Int32(index % 7), offset: Int64(index), record: 1))
        }
        var runs = (0..<workers).map { HitRuns(memory: 20_000, folder: folder, prefix: "worker\($0)") }
        for key in keys { try runs[Int.random(in: 0..<workers, using: &generator)].append(hit(key)) }
        #expect(runs.contains { !$0.spilled.isEmpty })

        var merge = try HitMerge(runs)
        var merged: [HitEvent.Key] = []
        while let next = try merge.next() { merged.append(next.key) }
        #expect(merged == keys.sorted())
    }

    @Test func aHitComesBackAsItWent() throws {
        var container = AlertContainer(id: String(repeating: "a", count: 64))
        container.reasons = ["because", ""]
        container.confidence = 95
        var original = hit(.init(time: .min, source: 1, offset: 2, record: 3), text: "日本 \u{0}")
        original.container = container
        let copy = HitEvent(key: original.key, payload: original.encodedPayload())
        #expect(copy.fields == original.fields)
        #expect(copy.container == container)
        #expect(copy.rules == [4, 5])
        #expect(copy.rawHash == [1, 2, 3])
        #expect(copy.host == original.host)
        #expect(copy.eventRecordID == -1)
    }

    @Test func aTruncatedRecordReadsAsEmptyNotAsACrash() {
        let whole = hit(.init(time: 0, source: 0, offset: 0, record: 0)).encodedPayload()
        for length in 0..<whole.count {
            _ = HitEvent(key: .init(time: 0, source: 0, offset: 0, record: 0), payload: Array(whole[..<length]))
        }
    }
}
