import Bytes
import Events
import Testing

@testable import Formats

@Suite struct FalcoTextTests {
    static let text = """
        Thu Mar 12 10:00:00 2026: Falco version: 0.37.1 (x86_64)
        23:59:59.5: Warning Sensitive file (read) opened (file=/etc/shadow user=root evt_type=openat command=cat /etc/shadow (x) container_id=0f1e2d3c4b5a image=<NA>) k8s.pod=a container_name=web
        00:00:01.341081180: Notice Unexpected connection (connection=172.17.0.9:43812->10.96.0.1:443 evt_type=connect container_id=host)

        """

    @Test("alerts give their keys, over midnight") func alerts() throws {
        let source = SourceFacts(day: CivilDate(year: 2026, month: 3, day: 12))
        let result = try #require(Decoded.recognised(Self.text, fileExtension: "log", source: source))
        #expect(result.format == "falco-text" && result.decoded.defects.isEmpty)
        let events = result.decoded.events
        #expect(events.count == 2)
        #expect(events[0]["CommandLine"] == ["cat /etc/shadow (x)"] && events[0]["TargetFilename"] == ["/etc/shadow"])
        #expect(events[0]["image"] == ["<NA>"] && events[0]["ContainerImage"] == [] && events[0]["User"] == ["root"])
        #expect(events[0]["ContainerId"] == ["0f1e2d3c4b5a"] && events[0]["ContainerName"] == ["web"])
        #expect(events[0]["priority"] == ["Warning"] && events[0].origin.service == "falco")
        #expect(events[1].origin.category == "network_connection" && events[1]["ContainerId"] == [])
        #expect(events[1]["DestinationIp"] == ["10.96.0.1"] && events[1]["DestinationPort"] == ["443"])
        #expect(events[1].time - events[0].time == 1_841_081_180)
    }

    @Test("a time with a date is taken as it is") func dated() {
        let decoded = Decoded.decode(
            FalcoTextFormat.self, "2024-05-07T18:54:19.341081180+0000: Critical X happened (user=bob)\n")
        #expect(decoded.events.first?.time == 1_715_108_059_341_081_180 && decoded.events.first?["User"] == ["bob"])
    }

    @Test("lines that begin like alerts but are none are counted") func broken() {
        let decoded = Decoded.decode(FalcoTextFormat.self, "18:54:19.3: Weird thing\nnoise\n")
        #expect(decoded.events.isEmpty && decoded.defects.map(\.code) == ["falco-not-an-alert"])
    }

    @Test("any prefix and any pieces") func cuts() {
        Cut.everyPrefix(FalcoTextFormat.self, Self.text)
        Cut.pieces(FalcoTextFormat.self, Self.text, source: SourceFacts(day: CivilDate(year: 2026, month: 3, day: 12)))
    }

    @Test(
        "the ends of a connection",
        arguments: [
            ("1.2.3.4:5->6.7.8.9:10", ["1.2.3.4", "5", "6.7.8.9", "10"]),
            ("HOST.local:49948 -> a.b:https", ["HOST.local", "49948", "a.b", "https"]),
            ("[::1]:40->[fe80::1]:80", ["::1", "40", "fe80::1", "80"]), ("::1:40->::2:80", ["::1", "40", "::2", "80"]),
            ("/etc/x", []), ("a->b", []), (":1->b:2", []), ("a:->b:2", []), ("->", []), ("a:1->", []),
        ])
    func ends(_ text: String, _ parts: [String]) {
        let bytes = Array(text.utf8)
        let ends = ConnectionText(bytes.span.bytes)
        let found = ends.map { [$0.source, $0.sourcePort, $0.destination, $0.destinationPort] } ?? []
        #expect(found.map { String(decoding: bytes[$0], as: UTF8.self) } == parts)
    }
}
