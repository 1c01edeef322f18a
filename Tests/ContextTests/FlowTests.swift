import Events
import Foundation
import Testing

@testable import Context

@Suite("Flows")
struct FlowTests {
    private func event(_ finding: String, _ views: [EventView]) -> DerivedEvent? {
        Fixture.context(views).derived.first { $0.service == .flows && $0.finding == finding }
    }

    private func value(_ event: DerivedEvent?, _ name: String) -> String? {
        event?.fields.first { $0.name == name }?.values.joined(separator: ",")
    }

    // MARK: Addresses

    @Test(
        "addresses are read and written",
        arguments: [
            ("172.18.0.3", "172.18.0.3"), ("::ffff:172.18.0.3", "172.18.0.3"), ("::FFFF:AC12:3", "172.18.0.3"),
            ("fe80::1%eth0", "fe80::1"), ("2001:db8:0:0:1::2", "2001:db8::1:0:0:2"), ("::1", "::1"), ("::", "::"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("64:ff9b::1.2.3.4", "64:ff9b::102:304"), ("1::", "1::"),
            ("255.255.255.255", "255.255.255.255"), ("0.0.0.0", "0.0.0.0"),
        ])
    func addresses(_ text: String, _ canonical: String) { #expect(NetworkAddress(text)?.text == canonical) }

    @Test(
        "what is no address is none",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4,5.6.7.8", "1.2.3.", ".1.2.3", "1..2.3", "::1::",
            "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", ":1::", "1:2:3:4:5:6:7:1.2.3.4", "a.b.c.d",
            "020018EBAC1200020000000000000000", "host", "1.2.3.0004", "1::2::3", "::1.2.3", "[::1]", "::12345",
        ])
    func noAddresses(_ text: String) { #expect(NetworkAddress(text) == nil) }

    @Test("subnets hold their addresses")
    func subnets() throws {
        let prefix = try #require(NetworkPrefix("172.18.0.0/16"))
        #expect(prefix.contains(NetworkAddress("172.18.255.1") ?? .none))
        #expect(!prefix.contains(NetworkAddress("172.19.0.1") ?? .none))
        #expect(!prefix.contains(NetworkAddress("::1") ?? .none))
        let six = try #require(NetworkPrefix("fd00:1::/64"))
        #expect(six.contains(NetworkAddress("fd00:1::5") ?? .none))
        #expect(!six.contains(NetworkAddress("fd00:1:0:1::5") ?? .none))
        for text in ["", "1.2.3.4", "1.2.3.4/33", "1.2.3.4/-1", "::/129", "x/8", "1.2.3.4/8/8"] {
            #expect(NetworkPrefix(text) == nil)
        }
        #expect(try #require(NetworkPrefix("::/0")).contains(NetworkAddress("1.2.3.4") ?? .none))
    }

    // MARK: Records

    @Test("each source's shape is read")
    func shapes() throws {
        let windows = { (id: Int, values: [(EvidenceField, String)]) in
            FlowRecord(FlowFixture.view("", "windows", kind: .connection, at: 1, eventID: id, values))
        }
        let sysmon: [(EvidenceField, String)] = [
            (.sourceIP, "172.18.0.3"), (.sourcePort, "50000"), (.destinationIP, "10.0.0.9"), (.destinationPort, "445"),
            (.protocolName, "tcp"),
        ]
        let opened = try #require(windows(3, sysmon + [(.initiated, "true")]))
        #expect(opened.destinationPort == 445 && !opened.isReceived)
        #expect(try #require(windows(3, sysmon + [(.initiated, "false")])).isReceived)
        let filtered: [(EvidenceField, String)] = [
            (.sourceAddress, "172.18.0.3"), (.sourcePort, "445"), (.destAddress, "10.0.0.9"), (.destPort, "50000"),
            (.protocolNumber, "6"), (.direction, "%%14592"),
        ]
        let inbound = try #require(windows(5156, filtered))
        #expect(inbound.source.text == "10.0.0.9" && inbound.destinationPort == 445 && inbound.isReceived)
        #expect(try #require(windows(5157, filtered)).state.contains(.failed))
        #expect(windows(5158, filtered) == nil)
        let refused = try #require(FlowRecord(FlowFixture.zeek("10.0.0.1", "10.0.0.2", 22, at: 1, state: "REJ")))
        #expect(refused.state.contains(.failed) && refused.bytesOut == 90)
        #expect(FlowRecord(FlowFixture.conntrack("DESTROY", "", "10.0.0.1", "10.0.0.2", 22, at: 1)) == nil)
        let answer = try #require(
            FlowRecord(FlowFixture.packet("10.0.0.2", 80, "10.0.0.1", 40000, at: 1, flags: "0x0012")))
        #expect(answer.isAnswer && answer.source.text == "10.0.0.1" && answer.state == .answered)
        let multicast = FlowFixture.zeek("10.0.0.1", "224.0.0.251", 5353, at: 1, transport: "udp")
        #expect(FlowRecord(multicast) == nil)
        let errorReply = FlowFixture.packet("172.17.0.1,172.18.0.3", 1, "172.18.0.3,172.17.0.1", 53, at: 1)
        #expect(FlowRecord(errorReply) == nil)
    }

    @Test("one connection that four sources tell of counts once; two of one program do not merge")
    func once() {
        var views = FlowFixture.shop
        for beat in 0..<12 {
            let at = 10 + 6 * Double(beat)
            views += FlowFixture.told(
                "172.18.0.4", FlowFixture.worker, "172.18.0.3", 8080, at: at, sourcePort: 40000 + beat)
        }
        let edges = Fixture.context(views).flows.edges
        #expect(edges.count == 1)
        #expect(edges.first?.connections.count == 12)
        #expect(edges.first?.failed == 0)
        #expect(edges.first?.bytesOut == Int64(1080))
        #expect(edges.first?.programs == ["/tmp/.x"])
    }

    @Test("one source alone gives the same edges", arguments: [0..<1, 1..<4, 4..<7, 7..<8])
    func alone(_ part: Range<Int>) {
        var views = FlowFixture.shop
        for beat in 0..<12 {
            let told = FlowFixture.told(
                "172.18.0.4", FlowFixture.worker, "172.18.0.3", 8080, at: 10 + 6 * Double(beat),
                sourcePort: 40000 + beat)
            views += told[part]
        }
        let edges = Fixture.context(views).flows.edges
        #expect(edges.count == 1)
        #expect(edges.first?.connections.count == 12)
        #expect(edges.first?.identity.port == 8080)
        #expect(edges.first?.failed == 0)
    }

    @Test(
        "a client's port that is used again later is another connection; a server's higher port is still the server's")
    func reuse() {
        let zeek = [10.0, 300].map { FlowFixture.zeek("172.18.0.4", "172.18.0.3", 50000, at: $0) }
        let packets = [
            FlowFixture.packet("172.18.0.4", 40000, "172.18.0.3", 50000, at: 10, flags: "0x0002", length: 74),
            FlowFixture.packet("172.18.0.3", 50000, "172.18.0.4", 40000, at: 10.1, length: 1066),
        ]
        let edges = Fixture.context(FlowFixture.shop + zeek + packets).flows.edges
        #expect(edges.count == 1)
        #expect(edges.first?.connections.count == 2)
        let bare = Fixture.context(FlowFixture.shop + packets).flows.edges
        #expect(bare.count == 1 && bare.first?.bytesIn == 1000)
    }

    // MARK: Addresses of containers

    @Test("an address that was given again belongs to the container that ran then, with less confidence")
    func reusedAddress() throws {
        let views = [
            FlowFixture.inspect(FlowFixture.web, "old", ip: "172.18.0.3", started: 0, finished: 1000),
            FlowFixture.inspect(FlowFixture.db, "new", ip: "172.18.0.3", started: 2000),
            FlowFixture.inspect(FlowFixture.worker, "worker", ip: "172.18.0.4"),
        ]
        let context = Fixture.context(views)
        func owner(_ seconds: Double) -> ContainerAttribution? {
            context.attribution(of: FlowFixture.zeek("172.18.0.3", "10.9.9.9", 80, at: seconds))
        }
        #expect(owner(500)?.name == "old" && owner(500)?.confidence == 75)
        #expect(owner(2500)?.name == "new" && owner(2500)?.evidence == [.address])
        #expect(owner(1500) == nil)
        let only = context.attribution(of: FlowFixture.zeek("172.18.0.4", "10.9.9.9", 80, at: 50))
        #expect(only?.name == "worker" && only?.confidence == 90)
        // Of nobody that opened it, the side that was asked.
        let incoming = context.attribution(of: FlowFixture.zeek("10.9.9.9", "172.18.0.4", 80, at: 50))
        #expect(incoming?.name == "worker")
    }

    @Test("two that may have had it at once are neither; one in the other's namespace leaves it to the other")
    func twoOwners() {
        let twice = [
            FlowFixture.inspect(FlowFixture.web, "a", ip: "172.18.0.3"),
            FlowFixture.inspect(FlowFixture.db, "b", ip: "172.18.0.3"),
        ]
        let flow = FlowFixture.zeek("172.18.0.3", "10.9.9.9", 80, at: 50)
        #expect(Fixture.context(twice).attribution(of: flow) == nil)
        let joined = [
            twice[0],
            FlowFixture.inspect(
                FlowFixture.db, "b", ip: "172.18.0.3",
                extra: [("HostConfig.NetworkMode", "container:" + FlowFixture.web)]),
        ]
        let context = Fixture.context(joined)
        #expect(context.attribution(of: flow)?.name == "a")
        let shared = context.derived.first { $0.finding == "shared-namespace" }
        #expect(shared?.container?.text == FlowFixture.db)
        #expect(value(shared, "Flow.DestinationName") == "a")
    }

    @Test("events of flows get the other side, the direction and whether it is new")
    func addedFields() throws {
        var views = FlowFixture.shop + beats(5, every: 20, from: "172.18.0.3", to: "172.18.0.2", 6379, start: 5)
        let late = FlowFixture.zeek("172.18.0.3", "172.18.0.7", 4444, at: 200)
        let host = FlowFixture.zeek("172.18.0.3", "172.18.0.1", 22, at: 201)
        let external = FlowFixture.zeek("172.18.0.3", "8.8.8.8", 443, at: 202)
        let incoming = FlowFixture.zeek("8.8.8.8", "172.18.0.3", 8080, at: 203)
        views += [late, host, external, incoming]
        let context = Fixture.context(views)
        func field(_ view: EventView, _ name: String) -> String? {
            context.facts(of: view)?.fields.first { $0.name == name }?.values.first
        }
        #expect(field(late, "Flow.DestinationName") == "stranger")
        #expect(field(late, "Flow.DestinationContainer") == FlowFixture.stranger)
        #expect(field(late, "Flow.NewEdge") == "true")
        #expect(field(late, "Flow.Direction") == "container-container")
        #expect(field(host, "Flow.Direction") == "container-host")
        #expect(field(external, "Flow.Direction") == "container-external")
        #expect(field(incoming, "Flow.Direction") == "external-container")
        let usual = try #require(views.first { $0.kind == .flow })
        #expect(field(usual, "Flow.NewEdge") == "false")
        let strangers = FlowFixture.zeek("10.1.1.1", "10.2.2.2", 80, at: 10)
        #expect(context.facts(of: strangers) == nil)
    }

    // MARK: Findings

    private func beats(
        _ count: Int, every period: Double, from: String, to: String, _ port: Int, start: Double
    ) -> [EventView] {
        (0..<count).map {
            FlowFixture.zeek(from, to, port, at: start + period * Double($0), sourcePort: 30000 + $0)
        }
    }

    @Test("a beacon to a stranger and a poll of a declared port beat alike, and fields tell them apart")
    func beacons() {
        let views =
            FlowFixture.shop + beats(40, every: 5, from: "172.18.0.4", to: "172.18.0.3", 8080, start: 1)
            + beats(12, every: 7, from: "172.18.0.3", to: "172.18.0.7", 4444, start: 130)
        let found = Fixture.context(views).derived.filter { $0.finding == "beacon" }
        #expect(found.count == 2)
        let poll = found.first { $0.container?.text == FlowFixture.worker }
        let attack = found.first { $0.container?.text == FlowFixture.web }
        #expect(value(poll, "Beacon.Score") == "100" && value(attack, "Beacon.Score") == "100")
        #expect(value(poll, "Beacon.Period") == "5" && value(attack, "Beacon.Period") == "7")
        #expect(value(poll, "Flow.IsDeclaredPort") == "true" && value(attack, "Flow.IsDeclaredPort") == "false")
        #expect(value(poll, "Flow.IsPortInSourceCommand") == "true")
        #expect(value(poll, "Flow.NewEdge") == "false" && value(attack, "Flow.NewEdge") == "true")
        #expect(value(attack, "Flow.IsDestinationYounger") == "true")
        #expect(value(attack, "Beacon.Count") == "12" && value(attack, "Flow.Connections") == "12")
        #expect(attack?.time == FlowFixture.time(130 + 7 * 7))
        #expect(attack?.places.isEmpty == false)
    }

    @Test("many ports in a short time are told with what failed; the same number over hours is not")
    func scan() {
        let ports = [22, 80, 443, 2375, 3306, 5432, 9200]
        let fast = ports.enumerated().map {
            FlowFixture.zeek(
                "172.18.0.3", "172.18.0.2", $1, at: 100 + Double($0) / 10, sourcePort: 30000 + $0, state: "REJ")
        }
        let found = event("fan-out", FlowFixture.shop + fast)
        #expect(value(found, "Scan.Targets") == "7" && value(found, "Scan.Failed") == "7")
        #expect(value(found, "Scan.Hosts") == "1" && value(found, "Scan.Ports") == "7")
        #expect(found?.container?.text == FlowFixture.web)
        let slow = ports.enumerated().map {
            FlowFixture.zeek("172.18.0.3", "172.18.0.2", $1, at: 100 + 600 * Double($0), sourcePort: 30000 + $0)
        }
        #expect(event("fan-out", FlowFixture.shop + slow) == nil)
        // Without a sensor's word, a table entry that nobody answers has failed.
        let table = ports.enumerated().map {
            FlowFixture.conntrack(
                "NEW", "SYN_SENT", "172.18.0.3", "172.18.0.2", $1, at: 100 + Double($0) / 10, sourcePort: 30000 + $0)
        }
        #expect(value(event("fan-out", FlowFixture.shop + table), "Scan.Failed") == "7")
    }

    @Test("bytes far more one way than the other are told, against what is usual")
    func bulk() {
        var views = FlowFixture.shop + beats(9, every: 11, from: "172.18.0.3", to: "172.18.0.2", 6379, start: 1)
        #expect(event("bulk-transfer", views) == nil)
        views.append(
            FlowFixture.zeek("172.18.0.3", "172.18.0.2", 6379, at: 150, sourcePort: 999, out: 5_000_000, in: 0))
        let found = event("bulk-transfer", views)
        #expect(value(found, "Transfer.BytesOut") == "5000810" && value(found, "Transfer.Direction") == "out")
        #expect(value(found, "Transfer.Usual") == "90")
        let pulled =
            FlowFixture.shop + [
                FlowFixture.zeek("172.18.0.7", "172.18.0.2", 6379, at: 150, out: 100, in: 9_000_000)
            ]
        #expect(value(event("bulk-transfer", pulled), "Transfer.Direction") == "in")
        let both =
            FlowFixture.shop + [
                FlowFixture.zeek("172.18.0.7", "172.18.0.2", 6379, at: 150, out: 9_000_000, in: 9_000_000)
            ]
        #expect(event("bulk-transfer", both) == nil)
        let long = FlowFixture.zeek("172.18.0.7", "172.18.0.2", 6379, at: 150, duration: "4000.5")
        #expect(value(event("long-lived", FlowFixture.shop + [long]), "Flow.Duration") == "4000.500")
    }

    @Test("long names that look like data are told, ordinary ones are not")
    func dnsTunnel() {
        var random = Seeded(7)
        let data = (0..<40).map { index in
            let label = (0..<36).map { _ in String(Int.random(in: 0..<16, using: &random), radix: 16) }.joined()
            return FlowFixture.dns("\(label).\(index).t.cdn.test", "TXT", from: "172.18.0.3", at: 10 + Double(index))
        }
        let found = event("dns-tunnel", FlowFixture.shop + data)
        #expect(value(found, "Tunnel.Zone") == "cdn.test" && value(found, "Tunnel.Names") == "40")
        #expect(value(found, "Tunnel.MeanLabel") == "36" && value(found, "Tunnel.TxtShare") == "1")
        #expect(found?.container?.text == FlowFixture.web)
        #expect(found?.time == FlowFixture.time(10 + 15))
        let ordinary = (0..<40).map { FlowFixture.dns("host\($0).corp.test", "A", from: "172.18.0.3", at: Double($0)) }
        #expect(event("dns-tunnel", FlowFixture.shop + ordinary) == nil)
        let reverse = (0..<40).map { FlowFixture.dns("\($0).0.18.172.in-addr.arpa", "PTR", from: "172.18.0.3", at: 1) }
        #expect(event("dns-tunnel", FlowFixture.shop + reverse) == nil)
    }

    @Test(
        "names are cut into label and zone",
        arguments: [
            ("a.b.example.com", "a.b", "example.com"), ("X.Example.COM.", "x", "example.com"),
            ("a.b.example.co.uk", "a.b", "example.co.uk"), ("a.example.de", "a", "example.de"),
        ])
    func zones(_ name: String, _ label: String, _ zone: String) {
        let split = NameLog.split(name)
        #expect(split?.label == label && split?.zone == zone)
        for none in ["", ".", "..", "...", "shop-db", "example.com", "co.uk", "x.co.uk", "1.0.0.127.in-addr.arpa"] {
            #expect(NameLog.split(none) == nil, "\(none)")
        }
    }

    @Test("large or endless echoes are told, a few ordinary ones are not")
    func icmpTunnel() {
        func ping(_ bytes: Int, _ packets: Int) -> [EventView] {
            FlowFixture.shop + [
                FlowFixture.zeek(
                    "172.18.0.3", "172.18.0.7", 0, at: 150, sourcePort: 8, out: bytes, in: bytes, transport: "icmp",
                    packets: packets)
            ]
        }
        #expect(value(event("icmp-tunnel", ping(48000, 80)), "Tunnel.MeanSize") == "1200")
        #expect(event("icmp-tunnel", ping(224, 8)) == nil)
        #expect(event("icmp-tunnel", ping(5600, 200)) == nil)
        #expect(event("icmp-tunnel", ping(56000, 2000)) != nil)
    }

    @Test("talk across networks, to the host, and to nobody's address is told")
    func places() {
        let apart = [
            FlowFixture.network(), FlowFixture.network("back", subnet: "172.19.0.0/16"),
            FlowFixture.inspect(FlowFixture.web, "web", ip: "172.18.0.3"),
            FlowFixture.inspect(FlowFixture.db, "db", ip: "172.19.0.2", network: "back"),
            FlowFixture.zeek("172.18.0.3", "172.19.0.2", 5432, at: 20),
        ]
        #expect(value(event("crossing-networks", apart), "Flow.SourceNetwork") == "shopnet")
        let same = FlowFixture.shop + [FlowFixture.zeek("172.18.0.3", "172.18.0.2", 5432, at: 20)]
        #expect(event("crossing-networks", same) == nil)
        func service(_ to: String, _ port: Int) -> String? {
            value(
                event("container-to-host", FlowFixture.shop + [FlowFixture.zeek("172.18.0.3", to, port, at: 20)]),
                "Flow.HostService")
        }
        #expect(service("172.18.0.1", 5985) == "winrm")
        #expect(service("172.18.0.1", 2375) == "engine")
        #expect(service("169.254.169.254", 80) == "cloud-metadata")
        #expect(service("192.168.65.7", 2375) == "engine")
        #expect(service("172.18.0.1", 53) == "dns")
        #expect(service("172.18.0.1", 1234) == "unknown")
        #expect(service("8.8.8.8", 443) == nil)
        let nobody = FlowFixture.shop + [FlowFixture.zeek("172.18.0.3", "172.18.9.9", 80, at: 20)]
        #expect(value(event("unknown-endpoint", nobody), "Flow.Candidates") == "0")
    }

    @Test("two projects that can write one volume are told; one project, a reader and a socket are not")
    func volumes() {
        func mounted(_ id: String, _ name: String, _ source: String, rw: String = "true", project: String = "")
            -> EventView
        {
            FlowFixture.inspect(
                id, name, ip: "", started: name == "a" ? 0 : 50,
                extra: [
                    ("Mounts.Type", "volume"), ("Mounts.Source", source), ("Mounts.Destination", "/d"),
                    ("Mounts.RW", rw),
                ] + (project.isEmpty ? [] : [("Config.Labels.com.docker.compose.project", project)]))
        }
        let first = mounted(FlowFixture.web, "a", "/v/data")
        let found = event("shared-volume", [first, mounted(FlowFixture.db, "b", "/v/data")])
        #expect(found?.container?.text == FlowFixture.db)
        #expect(value(found, "Shared.Path") == "/v/data" && value(found, "Shared.SecondsAfter") == "50")
        #expect(event("shared-volume", [first, mounted(FlowFixture.db, "b", "/v/data", rw: "false")]) == nil)
        #expect(event("shared-volume", [first, mounted(FlowFixture.db, "b", "/v/other")]) == nil)
        let socket = "/var/run/docker.sock"
        #expect(
            event(
                "shared-volume", [mounted(FlowFixture.web, "a", socket), mounted(FlowFixture.db, "b", socket)]) == nil)
        #expect(
            event(
                "shared-volume",
                [
                    mounted(FlowFixture.web, "a", "/v/data", project: "p"),
                    mounted(FlowFixture.db, "b", "/v/data", project: "p"),
                ]) == nil)
    }

    @Test("without containers there is nothing to tell")
    func nothing() {
        let views = (0..<200).map { FlowFixture.zeek("10.0.0.1", "10.0.0.\($0)", 80 + $0, at: Double($0)) }
        let context = Fixture.context(views)
        #expect(context.derived.isEmpty && context.flows.edges.isEmpty && !context.knowsAddresses)
    }
}

