import Events
import Sigma
import Testing

@testable import Engine

@Suite struct AlertGrouperTests {
    static func rule(_ id: String) -> AlertRule {
        AlertRule(
            id: id, title: id, level: .high, description: "", place: Place(file: "r.yml"), tags: [], techniques18: [],
            techniques19: [], tactics: [], falsePositives: [], strategy: "", response: "", isCorrelation: false)
    }

    static func alert(_ rule: AlertRule, minute: Int64, host: String = "h", container: String? = nil) -> Alert {
        Alert(
            id: "\(rule.id)-\(minute)", rule: rule, time: Timestamp(nanoseconds: minute * 60_000_000_000), host: host,
            container: container.map { AlertContainer(id: $0) }, fields: [], matched: [],
            place: RecordPlace(path: "p", record: 1, offset: 0, length: 0, eventRecordID: -1), rawHash: "")
    }

    func group(_ alerts: [Alert]) -> [Alert] {
        var grouper = AlertGrouper()
        var output: [Alert] = []
        for alert in alerts { grouper.add(alert) { output.append($0) } }
        grouper.finish { output.append($0) }
        return output
    }

    @Test func sameRuleHostAndContainerWithinAnHourIsOneAlertWithACount() {
        let rule = Self.rule("a")
        let output = group([0, 10, 59].map { Self.alert(rule, minute: $0) })
        #expect(output.map(\.count) == [3])
        #expect(output.first?.id == "a-0")
        #expect(output.first?.lastTime == Timestamp(nanoseconds: 59 * 60_000_000_000))
    }

    @Test func theWindowCountsFromTheFirstAlertNotFromTheLast() {
        let rule = Self.rule("a")
        #expect(group([0, 50, 61, 100].map { Self.alert(rule, minute: $0) }).map(\.count) == [2, 2])
    }

    @Test func otherContainersHostsAndRulesAreApart() {
        let a = Self.rule("a")
        let b = Self.rule("b")
        let output = group([
            Self.alert(a, minute: 0), Self.alert(a, minute: 1, host: "other"),
            Self.alert(a, minute: 2, container: "c1"), Self.alert(b, minute: 3), Self.alert(a, minute: 4),
        ])
        #expect(output.map(\.count) == [2, 1, 1, 1])
    }

    @Test func theOutputIsInTimeOrderOfFirstAlerts() {
        let rules = (0..<5).map { Self.rule("r\($0)") }
        let alerts = (0..<3000).map { Self.alert(rules[Int($0 * 7 % 5)], minute: Int64($0)) }
        let output = group(alerts)
        #expect(output.map(\.time) == output.map(\.time).sorted())
        #expect(output.reduce(0) { $0 + $1.count } == alerts.count)
    }

    @Test func alertsWithoutATimeDoNotTrap() {
        let rule = Self.rule("a")
        var first = Self.alert(rule, minute: 0)
        first.time = .unknown
        #expect(group([first, Self.alert(rule, minute: 1)]).count == 2)
    }

    @Test func theGroupSaysHowItWasMadeAndKeepsTheFirstPlaces() {
        let rule = Self.rule("a")
        var alerts = (0..<9).map { Self.alert(rule, minute: $0, container: "c") }
        for index in alerts.indices { alerts[index].places[0].record = UInt64(index) }
        let output = group(alerts)
        #expect(output.first?.groupBy == ["rule", "host", "container"])
        #expect(output.first?.windowSeconds == 3600)
        #expect(output.first?.places.map(\.record) == [0, 1, 2, 3, 4])
        #expect(group([Self.alert(rule, minute: 0)]).first?.groupBy == ["rule", "host"])
    }

    @Test func theFieldsOfTheRuleSeparateAlertsThatBelongToNoContainer() {
        let rule = Self.rule("a")
        var grouper = AlertGrouper()
        var output: [Alert] = []
        for (minute, user, container) in [(0, "a", nil), (1, "b", nil), (2, "a", nil), (3, "a", "c"), (4, "b", "c")]
            as [(Int64, String, String?)]
        {
            let values = [AlertField(name: "User", values: [user])]
            grouper.add(Self.alert(rule, minute: minute, container: container), by: values) { output.append($0) }
        }
        grouper.finish { output.append($0) }
        #expect(output.map(\.count) == [2, 1, 2])
        #expect(output.map { $0.groupBy.last } == ["User", "User", "container"])
    }

    @Test func tooManyGroupsAtOnceEndTheOldestEarlyAndAreCounted() {
        let rule = Self.rule("a")
        var grouper = AlertGrouper(limit: 10)
        var output: [Alert] = []
        for number in 0..<25 { grouper.add(Self.alert(rule, minute: 0, host: "h\(number)")) { output.append($0) } }
        #expect(output.map(\.host) == (0..<15).map { "h\($0)" })
        #expect(grouper.cutShort == 15)
        grouper.finish { output.append($0) }
        #expect(output.count == 25)
    }

    @Test func theHighestNoveltyOfTheGroupCounts() {
        let rule = Self.rule("a")
        var alerts = (0..<3).map { Self.alert(rule, minute: $0) }
        alerts[1].novelty = 80
        alerts[2].novelty = 20
        #expect(group(alerts).first?.novelty == 80)
    }
}
