import Events
import Formats
import Testing

@Suite struct DockerTests {
    static let exec =
        #"{"status":"exec_create: /bin/sh -c echo a: b","id":"8c","from":"shop","Type":"container","Action":"exec_create: /bin/sh -c echo a: b","Actor":{"ID":"8c","Attributes":{"execID":"70","image":"shop","name":"web","exitCode":"label"}},"scope":"local","time":1795453864,"timeNano":1795453864601706614}"#

    @Test("an exec action is split at its first colon") func execAction() throws {
        let event = try #require(Decoded.decode(DockerEventsFormat.self, Self.exec).events.first)
        #expect(event.origin == Origin(product: "docker", service: "events"))
        #expect(event["Action.Verb"] == ["exec_create"])
        #expect(event["Exec.Command"] == ["/bin/sh -c echo a: b"])
        #expect(event["Action"] == ["exec_create: /bin/sh -c echo a: b"])
        #expect(event["Actor.Attributes.exitCode"] == ["label"])
        #expect(event.time == 1_795_453_864_601_706_614)
    }

    @Test(
        "other actions have a verb and no command",
        arguments: [
            ("create", "create"), ("health_status: healthy", "health_status"), ("exec_die", "exec_die"), ("", ""),
            ("exec_start:x", "exec_start:x"),
        ])
    func verbs(_ action: String, _ verb: String) throws {
        let text = #"{"Type":"container","Action":"\#(action)","Actor":{},"time":1795453864}"#
        let event = try #require(Decoded.decode(DockerEventsFormat.self, text).events.first)
        #expect(event["Action.Verb"] == [verb])
        #expect(event["Exec.Command"] == [])
        #expect(event.time == 1_795_453_864_000_000_000)
    }

    @Test("ports that are only declared are fields, though their objects are empty") func exposedPorts() throws {
        let text = #"[{"Id":"8c","Config":{"ExposedPorts":{"4444/tcp":{},"53/udp":{}}},"HostConfig":{},"State":{}}]"#
        let event = try #require(Decoded.decode(DockerInspectFormat.self, text).events.first)
        #expect(event["Config.ExposedPorts"] == ["4444/tcp", "53/udp"])
    }

    @Test("an escaped command is split where it was unescaped") func escapedAction() throws {
        let text = #"{"Type":"container","Action":"exec_start: cmd \"x\": y","Actor":{},"time":1795453864}"#
        let event = try #require(Decoded.decode(DockerEventsFormat.self, text).events.first)
        #expect(event["Exec.Command"] == [#"cmd "x": y"#])
    }

    @Test(
        "inspect gives one event per container, arrays flattened",
        arguments: [
            #"[{"Id":"a","Created":"2026-11-23T17:30:21.563604642Z","Name":"/web","State":{"Pid":1},"HostConfig":{"Binds":["/:/host","/x:/y"],"CapAdd":null,"Privileged":true,"Mounts":[{"Source":"s1"},{"Source":"s2"}]},"Config":{"User":""}}]"#,
            #"{"Id":"a","Created":"2026-11-23T17:30:21.563604642Z","Name":"/web","State":{"Pid":1},"HostConfig":{"Binds":["/:/host","/x:/y"],"CapAdd":null,"Privileged":true,"Mounts":[{"Source":"s1"},{"Source":"s2"}]},"Config":{"User":""}}"#,
        ])
    func inspect(_ text: String) throws {
        let decoded = Decoded.decode(DockerInspectFormat.self, text)
        let event = try #require(decoded.events.first)
        #expect(decoded.events.count == 1 && decoded.defects.isEmpty)
        #expect(event.origin == Origin(product: "docker", service: "inspect"))
        #expect(event["HostConfig.Binds"] == ["/:/host", "/x:/y"])
        #expect(event["HostConfig.Mounts.Source"] == ["s1", "s2"])
        #expect(event["HostConfig.CapAdd"] == [])
        #expect(event["HostConfig.Privileged"] == ["true"])
        #expect(event["Config.User"] == [""])
        #expect(event["Name"] == ["/web"])
        #expect(event.time == 1_795_455_021_563_604_642)
    }

    @Test("what is none of the four objects is named and not read") func unknownObject() {
        let decoded = Decoded.decode(
            DockerInspectFormat.self, #"[{"Id":"a","Spec":{}},{"Id":"b","Config":{},"State":{}}]"#)
        #expect(decoded.events.map { $0["Id"] } == [["b"]])
        #expect(decoded.defects.map(\.code) == ["inspect-unknown-object", "event-without-time"])
    }
}
