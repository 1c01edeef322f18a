import Events
import Testing

@testable import Context

@Suite("Container inventory")
struct InventoryTests {
    private func only(_ views: [EventView]) throws -> Container {
        let inventory = Fixture.context(views).inventory
        #expect(inventory.containers.count == 1)
        return try #require(inventory.containers.first)
    }

    @Test("a life told by events gives one run and one name")
    func life() throws {
        let container = try only([
            Fixture.docker("create", Fixture.web, at: 1), Fixture.docker("start", Fixture.web, at: 2),
            Fixture.docker("die", Fixture.web, at: 50), Fixture.docker("destroy", Fixture.web, at: 51),
        ])
        #expect(container.runs == [RunInterval(start: Fixture.seconds(2), end: Fixture.seconds(50))])
        #expect(container.created == Fixture.seconds(1))
        #expect(container.destroyed == Fixture.seconds(51))
        #expect(container.names.map(\.name) == ["web1"])
        #expect(container.image == "corp/web:1")
        #expect(container.state(at: Fixture.seconds(20)) == .running)
        #expect(container.state(at: Fixture.seconds(200)) == .notRunning)
        #expect(container.state(at: .unknown) == .unknown)
    }

    @Test(
        "runs survive lost, doubled and unordered records",
        arguments: [
            // (actions with their second, expected runs: start and end, -1 for not recorded)
            ([("die", 50)], [(-1, 50)]),
            ([("start", 2)], [(2, -1)]),
            ([("start", 2), ("start", 3), ("die", 9), ("die", 10)], [(2, 9)]),
            ([("die", 9), ("start", 2)], [(2, 9)]),
            ([("start", 2), ("die", 9), ("start", 20), ("die", 30)], [(2, 9), (20, 30)]),
            ([("start", 2), ("die", 9), ("die", 90)], [(2, 9), (-1, 90)]),
            ([("exec_start: cmd", 40)], [(-1, -1)]),
            ([("start", 2), ("die", 9), ("exec_start: cmd", 40)], [(2, 9), (-1, -1)]),
            ([("start", 2), ("exec_die", 60)], [(2, -1)]),
            ([("die", 9), ("stop", 10), ("destroy", 11)], [(-1, 9)]),
            ([("kill", 9)], []),
        ] as [([(String, Int64)], [(Int64, Int64)])])
    func runs(actions: [(String, Int64)], expected: [(Int64, Int64)]) throws {
        let container = try only(actions.map { Fixture.docker($0.0, Fixture.web, at: $0.1) })
        let runs = expected.map { pair in
            RunInterval(
                start: pair.0 < 0 ? nil : Fixture.seconds(pair.0), end: pair.1 < 0 ? nil : Fixture.seconds(pair.1))
        }
        #expect(container.runs == runs)
    }

    @Test("a rename is known with its time, also when only the rename's record is left")
    func rename() throws {
        let renamed = Fixture.docker(
            "rename", Fixture.web, at: 30, name: "svc",
            extra: [FieldValue(name: "Actor.Attributes.oldName", value: "/web1")])
        let whole = try only([
            Fixture.docker("start", Fixture.web, at: 2), renamed,
            Fixture.docker("die", Fixture.web, at: 90, name: "svc"),
        ])
        #expect(whole.name(at: Fixture.seconds(10)) == "web1")
        #expect(whole.name(at: Fixture.seconds(30)) == "svc")
        #expect(whole.name(at: Fixture.seconds(500)) == "svc")
        #expect(try only([renamed]).name(at: Fixture.seconds(10)) == "web1")
    }

    @Test("a rename back is told apart by time")
    func renameBack() throws {
        let container = try only([
            Fixture.docker("start", Fixture.web, at: 1, name: "a"),
            Fixture.docker("top", Fixture.web, at: 10, name: "b"),
            Fixture.docker("top", Fixture.web, at: 20, name: "b"),
            Fixture.docker("top", Fixture.web, at: 90, name: "a"),
        ])
        #expect(container.name(at: Fixture.seconds(15)) == "b")
        #expect(container.name(at: Fixture.seconds(50)) == "a")
    }

    @Test("a short id joins the only full id that begins with it")
    func shortID() throws {
        let short = String(Fixture.api.prefix(12))
        let container = try only([Fixture.docker("start", short, at: 1), Fixture.inspect(Fixture.api, at: 5)])
        #expect(container.id.text == Fixture.api)
        #expect(container.runs.first?.start == Fixture.seconds(1))
    }

    @Test("a short id that two containers have is reported, not guessed")
    func ambiguous() throws {
        let short = String(Fixture.web.prefix(12))
        let context = Fixture.context([
            Fixture.docker("start", Fixture.web, at: 1), Fixture.docker("start", Fixture.db, at: 1),
            Fixture.docker("die", short, at: 9),
        ])
        let prefix = try #require(ContainerID(short))
        #expect(context.inventory.ambiguousPrefixes[prefix]?.map(\.text) == [Fixture.web, Fixture.db])
        #expect(context.inventory.containers.allSatisfy { $0.runs.first?.end == nil })
        #expect(context.remarks.contains { $0.contains(short) })
    }

