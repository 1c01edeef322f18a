import Bytes
import Events
import Foundation
import Testing

@testable import Formats

@Suite struct WindowsTableTests {
    private static func read(
        _ text: String, path: String = "", zone: Int = 0
    ) throws -> (format: String, events: [Decoded.Event], defects: [Defect]) {
        let source = SourceFacts(path: path, zone: zone)
        let (format, decoded) = try #require(Decoded.recognised(text, fileExtension: "csv", source: source))
        return (format, decoded.events, decoded.defects)
    }

    @Test("PowerShell's Export-Csv: the message has the values") func powerShell() throws {
        let message =
            "A new process has been created.\r\n\r\nCreator Subject:\r\n\tSecurity ID:\t\tS-1-5-18\r\n\tAccount Name:\t\tH$\r\n\r\nTarget Subject:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\t-\r\n\r\nProcess Information:\r\n\tNew Process ID:\t\t0x10\r\n\tNew Process Name:\tC:\\a.exe\r\n\tCreator Process ID:\t0x4\r\n\tProcess Command Line:\t\"\"C:\\a.exe\"\" /c x\r\ny\r\n\r\nToken Elevation Type indicates: no field.\r\n"
        let text =
            "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n\"Message\",\"Id\",\"Version\",\"ProviderName\",\"LogName\",\"ProcessId\",\"ThreadId\",\"MachineName\",\"UserId\",\"TimeCreated\",\"RecordId\",\"Properties\"\r\n\"\(message)\",\"4688\",\"2\",\"Microsoft-Windows-Security-Auditing\",\"Security\",\"4\",\"8\",\"H\",,\"10/18/2020 9:50:06 AM\",\"77\",\"System.Collections.Generic.List`1[x]\"\r\n"
        let (format, events, defects) = try Self.read(text, zone: 7200)
        #expect(format == "powershell-csv")
        #expect(defects.isEmpty)
        let event = try #require(events.first)
        #expect(
            event.origin
                == Origin(
                    product: "windows", channel: "Security", provider: "Microsoft-Windows-Security-Auditing",
                    eventID: 4688))
        #expect(event["SubjectUserSid"] == ["S-1-5-18"] && event["SubjectUserName"] == ["H$"])
        #expect(event["TargetUserSid"] == ["S-1-0-0"] && event["TargetUserName"] == ["-"])
        #expect(event["NewProcessId"] == ["0x10"] && event["NewProcessName"] == [#"C:\a.exe"#])
        #expect(event["ProcessId"] == ["0x4"])
        #expect(event["CommandLine"] == ["\"C:\\a.exe\" /c x\ny"])
        #expect(event["Execution_ProcessID"] == ["4"])
        #expect(event["Properties"].isEmpty)
        #expect(event["Channel"] == ["Security"] && event["EventID"] == ["4688"])
        #expect(event.host == "H" && event.eventRecordID == 77)
        #expect(event.time == 1_603_007_406_000_000_000)
    }

    @Test("Event Viewer: no channel, a title for the provider, a column without a name") func eventViewer() throws {
        let text =
            "\u{FEFF}Level,Date and Time,Source,Event ID,Task Category\r\nInformation,10/18/2020 7:50:06 AM,Microsoft-Windows-Sysmon,1,Process Create,\"Process Create:\r\nUtcTime: 2020-10-18 07:50:06.220\r\nImage: C:\\x.exe\r\nCommandLine: a, \"\"b\"\"\r\n\"\r\nInformation,10/18/2020 7:50:07 AM,docker,11,(1),sending event [module=x container=\(String(repeating: "a1", count: 32)) event=exit]\r\n"
        let (format, events, defects) = try Self.read(text)
        #expect(format == "eventviewer-csv")
        #expect(defects.isEmpty)
        #expect(events.count == 2)
        #expect(
            events[0].origin
                == Origin(
                    product: "windows", channel: "Microsoft-Windows-Sysmon/Operational",
                    provider: "Microsoft-Windows-Sysmon", eventID: 1))
        #expect(events[0]["Channel"] == ["Microsoft-Windows-Sysmon/Operational"])
        #expect(events[0]["Image"] == [#"C:\x.exe"#] && events[0]["CommandLine"] == ["a, \"b\""])
        #expect(events[0].time == 1_603_007_406_000_000_000)
        #expect(events[1].origin.channel == "Application")
        #expect(events[1]["Docker.Message"] == ["sending event"] && events[1]["Docker.event"] == ["exit"])
        #expect(events[1]["ContainerId"].count == 1)
        let security =
            "Keywords,Date and Time,Source,Event ID,Task Category\nAudit Success,18.10.2020 07:50:06,Microsoft Windows security auditing.,4689,x,\"Process Information:\n\tProcess ID:\t0x4\"\n"
        let event = try #require(try Self.read(security, path: "a/Security.csv").events.first)
        #expect(
            event.origin
                == Origin(
                    product: "windows", channel: "Security", provider: "Microsoft-Windows-Security-Auditing",
                    eventID: 4689))
        #expect(event["ProcessId"] == ["0x4"])
        #expect(event.time == 1_603_007_406_000_000_000)
    }

    @Test("EvtxECmd: values from the payload, the writer's pid is not the event's") func evtxECmd() throws {
        let text =
            "RecordNumber,EventRecordId,TimeCreated,EventId,Level,Provider,Channel,ProcessId,ThreadId,Computer,UserId,MapDescription,PayloadData1,Payload\r\n1,77,2020-10-18 07:50:06.2200000,1,Info,Microsoft-Windows-Sysmon,Microsoft-Windows-Sysmon/Operational,4,8,H,S-1-5-18,Process creation,x,\"{\"\"EventData\"\":{\"\"Data\"\":[{\"\"@Name\"\":\"\"ProcessId\"\",\"\"#text\"\":\"\"42\"\"},{\"\"@Name\"\":\"\"Image\"\",\"\"#text\"\":\"\"C:\\\\x.exe\"\"},{\"\"@Name\"\":\"\"Level\"\",\"\"#text\"\":\"\"9\"\"},{\"\"@Name\"\":\"\"Empty\"\"}]}}\"\r\n2,78,2020-10-18 07:50:07,104,Info,E,System,4,8,H,,y,,\"{\"\"UserData\"\":{\"\"LogFileCleared\"\":{\"\"@xmlns\"\":\"\"u\"\",\"\"SubjectUserName\"\":\"\"bob\"\"}}}\"\r\n3,79,2020-10-18 07:50:07,7036,Info,E,System,4,8,H,,y,,\"{\"\"EventData\"\":{\"\"Data\"\":\"\"a, b\"\",\"\"Binary\"\":\"\"\"\"}}\"\r\n"
        let (format, events, defects) = try Self.read(text)
        #expect(format == "evtxecmd-csv")
        #expect(defects.isEmpty)
        #expect(events.count == 3)
        #expect(events[0]["ProcessId"] == ["42"] && events[0]["Execution_ProcessID"] == ["4"])
        #expect(
            events[0]["Image"] == [#"C:\x.exe"#] && events[0]["EventData_Level"] == ["9"] && events[0]["Empty"] == [""])
        #expect(events[0].origin.eventID == 1 && events[0].eventRecordID == 77 && events[0].host == "H")
        #expect(events[0].time == 1_603_007_406_220_000_000)
        #expect(events[1]["SubjectUserName"] == ["bob"])
        #expect(events[2]["Data"] == ["a, b"])
    }

    @Test("tracerpt: padded, FILETIME, any number of values") func tracerpt() throws {
        let text =
            "Event Name, Type,   Event ID, Version, Channel, Level, Opcode, Task, Keyword, PID, TID, Processor Number, Instance ID, Parent Instance ID, Activity ID, Related Activity ID, Clock-Time, Kernel(ms), User(ms), User Data\r\nMicrosoft-Windows-Kernel-Process,  Start,  1,  3,  16,  4,  1,  1, 0x8000000000000010, 0x0F90, 0x1B20,  0, , , {00000000-0000-0000-0000-000000000000}, , 132474810062200000,  15,  30,  42, \"\\Device\\x \"y\" z\", 7\r\n"
        let (format, events, defects) = try Self.read(text)
        #expect(format == "tracerpt-csv")
        #expect(defects.isEmpty)
        let event = try #require(events.first)
        #expect(event.origin.provider == "Microsoft-Windows-Kernel-Process" && event.origin.eventID == 1)
        #expect(event["Data"] == ["42", "\\Device\\x \"y\" z", "7"])
        #expect(event["Execution_ProcessID"] == ["0x0F90"])
        #expect(event.time == 1_603_007_406_220_000_000)
    }

    private static let splunkText = """
        07/20/2022 07:01:34 AM
        LogName=Security
        EventCode=4688
        EventType=0
        ComputerName=H
        SourceName=Microsoft Windows security auditing.
        RecordNumber=77
        Keywords=Audit Success
        Message=A new process has been created.

        Subject:
        \tSecurity ID:\t\tD\\bob
        \tAccount Name:\t\tbob

        Process Information:
        \tNew Process Name:\tC:\\a.exe
        \tProcess Command Line:\ta=b 01/02/2023 x

        Type 1 is a full token.

        07/20/2022 07:01:35 PM
        SourceName=Microsoft-Windows-Sysmon
        LogName=Microsoft-Windows-Sysmon/Operational
        EventCode=5
        Message=Process terminated:
        UtcTime: 2022-07-20 19:01:35.1
        Image: C:\\b.exe

        """

    @Test("Splunk's text: fields, message, local time") func splunk() throws {
        let (format, events, defects) = try Self.read(Self.splunkText, zone: 3600)
        #expect(format == "windows-text")
        #expect(defects.isEmpty)
        #expect(events.count == 2)
        #expect(
            events[0].origin
                == Origin(
                    product: "windows", channel: "Security", provider: "Microsoft-Windows-Security-Auditing",
                    eventID: 4688))
        #expect(events[0]["SubjectUserName"] == ["bob"] && events[0]["CommandLine"] == ["a=b 01/02/2023 x"])
        #expect(events[0]["NewProcessName"] == [#"C:\a.exe"#])
        #expect(events[0].host == "H" && events[0].eventRecordID == 77)
        #expect(events[0].time == 1_658_300_494_000_000_000 - 3_600_000_000_000)
        #expect(events[1]["Image"] == [#"C:\b.exe"#])
        #expect(events[1].origin.eventID == 5)
    }

    @Test("Splunk's text is the same however it is cut") func cuts() {
        let bytes = Array(Self.splunkText.utf8)
        func summary(_ events: [Decoded.Event]) -> [String] {
            events.map { "\($0.offset) \($0.length) \($0.record) \($0.fields)" }
        }
        let whole = summary(Decoded.decode(WindowsTextFormat.self, bytes).events)
        for cut in 0..<bytes.count {
            #expect(summary(Decoded.decode(WindowsTextFormat.self, bytes, cutAt: [cut])) == whole)
            _ = Decoded.decode(WindowsTextFormat.self, Array(bytes[..<cut]))
        }
    }

    @Test(
        "moments in a culture",
        arguments: [
            ("10/18/2020 7:50:06 AM", 1_603_007_406), ("10/18/2020 07:50:06", 1_603_007_406),
            ("18/10/2020 07:50:06", 1_603_007_406),
            ("18.10.2020 07:50:06", 1_603_007_406), ("10/18/2020, 7:50:06\u{202F}AM", 1_603_007_406),
            ("10/18/2020 12:00:00 AM", 1_602_979_200),
            ("10/18/2020", 1_602_979_200), ("13/13/2020 07:50:06", nil), ("10/18/2020 13:00:00 PM", nil),
            ("2/30/2020", nil), ("1.5", nil),
        ] as [(String, Int64?)])
    func culture(_ text: String, _ seconds: Int64?) {
        let bytes = Array(text.utf8)
        #expect(EventTime.culture(bytes.span.bytes, zone: 0)?.nanoseconds == seconds.map { $0 * 1_000_000_000 })
    }

    @Test("real Splunk texts are read without a loss", .enabled(if: !WindowsXMLTests.splunk.isEmpty)) func real() throws
    {
        var events = 0
        for url in WindowsXMLTests.splunk {
            let bytes = try [UInt8](Data(contentsOf: url))
            guard WindowsTextFormat.recognises(head: bytes.span.bytes, fileExtension: "") != nil else { continue }
            let decoded = Decoded.decode(WindowsTextFormat.self, bytes)
            #expect(decoded.defects.isEmpty, "\(url.lastPathComponent) \(decoded.defects.first.debugDescription)")
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(
                decoded.events.count == text.components(separatedBy: "\nLogName=").count - 1, "\(url.lastPathComponent)"
            )
            for event in decoded.events {
                #expect(!event.origin.channel.isEmpty && event.origin.eventID > 0)
                if event.origin.eventID == 4624 {
                    #expect(event["TargetUserName"].count == 1 && event["LogonType"].count == 1)
                }
                if event.origin.eventID == 4688 { #expect(event["NewProcessName"].count == 1) }
            }
            events += decoded.events.count
        }
        #expect(events > 20)
    }
}
