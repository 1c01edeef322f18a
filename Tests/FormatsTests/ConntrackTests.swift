import Events
import Testing

@testable import Formats

@Suite struct ConntrackTests {
    static let events = """
        [1795453855.024652]\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT src=172.18.0.4 dst=172.18.0.3 sport=59414 dport=8080 [UNREPLIED] src=172.18.0.3 dst=172.18.0.4 sport=8080 dport=59414 id=745765498
        [1795453856.5]\t [UPDATE] tcp      6 432000 ESTABLISHED src=10.0.0.5 dst=1.2.3.4 sport=4000 dport=80 src=172.17.0.2 dst=9.9.9.9 sport=8080 dport=4000 [ASSURED] mark=0
        [1795453857.5]\t[DESTROY] ipv4     2 icmp     1 src=10.0.0.5 dst=1.2.3.4 type=8 code=0 id=7 src=1.2.3.4 dst=10.0.0.5 type=0 code=0 id=7

        """

    @Test("events give both tuples and say what is translated") func tuples() throws {
        let result = try #require(Decoded.recognised(Self.events, fileExtension: "log"))
        #expect(result.format == "conntrack" && result.decoded.defects.isEmpty)
        let events = result.decoded.events
        #expect(events.map { $0["Event"] } == [["NEW"], ["UPDATE"], ["DESTROY"]])
        #expect(events[0].origin == Origin(product: "linux", category: "network_connection", service: "conntrack"))
        #expect(events[1].origin == Origin(product: "linux", service: "conntrack"))
        #expect(events[0].time == 1_795_453_855_024_652_000)
        #expect(events[0]["SourceIp"] == ["172.18.0.4"] && events[0]["DestinationPort"] == ["8080"])
        #expect(events[0]["Reply.dport"] == ["59414"] && events[0]["Flags"] == ["UNREPLIED"] && events[0]["NAT"] == [])
        #expect(
            events[0]["State"] == ["SYN_SENT"] && events[0]["Timeout"] == ["120"] && events[0]["id"] == ["745765498"])
        #expect(
            events[1]["NAT"] == ["DNAT", "SNAT"] && events[1]["Flags"] == ["ASSURED"] && events[1]["mark"] == ["0"])
        #expect(
            events[2]["Orig.type"] == ["8"] && events[2]["Reply.type"] == ["0"] && events[2]["Protocol"] == ["icmp"])
    }

    @Test("a listing is of the time its file was written") func listing() throws {
        let text = """
            udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=68 dport=67 src=10.0.0.2 dst=10.0.0.1 sport=67 dport=68 [ASSURED] mark=0 use=1
            conntrack v1.4.6 (conntrack-tools): 1 flow entries have been shown.

            """
        let source = SourceFacts(modified: Timestamp(nanoseconds: 5_000_000_000))
        let result = try #require(Decoded.recognised(text, source: source))
        #expect(result.format == "conntrack" && result.decoded.defects.isEmpty && result.decoded.events.count == 1)
        #expect(result.decoded.events[0].time == 5_000_000_000 && result.decoded.events[0]["Event"] == ["LIST"])
        #expect(result.decoded.events[0].origin.category == "network_connection")
    }

    @Test("other lines are counted") func broken() {
        let decoded = Decoded.decode(ConntrackFormat.self, Self.events + "[1.0] [NEW] nonsense\n\n")
        #expect(decoded.events.count == 3 && decoded.defects.map(\.code) == ["conntrack-line"])
    }

    @Test("any prefix and any pieces") func cuts() {
        Cut.everyPrefix(ConntrackFormat.self, Self.events)
        Cut.pieces(ConntrackFormat.self, Self.events)
    }
}

@Suite struct TsharkTests {
    private static let text = """
        frame.time_epoch,ip.src,tcp.srcport,udp.srcport,ip.dst,tcp.dstport,udp.dstport,_ws.col.Protocol,tcp.flags,dns.qry.name
        "1795454685.582478000","10.0.0.1","4000",,"10.0.0.2","443",,"TCP","0x0002",
        "1795454685.682478000","10.0.0.2","443",,"10.0.0.1","4000",,"TCP","0x0012",
        "1795454686.5","10.0.0.1",,"5000","10.0.0.3",,"53","DNS",,"a.example"

        """

    @Test("packets are rows under their columns' names") func packets() throws {
        let result = try #require(Decoded.recognised(Self.text, fileExtension: "csv"))
        #expect(result.format == "tshark" && result.decoded.defects.isEmpty)
        let events = result.decoded.events
        #expect(events.map(\.origin.category) == ["network_connection", "", "dns"])
        #expect(events[0]["SourceIp"] == ["10.0.0.1"] && events[0]["DestinationPort"] == ["443"])
        #expect(events[2]["QueryName"] == ["a.example"] && events[2]["SourcePort"] == ["5000"])
        #expect(events[0].time == 1_795_454_685_582_478_000)
        Cut.pieces(MappedCSV<TsharkName>.self, Self.text)
        Cut.everyPrefix(MappedCSV<TsharkName>.self, Self.text)
    }
}