    @Test(
        "isolation follows platform, inspect and what a pause implies",
        arguments: [
            ("process", "windows", false, Isolation.process), ("hyperv", "windows", false, .hyperv),
            ("", "windows", false, .unknown), ("default", "windows", true, .hyperv), ("", "linux", true, .linux),
            ("", "", true, .unknown), ("process", "windows", true, .process),
        ])
    func isolation(stated: String, platform: String, paused: Bool, expected: Isolation) throws {
        var views = [Fixture.inspect(Fixture.web, at: 5, isolation: stated, platform: platform)]
        if paused { views.append(Fixture.docker("pause", Fixture.web, at: 6)) }
        let container = try only(views)
        #expect(container.isolation == expected)
        #expect(container.conflicts.isEmpty == !(stated == "process" && paused))
    }

    @Test("inspect gives mounts, networks, layer and the times of its state")
    func inspectFields() throws {
        let container = try only([
            Fixture.inspect(
                Fixture.web, at: 100,
                extra: [
                    FieldValue(name: "Created", value: "2023-11-14T22:13:21Z"),
                    FieldValue(name: "State.StartedAt", value: "2023-11-14T22:13:22.5Z"),
                    FieldValue(name: "State.FinishedAt", value: "0001-01-01T00:00:00Z"),
                    FieldValue(
                        name: "GraphDriver.Data.dir", value: "C:\\ProgramData\\docker\\windowsfilter\\" + Fixture.layer),
                    FieldValue(name: "Mounts.Type", value: "bind"), FieldValue(name: "Mounts.Source", value: "C:\\"),
                    FieldValue(name: "Mounts.Destination", value: "C:\\host"),
                    FieldValue(name: "Mounts.RW", value: "true"),
                    FieldValue(name: "Mounts.Type", value: "volume"), FieldValue(name: "Mounts.Name", value: "v"),
                    FieldValue(name: "Mounts.Source", value: "D:\\v"),
                    FieldValue(name: "Mounts.Destination", value: "C:\\data"),
                    FieldValue(name: "NetworkSettings.Networks.nat.NetworkID", value: "x"),
                    FieldValue(name: "NetworkSettings.Networks.a.b.NetworkID", value: "x"),
                ])
        ])
        #expect(container.layers == [Fixture.layer])
        #expect(container.runs == [RunInterval(start: Timestamp(nanoseconds: 1_700_000_002_500_000_000), end: nil)])
        #expect(container.created == Timestamp(nanoseconds: 1_700_000_001_000_000_000))
        #expect(
            container.mounts == [
                ContainerMount(type: "volume", source: "D:\\v", destination: "C:\\data", isWritable: nil),
                ContainerMount(type: "bind", source: "C:\\", destination: "C:\\host", isWritable: true),
            ])
        #expect(container.networks == ["a.b", "nat"])
        #expect(container.privileged == false)
        #expect(container.user == "ContainerAdministrator")
        #expect(container.sources == [.dockerInspect])
    }

    @Test("a network's connect event tells the container's network; other types tell nothing")
    func otherTypes() throws {
        func event(_ type: String, _ action: String, _ extra: [FieldValue]) -> EventView {
            EventView(
                kind: .dockerEvent, time: Fixture.seconds(1), host: "",
                fields: [
                    FieldValue(name: "Type", value: type), FieldValue(name: "Action", value: action),
                    FieldValue(name: "Actor.ID", value: Fixture.db),
                ] + extra)
        }
        let joined = [
            FieldValue(name: "Actor.Attributes.container", value: Fixture.web),
            FieldValue(name: "Actor.Attributes.name", value: "shop"),
        ]
        let container = try only([
            event("network", "connect", joined), event("image", "pull", joined), event("volume", "create", []),
        ])
        #expect(container.id.text == Fixture.web)
        #expect(container.networks == ["shop"])
        #expect(container.names.isEmpty)
    }

    @Test("events of engines before 1.10 with status, id and from are read")
    func legacy() throws {
        let container = try only([
            EventView(
                kind: .dockerEvent, time: Fixture.seconds(1), host: "",
                fields: [
                    FieldValue(name: "status", value: "start"), FieldValue(name: "id", value: Fixture.web),
                    FieldValue(name: "from", value: "img"),
                ])
        ])
        #expect(container.image == "img")
        #expect(container.runs.count == 1)
    }

    @Test("the host's compute service tells of a container that no engine tells of")
    func hostCompute() throws {
        func view(_ id: Int, at time: Int64, _ system: String) -> EventView {
            EventView(
                kind: .hostCompute, time: Fixture.seconds(time), host: "HOST01", eventID: id,
                values: [EventView.Value(.systemID, system)])
        }
        let container = try only([
            view(2000, at: 1, Fixture.web), view(2001, at: 2, Fixture.web), view(2003, at: 9, Fixture.web),
            view(2001, at: 2, "{6c3f1b52-0000-4a4b-9c9d-0123456789ab}"), view(2001, at: 2, Fixture.db + "@vm"),
        ])
        #expect(container.hosts == ["host01"])
        #expect(container.runs == [RunInterval(start: Fixture.seconds(2), end: Fixture.seconds(9))])
        #expect(container.platform == .windows)
    }

    @Test(
        "an id is 12 to 64 hex digits",
        arguments: [
            ("0a1b2c3d4e5f", true), ("0A1B2C3D4E5F", true), ("0a1b2c3d4e5", false), ("0a1b2c3d4e5g", false),
            ("", false),
            (Fixture.web, true), (Fixture.web + "0", false), ("0a1b2c3d4e5f\n", false),
        ])
    func id(text: String, isID: Bool) {
        #expect((ContainerID(text) != nil) == isID)
        #expect(ContainerID(text)?.text == (isID ? text.lowercased() : nil))
    }
}
