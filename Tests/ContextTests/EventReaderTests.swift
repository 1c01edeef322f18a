import Bytes
import Events
import Testing

@testable import Context

@Suite("Reading batches")
struct EventReaderTests {
    /// Builds batches as decoders do: values in the base (UTF-16 and binary) or in the arena (UTF-8).
    struct Writer {
        var vocabulary = Vocabulary()
        var base: [UInt8] = [0xFF]
        var slots: [FieldSlot] = []
        var heads: [EventHead] = []
        var arena: [UInt8] = []

        mutating func begin(_ origin: Origin, at time: Int64, host: String?) {
            heads.append(
                EventHead(
                    time: Fixture.seconds(time), origin: vocabulary.origin(origin), firstSlot: Int32(slots.count),
                    slotCount: 0,
                    offset: 0, length: 0, record: 1))
            if let host {
                heads[heads.count - 1].hostSlot = Int32(slots.count)
                wide("Computer", host)
            }
        }

        mutating func add(_ name: String, _ bytes: [UInt8], _ encoding: UInt8) {
            slots.append(
                FieldSlot(
                    field: vocabulary.field(name), offset: UInt32(base.count), length: UInt32(bytes.count),
                    encoding: ValueEncoding(rawValue: encoding), inArena: false))
            base += bytes
            heads[heads.count - 1].slotCount += 1
        }

        mutating func wide(_ name: String, _ text: String, terminated: Bool = false) {
            let units = Array(text.utf16) + (terminated ? [0] : [])
            add(name, units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }, 0x01)
        }

        mutating func narrow(_ name: String, _ text: String) {
            slots.append(
                FieldSlot(
                    field: vocabulary.field(name), offset: UInt32(arena.count), length: UInt32(text.utf8.count),
                    encoding: .utf8, inArena: true))
            arena += Array(text.utf8)
            heads[heads.count - 1].slotCount += 1
        }

