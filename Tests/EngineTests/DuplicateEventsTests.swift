import Events
import Foundation
import Testing

@testable import Engine

@Suite struct DuplicateEventsTests {
    static func hit(
        _ source: Int32, second: Double = 0, raw: UInt8 = 1, record: Int64 = -1, rules: [Int32] = [0],
        fields: [String: String] = ["Image": "a"], host: String = "H", offset: Int64 = 0
    ) -> HitEvent {
        HitEvent(
            key: .init(time: Int64(second * 1e9), source: source, offset: offset, record: 1), segment: 0, length: 10,
            eventRecordID: record, rawHash: [raw], rules: rules, host: host, container: nil,
            fields: fields.sorted { $0.key < $1.key }.map { AlertField(name: $0.key, values: [$0.value]) })
    }

    func admitted(_ hits: [HitEvent]) -> [(token: UInt64, rules: [Int32])] {
        var duplicates = DuplicateEvents(sources: 9)
        return hits.map { duplicates.admit($0) }.map { ($0.token, $0.rules) }
    }

    @Test func theSameBytesInAnotherFileAreTheSameEvent() {
        let result = admitted([
            Self.hit(0), Self.hit(1, fields: ["Other": "b"]), Self.hit(2, raw: 9, fields: ["x": "y"]),
        ])
        #expect(result.map(\.rules) == [[0], [], [0]])
        #expect(result.map(\.token) == [1, 1, 2])
    }

    @Test func theSameTimeHostAndFieldsInAnotherExportAreTheSameEvent() {
        let result = admitted([
            Self.hit(0), Self.hit(1, raw: 2), Self.hit(2, raw: 3, host: "OTHER"), Self.hit(3, second: 0.5, raw: 4),
        ])
        #expect(result.map(\.rules) == [[0], [], [0], [0]])
    }

    @Test func theSameRecordIdOfAChannelIsTheSameEventAlsoWhenAnExportCutsTheTime() {
        let fields = ["Channel": "Security", "EventID": "4688"]
        let result = admitted([
            Self.hit(0, second: 7, raw: 1, record: 5, fields: fields),
            Self.hit(1, second: 7.43, raw: 2, record: 5, fields: fields.merging(["More": "x"]) { $1 }),
            Self.hit(1, second: 7.43, raw: 3, record: 6, fields: fields.merging(["More": "y"]) { $1 }),
            Self.hit(1, second: 9, raw: 4, record: 5, fields: fields.merging(["More": "z"]) { $1 }),
        ])
        #expect(result.map(\.rules) == [[0], [], [0], [0]])
    }

    @Test func aRuleThatOnlyTheSecondCopyHitsStillCounts() {
        let result = admitted([Self.hit(0, rules: [1, 2]), Self.hit(1, rules: [2, 3]), Self.hit(2, rules: [3])])
        #expect(result.map(\.rules) == [[1, 2], [3], []])
    }

    @Test func twoEqualLinesOfOneFileAreTwoEventsAndTheirCopiesAreNot() {
        let result = admitted([
            Self.hit(0, offset: 0), Self.hit(0, offset: 10), Self.hit(1, offset: 0), Self.hit(1, offset: 10),
            Self.hit(1, offset: 20),
        ])
        #expect(result.map(\.rules) == [[0], [0], [], [], [0]])
        #expect(result.map(\.token) == [1, 2, 1, 2, 3])
    }

    @Test func whatIsRememberedIsBounded() {
        var duplicates = DuplicateEvents(sources: 2)
        for index in 0..<200_000 {
            let admission = duplicates.admit(
                Self.hit(0, raw: UInt8(index & 255), fields: ["n": "\(index)"], offset: Int64(index)))
            #expect(admission.token == UInt64(index + 1))
        }
    }

    @Test("a hunt over evidence and its copy gives what a hunt over the evidence gives", arguments: [true, false])
    func hunt(ungrouped: Bool) async throws {
        let one = try Workbench()
        let two = try Workbench()
        let events = (0..<20).map {
            HuntTests.processCreation(#"C:\x\whoami.exe"#, at: Double($0 * 37 % 97), computer: "H\($0 % 3)")
        }
        let log = try #require(try EvidenceComposer(start: 0).files(of: events).first)
        try one.write(log.bytes, to: "evidence/a.evtx")
        try two.write(log.bytes, to: "evidence/a.evtx")
        try two.write(log.bytes, to: "evidence/copy.evtx")
        let plain = try await one.hunt(rules: HuntTests.whoami) { $0.ungrouped = ungrouped }
        let doubled = try await two.hunt(rules: HuntTests.whoami, threads: 3) { $0.ungrouped = ungrouped }
        #expect(plain.alerts.count == (ungrouped ? 20 : 3))
        #expect(plain.alerts.map(\.id) == doubled.alerts.map(\.id))
        #expect(plain.alerts.map(\.count) == doubled.alerts.map(\.count))
        #expect(plain.alerts.map(\.score) == doubled.alerts.map(\.score))
        #expect(doubled.report.duplicateHits == 20)
    }
}
