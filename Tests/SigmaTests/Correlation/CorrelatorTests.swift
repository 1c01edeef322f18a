import Sigma
import Testing

@Suite struct CorrelatorTests {
    private typealias Fixture = CorrelationFixture

    private func run(_ correlations: String..., hits: String...) throws -> [String] {
        let set =
            correlations.count == 1
            ? try Fixture.set(correlations[0]) : try Fixture.set(correlations[0], correlations[1])
        return try Fixture.run(set, hits).hits
    }

    @Test func `events are counted per group in a sliding window whose ends belong to it`() throws {
        let three = Fixture.correlation(type: "event_count", condition: "{gte: 3}")
        #expect(try run(three, hits: "a@0 u=r", "a@5 u=r", "a@10 u=r") == ["x@10 [0, 1, 2] u=r"])
        #expect(try run(three, hits: "a@0 u=r", "a@5 u=r", "a@11 u=r").isEmpty)
        #expect(try run(three, hits: "a@0 u=r", "a@1 u=s", "a@2 u=r", "a@3 u=s", "a@4 u=r") == ["x@4 [0, 2, 4] u=r"])
    }

    @Test func `a window that straddles a fixed bucket counts`() throws {
        let four = Fixture.correlation(type: "event_count", condition: "{gte: 4}")
        #expect(try run(four, hits: "a@8 u=r", "a@9 u=r", "a@11 u=r", "a@12 u=r") == ["x@12 [0, 1, 2, 3] u=r"])
    }

    @Test func `group values are compared without case, events without the field are left out`() throws {
        let two = Fixture.correlation(type: "event_count", condition: "{gte: 2}")
        #expect(try run(two, hits: "a@0 u=Root", "a@1 u=ROOT") == ["x@1 [0, 1] u=ROOT"])
        #expect(try run(two, hits: "a@0", "a@1", "a@2 u=x").isEmpty)
        #expect(try run(two, hits: "a@0 u=", "a@1 u=") == ["x@1 [0, 1] u="])
    }

