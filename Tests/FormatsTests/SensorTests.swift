import Events
import Testing

@testable import Formats

/// Falco, Tracee, Tetragon, Inspektor Gadget.
@Suite struct SensorTests {
    static let shell = #"""
        {"hostname":"node7","output":"10:00:00.5: Notice Shell (user=root)","priority":"Notice","rule":"My shell rule","source":"syscall","tags":["a"],"time":"2026-03-01T10:00:00.500000001Z","output_fields":{"container.id":"0f1e2d3c4b5a","container.name":"web","container.image.repository":"shop/web","evt.time":1772359200500000001,"evt.type":"execve","proc.cmdline":"sh -c id","proc.exepath":"/bin/sh","proc.pexepath":"/usr/bin/runc","proc.pcmdline":null,"proc.aname[7]":null,"proc.pid":77,"user.name":"root"}}
        """#

    private func one(_ text: String, as name: String) throws -> Decoded.Event {
        let result = try #require(Decoded.recognised(text + "\n", fileExtension: "json"))
        #expect(result.format == name)
        #expect(result.decoded.defects.isEmpty)
        return try #require(result.decoded.events.first)
    }

    @Test("an alert of Falco is a process of a container") func falco() throws {
        let event = try one(Self.shell, as: "falco")
        #expect(event.origin == Origin(product: "linux", category: "process_creation", service: "falco"))
        #expect(event.time == 1_772_359_200_500_000_001 && event.host == "node7")
        #expect(event["Image"] == ["/bin/sh"] && event["ParentImage"] == ["/usr/bin/runc"])
        #expect(event["CommandLine"] == ["sh -c id"] && event["proc.cmdline"] == ["sh -c id"])
        #expect(event["output_fields.proc.cmdline"] == ["sh -c id"])
        #expect(event["ContainerId"] == ["0f1e2d3c4b5a"] && event["ContainerName"] == ["web"])
        #expect(event["ContainerImage"] == ["shop/web"] && event["User"] == ["root"] && event["ProcessId"] == ["77"])
        #expect(event["rule"] == ["My shell rule"] && event["ParentCommandLine"] == [])
    }

    @Test("Falco: no container is no container", arguments: ["host", "", "<NA>"])
    func falcoHost(_ id: String) throws {
        let event = try one(Self.shell.replacing("0f1e2d3c4b5a", with: id), as: "falco")
        #expect(event["ContainerId"] == [] && event["container.id"] == [id])
    }

    @Test("Falco wrapped in a CloudEvent, as bare output fields, and over several lines") func falcoForms() throws {
        let wrapped = try one(
            #"{"specversion":"1.0","type":"falco.rule.output.v1","data":\#(Self.shell)}"#, as: "falco")
        #expect(wrapped["CommandLine"] == ["sh -c id"])
        let bare = try one(
            #"{"container.id":"0f1e2d3c4b5a","proc.cmdline":"wget x","fd.name":"10.0.0.2:548->93.184.216.34:443","evt.type":"connect","evt.time":1772359200500000001}"#,
            as: "falco")
        #expect(bare.origin.category == "network_connection" && bare["CommandLine"] == ["wget x"])
        #expect(bare["SourceIp"] == ["10.0.0.2"] && bare["SourcePort"] == ["548"])
        #expect(bare["DestinationIp"] == ["93.184.216.34"] && bare["DestinationPort"] == ["443"])
        let pretty = try one(
            "{\n \"rule\": \"r\",\n \"output\": \"o\",\n \"priority\": \"p\",\n \"time\": \"2026-03-01T10:00:00Z\"\n}",
            as: "falco")
        #expect(pretty["rule"] == ["r"])
    }

    @Test(
        "Falco: only what is opened for writing is a file event",
        arguments: [
            (#""evt.type":"openat","evt.arg.flags":"O_TRUNC|O_CREAT|O_WRONLY""#, "file_event"),
            (#""evt.type":"openat","evt.is_open_write":true"#, "file_event"),
            (#""evt.type":"openat","evt.arg.flags":"O_RDONLY""#, ""), (#""evt.type":"unlinkat""#, "file_delete"),
        ])
    func falcoFiles(_ members: String, _ category: String) throws {
        let event = try one(
            #"{"rule":"r","output":"o","priority":"p","time":"2026-03-01T10:00:00Z","output_fields":{"fd.name":"/etc/x","fs.path.name":"/etc/x","evt.arg.name":"/etc/x",\#(members)}}"#,
            as: "falco")
        #expect(event.origin.category == category)
        #expect(event["TargetFilename"].contains("/etc/x"))
    }

    @Test("Tracee: arguments are fields, host numbers are taken") func tracee() throws {
        let event = try one(
            #"{"timestamp":1684688250477166817,"processId":7,"parentProcessId":1,"hostProcessId":3242,"hostParentProcessId":3205,"userId":0,"processName":"sh","hostName":"n1","container":{"id":"ab12","name":"c","image":"busybox"},"kubernetes":{},"eventId":"59","eventName":"execve","argsNum":3,"args":[{"name":"argv","type":"const char*const*","value":["ls","-l","a b"]},{"name":"envp","type":"x","value":null},{"name":"pathname","type":"const char*","value":"/bin/ls"}]}"#,
            as: "tracee")
        #expect(event.origin == Origin(product: "linux", category: "process_creation", service: "tracee"))
        #expect(event["args.pathname"] == ["/bin/ls"] && event["Image"] == ["/bin/ls"])
        #expect(event["args.argv"] == ["ls", "-l", "a b"] && event["CommandLine"] == ["ls -l a b"])
        #expect(event["ProcessId"] == ["3242"] && event["ParentProcessId"] == ["3205"])
        #expect(
            event["ContainerId"] == ["ab12"] && event["ContainerName"] == ["c"]
                && event["ContainerImage"] == ["busybox"])
        #expect(event.time == 1_684_688_250_477_166_817 && event.host == "n1")
    }

    @Test("Tracee: the newer layout") func traceeNew() throws {
        let event = try one(
            #"{"timestamp":{"seconds":"1732454400","nanos":123456789},"id":"sched_process_exec","name":"sched_process_exec","policies":{"matched":["d"]},"workload":{"process":{"pid":{"value":12},"host_pid":{"value":999},"executable":{"path":"/usr/bin/ls"},"ancestors":[{"host_pid":{"value":998}}]},"container":{"id":"ff00","name":"n","image":{"name":"i"}}},"data":[{"name":"pathname","str":"/usr/bin/ls"},{"name":"argv","str_array":{"value":["ls","/"]}}]}"#,
            as: "tracee")
        #expect(event.time == 1_732_454_400_123_456_789)
        #expect(event["Image"] == ["/usr/bin/ls"] && event["CommandLine"] == ["ls /"] && event["ProcessId"] == ["999"])
        #expect(event["ContainerId"] == ["ff00"] && event["ContainerImage"] == ["i"])
        #expect(event.origin.category == "process_creation")
    }

    @Test("Tracee: times since the boot are said to be none") func traceeBoot() throws {
        let decoded = try #require(
            Decoded.recognised(
                #"{"timestamp":6114008072805,"eventName":"openat","processName":"x","args":[{"name":"flags","value":"O_RDONLY"}]}"#
            )
        )
        .decoded
        #expect(decoded.events.first?.time == .min && decoded.defects.map(\.code) == ["event-without-time"])
    }

    static let exec = #"""
        {"process_exec":{"process":{"exec_id":"x","pid":51583,"uid":0,"cwd":"/","binary":"/usr/bin/nsenter","arguments":"-t 1 -a bash","pod":{"namespace":"d","container":{"id":"containerd://1fb931d2f6e5e4cfdbaf30fdb8e2fdd81320bdb3047ded50120a4f82838209ce","name":"ship","image":{"id":"i@sha256:0","name":"i:latest"}}},"docker":"1fb931d2f6e5e4cfdbaf30fdb8e2fdd"},"parent":{"pid":43872,"binary":"/bin/bash"}},"node_name":"kind","time":"2022-05-11T12:54:45.615Z"}
        """#

    @Test("Tetragon: the type is the member, the id loses its runtime") func tetragon() throws {
        let event = try one(Self.exec, as: "tetragon")
        #expect(event.origin == Origin(product: "linux", category: "process_creation", service: "tetragon"))
        #expect(event["Image"] == ["/usr/bin/nsenter"] && event["CommandLine"] == ["/usr/bin/nsenter -t 1 -a bash"])
        #expect(event["ParentImage"] == ["/bin/bash"] && event["ParentCommandLine"] == ["/bin/bash"])
        #expect(event["ContainerId"] == ["1fb931d2f6e5e4cfdbaf30fdb8e2fdd81320bdb3047ded50120a4f82838209ce"])
        #expect(event["ContainerName"] == ["ship"] && event["ContainerImage"] == ["i:latest"])
        #expect(event["ProcessId"] == ["51583"] && event["ParentProcessId"] == ["43872"] && event.host == "kind")
    }

    @Test("Tetragon: objects without a line end between, and pretty-printed") func tetragonLayouts() throws {
        let kprobe = #"""
            {
              "process_kprobe": {
                "process": {"pid": 1, "binary": "/bin/vi", "docker": "0123456789abcdef0123456789abcde"},
                "function_name": "__x64_sys_write", "args": [{"file_arg": {"path": "/etc/passwd"}}]
              }, "time": "2022-05-11T12:54:45Z"
            }
            """#
        let text = kprobe + Self.exec + Self.exec
        let result = try #require(Decoded.recognised(text))
        #expect(result.format == "tetragon" && result.decoded.defects.isEmpty)
        #expect(result.decoded.events.map(\.origin.category) == ["file_event", "process_creation", "process_creation"])
        #expect(result.decoded.events[0]["TargetFilename"] == ["/etc/passwd"])
        #expect(result.decoded.events[0]["ContainerId"] == ["0123456789abcdef0123456789abcde"])
        Cut.pieces(MappedJSONDocuments<MappedRecord<TetragonName>>.self, text)
    }

    @Test("Inspektor Gadget: its members tell the gadget") func gadget() throws {
        let event = try one(
            #"{"args":["/bin/sh","-c","id"],"cwd":"/tmp","exepath":"/bin/busybox","proc":{"comm":"sh","creds":{"uid":0,"user":"root"},"mntns_id":4026534339,"parent":{"comm":"runc","pid":4},"pid":5},"runtime":{"containerId":"1b0ba0f6f7f7","containerImageName":"busybox","containerName":"mine","runtimeName":"docker"},"timestamp":"2025-01-24T13:37:35.312976962-05:00"}"#,
            as: "inspektor-gadget")
        #expect(event.origin.category == "process_creation" && event["CommandLine"] == ["/bin/sh", "-c", "id"])
        #expect(event["Image"] == ["/bin/busybox"] && event["ContainerId"] == ["1b0ba0f6f7f7"])
        #expect(event["ContainerName"] == ["mine"] && event["ProcessId"] == ["5"] && event["ParentProcessId"] == ["4"])
    }
}
