import Events
import Testing

@testable import Context

@Suite("Sources that do not agree")
struct ContradictionTests {
    private let web = Fixture.web
    private let guid = "{6C3F1B52-0000-4A4B-9C9D-0123456789AB}"

    private func findings(_ views: [EventView]) -> [DerivedEvent] { Fixture.context(views).derived }

    private func silo(at time: Int64, eventID: Int = 22) -> EventView {
        var view = Fixture.windows(at: time, kind: .silo, [.siloGUID: guid, .jobID: "0x1a4"])
        view.eventID = eventID
        return view
    }

    private func compute(_ id: String, at time: Int64) -> EventView {
        var view = Fixture.windows(at: time, kind: .hostCompute, [.systemID: id])
        view.eventID = 2000
        return view
    }

    /// An engine that has its say from 0 to 1000, and processes all the time.
    private var background: [EventView] {
        [
            Fixture.docker("create", Fixture.api, at: 0, name: "db", image: "corp/db:1"),
            Fixture.docker("start", Fixture.api, at: 1, name: "db", image: "corp/db:1"),
            Fixture.docker("create", Fixture.db, at: 990, name: "last", image: "corp/db:1"),
            Fixture.docker("start", Fixture.db, at: 1000, name: "last", image: "corp/db:1"),
            Fixture.start("C:\\Windows\\notepad.exe", pid: 100, at: 5),
            Fixture.start("C:\\Program Files\\Docker\\docker.exe", pid: 104, at: 0),
            Fixture.start("C:\\Program Files\\Docker\\docker.exe", pid: 108, at: 989),
        ]
    }

    @Test("a silo, a compute system or an agent that no engine reported is found, once")
    func silos() throws {
        let found = findings(
            background + [
                silo(at: 500), silo(at: 501, eventID: 23), compute(web, at: 502),
                Fixture.start(Fixture.disk(Fixture.silo, "Windows\\System32\\CExecSvc.exe"), pid: 200, at: 503),
            ])
        #expect(found.map(\.finding) == ["silo-without-runtime"])
        let silo = try #require(found.first)
        #expect(silo.fields.first { $0.name == "Silo.Signs" }?.values == ["compute-system", "container-agent", "silo"])
        #expect(silo.container?.text == web && silo.field("Silo.Owner") == "unknown")
    }

    @Test(
        "a silo is no contradiction when the engine tells of it, says nothing at that time, or is not there",
        arguments: ["told", "outside", "no engine", "two hosts"])
    func explainedSilos(what: String) {
        let views: [EventView] =
            switch what {
            case "told": background + [silo(at: 500), Fixture.docker("start", web, at: 506)]
            case "outside": background + [silo(at: 5000)]
            case "no engine": [silo(at: 500), Fixture.start("C:\\a.exe", pid: 4, at: 499)]
            default: background + [silo(at: 500), Fixture.start("C:\\a.exe", pid: 4, at: 1, host: "HOST02")]
            }
        #expect(findings(views).filter { $0.finding == "silo-without-runtime" } == [])
    }

    @Test("a machine of the compute service names its owner where a program tells of it")
    func machines() {
        let id = "11111111-2222-3333-4444-555555555555"
        let unknown = findings(background + [compute(id, at: 500)])
        #expect(unknown.map(\.finding) == ["vm-without-owner"])
        let sandbox = findings(
            background + [
                compute(id, at: 500), Fixture.start("C:\\Windows\\System32\\WindowsSandbox.exe", pid: 8, at: 490),
            ])
        #expect(sandbox.first?.field("Silo.Owner") == "Windows Sandbox")
    }

    private func agentChild(at time: Int64, command: String = "cmd /c whoami") -> EventView {
        Fixture.start(
            Fixture.disk(Fixture.silo, "Windows\\System32\\cmd.exe"), pid: 300, parent: 200,
            parentImage: "C:\\Windows\\System32\\CExecSvc.exe", at: time, extra: [.commandLine: command])
    }

    @Test("a program under CExecSvc without an exec is found, and not with one, nor the entry point")
    func sideDoor() {
        #expect(findings(background + [agentChild(at: 500)]).map(\.finding) == ["exec-without-event"])
        let twice = findings(background + [agentChild(at: 500), agentChild(at: 501)])
        #expect(twice.count == 1)
        let told = findings(
            background + [
                agentChild(at: 500), Fixture.docker("exec_create: cmd /c whoami", web, at: 499),
                Fixture.start("C:\\docker.exe", pid: 44, at: 498),
            ])
        #expect(told == [])
        let entry = findings(background + [agentChild(at: 6)])
        #expect(entry == [])
        #expect(findings([agentChild(at: 500)]) == [])
    }

