import Bytes
import Foundation
import Testing

@testable import EVTX

/// The corners of binary XML that ordinary events do not reach.
@Suite struct BinXMLTests {
    private func element(
        _ name: String, _ attributes: [(String, [BinXMLNode])] = [], _ children: [BinXMLNode] = []
    ) -> BinXMLNode {
        .element(
            BinXMLElement(
                name: name, attributes: attributes.map { BinXMLAttribute(name: $0.0, value: $0.1) }, children: children)
        )
    }

    private func text(_ string: String) -> BinXMLNode { .text(Array(string.utf8)) }

    private func slot(_ index: Int, optional: Bool = false) -> BinXMLNode {
        .substitution(slot: index, type: .string, optional: optional)
    }

    private func event(_ nodes: [BinXMLNode], _ values: [EVTXWriterValue]) throws -> Decoded.Record {
        let log = try Decoded(
            Samples.log([.instance(BinXMLInstance([element("Event", [], nodes)], values: values))]))
        #expect(log.defects == [])
        return try #require(log.records.first)
    }

    @Test func textOfSeveralPiecesIsOneValue() throws {
        let record = try event(
            [
                element(
                    "EventData", [],
                    [
                        element(
                            "Data", [("Name", [text("Mixed")])],
                            [
                                text("a<"), slot(0), .characterReference(0x41), .entityReference("amp"),
                                .cdata(Array("[c]".utf8)), .instruction(target: "pi", data: Array("x".utf8)), slot(1),
                                .entityReference("other"),
                            ])
                    ])
            ], [.string("1"), .uint32(2)])
        #expect(record.texts("Mixed") == ["a<1A&[c]2&other;"])
        #expect(record.json == #"{"Event":{"EventData":{"Mixed":"a<1A&[c]2&other;"}}}"#)
        #expect(record.xml.contains("a&lt;1A&amp;[c]<?pi x?>2&amp;other;"))
    }

    @Test func optionalAttributesDisappearWithTheirValue() throws {
        let nodes = [
            element(
                "System", [],
                [element("Provider", [("Name", [slot(0, optional: true)]), ("Guid", [slot(1, optional: false)])])])
        ]
        let without = try event(nodes, [.null, .null])
        #expect(without.fields.map(\.name) == ["Provider_Guid"])
        #expect(without.xml == "<Event><System><Provider Guid=\"\"/></System></Event>")
        let with = try event(nodes, [.string("p"), .string("g")])
        #expect(with.fields.map(\.text) == ["p", "g"])
    }

