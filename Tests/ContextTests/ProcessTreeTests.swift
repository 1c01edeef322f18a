import Events
import Testing

@testable import Context

@Suite("Process tree")
struct ProcessTreeTests {
    private let guid = "{6c3f1b52-1111-4a4b-9c9d-0123456789ab}"

    private func image(_ context: Context, _ pid: UInt32, at time: Int64) -> String? {
        context.tree.image(of: ProcessID(pid), on: "host01", at: Fixture.seconds(time))
    }

    @Test("a reused id is the process of its time")
    func reuse() {
        let context = Fixture.context([
            Fixture.start("C:\\a.exe", pid: 100, at: 10), Fixture.end(pid: 100, at: 20),
            Fixture.start("C:\\b.exe", pid: 100, at: 30), Fixture.start("C:\\c.exe", pid: 100, at: 40),
        ])
        #expect(image(context, 100, at: 9) == nil)
        #expect(image(context, 100, at: 10) == "C:\\a.exe")
        #expect(image(context, 100, at: 20) == "C:\\a.exe")
        #expect(image(context, 100, at: 25) == nil)
        #expect(image(context, 100, at: 35) == "C:\\b.exe")
        #expect(image(context, 100, at: 99) == "C:\\c.exe")
        #expect(image(context, 104, at: 99) == nil)
        #expect(context.tree.image(of: ProcessID(100), on: "host02", at: Fixture.seconds(15)) == nil)
    }

    @Test("Security's hex and Sysmon's decimal records of one start are one process")
    func twoRecords() {
        let security = Fixture.windows(
            at: 10, kind: .processStart,
            [.newProcessName: "C:\\A.exe", .newProcessID: "0x64", .processID: "0x4", .parentProcessName: "System"])
        let sysmon = Fixture.start("C:\\a.exe", pid: 100, at: 11, extra: [.processGUID: guid])
        let context = Fixture.context([security, sysmon])
        #expect(context.tree.count == 1)
        let found = context.tree.image(of: ProcessID(9), guid: ProcessGUID(guid), on: "HOST01", at: .unknown)
        #expect(found == "C:\\A.exe")
    }

    @Test("ancestors are named even when their start was not seen")
    func lineage() {
        let context = Fixture.context([
            Fixture.start("C:\\b.exe", pid: 200, parent: 100, parentImage: "C:\\a.exe", at: 10),
            Fixture.start("C:\\c.exe", pid: 300, parent: 200, parentImage: "C:\\b.exe", at: 12),
        ])
        let ancestors = context.tree.ancestors(of: ProcessID(300), on: "HOST01", at: Fixture.seconds(50))
        #expect(
            ancestors == [
                ProcessTree.Ancestor(image: "C:\\b.exe", processID: ProcessID(200), startWasSeen: true),
                ProcessTree.Ancestor(image: "C:\\a.exe", processID: ProcessID(100), startWasSeen: false),
            ])
    }

    @Test("a parent id that another program has reused is not the parent")
    func reusedParent() {
        let context = Fixture.context([
            Fixture.start("C:\\other.exe", pid: 100, at: 5),
            Fixture.start("C:\\c.exe", pid: 300, parent: 100, parentImage: "C:\\a.exe", at: 12),
        ])
        let ancestors = context.tree.ancestors(of: ProcessID(300), on: "HOST01", at: Fixture.seconds(50))
        #expect(ancestors == [ProcessTree.Ancestor(image: "C:\\a.exe", processID: ProcessID(100), startWasSeen: false)])
    }

    @Test("records that are each other's parent end in a bounded answer")
    func circle() {
        let context = Fixture.context([
            Fixture.start("C:\\a.exe", pid: 100, parent: 200, at: 5),
            Fixture.start("C:\\b.exe", pid: 200, parent: 100, at: 5),
            Fixture.start("C:\\s.exe", pid: 300, parent: 300, at: 5),
        ])
        #expect(context.tree.ancestors(of: ProcessID(100), on: "HOST01", at: Fixture.seconds(6)).count <= 64)
        #expect(context.tree.ancestors(of: ProcessID(300), on: "HOST01", at: Fixture.seconds(6)).count <= 64)
    }

    @Test(
        "process ids are read as logs write them",
        arguments: [
            ("100", 100), ("0x64", 100), ("0X64", 100), ("0x00000064", 100), ("", nil), ("0x", nil), ("-4", nil),
            ("4294967296", nil),
            ("12a", nil), ("8,416", nil),
        ] as [(String, UInt32?)])
    func processID(text: String, number: UInt32?) {
        #expect(ProcessID(text)?.number == number)
        let span = text.utf8Span
        #expect(Screen.number(span.span.bytes, wide: false) == number)
    }

    @Test(
        "process GUIDs are read with and without braces",
        arguments: [
            ("{6C3F1B52-1111-4A4B-9C9D-0123456789AB}", true), ("6c3f1b52-1111-4a4b-9c9d-0123456789ab", true),
            ("{00000000-0000-0000-0000-000000000000}", false), ("{6c3f1b52}", false), ("", false),
        ])
    func guidText(text: String, isGUID: Bool) {
        #expect((ProcessGUID(text) != nil) == isGUID)
        if isGUID { #expect(ProcessGUID(text) == ProcessGUID(guid)) }
    }
}
