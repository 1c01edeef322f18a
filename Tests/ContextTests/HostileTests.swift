import Events
import Testing

@testable import Context

@Suite("Hostile input")
struct HostileTests {
    @Test("terminal escapes, bidirectional marks and long names are harmless in reasons")
    func escapes() throws {
        let nasty = "\u{1B}[2J\u{202E}evil\"\n\u{7}" + String(repeating: "x", count: 5000)
        let context = Fixture.context([
            Fixture.docker("start", Fixture.web, at: 0, name: nasty),
            Fixture.start(Fixture.disk(Fixture.silo, nasty), pid: 100, at: 5),
        ])
        let found = try #require(context.attribution(of: Fixture.windows(at: 10, [.processID: "100"])))
        #expect(found.id == Fixture.web)
        for reason in found.reasons {
            #expect(reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" && $0 != "\u{7F}" })
            #expect(reason.count < 1000)
        }
        #expect(found.name.utf8.count <= 1024 + 3)
    }

    @Test("process starts are kept within the budget: telling ones first, then the latest, and the rest is counted")
    func manyStarts() throws {
        var builder = ContextBuilder(processBudget: 1 << 20)
        builder.observe(Fixture.start(Fixture.disk(Fixture.silo, "a.exe"), pid: 8, at: 1))
        let count = 30_000
        for index in 0..<count {
            builder.observe(
                Fixture.start("C:\\Users\\Public\\program\(index).exe", pid: 12 + index * 4, at: Int64(10 + index)))
        }
        let context = builder.finish()
        #expect(context.tree.count < 6000 && context.tree.count > 3000)
        #expect(context.tree.evicted == count + 1 - context.tree.count)
        #expect(context.remarks.contains { $0.contains("did not fit") })
        #expect(context.tree.image(of: ProcessID(8), on: "HOST01", at: Fixture.seconds(2)) != nil)
        let last = ProcessID(UInt32(12 + (count - 1) * 4))
        #expect(context.tree.image(of: last, on: "HOST01", at: Fixture.seconds(Int64(20 + count))) != nil)
        #expect(context.tree.image(of: ProcessID(12), on: "HOST01", at: Fixture.seconds(11)) == nil)
    }

    @Test("a container renamed without end keeps a bounded number of names and says nothing wrong of the rest")
    func manyNames() throws {
        var builder = ContextBuilder()
        for index in 0..<2000 {
            builder.observe(Fixture.docker("rename", Fixture.web, at: Int64(index), name: "n\(index)"))
        }
        for index in 0..<9000 { builder.observe(Fixture.docker("start", Fixture.web, at: Int64(index * 20))) }
        let container = try #require(builder.finish().inventory.containers.first)
        #expect(container.names.count <= 64)
        #expect(container.runs.count <= 4096)
    }

    @Test("a chain of twenty thousand processes is followed without recursion")
    func deepChain() throws {
        var builder = ContextBuilder()
        builder.observe(Fixture.start(Fixture.disk(Fixture.silo, "a.exe"), pid: 4, parent: 0, at: 0))
        let depth = 20_000
        for index in 1...depth {
            builder.observe(Fixture.start("C:\\x.exe", pid: 4 + index * 4, parent: index * 4, at: Int64(index)))
        }
        let context = builder.finish()
        let view = Fixture.windows(at: Int64(depth + 1), [.processID: String(4 + depth * 4)])
        let found = try #require(context.attribution(of: view))
        #expect(found.evidence == [.siloPath])
        #expect(found.confidence == 81)
    }

    @Test("times at the ends of the range, empty and garbage fields end in an answer")
    func extremes() {
        let times = [
            Timestamp.unknown, Timestamp(nanoseconds: .max), Timestamp(nanoseconds: .min + 1),
            Timestamp(nanoseconds: 0),
        ]
        var views: [EventView] = []
        for time in times {
            for action in ["create", "start", "die", "rename", "exec_start", "destroy"] {
                var view = Fixture.docker(
                    action, Fixture.web, at: 0, extra: [FieldValue(name: "Actor.Attributes.oldName", value: "o")])
                view.time = time
                views.append(view)
            }
            for pid in ["4", "", "0x", "99999999999999999999", "\u{0}"] {
                views.append(
                    EventView(
                        kind: .processStart, time: time, host: "HOST01",
                        values: [
                            EventView.Value(.processID, pid), EventView.Value(.parentProcessID, "4"),
                            EventView.Value(.image, Fixture.disk(Fixture.silo, "")),
                            EventView.Value(.parentImage, "C:\\Windows\\System32\\CExecSvc.exe"),
                        ]))
                views.append(
                    EventView(kind: .processEnd, time: time, host: "", values: [EventView.Value(.processID, pid)]))
            }
        }
        let context = Fixture.context(views)
        for view in views where view.kind != .processEnd {
            let found = context.attribution(of: view)
            #expect((0...100).contains(found?.confidence ?? -1))
        }
    }
}
