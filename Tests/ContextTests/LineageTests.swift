import Events
import Testing

@testable import Context

/// The fields on parents and ancestors, and the silos that kernels tell of.
@Suite("Lineage fields and silos")
struct LineageTests {
    private let agent = "C:\\Windows\\System32\\CExecSvc.exe"

    private func fields(_ context: Context, _ view: EventView) -> [String: [String]] {
        Dictionary(
            (context.facts(of: view)?.fields ?? []).map { ($0.name, $0.values) },
            uniquingKeysWith: { first, _ in first })
    }

    @Test("ancestors of a Windows process, nearest first, and what the record itself says of the parent")
    func windows() {
        let entry = Fixture.start("C:\\w3wp.exe", pid: 100, parent: 80, parentImage: agent, at: 10)
        let shell = Fixture.start("C:\\cmd.exe", pid: 104, parent: 100, parentImage: "C:\\w3wp.exe", at: 20)
        let tool = Fixture.start("C:\\whoami.exe", pid: 108, parent: 104, parentImage: "C:\\cmd.exe", at: 30)
        let file = Fixture.windows(at: 31, [.processID: "108", .targetFilename: "C:\\x"])
        let context = Fixture.context([entry, shell, tool])
        let found = fields(context, tool)
        #expect(found["Process.Parent"] == ["C:\\cmd.exe"])
        #expect(found["Process.Ancestors"] == ["C:\\cmd.exe", "C:\\w3wp.exe", agent])
        #expect(found["Process.ParentSeen"] == ["true"])
        #expect(found["Process.Depth"] == ["2"])
        #expect(found["Process.IsEntryPoint"] == ["false"])
        #expect(found["ParentImage"] == nil)
        #expect(fields(context, file)["Process.Parent"] == ["C:\\cmd.exe"])
        #expect(fields(context, file)["ParentImage"] == nil)
        let first = fields(context, entry)
        #expect(first["Process.IsEntryPoint"] == ["true"])
        #expect(first["Process.ParentSeen"] == ["false"])
        #expect(first["Process.Ancestors"] == [agent])
        #expect(first["Process.Depth"] == ["0"])
    }

    @Test("a start without the parent's image gets it from the tree")
    func parentImage() {
        let entry = Fixture.start("C:\\w3wp.exe", pid: 100, parent: 80, parentImage: agent, at: 10)
        let old = Fixture.windows(
            at: 20, kind: .processStart,
            [.newProcessID: "0x68", .newProcessName: "C:\\cmd.exe", .processID: "0x64"])
        let found = fields(Fixture.context([entry, old]), old)
        #expect(found["ParentImage"] == ["C:\\w3wp.exe"])
        #expect(found["Process.Parent"] == ["C:\\w3wp.exe"])
    }

    @Test("only the first program that a container's agent started is its entry point")
    func entryPoint() {
        let entry = Fixture.start("C:\\w3wp.exe", pid: 100, parent: 80, parentImage: agent, at: 10)
        let put = Fixture.start("C:\\cmd.exe", pid: 104, parent: 80, parentImage: agent, at: 60)
        let other = Fixture.start("C:\\a.exe", pid: 108, parent: 84, parentImage: agent, at: 70)
        let context = Fixture.context([put, other, entry])
        #expect(fields(context, entry)["Process.IsEntryPoint"] == ["true"])
        #expect(fields(context, put)["Process.IsEntryPoint"] == ["false"])
        #expect(fields(context, other)["Process.IsEntryPoint"] == ["true"])
    }

    @Test("events that belong to no container get no lineage")
    func none() {
        let start = Fixture.start("C:\\cmd.exe", pid: 104, parent: 100, parentImage: "C:\\a.exe", at: 20)
        #expect(Fixture.context([start]).facts(of: start) == nil)
    }

    private let guid = "{6C3F1B52-0000-4A4B-9C9D-0123456789AB}"

    private func silo(_ guid: String, at time: Int64, job: String = "0x10", host: String = "HOST01") -> EventView {
        Fixture.windows(host: host, at: time, kind: .silo, [.siloGUID: guid, .jobID: job])
    }

    @Test("a silo that begins with one container's start only is that container's")
    func siloOfContainer() {
        let record = silo(guid, at: 12)
        let later = silo(guid, at: 300, job: "0x11")
        let views = [
            Fixture.docker("start", Fixture.web, at: 10), Fixture.inspect(Fixture.web, at: 11), record, later,
        ]
        let context = Fixture.context(views)
        #expect(context.silos.count == 1)
        #expect(context.silos.first?.jobs == ["0x10", "0x11"])
        #expect(context.silos.first?.seen.last == Fixture.seconds(300))
        for view in [record, later] {
            #expect(context.attribution(of: view)?.id == Fixture.web)
            #expect(context.attribution(of: view)?.evidence == [.siloEvent])
        }
    }

    @Test("two containers that start together, or two silos, are not told apart")
    func siloUnclear() {
        let record = silo(guid, at: 12)
        let other = silo("{7D3F1B52-0000-4A4B-9C9D-0123456789AB}", at: 13)
        let web = [Fixture.docker("start", Fixture.web, at: 10), Fixture.inspect(Fixture.web, at: 11)]
        let api = [Fixture.docker("start", Fixture.api, at: 14), Fixture.inspect(Fixture.api, at: 14)]
        #expect(Fixture.context(web + api + [record]).containerOfSilo.isEmpty)
        #expect(Fixture.context(web + [record, other]).containerOfSilo.isEmpty)
        #expect(Fixture.context(web + [silo(guid, at: 40)]).containerOfSilo.isEmpty)
        #expect(Fixture.context(web + [record]).containerOfSilo.count == 1)
    }

    @Test("the host's own jobs are no silos; an unknown silo is told without a container")
    func siloAlone() {
        let host = silo("{00000000-0000-0000-0000-000000000000}", at: 12)
        let record = silo(guid, at: 12)
        let context = Fixture.context([host, record])
        #expect(context.attribution(of: host) == nil)
        #expect(context.attribution(of: record)?.id == "unknown")
        #expect(context.attribution(of: record)?.confidence == 80)
        #expect(context.silos.map(\.guid) == ["6c3f1b52-0000-4a4b-9c9d-0123456789ab"])
    }

    @Test("silos are gathered in any order and bounded")
    func siloBounds() {
        var left = SiloGatherer()
        var right = SiloGatherer()
        for index in 0..<40 {
            let view = silo("{6C3F1B52-0000-4A4B-9C9D-0123456789\(10 + index % 7)}", at: Int64(index), job: "\(index)")
            if index % 3 == 0 { left.observe(view) } else { right.observe(view) }
        }
        var first = left
        first.merge(right)
        var second = right
        second.merge(left)
        second.merge(left)
        let (one, two) = (first.finish(), second.finish())
        #expect(one == two)
        #expect(one.count == 7)
        #expect(one.allSatisfy { $0.jobs.count <= SiloRecord.jobLimit })
    }
}
