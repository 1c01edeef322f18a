import Events
import Foundation
import Testing

@testable import Context

/// Who a Linux process id is at a moment; order, doubles, bounds and hostile records.
@Suite("Linux process tree")
struct LinuxTreeTests {
    private let web = Fixture.web
    private let api = Fixture.api

    @Test("a process id that was reused belongs to whoever has it then")
    func reuse() {
        var records = LinuxRecords()
        let entry = records.container(web, 3, at: 10)
        let inside = records.execute(400, parent: entry, at: 20, "/bin/sleep")
        let outside = records.execute(400, parent: 60, at: 120, "/usr/bin/cut")
        let insideAgain = records.execute(400, parent: entry, at: 220, "/bin/sleep")
        let context = records.context()
        #expect(context.attribution(of: inside)?.id == web)
        #expect(context.attribution(of: outside) == nil)
        #expect(context.attribution(of: insideAgain)?.id == web)
    }

    @Test("what has the id of a short-lived runtime much later is not the runtime")
    func reuseOfRuntime() {
        var records = LinuxRecords()
        records.container(web, 3, at: 10)
        records.add(305, parent: 301, at: 10.2, [.image: "/", .comm: "runc:[1:CHILD]", .commandLine: "runc init"])
        let child = records.execute(500, parent: 305, at: 200, "/usr/bin/cut")
        #expect(records.context().attribution(of: child) == nil)
    }

    @Test("an ended process's id is free")
    func ends() {
        var records = LinuxRecords(service: "strace", host: "")
        records.execute(80, at: 1, "/usr/bin/runc", "runc exec \(web)")
        records.call(80, "clone", result: "81", at: 1.1)
        let inside = records.execute(81, at: 1.2, "/bin/sh")
        records.add(81, at: 2, category: "process_termination", [.message: "exited with 0"])
        let after = records.call(81, "read", result: "0", at: 30)
        let context = records.context()
        #expect(context.attribution(of: inside)?.id == web)
        #expect(context.attribution(of: after) == nil)
    }

    @Test("an orphan that the shim takes over stays in its container; its parent is then the shim")
    func takeover() {
        var records = LinuxRecords()
        let entry = records.container(web, 3, at: 10)
        records.execute(400, parent: entry, at: 20, "/bin/sh")
        records.execute(401, parent: 400, at: 21, "/bin/miner")
        let later = records.add(401, parent: 300, at: 90, [.image: "/bin/miner", .comm: "miner"])
        let context = records.context()
        #expect(context.attribution(of: later)?.id == web)
        #expect(context.facts(of: later)?.fields.first { $0.name == "Process.Depth" }?.values == ["2"])
    }

    @Test("a parent whose start was never seen is told by its children, and by its own later records")
    func missingParents() throws {
        var records = LinuxRecords()
        let entry = records.container(web, 3, at: 10)
        let child = records.execute(401, parent: 400, at: 20, "/bin/ls")
        records.add(400, parent: entry, at: 25, [.image: "/bin/sh", .comm: "sh", .syscallOfAudit: "connect"])
        let context = records.context()
        #expect(context.attribution(of: child)?.id == web)
        let fields = try #require(context.facts(of: child)?.fields)
        #expect(fields.contains(FactField("Process.Parent", "/bin/sh")))
        #expect(fields.contains(FactField("ParentImage", "/bin/sh")))
        #expect(fields.contains(FactField("Process.ParentSeen", false)))
        #expect(fields.contains(FactField("Process.Ancestors", ["/bin/sh", "/usr/sbin/nginx", LinuxRecords.shim])))
        #expect(fields.contains(FactField("Process.Depth", 2)))
    }

    @Test("the first process of the run is the entry point, whatever it executes next")
    func entryPoint() {
        var records = LinuxRecords()
        let entry = records.container(web, 3, at: 10, program: "/bin/sh")
        let next = records.execute(entry, parent: 300, at: 11, "/usr/sbin/nginx")
        let child = records.execute(400, parent: entry, at: 12, "/usr/sbin/nginx")
        let context = records.context()
        func isEntry(_ view: EventView) -> [String]? {
            context.facts(of: view)?.fields.first { $0.name == "Process.IsEntryPoint" }?.values
        }
        #expect(isEntry(records.views[3]) == ["true"])
        #expect(isEntry(next) == ["true"])
        #expect(isEntry(child) == ["false"])
    }

