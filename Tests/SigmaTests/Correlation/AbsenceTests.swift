import Sigma
import Testing

@Suite struct AbsenceTests {
    private typealias Fixture = CorrelationFixture

    private func run(_ type: String, _ condition: String, _ hits: [String]) throws -> [String] {
        let rules = condition.contains("c") ? "[a, b, c]" : "[a, b]"
        let text = Fixture.correlation(type: type, rules: rules, condition: condition)
        return try Fixture.run(Fixture.set(text), hits).hits
    }

    @Test func `a without b fires at the deadline`() throws {
        #expect(try run("temporal_ordered", "a and not b", ["a@0 u=r", "c@30 u=z"]) == ["x@10 [0] u=r"])
        #expect(try run("temporal_ordered", "a and not b", ["a@0 u=r", "b@10 u=r", "c@30 u=z"]).isEmpty)
        #expect(try run("temporal_ordered", "a and not b", ["a@0 u=r", "b@11 u=r"]) == ["x@10 [0] u=r"])
        #expect(try run("temporal_ordered", "a and not b", ["a@0 u=r", "b@5 u=s", "b@11 u=s"]) == ["x@10 [0] u=r"])
    }

    @Test func `for temporal an earlier b counts, for temporal_ordered it does not`() throws {
        let hits = ["b@0 u=r", "a@5 u=r", "b@40 u=r"]
        #expect(try run("temporal", "a and not b", hits).isEmpty)
        #expect(try run("temporal_ordered", "a and not b", hits) == ["x@15 [1] u=r"])
        #expect(try run("temporal", "a and not b", ["b@0 u=r", "a@11 u=r", "b@40 u=r"]) == ["x@21 [1] u=r"])
    }

    @Test func `an answered a does not hide one that stays alone`() throws {
        let hits = ["a@0 u=r", "b@5 u=r", "a@6 u=r", "b@30 u=r"]
        #expect(try run("temporal_ordered", "a and not b", hits) == ["x@16 [2] u=r"])
    }

    @Test func `one hit covers the windows opened within it`() throws {
        let hits = ["a@0 u=r", "a@3 u=r", "a@10 u=r", "a@11 u=r", "b@50 u=r"]
        #expect(try run("temporal_ordered", "a and not b", hits) == ["x@10 [0, 1, 2] u=r", "x@21 [3] u=r"])
    }

    @Test func `several wanted rules come in their order`() throws {
        let condition = "a and b and not c"
        #expect(try run("temporal_ordered", condition, ["a@0 u=r", "b@3 u=r", "c@20 u=r"]) == ["x@10 [0, 1] u=r"])
        #expect(try run("temporal_ordered", condition, ["b@0 u=r", "a@3 u=r", "c@20 u=r"]).isEmpty)
        #expect(try run("temporal_ordered", condition, ["a@0 u=r", "b@3 u=r", "c@4 u=r", "c@20 u=r"]).isEmpty)
        #expect(try run("temporal", condition, ["b@0 u=r", "a@3 u=r", "c@20 u=r"]) == ["x@10 [0, 1] u=r"])
        #expect(try run("temporal", condition, ["a@0 u=r", "c@20 u=r"]).isEmpty)
    }

    @Test func `a deadline at the end of the data is decided, one behind it is pending`() throws {
        let set = try Fixture.set(Fixture.correlation(type: "temporal", rules: "[a, b]", condition: "a and not b"))
        let closed = try Fixture.run(set, ["a@0 u=r", "a@10 u=s"])
        #expect(closed.hits == ["x@10 [0] u=r"])
        #expect(closed.pending.map(\.start) == [10 * Fixture.second])
        #expect(closed.pending.map(\.deadline) == [20 * Fixture.second])
        #expect(closed.pending.first?.group == [CorrelationHit.GroupValue(field: "u", value: "s")])
    }

    @Test func `the clock alone makes an absence fire, in order of deadline`() throws {
        let set = try Fixture.set(
            Fixture.correlation("slow", type: "temporal", rules: "[a, b]", span: "10s", condition: "a and not b"),
            Fixture.correlation("fast", type: "temporal", rules: "[a, c]", span: "5s", condition: "a and not c"))
        var correlator = Correlator(set)
        var hits: [CorrelationHit] = []
        correlator.consume(RuleHit(rule: 0, time: 0, token: 1, values: ["r"]), into: &hits)
        correlator.advance(to: 5 * Fixture.second, into: &hits)
        #expect(hits.isEmpty)
        correlator.advance(to: 60 * Fixture.second, into: &hits)
        #expect(hits.map { Fixture.describe($0, set) } == ["fast@5 [1] u=r", "slow@10 [1] u=r"])
    }

    @Test func `an absence is an event for another correlation`() throws {
        let set = try Fixture.set(
            Fixture.correlation("quiet", type: "temporal_ordered", rules: "[a, b]", condition: "a and not b"),
            Fixture.correlation("both", type: "temporal_ordered", rules: "[quiet, c]", span: "1m"))
        #expect(try Fixture.run(set, ["a@0 u=r", "c@20 u=r"]).hits == ["quiet@10 [0] u=r", "both@20 [0, 1] u=r"])
    }

    @Test func `open windows are bounded and counted`() throws {
        let set = try Fixture.set(
            Fixture.correlation(type: "temporal_ordered", rules: "[a, b]", span: "1h", condition: "a and not b"))
        let hits = (0..<20).map { "a@\($0) u=r" }
        let result = try Fixture.run(set, hits, limits: Correlator.Limits(openWindows: 4))
        #expect(result.statistics.unopenedWindows == 16)
        #expect(result.pending.count == 4)
    }
}
