import Events
import Foundation
import Testing

@testable import Context

/// Whatever order and parts the evidence comes in, and however often, the inventory is the same; and it is bounded.
@Suite("Merging the inventory")
struct InventoryMergeTests {
    private typealias Facts = InventoryFactsTests

    private func evidence(_ random: inout Seeded) -> [EventView] {
        let ids = [Fixture.web, Fixture.db, Fixture.api, String(Fixture.api.prefix(12))]
        return (0..<120).map { _ in
            let time = Int64.random(in: 0..<100, using: &random)
            let id = ids.randomElement(using: &random) ?? ""
            let exec = ["e1", "e2", "e3"].randomElement(using: &random) ?? ""
            let attributes = ["container": id, "name": "nat", "type": "nat", "destination": "/d"]
            switch Int.random(in: 0..<14, using: &random) {
            case 0: return Facts.exec("exec_create: cmd \(exec)", exec, at: time, id)
            case 1: return Facts.exec("exec_die", exec, at: time, id, code: String(time % 3))
            case 2:
                return Facts.containerd(
                    "/tasks/exit", at: time, [("ContainerId", Fixture.web), ("id", exec), ("pid", String(time))])
            case 3: return Facts.event("network", "connect", Facts.network, at: time, attributes)
            case 4: return Facts.event("network", "disconnect", Facts.network, at: time, attributes)
            case 5: return Facts.event("image", "tag", Facts.image, at: time, ["name": "a:\(time % 3)"])
            case 6: return Facts.event("image", "pull", "a:\(time % 3)", at: time, ["name": "a"])
            case 7: return Facts.event("volume", "mount", "v\(time % 3)", at: time, attributes)
            case 8:
                return Facts.host(
                    .hostCompute, 2000 + Int(time % 4), at: time,
                    [("SystemId", id), ("Hcs.Settings.Owner", "o\(time % 2)")])
            case 9: return Facts.host(.hostRecord, -1, at: 5, service: "hcsdiag", [("Id", id), ("State", "Running")])
            case 10:
                return Facts.object(
                    "network",
                    [
                        ("Id", Facts.network), ("Containers.\(id).IPv4Address", "172.20.0.\(time % 5)/16"),
                        ("Name", "nat"),
                    ])
            case 11:
                return Facts.host(
                    .silo, [13, 22, 25].randomElement(using: &random) ?? 13, at: time, [("ContainerID", Fixture.silo)])
            default:
                let actions = ["create", "start", "die", "pause", "unpause", "destroy", "rename", "update"]
                return Fixture.docker(actions.randomElement(using: &random) ?? "", id, at: time)
            }
        }
    }

