import Bytes
import Context
import Events
import Foundation
import Sigma
import Strategies
import Testing

@testable import Engine

/// What the context derives is matched like any other source.
@Suite struct DerivedEventTests {
    private static let beacon = """
        title: Beacon
        id: 22222222-2222-4222-8222-222222222222
        logsource: { product: siloscope, service: flows }
        detection:
          selection: { Finding: beacon, Beacon.Score|gte: 70 }
          condition: selection
        level: medium
        """
    private static let container = String(repeating: "0a1b2c3d", count: 8)

    private static func sample(_ service: String, score: String) -> SampleEvent {
        SampleEvent(
            payload: .derived(
                .init(
                    service: service, host: "HOST",
                    fields: [
                        .init(name: "Finding", values: ["beacon"]), .init(name: "Beacon.Score", values: [score]),
                        .init(name: "ContainerId", values: [container]),
                    ])))
    }

    @Test("a derived sample is matched by its log source and fields, and belongs to its container")
    func sample() async throws {
        let bench = try Workbench()
        let samples = [
            Self.sample("flows", score: "80"), Self.sample("flows", score: "20"), Self.sample("programs", score: "90"),
        ]
        for file in try EvidenceComposer(start: 1_700_000_000_000_000_000).files(of: samples) {
            try bench.write(file.bytes, to: "evidence/" + file.name)
        }
        let (alerts, _) = try await bench.hunt(rules: Self.beacon)
        #expect(alerts.count == 1)
        #expect(alerts.first?.container?.id == Self.container)
        #expect(alerts.first?.fields.first { $0.name == "Beacon.Score" }?.values == ["80"])
    }

    @Test("lines of a sample file are read by the format they have")
    func file() async throws {
        let bench = try Workbench()
        let line =
            "type=SYSCALL msg=audit(1700000000.100:7): arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=2 "
            + "uid=0 comm=\"id\" exe=\"/usr/bin/id\" key=\"exec\"\n"
        let other = line.replacingOccurrences(of: ":7)", with: ":8)").replacingOccurrences(of: "/id\"", with: "/ls\"")
        let samples = [line, other].map { SampleEvent(payload: .file(name: "audit.log", text: $0)) }
        for file in try EvidenceComposer(start: 0).files(of: samples) {
            try bench.write(file.bytes, to: "evidence/" + file.name)
        }
        let (alerts, report) = try await bench.hunt(
            rules: """
                title: Id
                id: 33333333-3333-4333-8333-333333333333
                logsource: { category: process_creation, product: linux }
                detection:
                  selection: { Image|endswith: /id }
                  condition: selection
                level: low
                """)
        #expect(report.events == 2)
        #expect(alerts.count == 1)
    }

    @Test("derived events become a batch: fields, host, times, and a raw text that does not depend on places")
    func batch() throws {
        var vocabulary = Vocabulary()
        func event(at offset: Int64) -> DerivedEvent {
            DerivedEvent(
                time: Timestamp(nanoseconds: 5), host: "HOST", service: .integrity, finding: "record-gap",
                container: ContainerID(Self.container), detail: "a gap", fields: [FactField("Gap.Records", 3)],
                places: [EventPlace(source: 0, record: 1, offset: offset)])
        }
        let batch = DerivedBatch.batch(of: [event(at: 10), event(at: 20)], path: { "log\($0.number)" }, &vocabulary)
        #expect(batch.events.count == 2)
        let head = batch.events[0]
        #expect(vocabulary.origins[Int(head.origin.index)].service == "integrity")
        #expect(batch.text(of: batch.slots[Int(head.hostSlot)]) == "HOST")
        let fields = batch.slots[Int(head.firstSlot)..<Int(head.firstSlot + head.slotCount)].map {
            vocabulary.name(of: $0.field) + "=" + batch.text(of: $0)
        }
        #expect(
            fields == [
                "Finding=record-gap", "ContainerId=" + Self.container, "Detail=a gap", "Gap.Records=3",
                "Evidence.Place=log0 @10", "Computer=HOST",
            ])
        let raw = batch.events.map {
            AlertIdentity.hash(batch.base.bytes.extracting(Int($0.offset)..<Int($0.offset) + Int($0.length)))
        }
        #expect(raw[0] == raw[1])
    }
}
