import Events
import Testing

@testable import Context

/// Which container a process of Linux is in, by each kind of evidence.
@Suite("Linux processes in containers")
struct LinuxAttributionTests {
    private let web = Fixture.web
    private let api = Fixture.api

    @Test("what the runtime's init executes is in the container; its init is with little weight, shim and runc are not")
    func step() throws {
        var records = LinuxRecords()
        records.container(web, 3, at: 10)
        let context = records.context()
        let found = records.views.map { context.attribution(of: $0) }
        for (view, attribution) in zip(records.views, found).dropLast() {
            let isInit = view[.comm]?.hasPrefix("runc:[") == true || view[.commandLine]?.hasSuffix("runc init") == true
            #expect(attribution?.confidence == (isInit ? 60 : nil))
            #expect(attribution?.id == (isInit ? web : nil))
        }
        let entry = try #require(found.last ?? nil)
        #expect(entry.id == web)
        #expect(entry.evidence == [.shimDescendant])
        #expect(entry.confidence == 95)
        #expect(entry.reasons[0].contains(String(web.prefix(12))))
    }

    @Test("descendants are in the container, also where only their parent's number is told")
    func descendants() {
        var records = LinuxRecords()
        let entry = records.container(web, 3, at: 10)
        let child = records.execute(400, parent: entry, at: 20, "/bin/sh")
        let grandchild = records.execute(401, parent: 400, at: 21, "/usr/bin/id")
        let call = records.add(
            401, parent: 400, at: 22, [.image: "/usr/bin/id", .comm: "id", .syscallOfAudit: "connect"])
        let stranger = records.execute(900, parent: 899, at: 22, "/usr/bin/id")
        let context = records.context()
        for view in [child, grandchild, call] {
            #expect(context.attribution(of: view)?.id == web)
            #expect(context.attribution(of: view)?.confidence == 85)
        }
        #expect(context.attribution(of: stranger) == nil)
        #expect(context.linux.knowsContainers)
        #expect(context.mayConcern(.linuxRecord))
    }

    @Test("programs put in with runc exec are in it; hooks of runc create are not")
    func execAndHooks() {
        var records = LinuxRecords()
        records.container(web, 3, at: 10)
        let hook = records.execute(305, parent: 301, at: 10.3, "/usr/bin/nvidia-hook", "nvidia-hook \(web)")
        let engineHook = records.execute(306, parent: 301, at: 10.3, "/usr/bin/dockerd", "libnetwork-setkey \(web)")
        records.execute(
            310, parent: 300, at: 30, "/usr/bin/runc", "runc --root /r exec --process /tmp/p --detach \(web)")
        records.execute(311, parent: 310, at: 30.1, "/", "runc init", extra: [.comm: "runc"])
        records.add(312, parent: 310, at: 30.2, [.image: "/", .comm: "runc:[2:INIT]", .commandLine: "runc init"])
        let program = records.execute(312, parent: 310, at: 30.3, "/bin/bash")
        let context = records.context()
        #expect(context.attribution(of: hook) == nil)
        #expect(context.attribution(of: engineHook) == nil)
        #expect(context.attribution(of: program)?.id == web)
        #expect(context.facts(of: program)?.fields.contains(FactField("Process.IsEntryPoint", false)) == true)
    }

    @Test("a child of the shim is in the container though the runtime was never seen")
    func shimOnly() {
        var records = LinuxRecords()
        records.execute(
            300, parent: 1, at: 10, LinuxRecords.shim, "containerd-shim-runc-v2 -namespace k8s.io -id \(web)")
        let child = records.execute(302, parent: 300, at: 11, "/bin/server")
        let context = records.context()
        #expect(context.attribution(of: child)?.id == web)
        #expect(context.attribution(of: child)?.confidence == 90)
    }

    @Test("a shim of a pod: the runtime's word on the container goes before the shim's")
    func pod() {
        var records = LinuxRecords()
        records.execute(
            300, parent: 1, at: 10, LinuxRecords.shim, "containerd-shim-runc-v2 -namespace k8s.io -id \(web)")
        records.execute(301, parent: 300, at: 11, "/usr/bin/runc", "runc create --bundle /b/\(api) \(api)")
        records.execute(302, parent: 301, at: 11.1, "/usr/bin/runc", "runc init")
        let entry = records.execute(302, parent: 300, at: 11.2, "/bin/server")
        let unclear = records.execute(303, parent: 300, at: 12, "/bin/other")
        let context = records.context()
        #expect(context.attribution(of: entry)?.id == api)
        #expect(context.attribution(of: unclear)?.id == web)
        #expect(context.attribution(of: unclear)?.confidence == 55)
    }

