import Events
import Formats
import Testing

@Suite struct NDJSONTests {
    @Test("members become fields by dotted path") func flattening() {
        let decoded = Decoded.decode(
            NDJSONFormat.self,
            #"{"a":[1,"x"],"b":{"c":"y","d":{}},"e":[{"f":1.50},{"f":2}],"n":null,"t":true,"u":false,"z":[]}"#)
        let fields = decoded.events.first?.fields.map { "\($0.name)=\($0.value)" }
        #expect(fields == ["a=1", "a=x", "b.c=y", "e.f=1.50", "e.f=2", "t=true", "u=false"])
        #expect(decoded.defects.map(\.code) == ["event-without-time"])
    }

    @Test("escaped keys and values are unescaped") func escapes() {
        let decoded = Decoded.decode(
            NDJSONFormat.self, #"{"\u0061":"C:\\x\u00e9","a":"\"q\"","@timestamp":1603007406}"#)
        #expect(decoded.events.first?["a"] == [#"C:\xé"#, "\"q\""])
        #expect(decoded.events.first?.time == 1_603_007_406_000_000_000)
    }

    @Test("a flat Windows event is routed and named as on the binary log") func flatWindows() throws {
        let decoded = Decoded.decode(
            NDJSONFormat.self,
            #"{"SourceName":"Microsoft-Windows-Sysmon","TimeCreated":"2020-10-18 07:50:06.220","UtcTime":"2001-01-01 00:00:00","#
                + #""EventID":"1","Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":"W5","RecordNumber":77}"#)
        let event = try #require(decoded.events.first)
        #expect(
            event.origin
                == Origin(
                    product: "windows", channel: "Microsoft-Windows-Sysmon/Operational",
                    provider: "Microsoft-Windows-Sysmon", eventID: 1))
        #expect(event["Provider_Name"] == ["Microsoft-Windows-Sysmon"])
        #expect(event["Computer"] == ["W5"])
        #expect(event.host == "W5")
        #expect(event.eventRecordID == 77)
        #expect(event.time == 1_603_007_406_220_000_000)
        #expect(decoded.defects.isEmpty)
    }

    @Test("the nested shape of evtx_dump has the flat names too") func nestedWindows() throws {
        let text = ##"""
            {"Event":{"#attributes":{"xmlns":"http://x"},"System":{"Provider":{"#attributes":{"Name":"P","Guid":"5770385F-C22A-43E0-BF4C-06F5698FFBD9"}},"EventID":{"#text":4104,"#attributes":{"Qualifiers":0}},"TimeCreated":{"#attributes":{"SystemTime":"2020-10-18T07:50:06.220Z"}},"Channel":"C","Computer":"H","Security":{"#attributes":{"UserID":"S-1-5-18"}},"EventRecordID":9},"EventData":{"#attributes":{"Name":"N"},"CommandLine":"whoami","Channel":"Security","User Name":"u","Data":{"#text":["one","two"]},"Empty":null}}}
            """##
        let event = try #require(Decoded.decode(NDJSONFormat.self, text).events.first)
        #expect(event.origin == Origin(product: "windows", channel: "C", provider: "P", eventID: 4104))
        #expect(event["Channel"] == ["C"])
        #expect(event["EventData_Channel"] == ["Security"])
        #expect(event["EventID"] == ["4104"])
        #expect(event["EventID_Qualifiers"] == ["0"])
        #expect(event["Provider_Guid"] == ["{5770385f-c22a-43e0-bf4c-06f5698ffbd9}"])
        #expect(event["Security_UserID"] == ["S-1-5-18"])
        #expect(event["CommandLine"] == ["whoami"])
        #expect(event["Event.EventData.CommandLine"] == ["whoami"])
        #expect(event["User Name"] == ["u"])
        #expect(event["UserName"] == ["u"])
        #expect(event["Data"] == ["one", "two"])
        #expect(event["EventData_Name"] == ["N"])
        #expect(event.host == "H")
        #expect(event.eventRecordID == 9)
        #expect(event.time == 1_603_007_406_220_000_000)
    }

    @Test(
        "UserData gives leaf names",
        arguments: [
            (
                ##"{"Event":{"UserData":{"LogFileCleared":{"#attributes":{"xmlns":"x"},"SubjectUserName":"u"}}}}"##,
                "SubjectUserName"
            ),
            (##"{"Event":{"UserData":{"W":{"Inner":{"#text":"u","#attributes":{"a":"1"}}}}}}"##, "Inner"),
            (#"{"Event":{"EventData":{"Binary":"u"}}}"#, "Binary"),
            (#"{"winlog":{"event_data":{"CommandLine":"u"}}}"#, "CommandLine"),
            (#"{"winlog.event_data.CommandLine":"u"}"#, "CommandLine"),
            (#"{"winlog":{"event_data":{"EventID":"u"}}}"#, "EventData_EventID"),
        ])
    func leafNames(_ text: String, _ name: String) {
        #expect(Decoded.decode(NDJSONFormat.self, text).events.first?[name] == ["u"])
    }

    @Test(
        "Winlogbeat events are routed, nested or dotted",
        arguments: [
            #"{"@timestamp":"2020-10-18T07:50:06Z","winlog":{"channel":"Security","event_id":"4688","provider_name":"P","computer_name":"H"}}"#,
            #"{"@timestamp":"2020-10-18T07:50:06Z","winlog.channel":"Security","winlog.event_id":4688,"winlog.provider_name":"P","winlog.computer_name":"H"}"#,
        ])
    func winlogbeat(_ text: String) throws {
        let event = try #require(Decoded.decode(NDJSONFormat.self, text).events.first)
        #expect(event.origin == Origin(product: "windows", channel: "Security", provider: "P", eventID: 4688))
        #expect(event["Provider_Name"] == ["P"])
        #expect(event["EventID"] == ["4688"])
        #expect(event.host == "H")
    }

    @Test(
        "an event id without a channel, or no number, is not routed",
        arguments: [
            #"{"EventID":1}"#, #"{"Channel":"Security"}"#, #"{"Channel":"Security","EventID":"x"}"#,
            #"{"Channel":"Security","EventID":70000}"#, #"{"Channel":"Security","EventID":-1}"#,
        ])
    func notRouted(_ text: String) {
        #expect(Decoded.decode(NDJSONFormat.self, text).events.first?.origin == Origin())
    }

    @Test("a broken line is a defect at its place and the next line goes on") func brokenLine() {
        let decoded = Decoded.decode(
            NDJSONFormat.self, "\u{FEFF}{\"ts\":1603007406}\r\n\n{\"a\":\n{\"ts\":1603007407,\"b\":2}")
        #expect(decoded.events.map(\.record) == [1, 4])
        #expect(decoded.events.map(\.offset) == [3, 29])
        #expect(decoded.events.map(\.length) == [17, 23])
        #expect(
            decoded.defects == [
                Defect(code: "json-truncated", offset: 28, detail: "in line 3 of the segment", recordsLost: 1)
            ])
    }

    @Test("garbage after a record is a defect, and the record is kept") func garbage() {
        let decoded = Decoded.decode(NDJSONFormat.self, "{\"ts\":1603007406} x\n")
        #expect(decoded.events.count == 1)
        #expect(decoded.defects.map(\.code) == ["json-syntax"])
        #expect(decoded.defects.first?.offset == 18)
    }

    @Test("every truncation of a log loses at most the cut line") func truncation() {
        let lines = (0..<4).map { #"{"ts":160300740\#($0),"a":{"b":["\u00e9\\",1e3,true,null]},"c":"x"}"# }
        let whole = Array((lines.joined(separator: "\n") + "\n").utf8)
        for length in 0...whole.count {
            let decoded = Decoded.decode(NDJSONFormat.self, Array(whole[0..<length]))
            let complete = whole[0..<length].filter { $0 == 0x0A }.count
            #expect(decoded.events.count == complete || decoded.events.count == complete + 1)
            #expect(decoded.events.count + decoded.defects.count <= complete + 1)
            for event in decoded.events { #expect(event["a.b"] == ["é\\", "1e3", "true"]) }
        }
    }

    @Test("a megabyte of brackets is one defect") func deep() {
        let text = String(repeating: #"{"a":"#, count: 200_000) + "\n" + #"{"ts":1603007406}"#
        let decoded = Decoded.decode(NDJSONFormat.self, text)
        #expect(decoded.defects.map(\.code) == ["json-depth"])
        #expect(decoded.events.count == 1)
    }

    @Test("a line with more values than are kept says so") func manyFields() {
        let text = #"{"ts":1603007406,"a":["# + String(repeating: "1,", count: 70_000) + "1]}"
        let decoded = Decoded.decode(NDJSONFormat.self, text)
        #expect(decoded.defects.map(\.code) == ["too-many-fields"])
        #expect(decoded.events.first?.fields.count == 1 << 16)
    }

    @Test("a longer line than any record is skipped") func longLine() {
        let text = #"{"a":""# + String(repeating: "x", count: 17 << 20) + "\"}\n" + #"{"ts":1603007406}"#
        let decoded = Decoded.decode(NDJSONFormat.self, text)
        #expect(decoded.defects.map(\.code) == ["line-too-long"])
        #expect(decoded.events.map(\.record) == [2])
    }

    @Test(
        "arrays, pretty-printed and concatenated objects are documents",
        arguments: [
            "[{\"ts\":1603007406},\n{\"ts\":1603007407}]", "{\n \"ts\":1603007406\n}\n{\n \"ts\":1603007407}",
            "{\"ts\":1603007406}{\"ts\":1603007407}", "[{\"ts\":1603007406}][{\"ts\":1603007407}]",
        ])
    func documents(_ text: String) {
        let decoded = Decoded.decode(JSONFormat.self, text)
        #expect(decoded.events.map(\.time) == [1_603_007_406_000_000_000, 1_603_007_407_000_000_000])
        #expect(decoded.events.map(\.record) == [1, 2])
        #expect(decoded.defects.isEmpty)
        let first = decoded.events[1]
        let raw = Array(text.utf8)[Int(first.offset)..<Int(first.offset) + first.length]
        #expect(raw.first == UInt8(ascii: "{") && raw.last == UInt8(ascii: "}"))
    }

    @Test("a broken object in an array does not take the next one with it") func brokenDocument() {
        let text =
            "[\n  {\n    \"ts\": 1603007406,\n  },\n  {\n    \"ts\": 1603007407,\n    \"a\": {\n      \"b\": 1}\n  }\n"
        let decoded = Decoded.decode(JSONFormat.self, text)
        #expect(decoded.events.map(\.record) == [2])
        #expect(decoded.defects.map(\.code) == ["json-syntax", "json-truncated"])
        #expect(decoded.defects.map(\.recordsLost) == [1, 0])
    }

    @Test("names that differ only deep inside, or are very many, keep apart") func manyNames() {
        var text = ""
        for index in 0..<3000 { text += #"{"ts":1603007406,"name\#(index)":{"x":\#(index)}}"# + "\n" }
        let decoded = Decoded.decode(NDJSONFormat.self, text)
        for (index, event) in decoded.events.enumerated() { #expect(event["name\(index).x"] == ["\(index)"]) }
        let long = String(repeating: "k", count: 2000)
        #expect(Decoded.decode(NDJSONFormat.self, #"{"\#(long)":1,"a":2}"#).events.first?.fields.map(\.name) == ["a"])
    }

    @Test("members in changing order, repeated, escaped or nested alike keep their paths") func changingOrder() {
        let lines = [
            #"{"ts":1603007406,"a":{"x":"a.x","longername":"a.longername"},"x":"x","longername":"longername"}"#,
            #"{"x":"x","a":{"longername":"a.longername","x":"a.x"},"ts":1603007406}"#,
            #"{"x":"x","x":"x","\u0078":"x","ts":1603007406,"a":{"\u0078":"a.x"},"longernamf":"longernamf"}"#,
            #"{"longername":"longername","longernamf":"longernamf","ts":1603007406,"":""}"#,
        ]
        var random = SplitMix(state: 11)
        let text = (0..<500).map { _ in lines.randomElement(using: &random) ?? "" }.joined(separator: "\n")
        let decoded = Decoded.decode(NDJSONFormat.self, text)
        #expect(decoded.events.count == 500 && decoded.defects.isEmpty)
        for event in decoded.events {
            for field in event.fields where field.name != "ts" { #expect(field.name == field.value) }
        }
    }
}