    /// Everything that can be told, as text.
    private func told(_ context: Context) -> [String] {
        let inventory = context.inventory
        var all = inventory.containers.map { "\($0.id) \($0.details) \($0.runs)" }
        all += inventory.execs.map { "\($0)" } + inventory.endpoints.map { "\($0)" }
        all += inventory.items.map { item in
            let attributes = item.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return "\(item.kind) \(item.scope) \(item.id) \(attributes) \(item.happenings) "
                + "\(item.provenance.sources) \(item.container?.text ?? "")"
        }
        all += inventory.happenings.map { "\($0.happening) \($0.place)" }
        // The order in a dictionary is nothing.
        return all.map { $0.replacing(/Provenance\(spans: .*?\]\)/, with: "") } + context.remarks
    }

    @Test("any parts in any order, twice over and through a snapshot, tell the same")
    func shuffles() throws {
        var random = Seeded(11)
        for _ in 0..<4 {
            let views = evidence(&random)
            let expected = told(Fixture.context(views))
            #expect(told(Fixture.context(views + views)) == expected)
            for _ in 0..<3 {
                var parts = (0..<Int.random(in: 1...5, using: &random)).map { _ in ContextBuilder() }
                for view in views.shuffled(using: &random) {
                    parts[Int.random(in: parts.indices, using: &random)].observe(view)
                }
                while parts.count > 1 {
                    let other = parts.remove(at: Int.random(in: parts.indices, using: &random))
                    let kept = try JSONDecoder().decode(ContextBuilder.self, from: JSONEncoder().encode(other))
                    parts[Int.random(in: parts.indices, using: &random)].merge(kept)
                }
                #expect(told(parts[0].finish()) == expected)
            }
        }
    }

    @Test("a happening told by two copies of a log has the first place")
    func places() {
        var late = Fixture.docker("start", Fixture.web, at: 1)
        var early = late
        late.place = EventPlace(source: 2, record: 1, offset: 0)
        early.place = EventPlace(source: 1, record: 9, offset: 80)
        for views in [[late, early], [early, late]] {
            #expect(Fixture.context(views).inventory.happenings.map(\.place) == [early.place])
        }
    }

    @Test("items past the limit are left out, the same ones in any order, and their number is told")
    func itemLimit() {
        let limit = ItemKind.engine.limit
        let keys = (0..<(3 * limit)).map { ItemKey(.engine, scope: "h\($0)", id: "docker") }
        var random = Seeded(3)
        var tables = [ItemTable(), ItemTable()]
        for key in keys.shuffled(using: &random) {
            tables[Int.random(in: 0...1, using: &random)].update(key) { $0.saw(.dockerInfo, at: Fixture.seconds(1)) }
        }
        tables[0].merge(tables[1])
        tables[0].trim()
        #expect(Set(tables[0].sheets[.engine]?.keys.map { $0 } ?? []) == Set(keys.sorted().prefix(limit)))
        let evicted = tables[0].evicted(.engine)
        #expect(abs(evicted - 2 * limit) < limit / 5, "\(evicted)")
        #expect(tables[0].evicted(.image) == 0)
    }

    @Test("happenings past the budget: life and the latest are kept, in any order, copies cost nothing")
    func happeningBudget() {
        let all = (0..<400).map { index in
            Happening(
                index % 4 == 0 ? .updated : .health, of: Fixture.web, scope: "", at: Fixture.seconds(Int64(index)),
                source: .dockerEvents)
        }
        let budget = all[0].cost * 150
        var random = Seeded(5)
        var results: [Set<Happening>] = []
        for _ in 0..<4 {
            var logs = [HappeningLog(budget: budget), HappeningLog(budget: budget)]
            for happening in (all + all).shuffled(using: &random) {
                logs[Int.random(in: 0...1, using: &random)].append(happening, at: .none)
            }
            logs[0].merge(logs[1])
            logs[0].trim()
            results.append(Set(logs[0].places.keys))
            #expect(abs(logs[0].evicted - 250) < 40, "\(logs[0].evicted)")
        }
        #expect(results.allSatisfy { $0 == results[0] })
        #expect(results[0].count == 150 && results[0].isSuperset(of: all.filter { $0.verb == .updated }))
        #expect(results[0].filter { $0.verb == .health }.map(\.time).min() ?? .unknown > Fixture.seconds(300))
    }

    @Test("distinct texts are counted within a few percent", arguments: [0, 1, 50, 5_000, 50_000])
    func distinct(count: Int) {
        var left = DistinctCount()
        var right = DistinctCount()
        for index in 0..<count {
            if index % 2 == 0 { left.add("host", "\(index)") } else { right.add("host", "\(index)") }
            if index % 3 == 0 { left.add("host", "\(index)") }
        }
        left.merge(right)
        #expect(abs(left.estimate - count) <= max(1, count / 10), "\(left.estimate)")
    }

    @Test("hostile texts are cut, and hostile documents add no facts without bound")
    func hostile() {
        let long = String(repeating: "ä", count: 100_000)
        let views = [
            Facts.event("image", "tag", long, at: 1, ["name": long]), Facts.exec("exec_create: " + long, long, at: 1),
            Facts.host(.registryValue, 13, at: 1, [("TargetObject", "\\Lxss\\{" + long), ("Details", long)]),
            Facts.event("volume", "", "", at: 1), Facts.event("network", "connect", "", at: 1),
            Facts.containerd("/tasks/exit", at: 1, [("ContainerId", long), ("id", long)]),
        ]
        let inventory = Fixture.context(views).inventory
        #expect(inventory.items.allSatisfy { $0.id.utf8.count <= 300 && $0.name.utf8.count <= 1100 })
        #expect(inventory.execs.allSatisfy { $0.command.utf8.count <= 1100 && $0.id.utf8.count <= 300 })
    }
}