    @Test func `groups of several fields are all of them`() throws {
        let two = Fixture.correlation(type: "event_count", group: "[u, h]", condition: "{gte: 2}")
        #expect(
            try run(two, hits: "a@0 u=1 h=1", "a@1 u=1 h=2", "a@2 u=11 h=", "a@3 u=1 h=2") == ["x@3 [1, 3] u=1 h=2"])
    }

    @Test func `the same event counts once, whichever rules matched it`() throws {
        let two = Fixture.correlation(type: "event_count", rules: "[a, b]", condition: "{gte: 2}")
        #expect(try run(two, hits: "a@0 u=r #7", "b@0 u=r #7", "a@0 u=r #7").isEmpty)
        #expect(try run(two, hits: "a@0 u=r #7", "b@0 u=r #8") == ["x@0 [7, 8] u=r"])
    }

    @Test func `a correlation fires once, and again after its window was quiet`() throws {
        let two = Fixture.correlation(type: "event_count", condition: "{gte: 2}")
        let burst = ["a@0 u=r", "a@1 u=r", "a@2 u=r", "a@9 u=r", "a@18 u=r"]
        let set = try Fixture.set(two)
        #expect(try Fixture.run(set, burst).hits == ["x@1 [0, 1] u=r"])
        #expect(try Fixture.run(set, burst + ["a@40 u=r", "a@41 u=r"]).hits == ["x@1 [0, 1] u=r", "x@41 [5, 6] u=r"])
        let one = Fixture.correlation(type: "event_count", condition: "{gte: 1}")
        #expect(try run(one, hits: "a@0 u=r", "a@5 u=r", "a@16 u=r") == ["x@0 [0] u=r", "x@16 [2] u=r"])
    }

    @Test func `two bounds are a range`() throws {
        let range = Fixture.correlation(type: "event_count", condition: "{gte: 2, lt: 4}")
        #expect(try run(range, hits: "a@0 u=r", "a@1 u=r", "a@2 u=r", "a@3 u=r") == ["x@1 [0, 1] u=r"])
        let few = Fixture.correlation(type: "event_count", condition: "{lte: 1}")
        #expect(try run(few, hits: "a@0 u=r", "a@1 u=r") == ["x@0 [0] u=r"])
    }

    @Test func `distinct values are counted without case, absent ones not`() throws {
        let three = Fixture.correlation(type: "value_count", condition: "{field: p, gte: 3}")
        #expect(
            try run(three, hits: "a@0 u=r p=1", "a@1 u=r p=X", "a@2 u=r p=x", "a@3 u=r", "a@4 u=r p=2")
                == ["x@4 [0, 1, 2, 3, 4] u=r"])
        let pairs = Fixture.correlation(type: "value_count", condition: "{field: [p, q], gte: 2}")
        #expect(
            try run(pairs, hits: "a@0 u=r p=1 q=1", "a@1 u=r p=1", "a@2 u=r p=1 q=1", "a@3 u=r p=1 q=2")
                == ["x@3 [0, 1, 2, 3] u=r"])
    }

    @Test(arguments: [
        ("value_sum", "{field: n, gt: 100}", "x@2 [0, 1, 2] u=r"),
        ("value_avg", "{field: n, gte: 40}", "x@2 [0, 1, 2] u=r"),
        ("value_percentile", "{field: n, percentile: 50, gte: 30}", "x@2 [0, 1, 2] u=r"),
        ("value_median", "{field: n, gte: 30}", "x@2 [0, 1, 2] u=r"),
    ])
    func `numbers are summed, averaged and ranked; text is passed over`(
        type: String, condition: String, expected: String
    ) throws {
        let correlation = Fixture.correlation(type: type, condition: condition)
        #expect(try run(correlation, hits: "a@0 u=r n=10", "a@1 u=r n=text", "a@2 u=r n=95.5") == [expected])
        #expect(try run(correlation, hits: "a@0 u=r n=10", "a@1 u=r n=text", "a@2 u=r n=12").isEmpty)
    }

    @Test func `temporal wants all rules in any order, or as many as the condition says`() throws {
        let all = Fixture.correlation(type: "temporal", rules: "[a, b, c]")
        #expect(try run(all, hits: "c@0 u=r", "a@5 u=r", "b@10 u=r") == ["x@10 [0, 1, 2] u=r"])
        #expect(try run(all, hits: "c@0 u=r", "a@5 u=r", "b@11 u=r").isEmpty)
        #expect(try run(all, hits: "a@0 u=r #1", "b@0 u=r #1", "c@0 u=r #1") == ["x@0 [1] u=r"])
        let two = Fixture.correlation(type: "temporal", rules: "[a, b, c]", condition: "{gte: 2}")
        #expect(try run(two, hits: "c@0 u=r", "c@1 u=r", "b@2 u=r") == ["x@2 [0, 1, 2] u=r"])
        let either = Fixture.correlation(type: "temporal", rules: "[a, b, c]", condition: "a and (b or c)")
        #expect(try run(either, hits: "b@0 u=r", "c@1 u=r", "a@2 u=r") == ["x@2 [0, 1, 2] u=r"])
    }

    @Test func `a flood of one rule does not hide the others`() throws {
        let all = Fixture.correlation(type: "temporal", rules: "[a, b]", span: "1h")
        let ordered = Fixture.correlation("o", type: "temporal_ordered", rules: "[a, b, c]", span: "1h")
        let flood = (1...1_500).map { "c@\($0) u=r" }
        let limits = Correlator.Limits(groups: 10, events: 10, tokens: 4)
        let hits = ["a@0 u=r"] + flood + ["b@1600 u=r", "c@1601 u=r"]
        #expect(try Fixture.run(Fixture.set(all), hits, limits: limits).hits == ["x@1600 [0, 1501] u=r"])
        #expect(try Fixture.run(Fixture.set(ordered), hits, limits: limits).hits == ["o@1601 [0, 1501, 1502] u=r"])
    }

    @Test func `temporal_ordered wants strictly increasing times, in one group`() throws {
        let ordered = Fixture.correlation(type: "temporal_ordered", rules: "[a, b, c]")
        #expect(try run(ordered, hits: "a@0 u=r", "b@1 u=r", "c@2 u=r") == ["x@2 [0, 1, 2] u=r"])
        #expect(try run(ordered, hits: "a@0 u=r", "c@1 u=r", "b@2 u=r").isEmpty)
        #expect(try run(ordered, hits: "a@0 u=r", "b@0 u=r", "c@2 u=r").isEmpty)
        #expect(try run(ordered, hits: "a@0 u=r", "b@1 u=s", "c@2 u=r").isEmpty)
        #expect(try run(ordered, hits: "a@0 u=r", "b@1 u=r", "a@8 u=r", "c@11 u=r").isEmpty)
        #expect(try run(ordered, hits: "b@0 u=r", "a@1 u=r", "b@2 u=r", "c@9 u=r") == ["x@9 [1, 2, 3] u=r"])
        let twice = Fixture.correlation(type: "temporal_ordered", rules: "[a, a, b]")
        #expect(try run(twice, hits: "a@0 u=r", "b@1 u=r").isEmpty)
        #expect(try run(twice, hits: "a@0 u=r", "a@1 u=r", "b@2 u=r") == ["x@2 [0, 1, 2] u=r"])
    }

    @Test func `aliases let rules group by different fields`() throws {
        let aliased = Fixture.correlation(
            type: "temporal", rules: "[a, b]", group: "[host]",
            more: "  aliases:\n    host:\n      a: Source\n      b: Destination\n")
        #expect(
            try run(aliased, hits: "a@0 Source=h1 Destination=h2", "b@1 Source=h2 Destination=H1")
                == ["x@1 [0, 1] host=H1"])
    }

    @Test func `a correlation is an event for another, with the time and fields of its last event`() throws {
        let child = Fixture.correlation("child", type: "event_count", condition: "{gte: 2}")
        let parent = Fixture.correlation(
            "parent", type: "temporal_ordered", rules: "[child, b]", span: "1m", group: "[u, h]")
        let hits = ["a@0 u=r h=1", "a@1 u=r h=2", "b@2 u=r h=1", "b@3 u=r h=2"]
        #expect(
            try Fixture.run(Fixture.set(parent, child), hits).hits
                == ["child@1 [0, 1] u=r", "parent@3 [0, 1, 3] u=r h=2"])
        let set = try Fixture.set(parent, child)
        #expect(Correlator(set).neededFields(ofRule: 0) == ["h", "u"])
        #expect(!set.alerts(rule: 0) && set.alerts(rule: 2))
        #expect(!set.alerts(correlation: 1) && set.alerts(correlation: 0))
    }

    @Test func `no group-by is one group`() throws {
        let two = Fixture.correlation(type: "event_count", group: "[]", condition: "{gte: 2}")
        #expect(try run(two, hits: "a@0", "a@1") == ["x@1 [0, 1]"])
    }

    @Test func `caps forget the oldest and count it`() throws {
        let two = try Fixture.set(Fixture.correlation(type: "event_count", span: "1h", condition: "{gte: 2}"))
        let many = (0..<25).map { "a@\($0) u=user\($0)" } + ["a@26 u=user24", "a@27 u=user0"]
        let result = try Fixture.run(two, many, limits: Correlator.Limits(groups: 10))
        #expect(result.hits == ["x@26 [24, 25] u=user24"])
        #expect(result.statistics.evictedGroups >= 15)
        let above = try Fixture.set(Fixture.correlation(type: "event_count", span: "1h", condition: "{gte: 50}"))
        let hits = (0..<50).map { "a@\($0) u=r" }
        #expect(try Fixture.run(above, hits, limits: Correlator.Limits(events: 5)).hits.count == 1)
    }

    @Test func `a late hit counts in its place`() throws {
        let three = Fixture.correlation(type: "event_count", condition: "{gte: 3}")
        let set = try Fixture.set(three)
        let late = try Fixture.run(set, ["a@20 u=r", "a@15 u=r", "a@21 u=r"])
        #expect(late.hits == ["x@21 [1, 0, 2] u=r"])
        #expect(late.statistics.lateHits == 1)
        #expect(try Fixture.run(set, ["a@20 u=r", "a@5 u=r", "a@21 u=r"]).hits.isEmpty)
    }
}