    @Test func nestedTemplatesAreFlattenedInTheirPlace() throws {
        let inner = BinXMLInstance(
            [element("EventData", [], [element("Data", [("Name", [text("Inner")])], [slot(0)])])],
            values: [.string("deep")])
        let middle = BinXMLInstance(
            [element("Wrap", [("kind", [slot(0)])], [slot(1)])],
            values: [.string("k"), .init(.instance(inner))])
        let record = try event(
            [element("UserData", [], [slot(0)]), slot(1)], [.init(.instance(middle)), .init(.instance(inner))])
        // In <UserData> an <EventData> is an element like any other.
        #expect(record.fields.map(\.name) == ["Data_Name", "Data", "Inner"])
        #expect(record.fields.map(\.text) == ["Inner", "deep", "deep"])
        #expect(record.fields.map(\.section) == [.userData, .userData, .eventData])
        #expect(
            record.xml.contains(
                "<UserData><Wrap kind=\"k\"><EventData><Data Name=\"Inner\">deep</Data></EventData></Wrap>"))
        #expect(record.json.hasSuffix("\"EventData\":{\"Inner\":\"deep\"}}}"), "\(record.json)")
    }

    @Test func inlineXMLInAValueNeedsNoTemplate() throws {
        let record = try event(
            [element("UserData", [], [slot(0)])],
            [.init(.fragment([element("Wrap", [], [element("Leaf", [("a", [text("1")])], [text("x")])])]))])
        #expect(record.fields.map(\.name) == ["Leaf_a", "Leaf"])
        #expect(record.fields.map(\.text) == ["1", "x"])
    }

    @Test func aRecordMayBeInlineXMLAltogether() throws {
        let log = try Decoded(
            Samples.log([
                .fragment([element("Event", [], [element("System", [], [element("EventID", [], [text("9")])])])])
            ]))
        #expect(log.defects == [])
        #expect(log.records.first?.texts("EventID") == ["9"])
    }

    @Test func namesThatComeFromValuesAreExpandedRecordByRecord() throws {
        let nodes = [
            element("Event", [], [element("EventData", [], [element("Data", [("Name", [slot(0)])], [slot(1)])])])
        ]
        let bytes = try Samples.log([
            .instance(BinXMLInstance(nodes, values: [.string("First"), .string("1")])),
            .instance(BinXMLInstance(nodes, values: [.string("Second"), .uint32(2)])),
        ])
        let log = try Decoded(bytes)
        #expect(log.records.map { $0.fields.map(\.name) } == [["First"], ["Second"]])
        #expect(log.records.map { $0.fields.map(\.text) } == [["1"], ["2"]])
        #expect(
            log.records.map(\.json) == [
                #"{"Event":{"EventData":{"First":"1"}}}"#, #"{"Event":{"EventData":{"Second":2}}}"#,
            ])
    }

    @Test func slotsThatTheInstanceDoesNotHaveAreNull() throws {
        let record = try event(
            [
                element(
                    "EventData", [("Name", [slot(9, optional: true)])],
                    [element("Data", [("Name", [text("A")])], [slot(7)])])
            ],
            [.string("x")])
        #expect(record.fields.map(\.name) == ["A"])
        #expect(record.fields.map(\.text) == [""])
    }

    @Test func typedLiteralsAreRead() throws {
        let record = try event(
            [
                element(
                    "EventData", [],
                    [
                        element("Data", [("Name", [text("N")])], [.value(.uint32, [5, 0, 0, 0])]),
                        element("Data", [("Name", [text("A")])], [.value(.ansiString, [0x41, 0x42])]),
                        element(
                            "Data", [("Name", [text("S")])], [.value(.sid, [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0])]),
                    ])
            ], [])
        #expect(record.fields.map(\.text) == ["5", "AB", "S-1-5-18"])
    }

    @Test func theCompiledWayEqualsThePlainWayOnWrittenLogs() throws {
        for seed in UInt64(1)...5 {
            let result = try PlainTwin.differences(path: nil, bytes: Samples.variedLog(records: 300, seed: seed))
            #expect(result.compared == 300)
            #expect(result.first == nil)
        }
    }

    @Test func oddTemplatesComeOutTheSameCompiledAndPlain() throws {
        let shapes: [[BinXMLNode]] = [
            [slot(0), element("A", [], [slot(1)])],
            [element("A", [], [slot(0)]), text("x"), slot(1)],
            [element("A", [("p", [slot(0)]), ("q", [text("")])], [slot(1)])],
            [element("A", [("p", [slot(0, optional: true)])], [slot(1)]), element("A", [("p", [slot(1)])], [])],
            [element("A", [("p", [text("1")])], [element("B", [], [slot(0)]), slot(1)])],
            [element("A", [("p", [text("")])], [element("B", [], []), slot(1)])],
            [
                element(
                    "EventData", [("Name", [slot(0)])],
                    [element("Data", [], [slot(0)]), element("Data", [], [slot(1)])])
            ],
            [
                element(
                    "EventData", [], [element("Data", [("Name", [text("N\"")])], []), element("Binary", [], [slot(1)])])
            ],
            [element("UserData", [], [slot(0)]), element("B", [], [text("t"), slot(1)])],
        ]
        let values: [EVTXWriterValue] = [
            .null, .string(""), .string("v\"\u{1}"), .uint32(7), .strings(["a", "b"]), .bool(true), .double(.nan),
            .init(.fragment([element("F", [("x", [text("y")])], [text("z")])])),
        ]
        var bodies: [EVTXWriterValue.Content] = []
        for shape in shapes {
            for first in values {
                for second in values {
                    bodies.append(.instance(BinXMLInstance([element("Event", [], shape)], values: [first, second])))
                }
            }
        }
        let bytes = try Samples.log(bodies)
        let result = try PlainTwin.differences(path: nil, bytes: bytes)
        #expect(result.compared == bodies.count)
        #expect(result.first == nil)
        for record in try Decoded(bytes).records {
            _ = try JSONSerialization.jsonObject(with: Data(record.json.utf8))
        }
    }

    @Test(.enabled(if: !Samples.publicLogs.isEmpty))
    func theCompiledWayEqualsThePlainWayOnPublicLogs() throws {
        var compared = 0
        for path in Samples.publicLogs {
            guard let result = try? PlainTwin.differences(path: path) else { continue }
            compared += result.compared
            #expect(result.first == nil)
        }
        #expect(compared > 10_000)
    }
}
