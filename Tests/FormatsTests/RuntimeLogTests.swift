import Bytes
import Events
import Testing

@testable import Formats

/// Logs of daemons and shims.
@Suite struct RuntimeLogTests {
    static let id = RuntimeEventsTests.id
    static let starting = #"time="2026-11-23T17:24:31.5Z" level=info msg="Loading containers: start.""# + "\n"

    static func daemon(_ text: String, source: SourceFacts = SourceFacts()) throws -> Decoded {
        let found = try #require(Decoded.recognised(starting + text, fileExtension: "log", source: source))
        #expect(found.format == "docker-daemon")
        var decoded = found.decoded
        decoded.events.removeFirst()
        return decoded
    }

    @Test("pairs: quoted, bare, escaped, repeated, empty") func pairs() throws {
        let line =
            #"time="2026-11-23T17:24:31.612200275-07:00" level=info msg="a \"b\" \\ c\n\u00e9\x41" module=libcontainerd k=1 k=2 e="" f= type="*events.X""#
        let decoded = try Self.daemon(line)
        let event = try #require(decoded.events.first)
        #expect(decoded.defects.isEmpty)
        #expect(event.origin == Origin(product: "docker", service: "daemon"))
        #expect(event.time == 1_795_454_671_612_200_275 + 7 * 3_600_000_000_000)
        #expect(event["msg"] == ["a \"b\" \\ c\n\u{E9}A"] && event["Message"] == event["msg"])
        #expect(event["k"] == ["1", "2"] && event["e"] == [""] && event["f"] == [""])
        #expect(event["type"] == ["*events.X"])
    }

    @Test(
        "a call of the API is taken apart",
        arguments: [
            #"level=debug msg="Calling POST /v1.41/containers/create?name=x""#,
            #"level=debug msg="handling POST request" method=POST module=api request-url="/v1.41/containers/create?name=x""#,
        ])
    func call(_ rest: String) throws {
        let event = try #require(try Self.daemon(#"time="2026-11-23T17:24:31Z" "# + rest).events.first)
        #expect(event["Docker.Method"] == ["POST"])
        #expect(event["Docker.Path"] == ["/v1.41/containers/create"] && event["Docker.Query"] == ["name=x"])
    }

    @Test("a call names its container") func callOfContainer() throws {
        let line = #"time="2026-11-23T17:24:31Z" level=debug msg="Calling DELETE /v1.41/containers/\#(Self.id)/x""#
        #expect(try Self.daemon(line).events[0]["ContainerId"] == [Self.id])
        let field =
            #"time="2026-11-23T17:24:31Z" level=info msg="ignoring event" container=\#(Self.id) topic=/tasks/delete"#
        #expect(try Self.daemon(field).events[0]["ContainerId"] == [Self.id])
        let other = #"time="2026-11-23T17:24:31Z" level=info msg=x id=io.containerd.grpc"#
        #expect(try Self.daemon(other).events[0]["ContainerId"] == [])
    }

    @Test(
        "the body of a call is flattened",
        arguments: [
            #"msg="form data: {\"HostConfig\":{\"Privileged\":true,\"Binds\":[\"/:/h\"]}}""#,
            #"msg="handling POST request" form-data="{\"HostConfig\":{\"Privileged\":true,\"Binds\":[\"/:/h\"]}}""#,
        ])
    func body(_ rest: String) throws {
        let decoded = try Self.daemon(#"time="2026-11-23T17:24:31Z" level=debug "# + rest)
        let event = try #require(decoded.events.first)
        #expect(event["Docker.Body.HostConfig.Privileged"] == ["true"])
        #expect(event["Docker.Body.HostConfig.Binds"] == ["/:/h"])
    }

    @Test("a panic belongs to the record before it") func panic() throws {
        let text =
            Self.starting + "panic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n"
            + Self.starting
        let decoded = try Self.daemon("fatal\n" + text)
        #expect(decoded.defects.isEmpty)
        #expect(decoded.events.count == 2)
        #expect(
            decoded.events[0]["msg"].last
                == "panic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.main()")
        #expect(decoded.events[0]["Message"].count == 2)
    }

