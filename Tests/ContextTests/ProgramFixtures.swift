import Events

@testable import Context

/// Evidence on programs that several suites share.
enum Programs {
    static let shop = "aa1b2c3d4e5f" + String(repeating: "4", count: 52)
    static let shopTwo = "bb1b2c3d4e5f" + String(repeating: "5", count: 52)
    static let digest = "sha256:" + String(repeating: "9", count: 64)
    static let check = "wget -qO- http://127.0.0.1:8080/healthz || exit 1"

    /// A Linux container that runs `httpd -f` with a health check.
    static func inspect(_ id: String = shop, at time: Int64 = 0, user: String = "") -> EventView {
        let fields: [(String, String)] = [
            ("Id", id), ("Name", "/shop"), ("Platform", "linux"), ("Image", digest), ("Path", "httpd"), ("Args", "-f"),
            ("Args", "-p"), ("Args", "8080"), ("Config.Image", "corp/shop:1"), ("Config.Cmd", "httpd"),
            ("Config.Cmd", "-f"), ("Config.Cmd", "-p"), ("Config.Cmd", "8080"), ("Config.User", user),
            ("Config.Healthcheck.Test", "CMD-SHELL"), ("Config.Healthcheck.Test", check),
        ]
        return EventView(
            kind: .dockerInspect, time: Fixture.seconds(time), host: "",
            fields: fields.map { FieldValue(name: $0.0, value: $0.1) })
    }

    static func image(user: String, at time: Int64 = 0) -> EventView {
        let fields = [
            ("Id", digest), ("RepoTags", "corp/shop:1"), ("Os", "windows"), ("Config.User", user),
            ("Config.Entrypoint", "C:\\app\\shop.exe"),
        ]
        return EventView(
            kind: .dockerObject, time: Fixture.seconds(time), host: "",
            fields: fields.map { FieldValue(name: $0.0, value: $0.1) },
            origin: Origin(product: "docker", service: "image"))
    }

    static func exec(_ command: String, _ id: String = shop, at time: Int64, verb: String = "exec_start") -> EventView {
        Fixture.docker("\(verb): \(command)", id, at: time, name: "shop", image: "corp/shop:1")
    }

    static func diff(_ change: String, _ path: String, _ id: String = shop) -> EventView {
        EventView(
            kind: .dockerObject, time: .unknown, host: "",
            fields: [
                FieldValue(name: "Change", value: change), FieldValue(name: "Path", value: path),
                FieldValue(name: "ContainerId", value: id),
            ], origin: Origin(product: "docker", service: "diff"))
    }

    /// A process of a Windows container that the host's Sysmon shows by the volume of the silo.
    static func start(
        _ path: String, pid: Int, at time: Int64, silo: String = Fixture.silo, user: String = "",
        commandLine: String = ""
    ) -> EventView {
        var extra: [EvidenceField: String] = [:]
        if !user.isEmpty { extra[.user] = user }
        if !commandLine.isEmpty { extra[.commandLine] = commandLine }
        return Fixture.start(Fixture.disk(silo, path), pid: pid, at: time, extra: extra)
    }

    /// The only Windows container of HOST01, which runs from second 0 on.
    static func windows(_ id: String = Fixture.web, end: Int64? = nil) -> [EventView] {
        let life = [Fixture.docker("create", id, at: 0), Fixture.docker("start", id, at: 0)]
        let inspect = Fixture.inspect(
            id, at: 0,
            extra: [
                FieldValue(name: "Image", value: digest), FieldValue(name: "Path", value: "C:\\app\\shop.exe"),
                FieldValue(name: "Args", value: "--serve"),
            ])
        return life + [inspect] + (end.map { [Fixture.docker("die", id, at: $0)] } ?? [])
    }

    static func fields(_ context: Context, _ view: EventView) -> [String: String] {
        let all = context.facts(of: view)?.fields ?? []
        return Dictionary(all.map { ($0.name, $0.values.joined(separator: ",")) }) { one, _ in one }
    }
}
