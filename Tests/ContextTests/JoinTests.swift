import Events
import Testing

@testable import Context

@Suite("Attribution by time, lineage and contradiction")
struct JoinTests {
    private let silo = Fixture.disk(Fixture.silo, "app\\a.exe")
    private let agent = "C:\\Windows\\System32\\CExecSvc.exe"

    private func run(
        _ id: String, _ from: Int64, _ to: Int64, isolation: String = "process", platform: String = "windows",
        name: String
    ) -> [EventView] {
        [
            Fixture.inspect(id, at: from, isolation: isolation, platform: platform, name: name),
            Fixture.docker("start", id, at: from, name: name), Fixture.docker("die", id, at: to, name: name),
        ]
    }

    private func found(_ context: Context, _ view: EventView) throws -> ContainerAttribution {
        try #require(context.attribution(of: view))
    }

    @Test("the only container running then is the silo's, as of the event's time")
    func asOfTime() throws {
        let context = Fixture.context(
            run(Fixture.web, 0, 100, name: "web") + run(Fixture.api, 200, 300, name: "api"), hosts: ["HOST01"])
        #expect(try found(context, Fixture.windows(at: 50, [.image: silo])).id == Fixture.web)
        #expect(try found(context, Fixture.windows(at: 250, [.image: silo])).id == Fixture.api)
        let between = try found(context, Fixture.windows(at: 160, [.image: silo]))
        #expect(between.id == "unknown in silo \(Fixture.silo)")
        #expect(between.reasons.contains { $0.contains("0 may have run") })
        #expect(
            try found(context, Fixture.windows(at: 50, [.image: silo])).reasons.contains {
                $0.contains("\"web\"") && $0.contains("only process-isolated")
            })
    }

    @Test("of two running containers none is chosen")
    func two() throws {
        let context = Fixture.context(
            run(Fixture.web, 0, 100, name: "web") + run(Fixture.api, 50, 300, name: "api"), hosts: ["HOST01"])
        let both = try found(context, Fixture.windows(at: 70, [.image: silo]))
        #expect(both.id == "unknown in silo \(Fixture.silo)")
        #expect(both.confidence == 90)
        #expect(both.reasons.contains { $0.contains("2 may have run") })
    }

    @Test("containers that cannot be a silo of the host are no candidates")
    func otherIsolation() throws {
        let others =
            run(Fixture.api, 0, 300, isolation: "hyperv", name: "vm")
            + run(Fixture.db, 0, 300, isolation: "", platform: "linux", name: "lx")
        let context = Fixture.context(run(Fixture.web, 0, 100, name: "web") + others, hosts: ["HOST01"])
        #expect(try found(context, Fixture.windows(at: 70, [.image: silo])).id == Fixture.web)
    }

    @Test("a volume in use for longer than another container lived is told apart by its whole span")
    func volumeSpan() throws {
        let starts = [
            Fixture.start(silo, pid: 100, at: 10), Fixture.start(silo, pid: 104, at: 200),
            Fixture.start(Fixture.disk(Fixture.otherSilo, "b.exe"), pid: 108, at: 60),
        ]
        let context = Fixture.context(
            run(Fixture.web, 5, 400, name: "web") + run(Fixture.api, 50, 90, name: "api") + starts)
        // Both ran at 60, but only web ran from 10 to 200.
        #expect(try found(context, Fixture.windows(at: 60, [.image: silo])).id == Fixture.web)
        #expect(
            try found(context, Fixture.windows(at: 60, [.image: Fixture.disk(Fixture.otherSilo, "b.exe")])).id
                == "unknown in silo \(Fixture.otherSilo)")
    }

    @Test("with several hosts or engines nothing is joined by being the only one, and it is said")
    func parity() throws {
        let life = run(Fixture.web, 0, 100, name: "web")
        let hosts = Fixture.context(life, hosts: ["HOST01", "HOST02"])
        let one = try found(hosts, Fixture.windows(at: 50, [.image: silo]))
        #expect(one.id == "unknown in silo \(Fixture.silo)")
        #expect(one.reasons.contains { $0.contains("2 Windows hosts") })
        #expect(hosts.remarks.contains { $0.contains("2 Windows hosts") })
        // Names of containers among the hosts do not count.
        let withContainer = Fixture.context(life, hosts: ["HOST01", String(Fixture.web.prefix(12))])
        #expect(try found(withContainer, Fixture.windows(at: 50, [.image: silo])).id == Fixture.web)
        // An engine that is known to be the host's is joined whatever the number of hosts.
        let named = Fixture.context(
            [Fixture.docker("start", Fixture.web, at: 2, engine: "host01.corp.local")], hosts: ["HOST01", "HOST02"])
        #expect(try found(named, Fixture.windows(at: 50, [.image: silo])).id == Fixture.web)
        #expect(try found(named, Fixture.windows(host: "HOST02", at: 50, [.image: silo])).id.hasPrefix("unknown"))
    }

    @Test("a container whose records name the host is joined to that host")
    func hostCompute() throws {
        let view = EventView(
            kind: .hostCompute, time: Fixture.seconds(2), host: "HOST01", eventID: 2001,
            values: [EventView.Value(.systemID, Fixture.web)])
        let context = Fixture.context([view], hosts: ["HOST02"])
        #expect(try found(context, Fixture.windows(at: 50, [.image: silo])).id == Fixture.web)
        #expect(try found(context, view).evidence == [.id])
    }

    @Test("children of the agent and their children belong to the container")
    func descendants() throws {
        let context = Fixture.context([
            Fixture.start("C:\\Windows\\System32\\cmd.exe", pid: 200, parent: 100, parentImage: agent, at: 10),
            Fixture.start("C:\\a.exe", pid: 300, parent: 200, parentImage: "C:\\Windows\\System32\\cmd.exe", at: 12),
            Fixture.start("C:\\b.exe", pid: 400, parent: 300, parentImage: "C:\\a.exe", at: 14),
            Fixture.end(pid: 300, at: 20), Fixture.start("C:\\host.exe", pid: 300, parent: 4, at: 30),
        ])
        let child = try found(context, Fixture.windows(at: 15, [.processID: "200"]))
        #expect(child.evidence == [.agentChild] && child.confidence == 75)
        for pid in ["300", "400"] {
            let deep = try found(context, Fixture.windows(at: 15, [.processID: pid]))
            #expect(deep.evidence == [.agentDescendant])
            #expect(deep.confidence == 67)
        }
        #expect(context.attribution(of: Fixture.windows(at: 40, [.processID: "300"])) == nil)
        #expect(context.attribution(of: Fixture.windows(host: "HOST02", at: 15, [.processID: "300"])) == nil)
        let security = Fixture.windows(
            at: 16, kind: .processStart, [.newProcessID: "0x1f4", .processID: "0x190", .newProcessName: "C:\\c.exe"])
        #expect(try found(context, security).evidence == [.agentDescendant])
    }

    @Test("a child on the host's disk of a process in a silo stays the container's, with the contradiction told")
    func escape() throws {
        let context = Fixture.context([
            Fixture.start(silo, pid: 200, parent: 100, at: 10),
            Fixture.start("C:\\Windows\\System32\\cmd.exe", pid: 300, parent: 200, parentImage: silo, at: 12),
        ])
        let view = Fixture.windows(at: 13, [.processID: "300", .image: "C:\\Windows\\System32\\cmd.exe"])
        let escaped = try found(context, view)
        #expect(escaped.id == "unknown in silo \(Fixture.silo)")
        #expect(escaped.evidence == [.siloPath])
        #expect(escaped.confidence < 80)
        #expect(escaped.reasons.contains { $0.hasPrefix("contradiction: the image \"C:\\Windows") })
    }

    struct Contradiction: Sendable, CustomTestStringConvertible {
        var name: String
        var view: EventView
        var without: Int
        var word: String
        var testDescription: String { name }
    }

    static let contradictions = [
        Contradiction(
            name: "two ids are named",
            view: Fixture.windows(
                host: String(Fixture.web.prefix(12)), [.objectName: "\\x\\JobContainer_" + Fixture.api]), without: 99,
            word: "names container"),
        Contradiction(
            name: "two silos are involved",
            view: Fixture.windows([
                .image: Fixture.disk(Fixture.silo, "a.exe"), .parentImage: Fixture.disk(Fixture.otherSilo, "b.exe"),
            ]), without: 90, word: "two silo volumes"),
        Contradiction(
            name: "container user, host path, on a host that shows silo paths",
            view: Fixture.windows([
                .image: "C:\\a.exe", .user: "User Manager\\ContainerUser",
            ]), without: 85, word: "lies on the host"),
        Contradiction(
            name: "the container did not run then",
            view: Fixture.windows(
                host: String(Fixture.web.prefix(12)), at: 5000, [:]), without: 97, word: "did not run"),
    ]

    @Test("contradictory evidence lowers the confidence and is told", arguments: contradictions)
    func contradiction(_ item: Contradiction) throws {
        let context = Fixture.context(
            run(Fixture.web, 0, 900, name: "web") + run(Fixture.api, 0, 900, name: "api")
                + [Fixture.start(Fixture.disk(Fixture.silo, "x.exe"), pid: 900, at: 20)])
        let result = try found(context, item.view)
        #expect(result.confidence < item.without)
        #expect(result.confidence > 30)
        #expect(result.reasons.contains { $0.hasPrefix("contradiction") && $0.contains(item.word) })
    }

    @Test("host-side evidence for a container with Hyper-V isolation is contradictory")
    func hypervisor() throws {
        let context = Fixture.context(run(Fixture.web, 0, 900, isolation: "hyperv", name: "web"), hosts: ["HOST01"])
        let path = "C:\\ProgramData\\docker\\windowsfilter\\\(Fixture.web)\\Files\\a.exe"
        let result = try found(context, Fixture.windows([.image: path]))
        #expect(result.id == Fixture.web && result.confidence < 85)
        #expect(result.reasons.contains { $0.contains("Hyper-V isolation") })
    }

    @Test("a computer name that two containers share is given to none")
    func ambiguousName() throws {
        let context = Fixture.context(run(Fixture.web, 0, 900, name: "web") + run(Fixture.db, 0, 900, name: "db"))
        let result = try found(context, Fixture.windows(host: "0A1B2C3D4E5F", [:]))
        #expect(result.id == "0a1b2c3d4e5f")
        #expect(result.reasons.contains { $0.contains("none is chosen") })
    }

    @Test("a computer name given by hand is weak, and never the host's own")
    func givenName() throws {
        let life = [
            Fixture.inspect(Fixture.web, at: 5, hostname: "PAYROLL"), Fixture.docker("start", Fixture.web, at: 2),
        ]
        let context = Fixture.context(life, hosts: ["HOST01", "payroll"])
        let result = try found(context, Fixture.windows(host: "Payroll", [:]))
        #expect(result.id == Fixture.web && result.confidence == 50 && result.evidence == [.computerName])
        // The only Windows host has the name that the container was given: the container does not swallow its host.
        #expect(Fixture.context(life, hosts: ["PAYROLL"]).attribution(of: Fixture.windows(host: "PAYROLL", [:])) == nil)
        // Linux containers write no Windows events.
        let linux = Fixture.context(
            [Fixture.inspect(Fixture.web, at: 5, platform: "linux", hostname: "PAYROLL")], hosts: ["HOST01", "payroll"])
        #expect(linux.attribution(of: Fixture.windows(host: "Payroll", [:])) == nil)
    }
}
