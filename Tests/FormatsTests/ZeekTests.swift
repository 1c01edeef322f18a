import Events
import Testing

@testable import Formats

@Suite struct ZeekTests {
    static func log(_ path: String, _ columns: [(name: String, type: String)], _ rows: [String]) -> String {
        let names = columns.map(\.name).joined(separator: "\t")
        let types = columns.map(\.type).joined(separator: "\t")
        return "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t\(path)\n"
            + "#open\t2026-01-01-00-00-00\n#fields\t\(names)\n#types\t\(types)\n"
            + rows.map { $0 + "\n" }.joined()
    }

    static let ends: [(name: String, type: String)] = [
        ("ts", "time"), ("uid", "string"), ("id.orig_h", "addr"), ("id.orig_p", "port"), ("id.resp_h", "addr"),
        ("id.resp_p", "port"),
    ]

    static let dns = log(
        "dns", ends + [("query", "string"), ("qtype_name", "string"), ("answers", "vector[string]")],
        [
            "1713484800.441203\tCa1\t10.0.0.1\t4000\t10.0.0.2\t53\tevil.example\tA\t1.2.3.4,5.6.7.8,-",
            "1713484801.000001\tCa2\t10.0.0.1\t4001\t10.0.0.2\t53\ta\\x09b\\\\c\\x2\t-\t(empty)",
        ])

    static let conn = log(
        "conn", ends + [("proto", "enum"), ("tunnel_parents", "set[string]"), ("note", "string")],
        ["1713484802.000000\tCa3\t::1\t4002\t::2\t443\ttcp\tx\\x2cy,z\t(empty)"])

    @Test("columns are fields under their names, sets several values") func columns() throws {
        let result = try #require(Decoded.recognised(Self.dns + "#close\t2026-01-01-01-00-00\n", fileExtension: "log"))
        #expect(result.format == "zeek" && result.decoded.defects.isEmpty)
        let events = result.decoded.events
        #expect(events.count == 2)
        #expect(events[0].origin == Origin(product: "zeek", category: "dns", service: "dns"))
        #expect(events[0].time == 1_713_484_800_441_203_000)
        #expect(events[0]["id.orig_h"] == ["10.0.0.1"] && events[0]["SourceIp"] == ["10.0.0.1"])
        #expect(events[0]["DestinationPort"] == ["53"] && events[0]["QueryName"] == ["evil.example"])
        #expect(events[0]["answers"] == ["1.2.3.4", "5.6.7.8"] && events[0]["answer"] == ["1.2.3.4", "5.6.7.8"])
        #expect(events[1]["query"] == ["a\tb\\c\\x2"] && events[1]["qtype_name"] == [] && events[1]["answers"] == [])
    }

    @Test("a header in the middle changes the columns and the log") func repeated() {
        let decoded = Decoded.decode(ZeekFormat.self, Self.dns + Self.conn + Self.dns)
        #expect(decoded.defects.isEmpty)
        #expect(decoded.events.map(\.origin.service) == ["dns", "dns", "conn", "dns", "dns"])
        #expect(decoded.events[2]["tunnel_parents"] == ["x,y", "z"] && decoded.events[2]["note"] == [""])
        #expect(decoded.events[2]["SourceIp"] == ["::1"] && decoded.events[2].origin.category == "network_connection")
    }

    @Test("unknown logs are services, comments on top do not matter, another separator is honoured") func unknown()
        throws
    {
        let log =
            "### made by a test\n# two lines\n"
            + Self.log("my_log", [("ts", "time"), ("a", "string")], ["1713484802.5\tx"])
        let result = try #require(Decoded.recognised(log))
        #expect(result.format == "zeek")
        #expect(result.decoded.events.first?.origin == Origin(product: "zeek", service: "my_log"))
        let comma =
            "#separator ,\n#set_separator,;\n#path,conn\n#fields,ts,services\n#types,time,set[string]\n1713484802.5,a;b\n"
        #expect(Decoded.decode(ZeekFormat.self, comma).events.first?["services"] == ["a", "b"])
    }

    @Test("broken lines are counted, and given when they begin like an event") func broken() {
        let text =
            Self.conn + "1713484803.000000\tCa4\t::1\t4003\n.168.1.1\t53\tudp\n"
            + "1713484804.0\tCa5\t::1\t1\t::2\t2\ttcp\t-\t-\textra\n"
        let decoded = Decoded.decode(ZeekFormat.self, text)
        #expect(decoded.events.map { $0["uid"] } == [["Ca3"], ["Ca4"], ["Ca5"]])
        #expect(decoded.defects.map(\.code) == ["zeek-columns", "zeek-columns", "zeek-columns"])
        #expect(decoded.defects.map(\.recordsLost) == [0, 1, 0])
    }

    @Test("a log whose head was cut off is read with the usual columns") func headless() throws {
        let row =
            "1517336042.090842\tCi85EB2YjUI9a2eql6\t10.5.1.1\t14291\t10.2.2.5\t80\ttcp\t-\t3.0\t0\t0\tS0\tT\tT\t0\tS\t2\t104\t0\t0\t(empty)\n"
        let result = try #require(
            Decoded.recognised(row, fileExtension: "log", source: SourceFacts(path: "logs/conn.log")))
        #expect(result.format == "zeek" && result.decoded.defects.map(\.code) == ["zeek-no-header"])
        let event = try #require(result.decoded.events.first)
        #expect(
            event["conn_state"] == ["S0"] && event["DestinationIp"] == ["10.2.2.5"] && event.origin.service == "conn")
        let other = Decoded.decode(ZeekFormat.self, row, source: SourceFacts(path: "x.log"))
        #expect(other.events.first?["column7"] == ["tcp"] && other.events.first?.origin.service == "")
    }

    @Test(
        "JSON tells its log by a member, the file's name or its fields",
        arguments: [
            (
                #"{"_path":"http","ts":1713484802.5,"uid":"C","id.orig_h":"1.1.1.1","host":"a","uri":"/x"}"#, "x.json",
                "http", "proxy"
            ),
            (#"{"ts":1713484802.5,"uid":"C","id.orig_h":"1.1.1.1","x":"y"}"#, "a/ssl.json", "ssl", ""),
            (
                #"{"ts":"2024-04-19T00:00:02.5Z","uid":"C","id.orig_h":"1.1.1.1","conn_state":"SF"}"#, "x.json", "conn",
                "network_connection"
            ),
            (
                #"{"@stream":"dns","@system":"h","@proc":"zeek","ts":1713484802500,"uid":"C","id_orig_h":"1.1.1.1","query":"q"}"#,
                "x.json", "dns", "dns"
            ),
            (#"{"ts":1713484802.5,"uid":"C","id":{"orig_h":"1.1.1.1"},"trans_id":1}"#, "x.json", "dns", "dns"),
        ])
    func json(_ text: String, _ path: String, _ service: String, _ category: String) throws {
        let result = try #require(Decoded.recognised(text, fileExtension: "json", source: SourceFacts(path: path)))
        #expect(result.format == "zeek" && result.decoded.defects.isEmpty)
        let event = try #require(result.decoded.events.first)
        #expect(event.origin == Origin(product: "zeek", category: category, service: service))
        #expect(event["SourceIp"] == ["1.1.1.1"] && event["id.orig_h"] == ["1.1.1.1"])
        #expect(event.time == 1_713_484_802_500_000_000)
    }

    @Test("any prefix and any pieces") func cuts() {
        Cut.everyPrefix(ZeekFormat.self, Self.dns + Self.conn)
        Cut.pieces(ZeekFormat.self, Self.dns + Self.conn + Self.dns)
    }
}
