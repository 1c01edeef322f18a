import Events
import Foundation
import Testing

@testable import Context

@Suite("Baseline of programs")
struct ProgramBaselineTests {
    private let history: [EventView] =
        [Programs.inspect(), Programs.inspect(Programs.shopTwo)]
        + (0..<12).map { Programs.exec("redis-cli ping", Programs.shopTwo, at: Int64($0) * 120) }
        + Programs.windows()
        + (0..<30).map { Programs.start("app\\tool.exe", pid: 100 + $0 * 4, at: Int64($0) * 60) }

    /// What was gathered, written to a file and read back.
    private func baseline(_ views: [EventView]) throws -> ContextBuilder {
        var builder = ContextBuilder()
        for view in views { builder.observe(view) }
        return try JSONDecoder().decode(ContextBuilder.self, from: JSONEncoder().encode(builder))
    }

    private func context(_ views: [EventView], _ baselines: ContextBuilder...) -> Context {
        var builder = ContextBuilder()
        for view in views { builder.observe(view) }
        for baseline in baselines { builder.merge(baseline) }
        return builder.finish()
    }

    private let probes: [EventView] = [
        Programs.exec("redis-cli ping", at: 5000), Programs.exec("nc -l", at: 5000),
        Programs.start("app\\tool.exe", pid: 900, at: 5000), Programs.start("app\\x.exe", pid: 904, at: 5000),
    ]

    @Test("a program that is usual in the baseline is not novel in new evidence, another one is")
    func usual() throws {
        let baseline = try self.baseline(history)
        let new = [Programs.inspect(), Programs.start("app\\shop.exe", pid: 896, at: 4000)] + Programs.windows()
        let alone = context(new)
        let informed = context(new, baseline)
        #expect(probes.map { Programs.fields(alone, $0)["Program.Novelty"] } == ["50", "50", "50", "50"])
        #expect(probes.map { Programs.fields(informed, $0)["Program.Novelty"] } == ["5", "100", "4", "100"])
    }

    @Test("a baseline taken twice, or together with its own evidence, is no more than once")
    func idempotent() throws {
        let first = context(history)
        let baseline = try self.baseline(history)
        for other in [context(history, baseline), context(history, baseline, baseline)] {
            for probe in probes { #expect(first.facts(of: probe) == other.facts(of: probe)) }
            #expect(first.derived == other.derived)
        }
        var twice = baseline
        twice.merge(baseline)
        for probe in probes { #expect(context([], baseline).facts(of: probe) == context([], twice).facts(of: probe)) }
    }
}