    @Test("circles of parents end")
    func circles() {
        var records = LinuxRecords()
        for pid in 0..<64 {
            records.execute(1000 + pid, parent: 1000 + (pid + 1) % 64, at: Double(pid % 5), "/bin/a")
            records.add(1000 + (pid + 7) % 64, parent: 1000 + pid, at: Double(pid % 7), [.image: "/bin/b"])
        }
        records.execute(7, parent: 7, at: 3, LinuxRecords.shim, "-id \(web)")
        let context = records.context()
        for view in records.views {
            #expect(context.linux.ancestors(of: context.linux.node(of: view) ?? 0).count <= 64)
        }
        for view in records.views { _ = context.facts(of: view) }
    }

    @Test("deep chains keep the container; ancestors are cut")
    func deep() throws {
        var records = LinuxRecords()
        var parent = records.container(web, 3, at: 10)
        for index in 0..<5000 {
            records.execute(10_000 + index, parent: parent, at: 11 + Double(index) / 100, "/bin/a\(index % 3)")
            parent = 10_000 + index
        }
        for index in 0..<5000 { records.execute(parent, parent: parent - 1, at: 100 + Double(index) / 1000, "/bin/b") }
        let context = records.context()
        let last = try #require(records.views.last)
        #expect(context.attribution(of: last)?.id == web)
        let fields = try #require(context.facts(of: last)?.fields)
        #expect(fields.first { $0.name == "Process.Ancestors" }?.values.count == Context.ancestorLimit)
        #expect(fields.contains(FactField("Process.Depth", 64)))
    }

    @Test("hostile values of fields are no trouble")
    func hostile() {
        var records = LinuxRecords()
        let texts = [
            "", "-1", "0", "4294967295", "99999999999999999999", String(repeating: "a", count: 100_000), "\u{0}",
        ]
        for (index, text) in texts.enumerated() {
            for field in [EvidenceField.parentProcessID, .image, .commandLine, .comm, .device, .cgroup, .containerID] {
                records.add(10 + index, at: 1, start: index % 2 == 0, [field: text])
            }
            records.add(10, at: 1, start: true, [.processID: text, .parentProcessID: text])
            records.call(10, "clone", text, result: text, at: 1)
        }
        let context = records.context()
        for view in records.views { _ = context.facts(of: view) }
        var timeless = records.views[0]
        timeless.time = .unknown
        #expect(Fixture.context([timeless]).attribution(of: timeless) == nil)
    }

    /// Records of some containers with reuse, orphans, traces and claims.
    private func evidence(_ random: inout Seeded) -> [EventView] {
        var records = LinuxRecords(host: "")
        var trace = LinuxRecords(service: "strace", host: "")
        let ids = [Fixture.web, Fixture.db, Fixture.api]
        for (index, id) in ids.enumerated() {
            let time = Double.random(in: 0..<50, using: &random)
            let entry = records.container(id, index + 3, at: time)
            trace.call(entry + 2000, "accept", result: "3", at: time + 10)
            for _ in 0..<12 {
                let pid = Int.random(in: 1000..<1020, using: &random)
                let parent =
                    [entry, Int.random(in: 1000..<1020, using: &random)].randomElement(using: &random) ?? entry
                let at = time + Double(Int.random(in: 0..<400, using: &random)) / 2
                if Bool.random(using: &random) {
                    records.execute(
                        pid, parent: parent, at: at, ["/bin/a", "/bin/b"].randomElement(using: &random) ?? "",
                        device: ["00:4\(index + 3)", "fe:00"].randomElement(using: &random))
                } else {
                    records.add(pid, parent: parent, at: at, [.image: "/bin/a", .comm: "a"])
                }
                trace.call(
                    pid, ["clone", "read"].randomElement(using: &random) ?? "",
                    result: String(Int.random(in: 1000..<1020, using: &random)), at: at)
            }
        }
        let inspects = ids.enumerated().map { index, id in
            Fixture.inspect(
                id, at: 60, isolation: "", platform: "linux", name: "/c\(index)",
                extra: [
                    FieldValue(name: "State.Pid", value: String(index * 100 + 2302)),
                    FieldValue(name: "State.StartedAt", value: "2023-11-14T22:13:20Z"),
                ])
        }
        return records.views + trace.views + inspects
    }

