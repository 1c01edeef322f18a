import Events
import Testing

@testable import Formats

/// Inspect of all objects, on disk, lists and listings.
@Suite struct RuntimeInspectTests {
    static let id = RuntimeEventsTests.id
    static let modified = Timestamp(nanoseconds: 1_795_454_000_000_000_000)

    static func read(_ text: String, _ path: String = "", ext: String = "json") throws -> (format: String, Decoded) {
        let found = try #require(
            Decoded.recognised(text, fileExtension: ext, source: SourceFacts(path: path, modified: modified)))
        return (found.format, found.decoded)
    }

    @Test("images, networks and volumes are services of their own, also mixed") func objects() throws {
        let text =
            #"[{"Id":"sha256:1","RepoTags":["a:1"],"Created":"2026-11-23T17:11:04Z","Config":{"Cmd":["sh"]}},{"Name":"bridge","Id":"n1","Created":"2026-11-23T17:11:04Z","Scope":"local","Driver":"bridge","IPAM":{"Driver":"default"},"Containers":{}},{"CreatedAt":"2026-11-23T17:11:04Z","Driver":"local","Mountpoint":"/v","Name":"data","Scope":"local"},{"Id":"\#(Self.id)","Created":"2026-11-23T17:11:04Z","Name":"/web","Config":{"Image":"a:1"},"HostConfig":{"Privileged":true}}]"#
        let (format, decoded) = try Self.read(text)
        #expect(format == "docker-inspect" && decoded.defects.isEmpty)
        #expect(decoded.events.map(\.origin.service) == ["image", "network", "volume", "inspect"])
        #expect(decoded.events.allSatisfy { $0.time == 1_795_453_864_000_000_000 })
        #expect(decoded.events[3]["ContainerId"] == [Self.id] && decoded.events[3]["ContainerName"] == ["/web"])
        #expect(decoded.events[0]["ContainerId"] == [])
    }

    @Test("a container on disk has the fields of inspect") func onDisk() throws {
        let config =
            #"{"State":{"Running":true,"Pid":7},"ID":"\#(Self.id)","Created":"2026-11-23T17:11:04.5Z","Config":{"Image":"a:1","Labels":{}},"Name":"/web","OS":"linux","MountPoints":{"/x.Spec":{"Source":"/etc","Destination":"/x.Spec","RW":true,"Type":"bind","Spec":{"Type":"bind","Source":"/no","Target":"/x"}},"/d\"q":{"Name":"data","Destination":"/d\"q","RW":false,"Type":"volume"}}}"#
        let folder = "/evidence/var/lib/docker/containers/\(Self.id)/"
        let (format, decoded) = try Self.read(config, folder + "config.v2.json")
        let event = try #require(decoded.events.first)
        #expect(format == "docker-inspect" && decoded.defects.isEmpty)
        #expect(event.origin == Origin(product: "docker", service: "inspect"))
        #expect(event["Id"] == [Self.id] && event["ContainerId"] == [Self.id] && event["Platform"] == ["linux"])
        #expect(event["Mounts.Source"] == ["/etc"] && event["Mounts.RW"] == ["true", "false"])
        #expect(event["Mounts.Destination"] == ["/x.Spec", "/d\"q"] && event["Mounts.Type"] == ["bind", "volume"])
        let host =
            #"{"Binds":["/:/host"],"ContainerIDFile":"","LogConfig":{"Type":"none"},"NetworkMode":"host","Privileged":true,"PidMode":"host","CapAdd":null}"#
        let (hostFormat, hostDecoded) = try Self.read(host, folder + "hostconfig.json")
        let second = try #require(hostDecoded.events.first)
        #expect(hostFormat == "docker-hostconfig" && hostDecoded.defects.isEmpty)
        #expect(second.origin == event.origin)
        #expect(second["Id"] == [Self.id] && second["ContainerId"] == [Self.id])
        #expect(second["HostConfig.Binds"] == ["/:/host"] && second["HostConfig.Privileged"] == ["true"])
        #expect(second["HostConfig.LogConfig.Type"] == ["none"] && second["HostConfig.PidMode"] == ["host"])
        #expect(second.time == Self.modified.nanoseconds)
    }

    @Test("without the file's time there is one defect, not one a record") func undated() throws {
        let rows = String(repeating: "sha   1   RUNNING\n", count: 5)
        let found = try #require(Decoded.recognised("TASK   PID   STATUS\n" + rows))
        #expect(found.decoded.events.count == 5)
        #expect(found.decoded.defects.map(\.code) == ["event-without-time"])
    }

    @Test(
        "documents of the engine",
        arguments: [
            (
                #"{"ID":"A:B","Containers":1,"Driver":"overlay2","ServerVersion":"20","Name":"h1","SystemTime":"2026-11-23T17:11:04Z"}"#,
                "docker-info", "info"
            ),
            (
                #"{"Client":{"Version":"20","ApiVersion":"1.41","GoVersion":"go1"},"Server":{}}"#, "docker-version",
                "version"
            ),
            (#"{ "log-driver": "none", "hosts": ["tcp://0.0.0.0:2375"] }"#, "docker-daemon-config", "daemon-config"),
            (
                #"{"ID":"0123456789ab","Image":"a:1","Names":"web","Command":"\"sh\"","CreatedAt":"2026-11-23 17:11:04 +0000 UTC","Status":"Up"}"#,
                "docker-ps", "ps"
            ),
            (
                #"[{"Id":"0123456789ab","Image":"a:1","ImageID":"sha256:1","Names":["/web"],"Command":"sh","Created":1795453864,"Status":"Up"}]"#,
                "docker-ps", "ps"
            ),
        ])
    func documents(_ text: String, _ format: String, _ service: String) throws {
        let (found, decoded) = try Self.read(text)
        #expect(found == format && decoded.defects.isEmpty)
        let event = try #require(decoded.events.first)
        #expect(event.origin == Origin(product: "docker", service: service))
        if service == "info" {
            #expect(event.host == "h1")
        } else {
            #expect(event.time == Self.modified.nanoseconds)
        }
        if service == "ps" {
            #expect(event["ContainerId"] == ["0123456789ab"] && event["Config.Image"] == ["a:1"])
        }
    }

    @Test("a list without the file's time takes the creation") func creation() throws {
        let text =
            #"{"ID":"0123456789ab","Image":"a:1","Names":"web","Command":"sh","CreatedAt":"2026-11-23 18:11:04 +0100 CET"}"#
        let found = try #require(Decoded.recognised(text))
        #expect(found.decoded.events.first?.time == 1_795_453_864_000_000_000)
    }

    @Test("Podman's containers and networks are inspected") func podman() throws {
        let text =
            #"[{"Id":"\#(Self.id)","Created":"2026-11-23T18:11:04.5+01:00","Path":"sh","State":{"OciVersion":"1.0","Status":"running","Pid":5,"StartedAt":"2026-11-23T18:11:05+01:00"},"Image":"1","ImageName":"alpine","Name":"web","Config":{"Image":"alpine"},"HostConfig":{"Privileged":true}},{"name":"podman","id":"n","driver":"bridge","network_interface":"cni","created":"2026-11-23T17:11:04Z","subnets":[]}]"#
        let (_, decoded) = try Self.read(text)
        #expect(decoded.defects.isEmpty && decoded.events.map(\.origin.service) == ["inspect", "network"])
        #expect(decoded.events[0].time == 1_795_453_864_500_000_000)
        #expect(decoded.events[1]["Name"] == ["podman"])
    }

    @Test(
        "listings: a row is an event",
        arguments: [
            (
                "CONTAINER ID   IMAGE     COMMAND       CREATED       STATUS       PORTS     NAMES\n0123456789ab   a:1       \"sh -c x\"     2 hours ago   Up 2 hours             web\n",
                "docker-ps", "docker/ps",
                ["ContainerId": "0123456789ab", "ContainerName": "web", "Ports": "", "Command": "\"sh -c x\""]
            ),
            (
                "PID                 PPID                USER                COMMAND\n777                 756                 root                sh -c a  b\n",
                "docker-top", "docker/top", ["ProcessId": "777", "ParentProcessId": "756", "CommandLine": "sh -c a  b"]
            ),
            (
                "CONTAINER                             IMAGE                     RUNTIME\nc1                                    docker.io/x:1             io.containerd.runhcs.v1\n",
                "ctr-containers", "containerd/containers", ["ContainerId": "c1", "Runtime": "io.containerd.runhcs.v1"]
            ),
            (
                "TASK    PID     STATUS\nc1      12      RUNNING\n", "ctr-tasks", "containerd/tasks",
                ["ContainerId": "c1", "ProcessId": "12"]
            ),
            (
                "CONTAINER           IMAGE               CREATED             STATE               NAME                ATTEMPT             POD ID              POD\n0123456789ab        sha1                2 hours ago         Running             web                 0                   p1                  web-1\n",
                "crictl-ps", "containerd/ps", ["ContainerId": "0123456789ab", "SandboxId": "p1", "PodName": "web-1"]
            ),
            (
                "POD ID              CREATED             STATE               NAME                NAMESPACE           ATTEMPT             RUNTIME\np1                  2 hours ago         Ready               web-1               shop                0                   (default)\n",
                "crictl-pods", "containerd/pods", ["SandboxId": "p1", "PodNamespace": "shop"]
            ),
            ("A /tmp/x y\nC /etc\n", "docker-diff", "docker/diff", ["Change": "A", "TargetFilename": "/tmp/x y"]),
            (
                "8D1B6C0F-0000-1111-2222-333344445555\n    VM,                         Running, 8D1B6C0F-0000-1111-2222-333344445555, WSL\n\n",
                "hcsdiag-list", "windows/hcsdiag", ["SystemType": "VM", "State": "Running", "Owner": "WSL"]
            ),
        ])
    func listings(_ text: String, _ format: String, _ origin: String, _ fields: [String: String]) throws {
        let (found, decoded) = try Self.read(text, ext: "txt")
        #expect(found == format && decoded.defects.isEmpty, "\(decoded.defects)")
        let event = try #require(decoded.events.first)
        #expect(event.origin.product + "/" + event.origin.service == origin)
        #expect(event.time == Self.modified.nanoseconds)
        for (name, value) in fields { #expect(event[name] == (value.isEmpty ? [] : [value]), "\(name)") }
        for end in 0..<text.utf8.count {
            let bytes = Array(text.utf8.prefix(end))
            if case .format(let format, _) = Formats.recognise(head: bytes.span.bytes, fileExtension: "txt") {
                _ = Decoded.decode(format, bytes)
            }
        }
    }

    @Test("crictl's JSON lists containers and pods") func crictl() throws {
        let containers =
            #"{"containers":[{"id":"\#(Self.id)","podSandboxId":"p1","metadata":{"name":"web","attempt":0},"image":{"image":"a:1"},"state":"CONTAINER_RUNNING","createdAt":"1795453864500000000","labels":{"io.kubernetes.pod.name":"web-1","io.kubernetes.pod.namespace":"shop"}}]}"#
        let (format, decoded) = try Self.read(containers)
        let event = try #require(decoded.events.first)
        #expect(format == "crictl" && decoded.defects.isEmpty)
        #expect(event.origin == Origin(product: "containerd", service: "ps"))
        #expect(event["ContainerId"] == [Self.id] && event["ContainerName"] == ["web"] && event["PodName"] == ["web-1"])
        #expect(event.time == 1_795_453_864_500_000_000)
        let pods =
            #"{"items":[{"id":"p1","metadata":{"name":"web-1","uid":"u","namespace":"shop"},"state":"SANDBOX_READY","createdAt":"1795453864500000000"}]}"#
        let pod = try #require(try Self.read(pods).1.events.first)
        #expect(pod.origin.service == "pods" && pod["PodName"] == ["web-1"] && pod["SandboxId"] == ["p1"])
        #expect(Decoded.recognised(#"{"kind":"List","items":[{"id":1,"metadata":{}}]}"#)?.format == "ndjson")
    }

    @Test(
        "what only resembles a listing is none",
        arguments: [
            "UID        PID  PPID  C STIME TTY          TIME CMD\nroot         1     0  0 10:00 ?        00:00:01 init\n",
            "A sentence begins here\nC is a language\n", "CONTAINER of things\n", "TASK list: PID\n",
        ])
    func noListing(_ text: String) {
        #expect(Decoded.recognised(text, fileExtension: "txt") == nil)
    }

    @Test(
        "ids in paths",
        arguments: [
            ("/x/containers/\(id)/hostconfig.json", id),
            (#"C:\ProgramData\docker\containers\\#(id)\\#(id)-json.log"#, id),
            ("/x/\(id)0/y", ""), ("/x/y", ""),
        ])
    func paths(_ path: String, _ id: String) {
        #expect(HexID.inPath(path).map { String(decoding: $0, as: UTF8.self) } ?? "" == id)
    }
}