    @Test("lines before the first record, open quotes and a cut end are said") func defects() {
        let decoded = Decoded.decode(
            LogFormat<DockerDaemonLog>.self,
            "goroutine 7:\nmain()\n" + Self.starting + #"time="2026-11-23T17:24:32Z" level=info msg="never clo"#)
        #expect(decoded.defects.map(\.code) == ["log-line", "logfmt-quote"])
        #expect(decoded.defects.first?.recordsLost == 2)
        #expect(decoded.events.count == 2 && decoded.events[1]["msg"] == ["never clo"])
    }

    @Test(
        "other ways a line may be written",
        arguments: [
            (#"{"level":"info","msg":"x y","time":"2026-11-23T17:24:31Z","container":"ID"}"#, "ID"),
            ("INFO[2026-11-23T17:24:31.000000000Z] x y                          container=ID", "ID"),
            ("\u{1B}[36mINFO\u{1B}[0m[2026-11-23T17:24:31Z] x y   \u{1B}[36mcontainer\u{1B}[0m=ID", "ID"),
            (
                #"Nov 23 17:24:31 host1 dockerd[67]: time="2026-11-23T17:24:31Z" level=info msg="x y" container=ID"#,
                "ID"
            ),
            (
                #"2026-11-23T18:24:31+0100 host1 dockerd[67]: time="2026-11-23T17:24:31Z" level=info msg="x y" container=ID"#,
                "ID"
            ),
            ("Nov 23 17:24:31 host1 dockerd[67]: x y", ""),
            ("2026/11/23 17:24:31 x y", ""),
        ])
    func shapes(_ line: String, _ id: String) throws {
        let source = SourceFacts(path: "dockerd.log", modified: Timestamp(nanoseconds: 1_795_460_000_000_000_000))
        let decoded = try Self.daemon(line.replacing("ID", with: Self.id), source: source)
        let event = try #require(decoded.events.first)
        #expect(decoded.defects.isEmpty)
        #expect(event["msg"] == ["x y"])
        #expect(event.time == 1_795_454_671_000_000_000)
        #expect(event["ContainerId"] == (id.isEmpty ? [] : [Self.id]))
        if line.contains("host1") {
            #expect(event.host == "host1" && event["program"] == ["dockerd"] && event["pid"] == ["67"])
        }
    }

    @Test("a syslog time lies in the last year before the file's") func years() {
        let text = Array("Dec 31 23:59:59 h".utf8)
        let new = Timestamp(nanoseconds: 1_767_600_000_000_000_000)  // 2026-01-05
        #expect(
            SyslogTime.parse(text.span.bytes, at: 0, before: new, zone: 0)?.nanoseconds == 1_767_225_599_000_000_000)
        #expect(SyslogTime.parse(text.span.bytes, at: 0, before: nil, zone: 0) == nil)
    }

    @Test("containerd's requests have container and command") func containerd() throws {
        let text =
            #"time="2026-11-23T17:24:31Z" level=info msg="containerd successfully booted in 0.1s""# + "\n"
            + #"time="2026-11-23T17:24:32Z" level=debug msg="ExecSync for \"\#(Self.id)\" with command [sh -c echo ], tty x] and timeout 10 (s)""#
        let found = try #require(Decoded.recognised(text, fileExtension: "log"))
        #expect(found.format == "containerd")
        let event = found.decoded.events[1]
        #expect(event.origin == Origin(product: "containerd", service: "daemon"))
        #expect(event["ContainerId"] == [Self.id])
        #expect(event["Exec.Command"] == ["sh -c echo ], tty x"])
    }

    @Test("containerd's JSON and a shim's log are told apart") func others() throws {
        let json =
            #"{"level":"info","msg":"shim disconnected","id":"\#(Self.id)","namespace":"moby","time":"2026-11-23T17:24:31Z"}"#
        let containerd = try #require(Decoded.recognised(json + "\n" + json))
        #expect(containerd.format == "containerd" && containerd.decoded.events.count == 2)
        #expect(containerd.decoded.events[0]["ContainerId"] == [Self.id])
        let shim =
            #"time="2026-11-23T17:24:31Z" level=info msg="hcsshim::Process::Kill" cid=\#(Self.id) uvm-id="x@vm" parentSpanID=0 json="{\"a\":{\"b\":1}}""#
        let found = try #require(Decoded.recognised(shim))
        #expect(found.format == "containerd-shim")
        #expect(found.decoded.events[0].origin == Origin(product: "containerd", service: "shim"))
        #expect(found.decoded.events[0]["ContainerId"] == [Self.id] && found.decoded.events[0]["json.a.b"] == ["1"])
        let any = try #require(Decoded.recognised(#"ts=2026-11-23T17:24:31Z level=info msg="request" path=/"#))
        #expect(any.format == "logfmt" && any.decoded.events[0].origin == Origin())
        let plain = try #require(Decoded.recognised(#"{"level":"info","msg":"x","time":"2026-11-23T17:24:31Z"}"#))
        #expect(plain.format == "ndjson")
    }

    @Test("logs cut anywhere give the same events") func cuts() throws {
        let text = Array(
            (Self.starting + "panic: x\n  at y\n" + #"{"level":"info","msg":"j","time":"2026-11-23T17:24:31Z"}"#
                + "\r\n"
                + Self.starting + "\n\n" + Self.starting).utf8)
        let whole = Decoded.decode(LogFormat<DockerDaemonLog>.self, text).events
        #expect(whole.count == 4)
        for cut in 1..<text.count {
            let pieces = Decoded.decode(LogFormat<DockerDaemonLog>.self, text, cutAt: [cut])
            #expect(pieces.map(\.offset) == whole.map(\.offset), "\(cut)")
            #expect(pieces.map { $0["msg"] } == whole.map { $0["msg"] })
            _ = Decoded.decode(LogFormat<DockerDaemonLog>.self, Array(text[..<cut]))
        }
    }

    @Test("lines made to be searched over and over take linear time") func quadratic() {
        let dated = String(repeating: "2026-11-23T17:24:31Z\n", count: 40_000)
        let id = String(repeating: "a", count: 12)
        let lists =
            "2026-11-23T17:24:31Z container exec_create: x" + String(repeating: " \(id) (", count: 60_000) + ")\n"
        let keys = "2026-11-23T17:24:31Z container start \(id) (a=" + String(repeating: ", ", count: 300_000) + "b=)\n"
        let start = ContinuousClock.now
        for text in [dated, lists, keys, String(repeating: Self.starting, count: 5000)] {
            let bytes = Array(text.utf8)
            _ = Decoded.decode(DockerEventsTextFormat.self, bytes)
            _ = Decoded.decode(CRILogFormat.self, bytes)
            _ = Decoded.decode(ContainerdEventsFormat.self, bytes)
            _ = Decoded.decode(LogFormat<DockerDaemonLog>.self, bytes)
        }
        // Quadratic time would be minutes, also on a machine that does other things.
        #expect(ContinuousClock.now - start < .seconds(120))
    }

    @Test("hostile bytes never stop a log") func hostile() {
        var generator = SplitMix(state: 7)
        let alphabet = Array("time=\"\\ \n\u{1B}[0m{}:,msg=level INFO[]20-1T:/x".utf8)
        for _ in 0..<400 {
            let bytes = (0..<200).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
            _ = Decoded.decode(LogFormat<ShimLog>.self, bytes)
            _ = Decoded.decode(DockerEventsTextFormat.self, bytes)
            _ = Decoded.decode(ContainerLogFormat.self, bytes)
            _ = Decoded.decode(CRILogFormat.self, bytes)
            _ = Decoded.decode(HCSListFormat.self, bytes)
            _ = Formats.recognise(head: bytes.span.bytes, fileExtension: "log")
        }
    }
}