    @Test("conmon names its container", arguments: ["-c", "--cid"])
    func conmon(option: String) {
        var records = LinuxRecords()
        records.execute(300, parent: 1, at: 10, "/usr/bin/conmon", "conmon --api-version 1 \(option) \(web) -u \(api)")
        let child = records.execute(301, parent: 300, at: 11, "/bin/server")
        #expect(records.context().attribution(of: child)?.id == web)
    }

    @Test(
        "a sensor's word: full id, short id, host",
        arguments: [(Fixture.web, 100), (String(Fixture.web.prefix(12)), 95), ("host", 0)])
    func sensor(id: String, confidence: Int) {
        var records = LinuxRecords(service: "falco")
        let view = records.execute(10, parent: 9, at: 10, "/bin/sh", extra: [.containerID: id])
        let child = records.execute(11, parent: 10, at: 11, "/bin/ls")
        let context = records.context()
        let found = context.attribution(of: view)
        #expect(found?.confidence ?? 0 == confidence)
        #expect((found == nil) == (confidence == 0))
        #expect(found.map { $0.evidence == [.sensor] } ?? true)
        // What a sensor leaves out of one record, the lineage has.
        #expect((context.attribution(of: child) == nil) == (confidence == 0))
    }

    @Test(
        "control groups of engines",
        arguments: [
            "/docker/\(Fixture.web)", "/system.slice/docker-\(Fixture.web).scope",
            "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1.slice/cri-containerd-\(Fixture.web).scope",
            "/kubepods/burstable/pod12/\(Fixture.web)", "/machine.slice/libpod-\(Fixture.web).scope/container",
            "0::/docker/\(Fixture.web)/init.scope", "/crio-\(Fixture.web).scope",
        ])
    func groups(path: String) {
        var records = LinuxRecords(service: "tetragon")
        let view = records.execute(10, parent: 9, at: 10, "/bin/sh", extra: [.cgroup: path])
        let found = records.context().attribution(of: view)
        #expect(found?.id == Fixture.web)
        #expect(found?.evidence.contains(.cgroup) == true)
    }

    @Test(
        "paths that are no container's control group",
        arguments: [
            "/", "/user.slice/user-1000.slice/session-6.scope", "/\(Fixture.web)", "/docker/\(Fixture.web)0",
            "/docker/short", "/docker-\(Fixture.web)x.scope",
        ])
    func noGroups(path: String) {
        #expect(LinuxContainerText.group(path) == nil)
    }

