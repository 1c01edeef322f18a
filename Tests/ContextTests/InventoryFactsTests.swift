import Events
import Foundation
import Testing

@testable import Context

/// What the inventory knows beside attribution: execs, networks, images, volumes, systems, machines, silos, distributions.
@Suite("Inventory of everything")
struct InventoryFactsTests {
    static let image = "sha256:" + String(repeating: "e", count: 64)
    static let network = String(repeating: "9", count: 64)

    static func fields(_ pairs: [(String, String)]) -> [FieldValue] {
        pairs.map { FieldValue(name: $0.0, value: $0.1) }
    }

    static func event(
        _ type: String, _ action: String, _ actor: String, at time: Int64, engine: String = "",
        _ attributes: [String: String] = [:]
    ) -> EventView {
        let extra = attributes.sorted { $0.key < $1.key }.map { ("Actor.Attributes." + $0.key, $0.value) }
        return EventView(
            kind: .dockerEvent, time: Fixture.seconds(time), host: engine,
            fields: fields([("Type", type), ("Action", action), ("Actor.ID", actor)] + extra))
    }

    static func exec(_ action: String, _ exec: String, at time: Int64, _ id: String = Fixture.web, code: String? = nil)
        -> EventView
    {
        var attributes = ["image": "corp/web:1", "name": "web1", "execID": exec]
        attributes["exitCode"] = code
        return event("container", action, id, at: time, attributes)
    }

    static func containerd(_ topic: String, at time: Int64, _ pairs: [(String, String)], space: String = "moby")
        -> EventView
    {
        EventView(
            kind: .containerdEvent, time: Fixture.seconds(time), host: "",
            fields: fields([("Topic", topic), ("Namespace", space)] + pairs))
    }

    static func object(_ service: String, at time: Int64 = 0, _ pairs: [(String, String)]) -> EventView {
        EventView(
            kind: .dockerObject, time: Fixture.seconds(time), host: "", fields: fields(pairs),
            origin: Origin(product: "docker", service: service))
    }

    static func host(
        _ kind: EventKind, _ eventID: Int, at time: Int64, service: String = "", _ pairs: [(String, String)]
    ) -> EventView {
        EventView(
            kind: kind, time: Fixture.seconds(time), host: service.isEmpty ? "HOST01" : "", eventID: eventID,
            values: pairs.compactMap { pair in
                EvidenceField(name: pair.0).map { EventView.Value($0, pair.1) }
            }, fields: fields(pairs), origin: Origin(product: "windows", service: service, eventID: eventID))
    }

    private func items(_ views: [EventView], _ kind: ItemKind) -> [InventoryItem] {
        Fixture.context(views).inventory.items(kind)
    }

    // MARK: Execs

    @Test("an exec of the engine and of containerd are one, with command, process and exit code")
    func execs() throws {
        let views = [
            InventoryFactsTests.exec("exec_create: cmd /c dir", "e1", at: 10),
            InventoryFactsTests.exec("exec_start: cmd /c dir", "e1", at: 11),
            InventoryFactsTests.exec("exec_die", "e1", at: 15, code: "0"),
            InventoryFactsTests.containerd(
                "/tasks/exec-started", at: 11,
                [("ContainerId", Fixture.web), ("exec_id", "e1"), ("pid", "77")]),
            InventoryFactsTests.containerd(
                "/tasks/exit", at: 15, [("ContainerId", Fixture.web), ("id", "e1"), ("ExitStatus", "3")]),
        ]
        let execs = Fixture.context(views).inventory.execs
        #expect(execs.count == 1)
        let exec = try #require(execs.first)
        #expect(exec.command == "cmd /c dir" && exec.pid == 77 && exec.exitCode == 3)
        #expect(exec.created == Fixture.seconds(10) && exec.started == Fixture.seconds(11))
        #expect(exec.ended == Fixture.seconds(15) && exec.sources == [.containerdEvents, .dockerEvents])
        // The engine's exit code can be a label's; containerd's cannot.
        #expect(exec.conflicts.count == 1)
    }

    @Test("containerd leaves out an exit code of zero")
    func zeroExit() {
        let view = InventoryFactsTests.containerd(
            "/tasks/exit", at: 15, [("ContainerId", Fixture.web), ("id", "e1")])
        #expect(Fixture.context([view]).inventory.execs.first?.exitCode == 0)
    }

