import Events
import Foundation
import Testing

@testable import Formats

/// What a field map can say of values, kinds and lists of names and values.
@Suite struct FieldMapValueTests {
    private static let map = """
        format: test
        title: Test
        recognise: [[t]]
        source: {product: p}
        time: [t]
        prefixes: {wrap.: ""}
        kind_parts: [provider, id]
        kind: [call]
        kind_suffix: {flags: {CREAT: +write}}
        service_of_kind: true
        kind_of_file: true
        named: {args: {key: name, value: [value, str]}}
        values:
          container: {strip: ["containerd://", "docker://"], none: ["", host]}
          number: {digits: true}
        fields: {container: C, number: N, wrap.inner: W, inner: I, args.path: Path}
        derived:
          Line: {join: [program, arguments]}
          First: {first: [container, short]}
        kinds:
          Kernel/1: {category: start, fields: {container: K}}
          open+write: {category: write}
          conn_log: {category: flow}
        """

    /// A name for the test's map; the map is put where maps are looked up.
    private enum Name: FieldMapName {
        static var map: FieldMap {
            (try? FieldMap(yaml: FieldMapValueTests.map)) ?? FieldMap(name: "broken", title: "broken")
        }
    }

    private func decode(_ text: String, path: String = "x.json") -> [Decoded.Event] {
        Decoded.decode(MappedJSONLines<MappedRecord<Name>>.self, text, source: SourceFacts(path: path)).events
    }

    private func event(_ members: String) throws -> Decoded.Event {
        try #require(decode(#"{"t":"2020-01-01T00:00:00Z",\#(members)}"#).first)
    }

    @Test("the map of this test is read") func readable() throws { _ = try FieldMap(yaml: Self.map) }

    @Test(
        "values are stripped, and those that mean none give no further name",
        arguments: [
            ("containerd://ab", ["ab"]), ("docker://", []), ("host", []), ("", []), ("plain", ["plain"]),
            ("x containerd://ab", ["x containerd://ab"]),
        ])
    func strip(_ value: String, _ expected: [String]) throws {
        let event = try event(#""container":"\#(value)""#)
        #expect(event["container"] == [value])
        #expect(event["C"] == expected)
    }

    @Test(
        "separators of thousands go from numbers only",
        arguments: [
            ("8,416", "8416"), ("12.345.678", "12345678"), ("1 234", "1234"), ("1\u{A0}234", "1234"), ("842", "842"),
            ("1,23", "1,23"), ("1,2345", "1,2345"), ("x8,416", "x8,416"), ("8,416,", "8,416,"), (",416", ",416"),
            ("1234,567", "1234,567"), ("", ""),
        ])
    func digits(_ value: String, _ expected: String) throws {
        let event = try event(#""number":"\#(value)""#)
        #expect(event["N"] == [expected])
        #expect(event["number"] == [value])
    }

    @Test("a prefixed path has the roles and names of its rest") func prefixes() throws {
        let event = try event(#""wrap":{"inner":1,"call":"mycall"}"#)
        #expect(event["inner"] == ["1"] && event["wrap.inner"] == ["1"])
        #expect(event["W"] == ["1"] && event["I"] == ["1"])
        #expect(event.origin.service == "mycall")
    }

    @Test("lists of names and values are fields under the names") func named() throws {
        let event = try event(
            #""args":[{"name":"path","type":"s","value":"/etc"},{"value":["a","b"],"name":"argv"},{"name":"o","str":{"x":1}},{"name":7,"value":8},{"name":"nil","value":null},3]"#
        )
        #expect(event["args.path"] == ["/etc"] && event["Path"] == ["/etc"] && event["args.path.type"] == ["s"])
        #expect(event["args.argv"] == ["a", "b"])
        #expect(event["args.o.x"] == ["1"])
        #expect(event["args.name"] == ["7"] && event["args.value"] == ["8"])
        #expect(event["args.nil"] == [] && event["args"] == ["3"])
    }

    @Test("derived fields join or choose") func derived() throws {
        let one = try event(#""program":"/bin/x","arguments":["-a","b c"],"short":"ab","container":"docker://abc""#)
        #expect(one["Line"] == ["/bin/x -a b c"] && one["First"] == ["abc"])
        let two = try event(#""program":"/bin/x","short":"ab","container":"host""#)
        #expect(two["Line"] == ["/bin/x"] && two["First"] == ["ab"])
        #expect(try event(#""other":1"#)["Line"] == [])
    }

    @Test(
        "the kind is composed, suffixed, named by the file, or a service of its own",
        arguments: [
            (#""provider":"KERNEL","id":1"#, "a.json", "start", "kernel/1"),
            (#""provider":"Kernel","id":2"#, "a.json", "", "kernel/2"),
            (#""call":"open","flags":"O_RDWR|O_CREAT""#, "a.json", "write", "open+write"),
            (#""call":"open","flags":"O_RDONLY""#, "a.json", "", "open"),
            (#""x":1"#, "dir/host-CONN_LOG.1.json", "flow", "conn_log"), (#""x":1"#, "conn_logs.json", "", ""),
            (#""x":1"#, "conn_log/other.json", "", ""),
        ])
    func kinds(_ members: String, _ path: String, _ category: String, _ service: String) throws {
        let event = try #require(decode(#"{"t":"2020-01-01T00:00:00Z",\#(members)}"#, path: path).first)
        #expect(event.origin.category == category && event.origin.service == service && event.origin.product == "p")
    }

    @Test("a kind's own names are shaped too") func kindFields() throws {
        let event = try event(#""provider":"Kernel","id":1,"container":"docker://abc""#)
        #expect(event["K"] == ["abc"])
    }

    @Test(
        "nanoseconds since the boot are no time",
        arguments: [
            ("1657321167356748797", 1_657_321_167_356_748_797), ("750512507929", nil),
            ("2025-01-24T13:37:35.312976962-05:00", 1_737_743_855_312_976_962), ("x", nil),
        ] as [(String, Int64?)])
    func nanoseconds(_ text: String, _ expected: Int64?) {
        let bytes = Array(text.utf8)
        #expect(EventTime.parseNanoseconds(bytes.span.bytes)?.nanoseconds == expected)
    }

    @Test(
        "broken rules for values are refused",
        arguments: [
            ("format: x\nvalues: {a: {cut: [b]}}", "line 2: unknown shape cut"),
            ("format: x\nderived: {a: {}}", "line 2: derived a: either join or first"),
            ("format: x\nnamed: {a: {}}", "line 2: named a: no key"),
            ("format: x\nkind_parts: [a, b, c, d, e]", "line 2: more than 4 kind parts"),
        ])
    func refused(_ yaml: String, _ message: String) {
        #expect { try FieldMap(yaml: yaml) } throws: { "\($0)" == message }
    }
}
