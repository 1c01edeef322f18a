import Events
import Testing

@testable import Context

/// The same evidence on programs, in any order and any parts, gives the same fields and findings.
@Suite("Programs: order and parts")
struct ProgramMergeTests {
    private func evidence(_ random: inout Seeded) -> [EventView] {
        let programs = ["app\\a.exe", "app\\b.exe", "Windows\\System32\\cmd.exe", "Windows\\Temp\\x.exe", "lsass.exe"]
        let commands = [
            "sh -c id; nc x", "redis-cli ping", "/tmp/.cache/kworker", "/bin/sh -c " + Programs.check, "bash",
        ]
        let ids = [Programs.shop, Programs.shopTwo, String(Programs.shop.prefix(12))]
        var all = Programs.windows() + [Programs.image(user: "ContainerUser"), Programs.inspect(user: "www")]
        for index in 0..<80 {
            let time = Int64.random(in: 0..<3000, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: all.append(Programs.diff("A", programs.randomElement(using: &random) ?? "", ids[index % 2]))
            case 1:
                all.append(
                    Fixture.windows(
                        at: time, kind: .fileWrite,
                        [.targetFilename: Fixture.disk(Fixture.silo, programs.randomElement(using: &random) ?? "")]))
            case 2, 3:
                all.append(
                    Programs.exec(commands.randomElement(using: &random) ?? "", ids[index % 3], at: time))
            default:
                all.append(
                    Programs.start(
                        programs.randomElement(using: &random) ?? "", pid: 4 * Int.random(in: 25..<60, using: &random),
                        at: time, user: index % 5 == 0 ? "User Manager\\ContainerAdministrator" : ""))
            }
        }
        return all
    }

    @Test("any parts in any order, and duplicates, give the same")
    func shuffles() {
        var random = Seeded(41)
        for _ in 0..<6 {
            let views = evidence(&random)
            let whole = Fixture.context(views)
            let expected = views.map { whole.facts(of: $0) }
            #expect(whole.derived.count > 2)
            for round in 0..<4 {
                var parts = (0..<Int.random(in: 1...5, using: &random)).map { _ in ContextBuilder() }
                for view in (round == 3 ? views + views : views).shuffled(using: &random) {
                    parts[Int.random(in: parts.indices, using: &random)].observe(view)
                }
                while parts.count > 1 {
                    let other = parts.remove(at: Int.random(in: parts.indices, using: &random))
                    parts[Int.random(in: parts.indices, using: &random)].merge(other)
                }
                let context = parts[0].finish()
                #expect(views.map { context.facts(of: $0) } == expected)
                #expect(context.derived == whole.derived)
            }
        }
    }

    @Test("the short way to a process's container gives what weighing the evidence gives")
    func shortWay() {
        var random = Seeded(17)
        for round in 0..<4 {
            let starts = evidence(&random).filter { $0.kind == .processStart }
            let named = starts.prefix(10).map { view in
                var other = view
                other.host = String(Fixture.db.prefix(12))
                return other
            }
            let others = round % 2 == 0 ? Programs.windows(Fixture.db, end: 1500) : Programs.windows(Fixture.api)
            let context = Fixture.context(Programs.windows(end: round == 3 ? 2000 : nil) + others + starts + named)
            var scopes: [[String]: Set<String>] = [:]
            context.forEachContainerProcess([]) { process in
                scopes[[process.host, process.image, String(process.time.nanoseconds)], default: []].insert(
                    process.container)
            }
            for view in starts + named {
                guard let container = context.attribution(of: view), container.id != "unknown" else { continue }
                let host = ASCII.lowered(view.host)
                let key = [host, view[.image] ?? "", String(view.time.nanoseconds)]
                #expect(scopes[key]?.contains(ProgramKnowledge.scope(container, host: host)) == true, "\(key)")
            }
        }
    }

    @Test("limits keep what was seen first, whatever the order")
    func limits() {
        var random = Seeded(5)
        func history(_ order: [Int]) -> ProgramHistory {
            var builder = ProgramHistory.Builder()
            for index in order {
                let time = Timestamp(nanoseconds: Int64(index + 1) * 1_000_000_000)
                builder.add("c", image: "i", host: "h", program: "p\(index)", at: time)
            }
            return builder.finish()
        }
        let order = Array(0..<(ProgramHistory.programLimit + 500))
        let later = Timestamp(nanoseconds: 1_000_000_000_000_000)
        for history in [history(order), history(order.shuffled(using: &random))] {
            #expect(history.dropped == 500)
            for (program, count) in [("p0", 1), ("p4095", 1), ("p4096", 0), ("p4400", 0)] {
                let found = history.count(of: program, container: "c", image: "i", host: "h", before: later)
                #expect(found.inContainer == count, "\(program)")
            }
        }
    }
}