    @Test("a label that replaces the ids of execs does not join them")
    func spoofedExecs() {
        let views = (0..<3).map {
            InventoryFactsTests.exec("exec_create: cmd \($0)", "same", at: Int64($0))
        }
        let execs = Fixture.context(views).inventory.execs
        #expect(Set(execs.map(\.command)) == ["cmd 0", "cmd 1", "cmd 2"])
        #expect(execs.allSatisfy { $0.conflicts.count == 1 })
    }

    @Test("an exec runs between its start and its end, and without an end from its start on")
    func execsAtMoments() {
        let views = [
            InventoryFactsTests.exec("exec_create: a", "e1", at: 10),
            InventoryFactsTests.exec("exec_die", "e1", at: 20, code: "0"),
            InventoryFactsTests.exec("exec_create: b", "e2", at: 30),
        ]
        let inventory = Fixture.context(views).inventory
        func commands(_ time: Int64) -> [String] { inventory.state(at: Fixture.seconds(time)).execs.map(\.command) }
        #expect(commands(9) == [] && commands(15) == ["a"] && commands(25) == [] && commands(99) == ["b"])
    }

    // MARK: Containers

    @Test(
        "the state of a container at a moment",
        arguments: [
            (Int64(5), ContainerStatus.Phase.absent), (12, .created), (25, .running), (32, .paused), (38, .running),
            (45, .exited), (55, .running), (70, .exited), (90, .removed),
        ])
    func states(time: Int64, phase: ContainerStatus.Phase) throws {
        let actions: [(String, Int64)] = [
            ("create", 10), ("start", 20), ("pause", 30), ("unpause", 35), ("die", 40), ("start", 50), ("die", 60),
            ("destroy", 80),
        ]
        let views = actions.map { Fixture.docker($0.0, Fixture.web, at: $0.1) }
        let container = try #require(Fixture.context(views).inventory.containers.first)
        #expect(container.status(at: Fixture.seconds(time)).phase == phase)
    }

