import Bytes
import Events
import Testing

@testable import Formats

@Suite struct WindowsJSONTests {
    private static func one(_ text: String) throws -> (format: String, event: Decoded.Event) {
        let (format, decoded) = try #require(Decoded.recognised(text, fileExtension: "json"))
        #expect(decoded.defects.isEmpty)
        return (format, try #require(decoded.events.first))
    }

    @Test("the tables of events are compiled in and can be read") func tables() throws {
        #expect(!WindowsPayloadTable.standard.entries.isEmpty)
        #expect(WindowsMessage.standard.count == 2)
        #expect(
            WindowsEventTable.standard.titles["Microsoft Windows security auditing."]
                == "Microsoft-Windows-Security-Auditing")
        let sysmon = try #require(WindowsEventTable.standard.events["Microsoft-Windows-Sysmon"])
        #expect(Set(sysmon.keys) == Set(1...29).union([255]))
        #expect(WindowsEventTable.standard.events["Microsoft-Windows-Security-Auditing"]?[4688]?.count == 15)
    }

    @Test(
        "exporters are named",
        arguments: [
            (#"{"@timestamp":"2020-10-18T07:50:06Z","winlog":{"channel":"Security","event_id":1}}"#, "winlogbeat"),
            (
                #"{"_index":"x","_source":{"@timestamp":"2020-10-18T07:50:06Z","winlog":{"channel":"S","event_id":1}}}"#,
                "winlogbeat"
            ),
            (
                #"{"EventTime":"2020-10-18 07:50:06","EventID":1,"Channel":"C","SourceModuleType":"im_msvistalog"}"#,
                "nxlog"
            ),
            (
                #"{"timestamp":"2020-10-18T07:50:06.1+0000","data":{"win":{"system":{"channel":"S","eventID":"1"}}}}"#,
                "wazuh"
            ),
            (#"{"Id":1,"ProviderName":"P","LogName":"C","TimeCreated":"\/Date(1603007406220)\/"}"#, "powershell-json"),
            (
                ##"{"Event":{"System":{"EventID":1,"Channel":"C","TimeCreated":{"#attributes":{"SystemTime":"2020-10-18T07:50:06Z"}}}}}"##,
                "evtx-dump-json"
            ),
            (#"{"EventID":1,"Channel":"C","TimeCreated":"2020-10-18 07:50:06.220"}"#, "windows-json"),
            ("[{\"EventID\":1,\"Channel\":\"C\",\"TimeCreated\":\"2020-10-18 07:50:06.220\"}]", "windows-json"),
        ])
    func names(_ text: String, _ name: String) throws {
        let (format, event) = try Self.one(text)
        #expect(format == name)
        #expect(event.origin.product == "windows" && event.origin.eventID == 1)
        #expect(event.time / 1_000_000_000 == 1_603_007_406)
    }

    @Test("Wazuh: native spelling, one escape less") func wazuh() throws {
        let text = #"""
            {"timestamp":"2023-05-01T10:00:00.123+0000","agent":{"id":"001","name":"win"},"rule":{"id":"1"},"data":{"win":{"system":{"providerName":"Microsoft-Windows-Sysmon","providerGuid":"{5770385f-c22a-43e0-bf4c-06f5698ffbd9}","eventID":"1","systemTime":"2020-10-18T07:50:06.2200000Z","eventRecordID":"77","processID":"4","channel":"Microsoft-Windows-Sysmon/Operational","computer":"H"},"eventdata":{"commandLine":"\\\"C:\\\\Windows\\\\system32\\\\cmd.exe\\\" /c x","parentImage":"C:\\Windows\\explorer.exe","utcTime":"x","param1":"y","channel":"z"}}}}
            """#
        let (_, event) = try Self.one(text)
        #expect(event["CommandLine"] == [#""C:\Windows\system32\cmd.exe" /c x"#])
        #expect(event["ParentImage"] == [#"C:\Windows\explorer.exe"#])
        #expect(event["UtcTime"] == ["x"])
        #expect(event["param1"] == ["y"])
        #expect(event["EventData_Channel"] == ["z"])
        #expect(event["Execution_ProcessID"] == ["4"])
        #expect(event["Provider_Guid"] == ["{5770385f-c22a-43e0-bf4c-06f5698ffbd9}"])
        #expect(
            event.origin
                == Origin(
                    product: "windows", channel: "Microsoft-Windows-Sysmon/Operational",
                    provider: "Microsoft-Windows-Sysmon", eventID: 1))
        #expect(event.host == "H")
        #expect(event.eventRecordID == 77)
        #expect(event.time == 1_603_007_406_220_000_000)
    }

    @Test("PowerShell: values by their place, null among them") func powerShell() throws {
        let values = ["S-1-5-18", "H$", nil, "0x3e7", "0x1050", "C:\\\\a.exe", "%%1936", "0x994", "a \\\"b\\\""]
        let properties = values.map { #"{"Value":\#($0.map { "\"\($0)\"" } ?? "null")}"# }.joined(separator: ",")
        let text = #"""
            [{"Id":4688,"Version":1,"Qualifiers":null,"Level":0,"ProviderName":"Microsoft-Windows-Security-Auditing","ProviderId":"54849625-5478-4994-a5ba-3e3b0328c30d","LogName":"Security","ProcessId":4,"ThreadId":8,"MachineName":"H","RecordId":77,"UserId":{"BinaryLength":12,"Value":"S-1-5-18"},"TimeCreated":{"value":"\/Date(1603007406220)\/","DisplayHint":2,"DateTime":"Sunday"},"Message":"A new process has been created.\r\n\r\nProcess Information:\r\n\tNew Process ID:\t\t0x1","Properties":[\#(properties)]}]
            """#
        let (format, event) = try Self.one(text)
        #expect(format == "powershell-json")
        #expect(event["SubjectUserSid"] == ["S-1-5-18"])
        #expect(event["SubjectDomainName"] == [""])
        #expect(event["NewProcessName"] == [#"C:\a.exe"#])
        #expect(event["ProcessId"] == ["0x994"])
        #expect(event["CommandLine"] == [#"a "b""#])
        #expect(event["NewProcessId"] == ["0x1050"])
        #expect(event["Execution_ProcessID"] == ["4"])
        #expect(event["Security_UserID"] == ["S-1-5-18"])
        #expect(event["Channel"] == ["Security"])
        #expect(event["Computer"] == ["H"])
        #expect(event["EventID"] == ["4688"])
        #expect(event["EventRecordID"] == ["77"])
        #expect(event.time == 1_603_007_406_220_000_000)
        #expect(event.host == "H")
    }

    @Test("PowerShell without properties: the message") func powerShellMessage() throws {
        let text =
            #"{"Id":1,"ProviderName":"Microsoft-Windows-Sysmon","LogName":"Microsoft-Windows-Sysmon/Operational","ProcessId":4,"MachineName":"H","TimeCreated":"2020-10-18T09:50:06.22+02:00","Message":"Process Create:\r\nRuleName: -\r\nUtcTime: 2020-10-18 07:50:06.220\r\nProcessId: 42\r\nImage: C:\\x.exe\r\nCommandLine: a: b\r\nc"}"#
        let (_, event) = try Self.one(text)
        #expect(event["Image"] == [#"C:\x.exe"#])
        #expect(event["ProcessId"] == ["42"])
        #expect(event["CommandLine"] == ["a: b\nc"])
        #expect(event.time == 1_603_007_406_220_000_000)
    }

    @Test("ECS alone: the names of the event where it has none") func ecs() throws {
        let (format, event) = try Self.one(
            #"{"@timestamp":"2020-10-18T07:50:06.22Z","event":{"provider":"Microsoft-Windows-Sysmon","code":"1"},"host":{"name":"H"},"process":{"executable":"C:\\x.exe","command_line":"x /y","pid":42,"parent":{"executable":"C:\\p.exe"}}}"#
        )
        #expect(format == "winlogbeat")
        #expect(event["Image"] == [#"C:\x.exe"#] && event["CommandLine"] == ["x /y"] && event["ProcessId"] == ["42"])
        #expect(event["ParentImage"] == [#"C:\p.exe"#] && event["EventID"] == ["1"])
        #expect(
            event.origin
                == Origin(
                    product: "windows", channel: "Microsoft-Windows-Sysmon/Operational",
                    provider: "Microsoft-Windows-Sysmon", eventID: 1))
        #expect(event.host == "H")
        let foreign =
            #"{"@timestamp":"2020-10-18T07:50:06.22Z","event":{"provider":"system_auth","code":"1"},"process":{"pid":1}}"#
        #expect(try Self.one(foreign).event.origin == Origin())
    }

    @Test("Chainsaw's separate attributes") func separateAttributes() throws {
        let (format, event) = try Self.one(
            ##"{"Event":{"System":{"Provider_attributes":{"Name":"P","Guid":"5770385F-C22A-43E0-BF4C-06F5698FFBD9"},"EventID":7,"EventID_attributes":{"Qualifiers":1},"Channel":"C","Computer":"H","TimeCreated_attributes":{"SystemTime":"2020-10-18T07:50:06.22Z"},"EventRecordID":1},"EventData":{"Image":"x"}}}"##
        )
        #expect(format == "evtx-dump-json")
        #expect(event["Provider_Name"] == ["P"])
        #expect(event["Provider_Guid"] == ["{5770385f-c22a-43e0-bf4c-06f5698ffbd9}"])
        #expect(event["EventID_Qualifiers"] == ["1"])
        #expect(event.origin == Origin(product: "windows", channel: "C", provider: "P", eventID: 7))
        #expect(event.time == 1_603_007_406_220_000_000)
    }

    @Test("event XML in a member: Splunk's and Log Analytics'") func inner() throws {
        let xml = WindowsXMLTests.event().replacing("\"", with: "\\\"").replacing("C:\\x", with: "C:\\\\x")
        for text in [
            #"{"preview":false,"result":{"_time":"x","_raw":"\#(xml)"}}"#, #"{"_time":"1","_raw":"head: \#(xml)"}"#,
            #"{"TimeGenerated":"2020-10-18T07:50:06.22Z","SyslogMessage":"\#(xml.replacing("<", with: "\\u003c"))"}"#,
        ] {
            let event = try #require(Decoded.decode(NDJSONFormat.self, text).events.first)
            #expect(event["Image"] == [#"C:\x.exe"#])
            #expect(event.origin == Origin(product: "windows", channel: "C", provider: "P", eventID: 1))
            #expect(event.host == "H")
            #expect(event.time == 1_603_007_406_220_000_000)
            #expect(event.eventRecordID == 77)
        }
    }

    @Test(
        "texts that are escaped twice",
        arguments: [
            (#"C:\\a"#, #"C:\a"#), (#"C:\a"#, nil), ("plain", nil), (#"\"x\""#, "\"x\""), (#"\\\\srv\\c"#, #"\\srv\c"#),
            (#"a\"#, nil),
        ] as [(String, String?)])
    func escapedTwice(_ text: String, _ expected: String?) {
        let bytes = Array(text.utf8)
        #expect(
            WindowsNames.unescapedOnceMore(bytes.span.bytes).map { String(decoding: $0, as: UTF8.self) } == expected)
    }
}
