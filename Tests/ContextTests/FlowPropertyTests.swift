import Events
import Foundation
import Testing

@testable import Context

/// The same evidence, in any order, cut into any parts and told twice, gives the same graph and the same findings.
@Suite("Flows in any order")
struct FlowPropertyTests {
    private func evidence(_ random: inout Seeded) -> [EventView] {
        let addresses = ["172.18.0.2", "172.18.0.3", "172.18.0.4", "172.18.0.7", "172.18.0.1", "8.8.8.8", "172.18.9.9"]
        let ids = [FlowFixture.web, FlowFixture.db, FlowFixture.worker, FlowFixture.stranger]
        var views = FlowFixture.shop
        views.append(
            FlowFixture.inspect(
                FlowFixture.worker, "worker", ip: "172.18.0.3",
                extra: [("HostConfig.NetworkMode", "container:" + FlowFixture.web)]))
        for step in 0..<Int.random(in: 10...60, using: &random) {
            let from = addresses.randomElement(using: &random) ?? ""
            let to = addresses.randomElement(using: &random) ?? ""
            let port = [22, 80, 4444, 6379, 8080, 50000].randomElement(using: &random) ?? 0
            let at = Double.random(in: 0..<300, using: &random)
            let sourcePort = 40000 + Int.random(in: 0..<20, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0:
                views += FlowFixture.told(
                    from, ids.randomElement(using: &random) ?? "", to, port, at: at, sourcePort: sourcePort)
            case 1:
                let out = Int.random(in: 0..<3_000_000, using: &random)
                views.append(FlowFixture.zeek(from, to, port, at: at, sourcePort: sourcePort, out: out))
            case 2:
                views.append(
                    FlowFixture.zeek(
                        from, to, 0, at: at, sourcePort: 8, out: 50000, transport: "icmp", packets: 40))
            case 3: views.append(FlowFixture.packet(from, sourcePort, to, port, at: at))
            case 4:
                views.append(
                    FlowFixture.audit(
                        ids.randomElement(using: &random) ?? "", to, port, at: at,
                        pid: Int.random(in: 1..<4, using: &random)))
            case 5:
                let label = String(UInt64.random(in: .min ... .max, using: &random), radix: 16)
                for part in 0..<4 {
                    views.append(FlowFixture.dns("\(label)\(part).t.x.test", "TXT", from: from, at: at + Double(part)))
                }
            default:
                views.append(
                    FlowFixture.zeek("172.18.0.3", "172.18.0.7", 4444, at: 7 * Double(step), sourcePort: 500 + step))
            }
        }
        return views
    }

    private func outcome(_ context: Context, _ probes: [EventView]) -> [String] {
        let facts = probes.map { view in
            let facts = context.facts(of: view)
            return "\(facts?.container?.id ?? "") \(facts?.container?.confidence ?? 0) \(facts?.fields ?? [])"
        }
        return context.derived.map { "\($0)" } + [FlowDiagram(context: context).mermaid()] + facts
    }

    @Test("order, parts and doubled sources change nothing", arguments: 0..<25)
    func anyOrder(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let views = evidence(&random)
        let expected = outcome(Fixture.context(views), views)
        #expect(expected.count > views.count + 3)
        for _ in 0..<3 {
            // A second export of the same records: other places, which come after the first.
            let again = views.filter { _ in Bool.random(using: &random) }.map { view in
                var copy = view
                if view.place != .none { copy.place.source = SourceNumber((view.place.source.index ?? 0) + 100) }
                return copy
            }
            var parts = (0..<Int.random(in: 1...5, using: &random)).map { _ in ContextBuilder() }
            for view in (views + again).shuffled(using: &random) {
                parts[Int.random(in: 0..<parts.count, using: &random)].observe(view)
            }
            // A part may have been put aside.
            let first = try JSONEncoder().encode(parts[0])
            parts[0] = try JSONDecoder().decode(ContextBuilder.self, from: first)
            parts.shuffle(using: &random)
            var whole = parts.removeFirst()
            for part in parts { whole.merge(part) }
            #expect(outcome(whole.finish(), views) == expected)
        }
    }

    @Test("a bound on connections of an edge keeps the earliest, whatever the order")
    func bounded() {
        var random = Seeded(3)
        let views = (0..<3000).map {
            FlowFixture.zeek("172.18.0.4", "172.18.0.3", 8080, at: 9 * Double($0), sourcePort: 1024 + $0)
        }
        let expected = Fixture.context(FlowFixture.shop + views).flows.edges
        #expect(expected.first?.connections.count == FlowGatherer.slotLimit)
        #expect(expected.first?.overflowed == true)
        #expect(expected.first?.first == FlowFixture.time(0).nanoseconds)
        var left = ContextBuilder()
        var right = ContextBuilder()
        for view in (FlowFixture.shop + views).shuffled(using: &random) {
            if Bool.random(using: &random) { left.observe(view) } else { right.observe(view) }
        }
        right.merge(left)
        let edges = right.finish().flows.edges
        #expect(edges.map(\.connections) == expected.map(\.connections))
    }

