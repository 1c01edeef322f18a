import Testing

@testable import Strategies

@Suite struct AttackCrosswalkTests {
    struct Case: CustomTestStringConvertible {
        var tags: [String]
        var v18: [String]
        var v19: [String]
        var testDescription: String { tags.joined(separator: " ") }
    }

    @Test(
        "both vocabularies are given, whichever id a rule carries",
        arguments: [
            Case(tags: ["attack.t1055.005"], v18: ["T1055.005"], v19: ["T1055.005"]),
            Case(tags: ["attack.t1562.001"], v18: ["T1562.001"], v19: ["T1685"]),
            Case(tags: ["attack.t1685"], v18: ["T1562.001"], v19: ["T1685"]),
            Case(tags: ["attack.t1562.006", "attack.t1685"], v18: ["T1562.006"], v19: ["T1685"]),
            Case(tags: ["attack.defense-evasion", "attack.s0623", "cve.2024-1"], v18: [], v19: []),
        ])
    func techniques(test: Case) {
        let found = AttackCrosswalk.builtin.techniques(ofTags: test.tags)
        #expect(found.v18 == test.v18)
        #expect(found.v19 == test.v19)
    }

    @Test(
        "tactics are told from software, groups and techniques",
        arguments: [
            ("attack.defense-impairment", "defense-impairment"), ("attack.stealth", "stealth"), ("attack.s0623", nil),
            ("attack.g0016", nil), ("attack.t1611", nil), ("car.2013", nil),
        ] as [(String, String?)])
    func tactics(tag: String, tactic: String?) {
        #expect(AttackCrosswalk.tactic(tag) == tactic)
    }
}

@Suite struct SampleTests {
    @Test(
        "offsets are read in every form",
        arguments: [
            ("+00:03:12", 192.0), ("90s", 90), ("5m", 300), ("2h", 7200), ("1d", 86400), ("7", 7), ("0.5", 0.5),
        ])
    func seconds(text: String, expected: Double) {
        #expect(SampleReader.seconds(text) == expected)
    }

    @Test func systemFieldsAreSortedFromEventData() throws {
        let file = ContentFile(
            path: "cases/a.yml",
            text: """
                rule: 1b2c
                fires:
                  - note: shows it
                    event:
                      source: windows
                      fields: { Channel: Security, EventID: 4688, NewProcessName: 'C:\\a.exe', Data: [x, y] }
                silent: []
                """)
        let sample = try #require(try CaseFile(file).fires.first)
        guard case .windows(let event) = try #require(sample.events.first).payload else {
            Issue.record("not a Windows event")
            return
        }
        #expect(event.system == ["Channel": "Security", "EventID": "4688"])
        #expect(
            event.eventData == [
                .init(name: "NewProcessName", values: ["C:\\a.exe"]), .init(name: "Data", values: ["x", "y"]),
            ])
    }

    @Test func aMissingKeyIsNamedWithItsLine() {
        let file = ContentFile(
            path: "cases/a.yml", text: "rule: 1\nfires:\n  - event: { source: windows }\nsilent: []\n")
        let error = #expect(throws: SampleError.self) { try CaseFile(file) }
        #expect(error?.description.contains("cases/a.yml:3") == true)
        #expect(error?.reason == "`fields` is missing")
    }
}