/// Windows: the host's own log names a process in a silo, and the addresses of the host.
@Suite("Flows of Windows")
struct WindowsFlowTests {
    private func sysmon(
        _ image: String, from: String, to: String, _ port: Int, at seconds: Double, initiated: String = "true",
        host: String = "HOST01"
    ) -> EventView {
        FlowFixture.view(
            "sysmon", "windows", kind: .connection, at: seconds, host: host, eventID: 3,
            [
                (.image, image), (.processID, "4711"), (.sourceIP, from), (.sourcePort, "50\(Int(seconds))"),
                (.destinationIP, to), (.destinationPort, "\(port)"), (.protocolName, "tcp"), (.initiated, initiated),
            ])
    }

    @Test("a silo's process that reaches its host is told, though no engine gave it an address")
    func siloToHost() throws {
        let silo = Fixture.disk(Fixture.silo, "app.exe")
        let views = [
            sysmon("C:\\Windows\\System32\\svchost.exe", from: "10.0.0.5", to: "10.0.0.9", 443, at: 1),
            sysmon(silo, from: "172.22.0.7", to: "10.0.0.5", 5985, at: 20),
        ]
        let context = Fixture.context(views, hosts: ["HOST01"])
        let found = try #require(context.derived.first { $0.finding == "container-to-host" })
        #expect(found.fields.contains(FactField("Flow.HostService", "winrm")))
        #expect(found.fields.contains(FactField("Flow.Direction", "container-host")))
        #expect(found.fields.contains(FactField("Flow.SourceProgram", silo)))
        #expect(found.host == "host01")
    }