    @Test("an exec that nobody asked for is found only where clients are seen and none is always at work")
    func clients() {
        let exec = Fixture.docker("exec_create: cmd", Fixture.api, at: 500)
        // Process starts are known around it.
        let covered = background + [exec, Fixture.start("C:\\b.exe", pid: 12, at: 450)]
        #expect(findings(covered).map(\.finding) == ["exec-without-client"])
        #expect(findings(covered + [Fixture.start("C:\\docker.exe", pid: 44, at: 498)]) == [])
        #expect(findings(covered + [Fixture.start("C:\\k\\kubelet.exe", pid: 44, at: 7)]) == [])
        let health = Fixture.inspect(
            Fixture.api, at: 0, extra: [FieldValue(name: "Config.Healthcheck.Test", value: "cmd")])
        #expect(findings(covered + [health]) == [])
    }

    @Test("a container that was forced out after use is found; one that was stopped or never entered is not")
    func removed() throws {
        func life(_ verbs: [(String, Int64)]) -> [DerivedEvent] {
            findings(verbs.map { Fixture.docker($0.0, web, at: $0.1, name: "job", image: "corp/job:1") })
        }
        let found = life([
            ("create", 0), ("start", 1), ("exec_create: sh -c id", 20), ("kill", 90), ("die", 90), ("destroy", 91),
        ])
        #expect(found.map(\.finding) == ["removed-after-use"])
        #expect(found.first?.field("Execs") == "1" && found.first?.field("RemovedAfter") == "71")
        #expect(life([("create", 0), ("start", 1), ("kill", 90), ("die", 90), ("destroy", 91)]) == [])
        #expect(
            life([
                ("create", 0), ("start", 1), ("exec_create: id", 20), ("kill", 90), ("die", 90), ("stop", 90),
                ("destroy", 91),
            ]) == [])
        #expect(life([("create", 0), ("start", 1), ("exec_create: id", 2), ("die", 90), ("destroy", 90)]) == [])
    }

    @Test("a container that was removed and whose end was never told is found")
    func gone() {
        let others = [Fixture.docker("start", Fixture.api, at: 0), Fixture.docker("die", Fixture.api, at: 9)]
        let found = findings(others + [Fixture.docker("start", web, at: 1), Fixture.docker("destroy", web, at: 50)])
        #expect(found.map(\.finding) == ["gone-without-stop"])
        // A stream without ends tells nothing by leaving one out.
        #expect(findings([Fixture.docker("start", web, at: 1), Fixture.docker("destroy", web, at: 50)]) == [])
        #expect(
            findings(
                others + [
                    Fixture.docker("start", web, at: 1), Fixture.docker("die", web, at: 40),
                    Fixture.docker("destroy", web, at: 50),
                ]) == [])
    }

    @Test("a commit under another image's name and its containers are found; one under its own is not")
    func commits() {
        func commit(_ reference: String) -> [DerivedEvent] {
            findings([
                Fixture.docker("create", web, at: 0, name: "web", image: "corp/web:1"),
                EventView(
                    kind: .dockerEvent, time: Fixture.seconds(10), host: "",
                    fields: [
                        FieldValue(name: "Type", value: "image"), FieldValue(name: "Action", value: "tag"),
                        FieldValue(name: "Actor.ID", value: "sha256:ab"),
                        FieldValue(name: "Actor.Attributes.name", value: reference),
                    ]),
                Fixture.docker("commit", web, at: 10, name: "web", image: "corp/web:1"),
                Fixture.docker("create", Fixture.api, at: 20, name: "db", image: reference),
            ])
        }
        #expect(commit("corp/redis:7.2").map { $0.field("Image.Kind") } == ["commit", "run"])
        #expect(commit("corp/web:debug") == [])
    }

    @Test("a container renamed after a sibling of another image is found; one put aside is not")
    func renames() {
        func rename(_ old: String, _ new: String, image: String) -> [DerivedEvent] {
            findings([
                Fixture.docker("create", Fixture.api, at: 0, name: "shop-db", image: "corp/redis:7"),
                Fixture.docker("create", web, at: 1, name: old, image: image),
                Fixture.docker(
                    "rename", web, at: 5, name: new, image: image,
                    extra: [FieldValue(name: "Actor.Attributes.oldName", value: "/" + old)]),
            ])
        }
        #expect(rename("helper", "shop-db-replica", image: "corp/busybox:1").map(\.finding) == ["renamed-like-sibling"])
        #expect(rename("helper", "shop-db-replica", image: "corp/redis:8") == [])
        #expect(rename("helper", "workshop-dbx", image: "corp/busybox:1") == [])
        #expect(rename("web", "web-old", image: "corp/busybox:1") == [])
    }

    @Test("a pause image that runs something else is found")
    func pause() {
        func inspect(_ path: String) -> [DerivedEvent] {
            var view = Fixture.inspect(web, at: 0, platform: "linux", extra: [FieldValue(name: "Path", value: path)])
            view.fields.removeAll { $0.name == "Config.Image" }
            view.fields.append(FieldValue(name: "Config.Image", value: "registry.k8s.io/pause:3.9"))
            return findings([view])
        }
        #expect(inspect("/tmp/kworker").map { $0.field("Image.Kind") } == ["program"])
        #expect(inspect("/pause") == [])
    }

    @Test("a container's account on the host's disk is found where the log writes silo paths as such")
    func identities() {
        let sign = Fixture.start(
            "C:\\Temp\\a.exe", pid: 60, at: 50, extra: [.user: "User Manager\\ContainerAdministrator"])
        let silo = Fixture.start(Fixture.disk(Fixture.silo, "b.exe"), pid: 64, at: 51)
        #expect(findings([sign, silo]).map(\.finding) == ["user-says-container-path-says-host"])
        #expect(findings([sign]) == [])
        let reverse = Fixture.start(
            Fixture.disk(Fixture.silo, "b.exe"), pid: 68, at: 52, extra: [.user: "HOST01\\bob"])
        #expect(findings([reverse]).map(\.finding) == ["path-says-container-user-says-host"])
    }

    @Test("a first process that is another program than the entry point is found")
    func processIDs() throws {
        func found(_ image: String, pid: Int = 400) -> [DerivedEvent] {
            findings([
                Fixture.inspect(
                    web, at: 0,
                    extra: [
                        FieldValue(name: "Path", value: "C:\\app\\Web.exe"),
                        FieldValue(name: "State.Pid", value: "400"),
                        FieldValue(name: "State.StartedAt", value: "2023-11-14T22:15:00Z"),
                    ]),
                Fixture.start(Fixture.disk(Fixture.silo, image), pid: pid, at: 101),
            ])
        }
        #expect(found("Windows\\System32\\cmd.exe").map(\.finding) == ["pid-mismatch"])
        #expect(found("app\\web.exe") == [])
        // The process of that id was not seen: nothing is known of it.
        #expect(found("Windows\\System32\\cmd.exe", pid: 404) == [])
    }

    @Test("a container without processes is found only where processes of others are seen and known as theirs")
    func blind() {
        let layer = { (id: String) in "C:\\ProgramData\\docker\\windowsfilter\\\(id)\\Files\\app.exe" }
        func found(_ images: [String], isolation: String = "process") -> [DerivedEvent] {
            var views = [
                Fixture.inspect(web, at: 0, isolation: isolation), Fixture.inspect(Fixture.api, at: 0, name: "/db"),
                Fixture.docker("start", web, at: 10), Fixture.docker("start", Fixture.api, at: 10, name: "db"),
                Fixture.start("C:\\Windows\\notepad.exe", pid: 80, at: 11),
            ]
            for (index, image) in images.enumerated() {
                views.append(Fixture.start(image, pid: 400 + 4 * index, at: 12 + Int64(index)))
            }
            return findings(views).filter { $0.finding == "container-without-processes" }
        }
        #expect(found([layer(Fixture.api)]).map { $0.container?.text } == [web])
        #expect(found([layer(Fixture.api), layer(web)]) == [])
        #expect(found([layer(Fixture.api)], isolation: "hyperv") == [])
        #expect(found([]) == [])
        // A process in a silo that nobody knows may be the container's.
        #expect(found([layer(Fixture.api), Fixture.disk(Fixture.silo, "a.exe")]) == [])
    }

    @Test("a name that is given to another image's container is found")
    func reuse() {
        func found(_ image: String) -> [String] {
            findings([
                Fixture.docker("create", Fixture.api, at: 0, name: "db", image: "redis:7"),
                Fixture.docker("create", web, at: 9, name: "db", image: image),
            ]).map(\.finding)
        }
        #expect(found("corp/busybox:1") == ["name-reused"])
        #expect(found("docker.io/library/redis:8@sha256:00") == [])
    }

    @Test("any order, any parts, and records told twice: the same findings")
    func shuffles() {
        var evidence = LogEvidence()
        evidence.views =
            background + [
                silo(at: 500), compute(web, at: 502), agentChild(at: 700), agentChild(at: 701),
                Fixture.docker("exec_create: cmd", Fixture.api, at: 800, name: "db", image: "corp/db:1"),
                Fixture.docker("exec_create: cmd", Fixture.api, at: 600, name: "db", image: "corp/db:1"),
                Fixture.docker("kill", Fixture.api, at: 805, name: "db", image: "corp/db:1"),
                Fixture.docker("destroy", Fixture.api, at: 806, name: "db", image: "corp/db:1"),
                Fixture.start("C:\\b.exe", pid: 12, at: 650),
            ]
        let expected = evidence.derived()
        #expect(
            Set(expected.map(\.finding)).isSuperset(of: [
                "silo-without-runtime", "exec-without-event", "exec-without-client", "removed-after-use",
            ]))
        var random = Seeded(5)
        for _ in 0..<20 { #expect(evidence.shuffled(&random) == expected) }
    }
}