    @Test("names of a zone are a sample that no order changes")
    func boundedNames() {
        var random = Seeded(4)
        let views = (0..<2000).map { FlowFixture.dns("abcdefghijklmnop\($0).x.test", "A", from: "172.18.0.3", at: 5) }
        let expected = Fixture.context(FlowFixture.shop + views).derived
        #expect(
            expected.first { $0.finding == "dns-tunnel" }?.fields.first { $0.name == "Tunnel.Names" }?.values
                == ["256"])
        #expect(Fixture.context((FlowFixture.shop + views).shuffled(using: &random)).derived == expected)
    }

    @Test("hostile records do no harm", arguments: 0..<20)
    func hostile(_ seed: UInt64) {
        var random = Seeded(seed)
        let texts = [
            "", "-", "0", "-1", "65536", "9223372036854775807", "-9223372036854775808", "1e308", "nan", "inf", "::",
            "255.255.255.255", "172.18.0.3", "172.18.0.2", "0x", "0xffffffffffffffffff", "\u{202E}\"]-->x",
            String(repeating: ".", count: 300), String(repeating: "a.", count: 200), "%%14592", "NEW",
        ]
        let times: [Int64] = [.min, .min + 1, -1, 0, 1, 1_700_000_000_000_000_000, (1 << 62) - 1, .max]
        var views = FlowFixture.shop
        for _ in 0..<400 {
            let kind: EventKind = [.flow, .connection, .linuxRecord][Int.random(in: 0..<3, using: &random)]
            let values = EvidenceField.allCases.filter { $0.isRead(of: kind) }.map {
                EventView.Value($0, texts.randomElement(using: &random) ?? "")
            }
            let service = ["conn", "dns", "tshark", "conntrack", ""].randomElement(using: &random) ?? ""
            views.append(
                EventView(
                    kind: kind, time: Timestamp(nanoseconds: times.randomElement(using: &random) ?? 0), host: "",
                    eventID: [3, 5156, 5158, -1].randomElement(using: &random) ?? 3, values: values,
                    origin: Origin(product: "zeek", service: service)))
        }
        let context = Fixture.context(views)
        for view in views { _ = context.facts(of: view) }
        #expect(context.derived == Fixture.context(views.shuffled(using: &random)).derived)
    }

    @Test("nothing in a name gets out of its label")
    func diagram() {
        let views = [
            FlowFixture.network(),
            FlowFixture.inspect(FlowFixture.web, "a\"] --> b\n%%{init}%%<script>\u{202E}x", ip: "172.18.0.3"),
            FlowFixture.inspect(FlowFixture.db, "db", ip: "172.18.0.2"),
            FlowFixture.zeek("172.18.0.3", "172.18.0.2", 6379, at: 10),
        ]
        #expect(
            FlowDiagram(context: Fixture.context(views)).mermaid() == """
                flowchart LR
                  n0["a?? --? b????init????script??x"]
                  n1["db"]
                  n0 -->|"tcp 6379 1x"| n1

                """)
    }
}

@Suite("Address tenants")
struct AddressTenantTests {
    @Test("they are those whose state says they ran", arguments: 0..<20)
    func agree(_ seed: UInt64) {
        var random = Seeded(seed)
        var views: [EventView] = []
        for index in 0..<12 {
            let digits = String(index, radix: 16)
            let id = String(repeating: digits, count: 12) + String(repeating: "0", count: 52)
            let start = Int.random(in: 0..<2000, using: &random)
            let end = Bool.random(using: &random) ? start + Int.random(in: 1..<800, using: &random) : nil
            views.append(
                FlowFixture.inspect(id, "c\(index)", ip: "172.17.0.2", started: start, finished: end))
        }
        let inventory = Fixture.context(views).inventory
        let tenants = AddressTenants(
            inventory.containers.indices.map { AddressTenants.Tenant(container: $0, network: "n") }, inventory)
        for second in stride(from: -100.0, to: 3000, by: 7) {
            let time = FlowFixture.time(second)
            let expected = inventory.containers.indices.filter { inventory.containers[$0].state(at: time) == .running }
            #expect(tenants.tenants(at: time).map(\.container) == expected)
        }
    }
}