    @Test("traces: the bundle folder names the shim's container, children are joined by the calls' results")
    func trace() {
        var records = LinuxRecords(service: "strace", host: "")
        let folder = LinuxRecords.bundles + web
        let shim = records.call(
            70, "openat", "AT_FDCWD<\(folder)>, \"/tmp/runc-process1\", O_RDWR", result: "29", at: 1)
        records.call(70, "clone", "child_stack=NULL, flags=CLONE_VFORK", result: "80", at: 1.1)
        records.execute(80, at: 1.2, "/usr/bin/runc", "runc --root /r exec --process /tmp/p --detach \(web)")
        records.call(80, "clone", "flags=CLONE_VFORK", result: "81", at: 1.3)
        records.execute(81, at: 1.4, "/proc/self/exe", "runc init")
        records.call(81, "clone", "flags=CLONE_PARENT|SIGCHLD", result: "82", at: 1.5)
        let before = records.call(82, "setgid", "0", result: "0", at: 1.6)
        let program = records.execute(82, at: 1.7, "/bin/sh", "sh -c id")
        // Inside, calls return numbers of the container's own namespace.
        records.call(82, "clone", "flags=SIGCHLD", result: "19", at: 1.8)
        let child = records.execute(83, at: 1.9, "/proc/self/exe", "id")
        let later = records.call(83, "read", "0", result: "0", at: 2)
        records.call(83, "vfork", result: "20", at: 2.1)
        let grandchild = records.call(84, "close", "3", result: "0", at: 2.2)
        let context = records.context()
        #expect(context.attribution(of: shim) == nil)
        #expect(context.attribution(of: before)?.confidence == 60)
        for view in [program, child, later, grandchild] { #expect(context.attribution(of: view)?.id == web) }
        #expect(context.attribution(of: program)?.confidence == 95)
    }

    private func inspected(_ id: String, pid: Int, at seconds: Int64, path: String = "nginx") -> EventView {
        Fixture.inspect(
            id, at: seconds, isolation: "", platform: "linux", name: "/" + id.prefix(4),
            extra: [
                FieldValue(name: "State.Pid", value: String(pid)), FieldValue(name: "Path", value: path),
                FieldValue(name: "State.StartedAt", value: LinuxAttributionTests.started),
            ])
    }

    /// `Fixture.seconds(100)`.
    private static let started = "2023-11-14T22:15:00.000000000Z"

    @Test(
        "the runtime's process id is believed for audit only when the process started then and runs that program",
        arguments: [
            (100.5, "/usr/sbin/nginx", true), (102.9, "/usr/sbin/nginx", true), (103.5, "/usr/sbin/nginx", false),
            (90.0, "/usr/sbin/nginx", false), (100.5, "/usr/bin/bash", false),
        ])
    func initPID(at seconds: Double, image: String, isBelieved: Bool) {
        var records = LinuxRecords(host: "")
        let first = records.execute(777, parent: 700, at: seconds, image)
        let child = records.execute(778, parent: 777, at: seconds + 5, "/bin/sh")
        let context = records.context([inspected(web, pid: 777, at: 110)])
        #expect((context.attribution(of: first)?.id == web) == isBelieved)
        #expect((context.attribution(of: child)?.id == web) == isBelieved)
        #expect((context.attribution(of: first) == nil) != isBelieved)
        if isBelieved { #expect(context.attribution(of: first)?.evidence == [.initPID]) }
    }

    @Test("in a trace the runtime's process id counts where the start was not seen")
    func initPIDOfTrace() {
        var records = LinuxRecords(service: "strace", host: "")
        let first = records.call(777, "accept", "3", result: "4", at: 120)
        records.call(777, "clone", "flags=SIGCHLD", result: "36", at: 121)
        let child = records.call(1512, "dup2", "4, 0", result: "0", at: 121.1)
        // Starts under our eyes long after the container's start: another process with that number.
        var others = LinuxRecords(service: "strace", host: "")
        let other = others.execute(777, at: 500, "/usr/bin/bash")
        let context = records.context([inspected(web, pid: 777, at: 110)])
        #expect(context.attribution(of: first)?.id == web)
        #expect(context.attribution(of: first)?.confidence == 75)
        #expect(context.attribution(of: child)?.id == web)
        #expect(others.context([inspected(web, pid: 777, at: 110)]).attribution(of: other) == nil)
    }

    @Test("containerd's task events give process ids too, for one host")
    func taskEvents() {
        var records = LinuxRecords(service: "strace", host: "node1")
        let first = records.call(777, "accept", "3", result: "4", at: 120)
        func started(_ host: String) -> EventView {
            EventView(
                kind: .containerdEvent, time: Fixture.seconds(100), host: host,
                fields: [
                    FieldValue(name: "Topic", value: "/tasks/start"), FieldValue(name: "ContainerId", value: web),
                    FieldValue(name: "pid", value: "777"),
                ])
        }
        #expect(records.context([started("NODE1")]).attribution(of: first)?.id == web)
        #expect(records.context([started("node2")]).attribution(of: first) == nil)
    }

    @Test("the file system of a program tells where nobody tells of its parent")
    func roots() {
        var records = LinuxRecords()
        records.container(web, 3, at: 10)
        records.container(api, 4, at: 10, program: "/bin/api")
        let orphan = records.execute(600, parent: 599, at: 20, "/bin/sh", device: "00:43")
        let child = records.execute(601, parent: 600, at: 21, "/bin/ls", device: "00:43")
        let onDisk = records.execute(610, parent: 609, at: 20, "/bin/sh", device: "fe:00")
        let seenFromHost = records.execute(
            620, parent: 619, at: 20, "/var/lib/docker/overlay2/x/merged/bin/sh", device: "00:43")
        let unknown = records.execute(630, parent: 629, at: 20, "/bin/sh", device: "00:99")
        let context = records.context()
        #expect(context.attribution(of: orphan)?.id == web)
        #expect(context.attribution(of: orphan)?.evidence == [.rootDevice])
        #expect(context.attribution(of: child)?.id == web)
        for view in [onDisk, seenFromHost, unknown] { #expect(context.attribution(of: view) == nil) }
    }

    @Test("a device that two containers had, one after the other, tells only between starts of one")
    func reusedRoots() {
        var records = LinuxRecords()
        for (number, id, time) in [(3, web, 10.0), (4, api, 100.0)] {
            let entry = records.container(id, number, at: time)
            records.execute(entry + 5, parent: entry, at: time + 20, "/bin/sh", device: "00:77")
            records.execute(entry + 6, parent: entry, at: time + 40, "/bin/sh", device: "00:77")
        }
        let first = records.execute(600, parent: 599, at: 40, "/bin/sh", device: "00:77")
        let between = records.execute(603, parent: 602, at: 70, "/bin/sh", device: "00:77")
        let second = records.execute(606, parent: 605, at: 130, "/bin/sh", device: "00:77")
        let context = records.context()
        #expect(context.attribution(of: first)?.id == web)
        #expect(context.attribution(of: between) == nil)
        #expect(context.attribution(of: second)?.id == api)
    }

    @Test("evidence for two containers lowers the confidence and is told")
    func contradiction() throws {
        var records = LinuxRecords(service: "falco")
        let entry = records.container(web, 3, at: 10)
        let view = records.execute(400, parent: entry, at: 20, "/bin/sh", extra: [.containerID: api])
        let found = try #require(records.context().attribution(of: view))
        #expect(found.id == api)
        #expect(found.confidence < 70)
        #expect(found.reasons.contains { $0.hasPrefix("contradiction: ") && $0.contains(String(web.prefix(12))) })
    }

    @Test("a program in a container that poses as a runtime does not lead out of it")
    func masquerade() {
        var records = LinuxRecords()
        let entry = records.container(web, 3, at: 10)
        let fake = records.execute(400, parent: entry, at: 20, "/tmp/runc", "runc create --bundle /b \(api)")
        records.execute(401, parent: 400, at: 21, "/tmp/runc", "runc init")
        let child = records.execute(401, parent: 400, at: 22, "/bin/evil")
        let shim = records.execute(402, parent: entry, at: 20, "/tmp/containerd-shim-x", "x -id \(api)")
        let ofShim = records.execute(403, parent: 402, at: 22, "/bin/evil")
        let context = records.context()
        for view in [fake, child, shim, ofShim] { #expect(context.attribution(of: view)?.id == web) }
    }

    @Test("process ids of different hosts and feeds are not compared")
    func worlds() {
        var records = LinuxRecords()
        let entry = records.container(web, 3, at: 10)
        var other = LinuxRecords(host: "node2")
        let elsewhere = other.execute(400, parent: entry, at: 20, "/bin/sh")
        var trace = LinuxRecords(service: "strace")
        let traced = trace.execute(entry, at: 20, "/bin/sh")
        let context = records.context(other.views + trace.views)
        #expect(context.attribution(of: elsewhere) == nil)
        #expect(context.attribution(of: traced) == nil)
    }

    @Test(
        "an engine or a client of one as a container's program is in the container",
        arguments: ["docker", "dockerd", "runc"])
    func nested(program: String) {
        var records = LinuxRecords()
        let entry = records.container(web, 3, at: 10, program: "/usr/local/bin/" + program)
        let inner = records.execute(400, parent: entry, at: 20, LinuxRecords.shim, "shim -id \(api)")
        let innermost = records.execute(401, parent: 400, at: 21, "/bin/sh")
        let context = records.context()
        for view in [records.views[3], inner, innermost] { #expect(context.attribution(of: view)?.id == web) }
    }

    @Test("the first look at a name lets through all that are of the host's side")
    func firstLook() {
        let names = [
            "runc", "crun", "youki", "runsc", "conmon", "containerd-shim", "containerd-shim-runc-v2", "dockerd",
            "containerd", "docker", "docker-proxy", "ctr", "nerdctl", "podman", "crio", "kubelet", "crictl", "exe", "5",
            "memfd:runc_cloned:", "", "bash", "python3", "node", "cat",
        ]
        for name in names {
            for comm in ["", "runc", "runc:[2:INIT]", "sh"] {
                for line in ["runc init", "runc create x", "sh -c x", ""] {
                    let role = LinuxRole(image: "/" + name, comm: comm, words: LinuxContainerText.words(line))
                    #expect(
                        !role.isHostSide || LinuxRole.mayBeHostSide(image: "/" + name, comm: comm), "\(name) \(comm)")
                }
            }
        }
    }

    @Test("a container that did not run then lowers the confidence")
    func outOfTime() {
        var records = LinuxRecords()
        let entry = records.container(web, 3, at: 10)
        let late = records.execute(400, parent: entry, at: 300, "/bin/sh")
        let ends = [
            Fixture.docker("start", web, at: 10, engine: "node1"), Fixture.docker("die", web, at: 100, engine: "node1"),
        ]
        let found = records.context(ends).attribution(of: late)
        #expect(found?.id == web)
        #expect(found?.name == "web1")
        #expect(found?.confidence ?? 0 < 70)
    }
}
