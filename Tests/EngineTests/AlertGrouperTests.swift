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
}