    @Test("a host's log gives a connection to the container whose address is on its side only")
    func localSide() {
        let views = [FlowFixture.inspect(FlowFixture.web, "web", ip: "172.18.0.3")]
        let context = Fixture.context(views, hosts: ["HOST01"])
        let out = sysmon("app.exe", from: "172.18.0.3", to: "10.0.0.9", 443, at: 30)
        #expect(context.attribution(of: out)?.name == "web")
        #expect(context.attribution(of: out)?.evidence == [.address])
        let into = sysmon("app.exe", from: "10.0.0.9", to: "172.18.0.3", 80, at: 30, initiated: "false")
        #expect(context.attribution(of: into)?.name == "web")
        let byHost = sysmon("curl.exe", from: "10.0.0.5", to: "172.18.0.3", 80, at: 30)
        #expect(context.attribution(of: byHost) == nil)
    }
}

/// The recording of a real engine: what was done is found, what is ordinary stays apart.
@Suite("Recorded flows", .enabled(if: Recorded.folder != nil))
struct RecordedFlowTests {
    @Test("the connections of the recording give the attack's findings, on the right container")
    func findings() throws {
        let folder = try #require(Recorded.folder)
        var views = try Recorded.events(folder) + Recorded.inspects(folder)
        let text = try String(contentsOf: folder.appendingPathComponent("net/br-shop.conn.json"), encoding: .utf8)
        for (line, row) in text.split(separator: "\n").enumerated() {
            let json = try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any] ?? [:]
            func field(_ name: String) -> String { json[name].map { "\($0)" } ?? "" }
            let seconds = (json["ts"] as? NSNumber)?.doubleValue ?? 0
            views.append(
                EventView(
                    kind: .flow, time: Timestamp(nanoseconds: Int64(seconds * 1e6) * 1000), host: "",
                    values: [
                        (EvidenceField.sourceIP, "id.orig_h"), (.sourcePort, "id.orig_p"),
                        (.destinationIP, "id.resp_h"),
                        (.destinationPort, "id.resp_p"), (.protocolName, "proto"), (.duration, "duration"),
                        (.origBytes, "orig_bytes"), (.respBytes, "resp_bytes"), (.origPackets, "orig_pkts"),
                        (.respPackets, "resp_pkts"), (.connectionState, "conn_state"),
                    ].map { EventView.Value($0.0, field($0.1)) },
                    origin: Origin(product: "zeek", service: "conn"),
                    place: EventPlace(source: 1, record: UInt64(line), offset: Int64(line))))
        }
        let context = Fixture.context(views)
        func names(_ finding: String, _ matches: (DerivedEvent) -> Bool = { _ in true }) -> Set<String> {
            Set(
                context.derived.filter { $0.finding == finding && matches($0) }.compactMap { event in
                    event.container.flatMap { id in
                        guard case .one(let container) = context.inventory.resolve(id) else { return nil }
                        return container.names.first?.name
                    }
                })
        }
        func isNew(_ event: DerivedEvent) -> Bool { event.fields.contains(FactField("Flow.NewEdge", true)) }
        #expect(names("beacon", isNew) == ["shop-web"])
        #expect(names("beacon") == ["shop-web", "shop-worker", "metrics-poll"])
        #expect(names("fan-out") == ["shop-web"])
        #expect(names("bulk-transfer") == ["shop-db"])
        #expect(names("icmp-tunnel") == ["shop-web"])
        #expect(names("new-edge") == ["shop-web", "shop-db"])
        let flows = views.filter { $0.kind == .flow }
        #expect(flows.allSatisfy { context.attribution(of: $0)?.evidence == [.address] })
        #expect(context.flows.edges.reduce(0) { $0 + $1.connections.count } == flows.count)
    }
}