        func batch() -> EventBatch {
            var batch = EventBatch(base: ByteStorage(base))
            batch.arena = arena
            batch.slots = slots
            batch.events = heads
            return batch
        }
    }

    static let sysmon = Origin(product: "windows", channel: "Microsoft-Windows-Sysmon/Operational", eventID: 1)
    static let access = Origin(product: "windows", channel: "Microsoft-Windows-Sysmon/Operational", eventID: 10)
    static let security = Origin(product: "windows", channel: "Security", eventID: 4663)
    static let container: [UInt8] = [1, 3, 0, 0, 0, 0, 0, 5, 93, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]
    static let localSystem: [UInt8] = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]

    private func run(_ writer: Writer, first: Bool = true) -> [ContainerAttribution?] {
        let batch = writer.batch()
        var reader = EventReader()
        var builder = ContextBuilder()
        for head in batch.events where first {
            if let view = reader.told(by: head, in: batch, writer.vocabulary) { builder.observe(view) }
        }
        let context = builder.finish()
        return batch.events.map { reader.attribution(of: $0, in: batch, writer.vocabulary, context) }
    }

    @Test("values are read where they lie: UTF-16, binary ids, SIDs, and texts of the arena")
    func binary() {
        var writer = Writer()
        writer.begin(EventReaderTests.sysmon, at: 10, host: "HOST01")
        writer.wide("Image", Fixture.disk(Fixture.silo, "a.exe"), terminated: true)
        writer.add("ProcessId", [100, 0, 0, 0], 0x08)
        writer.add("ParentProcessId", [4, 0, 0, 0], 0x08)
        writer.begin(EventReaderTests.access, at: 11, host: "HOST01")
        writer.add("SourceProcessId", [100, 0, 0, 0], 0x08)
        writer.wide("SourceImage", "C:\\Windows\\System32\\a.exe")
        writer.begin(EventReaderTests.security, at: 12, host: "HOST01")
        writer.add("ProcessId", [100, 0, 0, 0, 0, 0, 0, 0], 0x15)
        writer.begin(EventReaderTests.security, at: 12, host: "HOST01")
        writer.add("SubjectUserSid", EventReaderTests.container, 0x13)
        writer.begin(EventReaderTests.security, at: 12, host: "HOST01")
        writer.add("SubjectUserSid", EventReaderTests.localSystem, 0x13)
        writer.add("ProcessId", [104, 0, 0, 0], 0x14)
        writer.narrow("ProcessName", "C:\\Windows\\System32\\svchost.exe")
        writer.begin(EventReaderTests.security, at: 12, host: "0A1B2C3D4E5F")
        writer.begin(EventReaderTests.security, at: 12, host: nil)
        writer.narrow("ProcessId", "0x64")
        writer.begin(EventReaderTests.security, at: 12, host: "host01")
        writer.narrow("ProcessId", "0x64")
        writer.wide("Parentimage", Fixture.disk(Fixture.silo, "a.exe"))
        let found = run(writer).map { $0?.evidence }
        #expect(
            found == [[.siloPath], [.siloPath], [.siloPath], [.containerSID], nil, [.computerName], nil, [.siloPath]])
    }

    @Test("every host is told to the builder, once while it stays the same")
    func hosts() {
        var writer = Writer()
        for host in ["A", "A", "B", "A", nil, "A"] { writer.begin(EventReaderTests.security, at: 1, host: host) }
        writer.begin(Origin(product: "macos"), at: 1, host: "C")
        let batch = writer.batch()
        var reader = EventReader()
        let told = batch.events.map { reader.told(by: $0, in: batch, writer.vocabulary)?.host }
        #expect(told == ["A", nil, "B", "A", "", "A", nil])
    }

    @Test("Docker records are read with all their fields")
    func docker() {
        var writer = Writer()
        writer.begin(Origin(product: "docker", service: "events"), at: 10, host: nil)
        for field in Fixture.docker("start", Fixture.web, at: 0).fields { writer.narrow(field.name, field.value) }
        let found = run(writer)
        #expect(found[0]?.id == Fixture.web && found[0]?.name == "web1" && found[0]?.confidence == 100)
    }

    @Test("containerd's events tell of containers; logs of runtimes are attributed by the id they name")
    func runtimes() throws {
        let id = String(repeating: "ab", count: 32)
        let events = Origin(product: "containerd", service: "events")
        var writer = Writer()
        let topics =
            [
                ("/containers/create", 1), ("/tasks/start", 2), ("/tasks/exit", 3), ("/tasks/exit", 9),
                ("/containers/delete", 10),
            ] as [(String, Int64)]
        for (topic, time) in topics {
            writer.begin(events, at: time, host: nil)
            writer.narrow("Topic", topic)
            writer.narrow("ContainerId", id)
            // The exit of a process that was put into the container is not its end.
            writer.narrow("id", time == 3 ? "exec-1" : id)
            if time == 1 { writer.narrow("ContainerImage", "corp/web:1") }
        }
        writer.begin(Origin(product: "docker", service: "daemon"), at: 5, host: nil)
        writer.narrow("msg", "x")
        writer.narrow("ContainerId", id)
        writer.begin(Origin(product: "docker", service: "daemon"), at: 5, host: nil)
        writer.narrow("msg", "x")
        let found = run(writer)
        #expect(found.map { $0?.id } == [id, id, id, id, id, id, nil])
        let log = try #require(found[5])
        #expect(log.confidence == 100 && log.image == "corp/web:1")
        let batch = writer.batch()
        var reader = EventReader()
        var builder = ContextBuilder()
        for head in batch.events {
            if let view = reader.told(by: head, in: batch, writer.vocabulary) { builder.observe(view) }
        }
        let container = try #require(builder.finish().inventory.containers.first)
        #expect(container.runs == [RunInterval(start: Fixture.seconds(2), end: Fixture.seconds(9))])
        #expect(container.destroyed == Fixture.seconds(10))
    }

    @Test("slots outside the batch are empty values")
    func outside() {
        var writer = Writer()
        writer.begin(EventReaderTests.sysmon, at: 10, host: "HOST01")
        writer.wide("Image", Fixture.disk(Fixture.silo, "a.exe"))
        writer.slots[1].offset = 0xFFFF_FFF0
        writer.slots[0].length = 0xFFFF_FFFF
        #expect(run(writer) == [nil])
    }

    @Test("batch and view give the same answer on generated events")
    func differential() {
        var random = Seeded(5)
        let texts = PathTests.cases.map(\.0) + ["100", "0x64", "S-1-5-93-2-1", "User Manager\\ContainerUser"]
        var writer = Writer()
        var views: [EventView] = []
        writer.begin(EventReaderTests.sysmon, at: 1, host: "HOST01")
        writer.wide("Image", Fixture.disk(Fixture.silo, "a.exe"))
        writer.wide("ProcessId", "100")
        for _ in 0..<4000 {
            let host = ["HOST01", "HOST02", "0a1b2c3d4e5f"].randomElement(using: &random) ?? ""
            writer.begin(EventReaderTests.security, at: 10, host: host)
            var view = EventView(kind: .windows, time: Fixture.seconds(10), host: host)
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                guard let field = EvidenceField.allCases.randomElement(using: &random) else { continue }
                let text = texts.randomElement(using: &random) ?? ""
                if Bool.random(using: &random) {
                    writer.wide(field.rawValue, text)
                } else {
                    writer.narrow(field.rawValue, text)
                }
                view.values.append(EventView.Value(field, text))
            }
            views.append(view)
        }
        let context = Fixture.context(
            [
                Fixture.start(Fixture.disk(Fixture.silo, "a.exe"), pid: 100, parent: -1, at: 1)
            ], hosts: ["HOST02", "0a1b2c3d4e5f"])
        #expect(Array(run(writer).dropFirst()) == views.map { context.attribution(of: $0) })
    }
}
