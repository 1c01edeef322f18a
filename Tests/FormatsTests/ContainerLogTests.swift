import Events
import Testing

@testable import Formats

/// What containers wrote.
@Suite struct ContainerLogTests {
    static let id = RuntimeEventsTests.id
    static func line(_ log: String, _ stream: String = "stdout", _ second: Int = 31, _ more: String = "") -> String {
        #"{"log":"\#(log)","stream":"\#(stream)","time":"2026-11-23T17:24:\#(second).5Z"\#(more)}"# + "\n"
    }

    static func decode(_ text: String) -> Decoded {
        Decoded.decode(ContainerLogFormat.self, text, source: SourceFacts(path: "/x/\(id)/\(id)-json.log"))
    }

    @Test("a line is an event with its container") func plain() throws {
        let text = Self.line(#"a\r\n"#) + Self.line(#"b \"c\" \\n\n"#, "stderr", 32, #","attrs":{"tag":"db"}"#)
        #expect(Decoded.recognised(text, fileExtension: "log")?.format == "container-log")
        let decoded = Self.decode(text)
        #expect(decoded.defects.isEmpty && decoded.events.count == 2)
        #expect(decoded.events[0]["log"] == ["a"] && decoded.events[0]["Message"] == ["a"])
        #expect(decoded.events[1]["log"] == [#"b "c" \n"#] && decoded.events[1]["attrs.tag"] == ["db"])
        #expect(decoded.events.allSatisfy { $0["ContainerId"] == [Self.id] })
        #expect(decoded.events[0].origin == Origin(product: "docker", service: "container-log"))
        #expect(decoded.events[0].time == 1_795_454_671_500_000_000)
    }

    @Test("pieces of a line are put together, streams apart") func pieces() {
        let text =
            Self.line("one ") + Self.line(#"other\n"#, "stderr") + Self.line("two ")
            + Self.line(#"three\n"#, "stdout", 32)
            + Self.line("left")
        let decoded = Self.decode(text)
        #expect(decoded.events.map { $0["log"] } == [["other"], ["one two three"], ["left"]])
        #expect(decoded.events[1].offset == 0 && decoded.events[1]["stream"] == ["stdout"])
        #expect(decoded.events[1].time == 1_795_454_671_500_000_000)
        #expect(decoded.defects.map(\.code) == ["container-log-time"])
    }

    @Test("what tampering leaves behind is said, with its place") func tampering() {
        let nul = String(repeating: "\u{0}", count: 100)
        let text =
            nul + Self.line(#"a\n"#) + Self.line(#"b\n"#, "stdout", 20) + "{\"log\":\"cu" + nul
            + Self.line(#"c\n"#, "stdout", 33)
        #expect(Decoded.recognised(text, fileExtension: "log")?.format == "container-log")
        let decoded = Self.decode(text)
        #expect(decoded.events.map { $0["log"] } == [["a"], ["b"], ["c"]])
        #expect(
            decoded.defects.map(\.code) == [
                "container-log-nul", "container-log-time", "json-truncated", "container-log-nul",
            ])
        #expect(decoded.defects[0].offset == 0 && decoded.defects[0].detail.contains("100"))
        #expect(decoded.defects[1].detail == "goes back by 11000 ms")
        let cut = Self.decode(
            #"f a line\n","stream":"stdout","time":"2026-11-23T17:24:31Z"}"# + "\n" + Self.line(#"b\n"#))
        #expect(cut.events.count == 1 && cut.defects.map(\.code) == ["container-log-first-line-cut"])
    }

    @Test("a log that is nothing but NUL bytes is recognised and reported") func onlyNULs() {
        let text = String(repeating: "\u{0}", count: 4096)
        #expect(Decoded.recognised(text, fileExtension: "log")?.format == "container-log")
        #expect(Decoded.recognised(text, fileExtension: "bin") == nil)
        #expect(Self.decode(text).defects.map(\.code) == ["container-log-nul"])
    }

    @Test("a line without an end is given out in parts past the limit") func limit() {
        let piece = String(repeating: "x", count: 300_000)
        let decoded = Self.decode(String(repeating: Self.line(piece), count: 5))
        #expect(decoded.events.count == 2)
        #expect(decoded.defects.map(\.code) == ["container-log-line-too-long"])
    }

    @Test("cut anywhere, the same events") func cuts() {
        let text = Array(
            ("\u{0}\u{0}" + Self.line("one ") + Self.line(#"e\n"#, "stderr") + Self.line(#"two\n"#) + Self.line(#"z\n"#))
                .utf8)
        let whole = Decoded.decode(ContainerLogFormat.self, text).events
        #expect(whole.count == 3)
        for cut in 1..<text.count {
            let pieces = Decoded.decode(ContainerLogFormat.self, text, cutAt: [cut])
            #expect(pieces.map { $0["log"] } == whole.map { $0["log"] }, "\(cut)")
            #expect(pieces.map(\.offset) == whole.map(\.offset))
            _ = Decoded.decode(ContainerLogFormat.self, Array(text[..<cut]))
        }
    }

    @Test("CRI: pieces, pod and container") func cri() throws {
        let text = """
            2026-11-23T17:24:31.5Z stdout P one\u{20}
            2026-11-23T17:24:31.5Z stderr F other
            2026-11-23T17:24:31.6Z stdout F two
            2026-11-23T17:24:32Z stdout F\u{20}
            nonsense

            """
        #expect(Decoded.recognised(text)?.format == "cri-log")
        let decoded = Decoded.decode(
            CRILogFormat.self, text, source: SourceFacts(path: #"C:\var\log\pods\shop_web-1_00-11\web\0.log"#))
        #expect(decoded.events.map { $0["log"] } == [["other"], ["one two"], [""]])
        #expect(decoded.events[1]["PodNamespace"] == ["shop"] && decoded.events[1]["PodName"] == ["web-1"])
        #expect(decoded.events[1]["ContainerName"] == ["web"] && decoded.events[1]["logtag"] == ["F"])
        #expect(decoded.events[0].origin == Origin(product: "containerd", service: "container-log"))
        #expect(decoded.defects.map(\.code) == ["container-log-record"])
        let link = PodPath.identity("/var/log/containers/web-1_shop_web-\(Self.id).log")
        #expect(link.map { String(decoding: $0.text, as: UTF8.self) } == ["web-1", "shop", "web", Self.id])
        #expect(PodPath.identity("/var/log/messages.log").isEmpty)
    }
}
