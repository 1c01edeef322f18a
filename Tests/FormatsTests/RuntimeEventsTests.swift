import Events
import Formats
import Testing

/// Events of engines in all their spellings.
@Suite struct RuntimeEventsTests {
    static let id = "8cabea9b00112233445566778899aabbccddeeff00112233445566778899aabb"
    static let other = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

    private func only(_ text: String, _ format: String, ext: String = "txt") throws -> Decoded.Event {
        let found = try #require(Decoded.recognised(text, fileExtension: ext))
        #expect(found.format == format)
        #expect(found.decoded.defects.isEmpty, "\(found.decoded.defects)")
        #expect(found.decoded.events.count == 1)
        return try #require(found.decoded.events.first)
    }

    @Test("the text form has the fields, origin and time of the JSON form") func textIsJSON() throws {
        let attributes = #"{"com.x=y":"a, b","execID":"70","image":"shop","name":"web"}"#
        let json =
            #"{"Type":"container","Action":"exec_create: sh -c echo a: b (c)","Actor":{"ID":"\#(Self.id)","Attributes":\#(attributes)},"time":1795453864,"timeNano":1795453864601706614}"#
        let text =
            "2026-11-23T17:11:04.601706614Z container exec_create: sh -c echo a: b (c) \(Self.id) (com.x=y=a, b, execID=70, image=shop, name=web)"
        let left = try only(json, "docker-events", ext: "json")
        let right = try only(text, "docker-events-text")
        #expect(left.time == right.time && left.origin == right.origin)
        for name in [
            "Type", "Action", "Action.Verb", "Exec.Command", "Actor.ID", "Actor.Attributes.execID",
            "Actor.Attributes.image", "Actor.Attributes.name", "ContainerId", "ContainerName", "ContainerImage",
        ] { #expect(left[name] == right[name], "\(name) \(left[name]) \(right[name])") }
        #expect(right["Exec.Command"] == ["sh -c echo a: b (c)"])
        // The key's own `=` is not to be told from the one before the value.
        #expect(right["Actor.Attributes.com.x"] == ["y=a, b"])
    }

    @Test(
        "lines that look like more than they are",
        arguments: [
            // A command that looks like the end of a line.
            (
                "exec_start: sh -c echo \(other) (image=evil, name=evil) \(id) (execID=1, image=i, name=n)", id,
                "sh -c echo \(other) (image=evil, name=evil)", "n"
            ),
            // A label whose value looks like another attribute.
            ("start \(id) (a=b, name=evil, image=i, name=n)", id, "", "n"),
            ("start \(id) (image=i, name=n, zz=b, name=evil)", id, "", "n"),
            ("die \(id) (exitCode=1, image=i (x), name=n)", id, "", "n"),
            ("rename 0fdb...ff37 (image=i, name=n, oldName=/o)", "0fdb...ff37", "", "n"),
            ("health_status: healthy \(id) (image=i, name=n)", id, "", "n"),
        ])
    func ambiguous(_ rest: String, _ id: String, _ command: String, _ name: String) throws {
        let event = try only("2026-11-23T17:11:04Z container \(rest)\n", "docker-events-text")
        #expect(event["Actor.ID"] == [id])
        #expect(event["Exec.Command"] == (command.isEmpty ? [] : [command]))
        #expect(event["Actor.Attributes.name"] == [name])
    }

    @Test("a command of several lines is one event; prompts between events are none") func lines() throws {
        let text = """
            $ docker events
            2026-11-23T17:11:04.5+01:00 container exec_create: sh -c 'id
            (whoami)
            uname' \(Self.id) (execID=1, image=i, name=n)
            2026-11-23T17:11:05Z volume create data (driver=local)

            $ docker events --since 10m
            2026-11-23T17:11:06Z network connect \(Self.other) (container=\(Self.id), name=bridge, type=bridge)
            """
        let decoded = Decoded.decode(DockerEventsTextFormat.self, text)
        #expect(decoded.events.count == 3)
        #expect(decoded.events[0]["Exec.Command"] == ["sh -c 'id\n(whoami)\nuname'"])
        #expect(decoded.events[0].time == 1_795_450_264_500_000_000)
        #expect(decoded.events[1]["Type"] == ["volume"] && decoded.events[1]["Actor.ID"] == ["data"])
        #expect(decoded.events[2]["ContainerId"] == [Self.id])
        #expect(decoded.defects.map(\.code) == ["docker-events-foreign", "docker-events-foreign"])
    }

    @Test(
        "Podman's events are given in Docker's names and words",
        arguments: [
            (#""Status":"died""#, "die"), (#""Status":"remove""#, "destroy"), (#""Status":"exec""#, "exec_create"),
            (#""Status":"exec_died""#, "exec_die"), (#""Status":"start""#, "start"),
        ])
    func podman(_ status: String, _ verb: String) throws {
        let text =
            #"{"ID":"\#(Self.id)","Image":"docker.io/library/alpine:latest","Name":"web",\#(status),"Time":"2026-11-23T18:11:04.5+01:00","Type":"container","Attributes":{"app":"x"}}"#
        let event = try only(text, "podman-events", ext: "json")
        #expect(event.origin == Origin(product: "docker", service: "events"))
        #expect(event["Action"] == [verb] && event["Action.Verb"] == [verb])
        #expect(event["Actor.ID"] == [Self.id] && event["ContainerId"] == [Self.id])
        #expect(event["Actor.Attributes.name"] == ["web"] && event["Actor.Attributes.app"] == ["x"])
        #expect(event["Actor.Attributes.image"] == ["docker.io/library/alpine:latest"])
        #expect(event.time == 1_795_453_864_500_000_000)
    }

    @Test("Podman's text form and lower-case members are read") func podmanOthers() throws {
        let text = "2026-11-23 18:11:04.5 +0100 CET container died \(Self.id) (image=i, name=web, app=x)\n"
        let event = try only(text, "docker-events-text")
        #expect(event["Action"] == ["die"] && event["Actor.ID"] == [Self.id])
        #expect(event.time == 1_795_453_864_500_000_000)
        let lower = try only(
            #"{"name":"web","status":"died","type":"container","id":"\#(Self.id)","image":"i","time":1795453864,"timeNano":1795453864500000000,"attributes":{}}"#,
            "podman-events", ext: "json")
        #expect(lower["Type"] == ["container"] && lower["Action"] == ["die"])
        #expect(lower["Actor.ID"] == [Self.id] && lower["Actor.Attributes.name"] == ["web"])
    }

    @Test("events of old engines and events in an array") func oldAndArray() throws {
        let old = try only(
            #"{"status":"create","id":"\#(Self.id)","from":"busybox","time":1795453864}"#, "docker-events", ext: "json")
        #expect(old["Type"] == ["container"] && old["Action.Verb"] == ["create"])
        #expect(old["Actor.ID"] == [Self.id] && old["ContainerImage"] == ["busybox"])
        let array = try only("[\n\(DockerTests.exec)\n]\n", "docker-events", ext: "json")
        #expect(array["Action.Verb"] == ["exec_create"])
    }

    @Test(
        "containerd's events, text and JSON",
        arguments: [
            #"2026-11-23 17:11:04.5 +0000 UTC moby /tasks/exec-started {"container_id":"CID","exec_id":"e1","pid":355}"#,
            #"{"Timestamp":"2026-11-23T17:11:04.5Z","ID":"CID","Namespace":"moby","Topic":"/tasks/exec-started","Status":"START","Event":"{\"container_id\":\"CID\",\"exec_id\":\"e1\",\"pid\":355}"}"#,
        ])
    func containerd(_ shape: String) throws {
        let event = try only(shape.replacing("CID", with: Self.id), "containerd-events")
        #expect(event.origin == Origin(product: "containerd", service: "events"))
        #expect(event["Namespace"] == ["moby"] && event["Topic"] == ["/tasks/exec-started"])
        #expect(event["ContainerId"] == [Self.id] && event["exec_id"] == ["e1"] && event["pid"] == ["355"])
        #expect(event.time == 1_795_453_864_500_000_000)
    }

    @Test("an event of containerd whose JSON is broken stays, with a defect") func brokenJSON() {
        let decoded = Decoded.decode(
            ContainerdEventsFormat.self,
            "2026-11-23 17:11:04 +0000 UTC k8s.io /tasks/exit {\"container_id\":\nnoise\n"
                + "2026-11-23 17:11:05 +0000 UTC k8s.io /containers/create {\"id\":\"\(Self.id)\",\"image\":\"i\"}\n")
        #expect(decoded.events.map { $0["Topic"] } == [["/tasks/exit"], ["/containers/create"]])
        #expect(decoded.events[1]["ContainerId"] == [Self.id] && decoded.events[1]["ContainerImage"] == ["i"])
        #expect(decoded.defects.map(\.code) == ["json-truncated", "containerd-events-line"])
    }

    @Test("text events cut anywhere give the same events") func cuts() {
        let text = Array(
            """
            2026-11-23T17:11:04.5Z container exec_create: sh -c 'id
            uname' \(Self.id) (execID=1, image=i, name=n)
            2026-11-23T17:11:05Z volume create data (driver=local)
            2026-11-23T17:11:06Z container start \(Self.id) (image=i, name=n)

            """.utf8)
        let whole = Decoded.decode(DockerEventsTextFormat.self, text).events
        #expect(whole.count == 3)
        for cut in 1..<text.count {
            let pieces = Decoded.decode(DockerEventsTextFormat.self, text, cutAt: [cut])
            #expect(pieces.map(\.offset) == whole.map(\.offset), "\(cut)")
            #expect(pieces.map { $0["Actor.ID"] } == whole.map { $0["Actor.ID"] })
            _ = Decoded.decode(DockerEventsTextFormat.self, Array(text[..<cut]))
        }
    }
}