    @Test("without a start the state is not known before the first sign of life")
    func missingStart() throws {
        let views = [Fixture.docker("die", Fixture.web, at: 40)]
        let container = try #require(Fixture.context(views).inventory.containers.first)
        #expect(
            container.status(at: Fixture.seconds(20)) == ContainerStatus(phase: .unknown, until: Fixture.seconds(40)))
        #expect(container.status(at: Fixture.seconds(50)).phase == .exited)
    }

    @Test("a run of milliseconds that sources date differently is one run")
    func shortRun() throws {
        let base = Fixture.seconds(10).nanoseconds
        let views =
            [("/tasks/start", 300), ("/tasks/exit", 1200)].map { topic, micros in
                var view = InventoryFactsTests.containerd(topic, at: 10, [("ContainerId", Fixture.web)])
                view.time = Timestamp(nanoseconds: base + Int64(micros) * 1000)
                return view
            }
            + [("die", 200), ("start", 4_000), ("die", 48_000), ("start", 160_000)].map { action, micros in
                var view = Fixture.docker(action, Fixture.web, at: 10)
                view.time = Timestamp(nanoseconds: base + Int64(micros) * 1000)
                return view
            }
        let runs = try #require(Fixture.context(views).inventory.containers.first).runs
        #expect(runs.count == 2 && runs[0].start != nil && runs[1].end == nil)
        #expect(runs[0].end?.nanoseconds == base + 48_000_000)
    }

    @Test("a listing alone tells the state, without times")
    func listedState() throws {
        var view = EventView(
            kind: .dockerInspect, time: Fixture.seconds(99), host: "",
            fields: InventoryFactsTests.fields([
                ("Id", Fixture.web), ("Name", "web1"), ("State", "running"), ("Command", "\"cmd\""),
            ]), origin: Origin(product: "docker", service: "ps"))
        view.origin.service = "ps"
        let container = try #require(Fixture.context([view]).inventory.containers.first)
        #expect(container.status(at: Fixture.seconds(1)) == ContainerStatus(phase: .running))
        #expect(container.details.provenance.sources == [.dockerList])
    }

    @Test("Docker's own containers of containerd are made at each start: their end is no removal")
    func mobyNamespace() throws {
        func life(_ space: String) -> [EventView] {
            [("/containers/create", 10), ("/tasks/start", 11), ("/tasks/exit", 20), ("/containers/delete", 21)].map {
                InventoryFactsTests.containerd($0.0, at: $0.1, [("ContainerId", Fixture.web)], space: space)
            }
        }
        let docker = try #require(Fixture.context(life("moby")).inventory.containers.first)
        #expect(docker.created == nil && docker.destroyed == nil)
        let other = try #require(Fixture.context(life("k8s.io")).inventory.containers.first)
        #expect(other.created == Fixture.seconds(10) && other.destroyed == Fixture.seconds(21))
        #expect(docker.details.exitCode == 0 && other.details.namespaces == ["k8s.io"])
    }

    @Test("inspect tells command, policy, driver and count of labels; the labels' values are not kept")
    func details() throws {
        let view = Fixture.inspect(
            Fixture.web, at: 10,
            extra: InventoryFactsTests.fields([
                ("Path", "C:\\app.exe"), ("Args", "-a"), ("Args", "b c"), ("Driver", "windowsfilter"),
                ("State.Pid", "77"), ("HostConfig.RestartPolicy.Name", "on-failure"),
                ("HostConfig.RestartPolicy.MaximumRetryCount", "3"), ("HostConfig.LogConfig.Type", "none"),
                ("HostConfig.AutoRemove", "true"), ("Config.Labels.a", "secret"), ("Config.Labels.b", "secret"),
                ("State.Status", "exited"), ("State.ExitCode", "5"), ("Image", InventoryFactsTests.image),
            ]))
        let details = try #require(Fixture.context([view]).inventory.containers.first).details
        #expect(details.command == "C:\\app.exe -a \"b c\"")
        #expect(details.restartPolicies == ["on-failure:3"] && details.logDrivers == ["none"])
        #expect(details.labelCount == 2 && details.pid == 77 && details.exitCode == 5 && details.removesItself == true)
        #expect(details.imageID == InventoryFactsTests.image)
    }

    // MARK: Networks

    private var connected: [EventView] {
        let attributes = ["container": Fixture.web, "name": "nat", "type": "nat"]
        func inspect(_ start: Int64, _ address: String, _ endpoint: String) -> EventView {
            let prefix = "NetworkSettings.Networks.my.net"
            let started = Date(timeIntervalSince1970: Double(Fixture.seconds(start).nanoseconds / 1_000_000_000))
            return Fixture.inspect(
                Fixture.web, at: 0,
                extra: InventoryFactsTests.fields([
                    ("State.StartedAt", started.ISO8601Format()),
                    (prefix + ".NetworkID", InventoryFactsTests.network), (prefix + ".EndpointID", endpoint),
                    (prefix + ".IPAddress", address), (prefix + ".MacAddress", "00-15-5D-00-00-01"),
                ]))
        }
        return [
            InventoryFactsTests.event("network", "connect", InventoryFactsTests.network, at: 10, attributes),
            InventoryFactsTests.event("network", "disconnect", InventoryFactsTests.network, at: 20, attributes),
            InventoryFactsTests.event("network", "connect", InventoryFactsTests.network, at: 30, attributes),
            inspect(11, "172.20.0.5", "aa"), inspect(31, "172.20.0.6", "bb"),
        ]
    }

    @Test("an address belongs to the connection that the snapshot's start lies in; a network's name may hold dots")
    func endpoints() {
        let inventory = Fixture.context(connected).inventory
        #expect(inventory.endpoints.map(\.address) == ["172.20.0.5", "172.20.0.6"])
        #expect(inventory.endpoints.map(\.disconnected) == [Fixture.seconds(20), nil])
        #expect(inventory.endpoints(withAddress: "172.20.0.5", at: Fixture.seconds(15)).count == 1)
        #expect(inventory.endpoints(withAddress: "172.20.0.5", at: Fixture.seconds(40)).isEmpty)
        #expect(
            inventory.endpoints(withAddress: "172.20.0.6", at: Fixture.seconds(40)).map(\.container.text) == [
                Fixture.web
            ])
    }

    @Test("one address of two containers, one after the other, is told apart by time")
    func reusedAddress() {
        func life(_ id: String, from start: Int64, to end: Int64) -> [EventView] {
            let attributes = ["container": id, "name": "nat", "type": "nat"]
            return [
                InventoryFactsTests.event("network", "connect", InventoryFactsTests.network, at: start, attributes),
                InventoryFactsTests.event("network", "disconnect", InventoryFactsTests.network, at: end, attributes),
                InventoryFactsTests.object(
                    "network",
                    [
                        ("Name", "nat"), ("Id", InventoryFactsTests.network),
                        ("Containers.\(id).EndpointID", "e" + id.prefix(3)),
                        ("Containers.\(id).IPv4Address", "172.20.0.9/16"),
                    ]),
            ]
        }
        let inventory = Fixture.context(life(Fixture.web, from: 10, to: 20) + life(Fixture.api, from: 30, to: 40))
            .inventory
        let owners = [15, 35].map { time in
            inventory.endpoints(withAddress: "172.20.0.9", at: Fixture.seconds(Int64(time))).map(\.container.text)
        }
        #expect(owners == [[Fixture.web], [Fixture.api]])
    }

    @Test("a network: driver, subnet, life")
    func networks() throws {
        let item = try #require(
            items(
                [
                    InventoryFactsTests.event(
                        "network", "create", InventoryFactsTests.network, at: 5, ["name": "nat", "type": "nat"]),
                    InventoryFactsTests.object(
                        "network",
                        [
                            ("Name", "nat"), ("Id", InventoryFactsTests.network), ("Driver", "nat"),
                            ("IPAM.Config.Subnet", "172.20.0.0/16"), ("IPAM.Config.Gateway", "172.20.0.1"),
                        ]),
                    InventoryFactsTests.event(
                        "network", "destroy", InventoryFactsTests.network, at: 50, ["name": "nat"]),
                ], .network
            ).first)
        #expect(item.name == "nat" && item[.subnet] == "172.20.0.0/16" && item[.gateway] == "172.20.0.1")
        #expect(item.created == Fixture.seconds(5) && item.ended == Fixture.seconds(50))
        #expect(item.state(at: Fixture.seconds(60)).phase == .removed)
        #expect(item.state(at: Fixture.seconds(1)).phase == .absent)
    }

    // MARK: Images and volumes

    @Test("an image: tags over time, commit, and a pull by reference is the image of that tag")
    func images() throws {
        let id = InventoryFactsTests.image
        let all = items(
            [
                InventoryFactsTests.event("image", "tag", id, at: 5, ["name": "corp/redis:7"]),
                InventoryFactsTests.event("image", "pull", "corp/redis:7", at: 4, ["name": "corp/redis"]),
                InventoryFactsTests.event(
                    "container", "commit", Fixture.web, at: 3,
                    ["imageID": id, "imageRef": "corp/redis:7", "image": "a", "name": "web1"]),
                InventoryFactsTests.object(
                    "image",
                    [
                        ("Id", id), ("RepoTags", "corp/redis:7"), ("RepoDigests", "corp/redis@sha256:1"),
                        ("Os", "windows"),
                    ]),
                InventoryFactsTests.event("image", "delete", id, at: 50, ["name": id]),
                Fixture.docker("create", Fixture.web, at: 1),
            ], .image)
        #expect(all.count == 1)
        let item = try #require(all.first)
        #expect(item.id == id && item.name == "corp/redis:7" && item[.digest] == "corp/redis@sha256:1")
        #expect(item.happenings.map(\.verb) == [.created, .pulled, .tagged, .deleted])
        #expect(item.container?.text == Fixture.web && item.ended == Fixture.seconds(50))
    }

    @Test("a volume: mountpoint and users")
    func volumes() throws {
        let item = try #require(
            items(
                [
                    InventoryFactsTests.event("volume", "create", "data", at: 5, ["driver": "local"]),
                    InventoryFactsTests.event(
                        "volume", "mount", "data", at: 6, ["container": Fixture.web, "destination": "/d"]),
                    InventoryFactsTests.object(
                        "volume", [("Name", "data"), ("Mountpoint", "C:\\v\\data"), ("Driver", "local")]),
                    Fixture.inspect(
                        Fixture.db, at: 7,
                        extra: InventoryFactsTests.fields([
                            ("Mounts.Type", "bind"), ("Mounts.Source", "C:\\x"), ("Mounts.Type", "volume"),
                            ("Mounts.Name", "data"), ("Mounts.Source", "C:\\v\\data"),
                        ])),
                ], .volume
            ).first)
        #expect(item[.mountpoint] == "C:\\v\\data" && Set(item.values(.usedBy)) == [Fixture.web, Fixture.db])
    }

    // MARK: Hosts

    @Test(
        "a compute system of any id, its modification with folder and access, and its listing without a host, are one")
    func systems() throws {
        let id = "8d1b6c0f-7a11-4c3e-9a52-0d5d3c7e1f10"
        let all = items(
            [
                InventoryFactsTests.host(
                    .hostCompute, 2000, at: 1, [("SystemId", id.uppercased()), ("Hcs.Settings.Owner", "WSL")]),
                InventoryFactsTests.host(.hostCompute, 2001, at: 2, [("SystemId", id)]),
                InventoryFactsTests.host(
                    .hostCompute, 2007, at: 3,
                    [
                        ("SystemId", id), ("Hcs.Settings.ResourcePath", "Container/MappedDirectories"),
                        ("Hcs.Settings.RequestType", "Add"), ("Hcs.Settings.Settings.HostPath", "C:\\"),
                        ("Hcs.Settings.Settings.ContainerPath", "C:\\h"), ("Hcs.Settings.Settings.ReadOnly", "false"),
                    ]),
                InventoryFactsTests.host(
                    .hostRecord, -1, at: 9, service: "hcsdiag",
                    [("Id", id), ("SystemType", "VM"), ("State", "Running"), ("RuntimeId", "AB-1"), ("Owner", "WSL")]),
            ], .system)
        #expect(all.count == 1)
        let item = try #require(all.first)
        #expect(item.scope == "host01" && item[.owner] == "WSL" && item[.runtimeID] == "ab-1" && item.container == nil)
        #expect(item.happenings.map(\.verb) == [.created, .started, .modified])
        #expect(item.happenings.last?.text == "Add C:\\ -> C:\\h, writable")
        #expect(item.state(at: Fixture.seconds(5)).phase == .running)
    }

    @Test(
        "a result that is neither success nor pending is said",
        arguments: [("0xC0370103", ""), ("0x0", ""), ("0xC037010E", "result 0xC037010E")])
    func results(result: String, text: String) {
        let view = InventoryFactsTests.host(
            .hostCompute, 2001, at: 2, [("SystemId", Fixture.web), ("Hcs.Result", result)])
        let inventory = Fixture.context([view]).inventory
        #expect(inventory.items(.system).first?.happenings.first?.text == text)
        #expect(inventory.items(.system).first?.container?.text == Fixture.web)
        #expect(inventory.happenings.map(\.happening.verb) == [.started])
    }

    @Test("machines: created, started, its disk, and the worker process with its id")
    func machines() throws {
        let id = "3e7b0c11-1111-4222-8333-444455556666"
        let all = items(
            [
                InventoryFactsTests.host(.hostRecord, 13002, at: 1, [("VmName", "upd"), ("VmId", id.uppercased())]),
                InventoryFactsTests.host(.hostRecord, 18500, at: 2, [("VmName", "upd"), ("VmId", "{\(id)}")]),
                InventoryFactsTests.host(.hostRecord, 12, at: 3, [("VmId", id), ("VhdFile", "C:\\v.vhdx")]),
                InventoryFactsTests.host(
                    .hostRecord, 12, at: 3,
                    [("VmId", "00000000-0000-0000-0000-000000000000"), ("VhdFile", "C:\\w.vhdx")]),
                Fixture.start(
                    "C:\\Windows\\System32\\vmwp.exe", pid: 8, at: 2, extra: [.commandLine: "vmwp.exe \(id)"]),
            ], .machine)
        #expect(all.count == 1)
        let item = try #require(all.first)
        #expect(item.name == "upd" && item[.disk] == "C:\\v.vhdx" && item.created == Fixture.seconds(1))
        #expect(item.provenance.sources == [.hyperVManagement, .hyperVWorker, .processStart, .virtualDisks])
    }

    @Test("silos of the kernel; no silo without a GUID")
    func silos() throws {
        func silo(_ eventID: Int, _ guid: String, at time: Int64) -> EventView {
            InventoryFactsTests.host(.silo, eventID, at: time, [("ContainerID", guid), ("JobID", "7"), ("State", "2")])
        }
        let all = items(
            [
                silo(13, "{\(Fixture.silo)}", at: 1), silo(22, Fixture.silo.uppercased(), at: 2),
                silo(25, Fixture.silo, at: 9),
                silo(13, "{00000000-0000-0000-0000-000000000000}", at: 3),
            ], .silo)
        #expect(all.map(\.id) == [Fixture.silo])
        #expect(all.first?.state(at: Fixture.seconds(5)).phase == .present)
        #expect(all.first?.state(at: Fixture.seconds(9)).phase == .ended)
    }

    @Test(
        "WSL distributions by Sysmon 13 and Security 4657",
        arguments: [
            [
                (
                    "TargetObject",
                    "HKU\\S-1-5-21-1\\Software\\Microsoft\\Windows\\CurrentVersion\\Lxss\\{AB}\\DistributionName"
                ),
                ("Details", "kali"),
            ],
            [
                (
                    "ObjectName",
                    "\\REGISTRY\\USER\\S-1-5-21-1\\Software\\Microsoft\\Windows\\CurrentVersion\\lxss\\{AB}"
                ),
                ("ObjectValueName", "DistributionName"), ("NewValue", "kali"),
            ],
        ])
    func distributions(pairs: [(String, String)]) {
        let all = items([InventoryFactsTests.host(.registryValue, 13, at: 1, pairs)], .distribution)
        #expect(all.map(\.name) == ["kali"] && all.first?.id == "{ab}")
    }

    @Test("guest programs and pods, and containers of containerd with a name for an id")
    func others() {
        let views = [
            Fixture.start("C:\\Windows\\System32\\WindowsSandbox.exe", pid: 8, at: 2),
            Fixture.start("C:\\Windows\\System32\\svchost.exe", pid: 12, at: 2),
            InventoryFactsTests.containerd("/sandboxes/create", at: 1, [("SandboxId", "pod1")], space: "k8s.io"),
            InventoryFactsTests.containerd(
                "/containers/create", at: 1, [("ContainerId", "miner"), ("ContainerImage", "x/y:1")], space: "hidden"),
            InventoryFactsTests.containerd("/tasks/start", at: 2, [("ContainerId", "miner")], space: "hidden"),
        ]
        let inventory = Fixture.context(views).inventory
        #expect(inventory.items(.sandbox).map(\.id) == ["windowssandbox.exe"])
        #expect(inventory.items(.pod).map(\.id) == ["pod1"])
        #expect(inventory.items(.task).map(\.id) == ["hidden/miner"])
        #expect(inventory.items(.task).first?[.namespace] == "hidden")
        #expect(inventory.items(.task).first?.state(at: Fixture.seconds(3)).phase == .running)
    }

    @Test("pods by the requests that made and entered them; refused requests tell nothing")
    func pods() throws {
        func request(_ verb: String, _ part: String, code: String, at time: Int64) -> EventView {
            EventView(
                kind: .kubernetesAudit, time: Fixture.seconds(time), host: "",
                fields: InventoryFactsTests.fields([
                    ("stage", "ResponseComplete"), ("verb", verb), ("user.username", "alice"),
                    ("objectRef.resource", "pods"), ("objectRef.namespace", "shop"), ("objectRef.name", "web"),
                    ("objectRef.subresource", part), ("responseStatus.code", code), ("Exec.Command", "cmd"),
                ]))
        }
        let all = items(
            [
                request("create", "", code: "201", at: 1), request("get", "exec", code: "101", at: 2),
                request("create", "exec", code: "403", at: 3), request("delete", "", code: "200", at: 9),
            ], .pod)
        #expect(all.map(\.id) == ["shop/web"])
        #expect(all.first?.happenings.map(\.verb) == [.created, .execCreated, .deleted])
        #expect(all.first?.ended == Fixture.seconds(9))
    }

    @Test("an engine: what its documents state")
    func engines() {
        let all = items(
            [
                InventoryFactsTests.object(
                    "info", [("Name", "host"), ("LoggingDriver", "json-file"), ("ServerVersion", "27")]),
                InventoryFactsTests.object("daemon-config", [("log-driver", "none"), ("hosts", "tcp://0.0.0.0:2375")]),
            ], .engine)
        #expect(all.count == 1)
        #expect(Set(all.first?.values(.logDriver) ?? []) == ["json-file", "none"])
        #expect(all.first?[.hosts] == "tcp://0.0.0.0:2375")
    }
}
