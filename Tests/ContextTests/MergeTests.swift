import Events
import Testing

@testable import Context

/// The same evidence, cut into any parts and merged in any order, gives the same answers.
@Suite("Merging")
struct MergeTests {
    private let probes: [EventView] = {
        var all: [EventView] = []
        for time in stride(from: Int64(0), to: 400, by: 23) {
            for pid in stride(from: 100, to: 140, by: 4) {
                all.append(Fixture.windows(host: "HOST01", at: time, [.processID: String(pid)]))
            }
            all.append(Fixture.windows(at: time, [.image: Fixture.disk(Fixture.silo, "a.exe")]))
            all.append(Fixture.windows(host: "0a1b2c3d4e5f", at: time, [:]))
            all.append(Fixture.windows(host: "ffeeddccbbaa", at: time, [:]))
            all.append(Fixture.windows(at: time, [.subjectUserSid: "S-1-5-93-2-1"]))
        }
        return all
    }()

    private func evidence(_ random: inout Seeded) -> [EventView] {
        let images = [
            "C:\\a.exe", Fixture.disk(Fixture.silo, "a.exe"), Fixture.disk(Fixture.otherSilo, "b.exe"),
            "C:\\Windows\\System32\\CExecSvc.exe",
        ]
        let ids = [
            Fixture.web, Fixture.db, Fixture.api, String(Fixture.api.prefix(12)), String(Fixture.web.prefix(12)),
        ]
        let actions = [
            "create", "start", "die", "stop", "destroy", "pause", "rename", "exec_start: cmd", "top", "restart",
        ]
        return (0..<60).map { _ in
            let time = Int64.random(in: 0..<400, using: &random)
            let pid = Int.random(in: 25..<35, using: &random) * 4
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                return Fixture.start(
                    images.randomElement(using: &random) ?? "", pid: pid,
                    parent: Int.random(in: 25..<35, using: &random) * 4,
                    parentImage: images.randomElement(using: &random) ?? "", at: time)
            case 2: return Fixture.end(pid: pid, at: time)
            case 3:
                return Fixture.inspect(
                    ids.randomElement(using: &random) ?? "", at: time,
                    isolation: ["process", "hyperv", ""].randomElement(using: &random) ?? "",
                    name: ["/a", "/b"].randomElement(using: &random) ?? "")
            default:
                return Fixture.docker(
                    actions.randomElement(using: &random) ?? "", ids.randomElement(using: &random) ?? "", at: time,
                    name: ["a", "b", "c"].randomElement(using: &random) ?? "",
                    extra: [FieldValue(name: "Actor.Attributes.oldName", value: "z")])
            }
        }
    }

    private func merged(_ views: [EventView], budget: Int, _ random: inout Seeded) -> Context {
        var parts = (0..<Int.random(in: 1...6, using: &random)).map { _ in ContextBuilder(processBudget: budget) }
        for view in views.shuffled(using: &random) {
            parts[Int.random(in: parts.indices, using: &random)].observe(view)
        }
        // Merge as a random tree, to test associativity too.
        while parts.count > 1 {
            let other = parts.remove(at: Int.random(in: parts.indices, using: &random))
            parts[Int.random(in: parts.indices, using: &random)].merge(other)
        }
        return parts[0].finish()
    }

    @Test("any parts in any order give the same containers, processes and attributions", arguments: [1 << 20, 4000])
    func shuffles(budget: Int) {
        var random = Seeded(7)
        for _ in 0..<8 {
            let views = evidence(&random)
            var whole = ContextBuilder(processBudget: budget)
            for view in views { whole.observe(view) }
            let expected = whole.finish()
            let answers = probes.map { expected.attribution(of: $0) }
            for _ in 0..<4 {
                let context = merged(views, budget: budget, &random)
                #expect(context.inventory.containers == expected.inventory.containers)
                #expect(context.inventory.ambiguousPrefixes == expected.inventory.ambiguousPrefixes)
                #expect(context.tree.starts == expected.tree.starts)
                #expect(context.tree.ends == expected.tree.ends)
                #expect(context.tree.parents == expected.tree.parents)
                #expect(context.tree.evicted == expected.tree.evicted)
                #expect(context.remarks == expected.remarks)
                #expect(probes.map { context.attribution(of: $0) } == answers)
            }
        }
    }

    @Test("evidence seen twice is no more evidence")
    func duplicates() {
        var random = Seeded(9)
        let views = evidence(&random)
        let once = Fixture.context(views)
        let twice = Fixture.context(views + views)
        #expect(once.inventory.containers == twice.inventory.containers)
        #expect(once.tree.starts == twice.tree.starts)
        #expect(once.tree.ends == twice.tree.ends)
        #expect(once.tree.parents == twice.tree.parents)
        #expect(probes.map { once.attribution(of: $0) } == probes.map { twice.attribution(of: $0) })
    }
}