    @Test("any order, any parts, doubles: the same answers", arguments: [1 << 20, 3000])
    func orders(budget: Int) {
        var random = Seeded(11)
        for _ in 0..<6 {
            let views = evidence(&random)
            var whole = ContextBuilder(processBudget: budget)
            for view in views { whole.observe(view) }
            let expected = whole.finish()
            let answers = views.map { expected.facts(of: $0) }
            if budget > 1 << 16 { #expect(answers.contains { $0?.container != nil }) }
            for _ in 0..<4 {
                var parts = (0..<Int.random(in: 1...5, using: &random)).map { _ in ContextBuilder(processBudget: budget)
                }
                for view in (views + views.prefix(30)).shuffled(using: &random) {
                    parts[Int.random(in: parts.indices, using: &random)].observe(view)
                }
                while parts.count > 1 {
                    let other = parts.remove(at: Int.random(in: parts.indices, using: &random))
                    parts[Int.random(in: parts.indices, using: &random)].merge(other)
                }
                let context = parts[0].finish()
                #expect(views.map { context.facts(of: $0) } == answers)
                #expect(context.remarks == expected.remarks)
            }
        }
    }

    @Test("a copy of a trace under another source number changes nothing")
    func copies() {
        var random = Seeded(3)
        let views = evidence(&random)
        let copies = views.map { view in
            var copy = view
            copy.place.source = 9
            return copy
        }
        let once = Fixture.context(views)
        let twice = Fixture.context(views + copies)
        #expect(views.map { once.facts(of: $0) } == views.map { twice.facts(of: $0) })
    }

    @Test("what was gathered can be kept and read again")
    func snapshot() throws {
        var random = Seeded(5)
        let views = evidence(&random)
        var builder = ContextBuilder()
        for view in views.prefix(40) { builder.observe(view) }
        let kept = try JSONEncoder().encode(builder)
        var restored = try JSONDecoder().decode(ContextBuilder.self, from: kept)
        for view in views.dropFirst(40) {
            builder.observe(view)
            restored.observe(view)
        }
        let (left, right) = (builder.finish(), restored.finish())
        #expect(views.map { left.facts(of: $0) } == views.map { right.facts(of: $0) })
    }

    @Test("a flood of processes is bounded; what shows containers is kept and the loss is told")
    func flood() {
        let budget = 1 << 19
        var gatherer = LinuxGatherer(processBudget: budget)
        var records = LinuxRecords()
        records.container(web, 3, at: 10)
        for view in records.views { gatherer.observe(view) }
        var flood = LinuxRecords()
        for index in 0..<12_000 {
            flood.views.removeAll(keepingCapacity: true)
            let parent = 1000 + index / 7
            gatherer.observe(flood.execute(1000 + index, parent: parent, at: 20 + Double(index) / 100, "/bin/a"))
        }
        let last = flood.execute(900, parent: 300, at: 999, "/bin/sh")
        gatherer.observe(last)
        let linux = gatherer.finish(Context())
        #expect(linux.tree.nodes.count <= 2 * budget / LinuxSighting.size)
        #expect(linux.evidence(of: linux.tie(of: last)).map(\.code) == [.shimDescendant])
        #expect(linux.remarks.count == 1)
    }

    @Test("a million processes fit: bytes of a sighting and of a node")
    func sizes() {
        #expect(MemoryLayout<LinuxSighting>.stride <= LinuxSighting.size)
        #expect(MemoryLayout<LinuxTree.Node>.stride <= 112)
        #expect(LinuxGatherer.processBudget / LinuxSighting.size > 1_000_000)
        // Sightings with half a budget's slack, nodes, their order, membership: below 500 MB.
        let nodes = 1_300_000 * (MemoryLayout<LinuxTree.Node>.stride + 4 + 8 + 4 + 4)
        #expect(LinuxGatherer.processBudget * 3 / 2 + nodes < 450_000_000)
    }
}
