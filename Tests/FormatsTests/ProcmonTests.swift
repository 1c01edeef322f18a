import Bytes
import Events
import Testing

@testable import Formats

@Suite struct ProcmonTests {
    static let csv =
        "\u{FEFF}"
            + """
            "Time of Day","Process Name","PID","Operation","Path","Result","Detail","TID"
            "11:59:58.0000001 PM","Load.exe","40","Load Image","C:\\Tools\\LOAD.EXE","SUCCESS","Image Base: 0x1, Image Size: 0x2,000","1"
            "11:59:59.0593693 PM","Load.exe","40","Process Create","C:\\Tools\\x, y.exe","SUCCESS","PID: 6564, Command line: ""C:\\Tools\\x, y.exe"" -a, PID: 7","1"
            "12:00:00.5000000 AM","x, y.exe","6564","ReadFile","C:\\a.dll","SUCCESS","Offset: 2,275,840, I/O Flags: Non-cached, Paging I/O, Priority: Normal","2"
            "12:00:01.0 AM","x, y.exe","6564","CreateFile","C:\\new.txt","SUCCESS","Desired Access: Generic Write, Disposition: OverwriteIf, OpenResult: Created","2"
            "12:00:02.0 AM","x, y.exe","6564","CreateFile","C:\\old.txt","SUCCESS","Disposition: Open, OpenResult: Opened","2"
            "12:00:03.0 AM","x, y.exe","6564","CreateFile","C:\\none.txt","NAME NOT FOUND","Disposition: Open","2"
            "12:00:04.0 AM","x, y.exe","6564","RegSetValue","HKLM\\Software\\A\\v","SUCCESS","Type: REG_DWORD, Length: 4, Data: 1,000","2"
            "12:00:05.0 AM","x, y.exe","6564","RegSetValue","HKLM\\Software\\A\\w","SUCCESS","Type: REG_SZ, Length: 4, Data: a, b: c","2"
            "12:00:06.0 AM","x, y.exe","6564","TCP Connect","HOST.local:49948 -> 10.0.0.9:https","SUCCESS","Length: 0, mss: 1460","2"
            "12:00:07.0 AM","x, y.exe","6564","TCP Accept","10.0.0.1:445 -> peer.local:50000","SUCCESS","Length: 0","2"
            "12:00:08.0 AM","x, y.exe","6564","Process Start","","SUCCESS","Parent PID: 40, Command line: x -a, Current directory: C:\\, Environment: \n\tA=1\n\tB=2, C: 3","2"
            "12:00:09.0 AM","x, y.exe","6564","SetRenameInformationFile","C:\\a","SUCCESS","ReplaceIfExists: False, FileName: C:\\b, c: d","2"
            "12:00:10.0 AM","x, y.exe","6564","SetDispositionInformationFile","C:\\a","SUCCESS","Delete: True","2"
            "12:00:11.0 AM","x, y.exe","6564","RegCreateKey","HKLM\\K","SUCCESS","Desired Access: All, Disposition: REG_CREATED_NEW_KEY","2"
            "12:00:12.0 AM","x, y.exe","6564","Process Profiling","","SUCCESS","User Time: 0.1","2"

            """.replacing("\n", with: "\r\n")

    static let source = SourceFacts(day: CivilDate(year: 2026, month: 3, day: 12), zone: 3600)

    private func events() throws -> [Decoded.Event] {
        let result = try #require(Decoded.recognised(Self.csv, fileExtension: "csv", source: Self.source))
        #expect(result.format == "procmon" && result.decoded.defects.isEmpty, "\(result.decoded.defects)")
        return result.decoded.events
    }

    @Test("operations are events of Sigma's categories") func categories() throws {
        #expect(
            try events().map(\.origin.category) == [
                "image_load", "process_creation", "", "file_event", "file_access", "", "registry_set", "registry_set",
                "network_connection", "network_connection", "", "file_rename", "file_delete", "registry_add", "",
            ])
        for event in try events() { #expect(event.origin.product == "windows" && event.origin.service == "procmon") }
    }

    @Test("a process is created by its parent, whose program is known from its image") func processes() throws {
        let create = try events()[1]
        #expect(create["Image"] == ["C:\\Tools\\x, y.exe"] && create["ProcessId"] == ["6564"])
        #expect(create["CommandLine"] == ["\"C:\\Tools\\x, y.exe\" -a, PID: 7"])
        #expect(create["ParentImage"] == ["C:\\Tools\\LOAD.EXE"] && create["ParentProcessId"] == ["40"])
        #expect(create["Process Name"] == ["Load.exe"] && create["Operation"] == ["Process Create"])
        let read = try events()[2]
        #expect(read["Image"] == ["C:\\Tools\\x, y.exe"] && read["ProcessId"] == ["6564"] && read["ThreadId"] == ["2"])
        #expect(read["Detail.Offset"] == ["2,275,840"] && read["Detail.Priority"] == ["Normal"])
        #expect(read["Detail.I/O Flags"] == ["Non-cached, Paging I/O"])
        let start = try events()[10]
        #expect(start["CommandLine"] == ["x -a"] && start["CurrentDirectory"] == ["C:\\"])
        #expect(start["Detail.Environment"] == ["\r\n\tA=1\r\n\tB=2, C: 3"] && start["ParentProcessId"] == ["40"])
    }

    @Test("times pass midnight, in the source's zone") func times() throws {
        let times = try events().map(\.time)
        #expect(times[1] == 1_773_356_399_059_369_300)
        #expect(times[2] - times[1] == 1_440_630_700)
        #expect(times[14] - times[3] == 11_000_000_000)
    }

    @Test("files, registry and connections") func others() throws {
        let events = try events()
        #expect(events[3]["TargetFilename"] == ["C:\\new.txt"] && events[4]["FileName"] == ["C:\\old.txt"])
        #expect(events[6]["TargetObject"] == ["HKLM\\Software\\A\\v"] && events[6]["Details"] == ["DWORD (0x000003e8)"])
        #expect(events[7]["Details"] == ["a, b: c"] && events[7]["EventType"] == ["SetValue"])
        #expect(events[8]["SourceHostname"] == ["HOST.local"] && events[8]["SourcePort"] == ["49948"])
        #expect(events[8]["DestinationIp"] == ["10.0.0.9"] && events[8]["DestinationPort"] == ["443"])
        #expect(events[8]["Initiated"] == ["true"] && events[9]["Initiated"] == ["false"])
        #expect(events[9]["SourceHostname"] == ["peer.local"] && events[9]["DestinationPort"] == ["445"])
        #expect(events[11]["SourceFilename"] == ["C:\\a"] && events[11]["TargetFilename"] == ["C:\\b, c: d"])
        #expect(events[13]["TargetObject"] == ["HKLM\\K"] && events[13]["EventType"] == ["CreateKey"])
    }

    @Test("any columns in any order; a date that is stated counts") func columns() throws {
        let text = """
            "Operation","Image Path","Date & Time","PID","Command Line","Process Name","User","Parent PID","Path"
            "RegDeleteValue","C:\\p.exe","3/12/2026 1:00:00 PM","8","p -x","p.exe","D\\u","4","HKCU\\x"

            """
        let result = try #require(Decoded.recognised(text, fileExtension: "csv"))
        let event = try #require(result.decoded.events.first)
        #expect(result.format == "procmon" && result.decoded.defects.isEmpty)
        #expect(event.time == 1_773_320_400_000_000_000 && event.origin.category == "registry_delete")
        #expect(event["Image"] == ["C:\\p.exe"] && event["CommandLine"] == ["p -x"] && event["User"] == ["D\\u"])
        #expect(event["ParentProcessId"] == ["4"] && event["TargetObject"] == ["HKCU\\x"])
    }

    @Test(
        "dates of the column Date & Time",
        arguments: [
            ("3/12/2026 10:29:05 AM", 2026, 3, 12), ("12/03/2026 10:29:05", 2026, 3, 12),
            ("13/3/2026 1:00:00 PM", 2026, 3, 13),
            ("12.03.2026 10:29:05", 2026, 3, 12), ("2026-03-12 10:29:05", 2026, 3, 12),
            ("3/25/2026 22:00:00", 2026, 3, 25),
        ])
    func dates(_ text: String, _ year: Int, _ month: Int, _ day: Int) {
        let bytes = Array(text.utf8)
        #expect(ProcmonClock.date(bytes.span.bytes)?.day == CivilDate(year: year, month: month, day: day))
    }

    @Test("rows with missing columns and quotes left open are counted") func broken() {
        let text =
            "\"Time of Day\",\"Process Name\",\"PID\",\"Operation\"\n\"1:00:00 AM\",\"a\",\"1\",\"ReadFile\"\n\"1:00:01 AM\"\n\"1:00:02 AM\",\"b\",\"2\n"
        let decoded = Decoded.decode(ProcmonCSVFormat.self, text, source: Self.source)
        #expect(decoded.events.count == 1)
        #expect(decoded.defects.map(\.code) == ["procmon-columns", "csv-open-quote"])
        #expect(decoded.defects.map(\.recordsLost) == [1, 1])
        let dayless = Decoded.decode(ProcmonCSVFormat.self, text)
        #expect(dayless.defects.first?.code == "procmon-day-assumed")
    }

    static let xml = """
        <?xml version="1.0" encoding="UTF-8"?>
        <procmon><processlist><process>
        <ProcessIndex>1</ProcessIndex>
        <ProcessId>40</ProcessId>
        <ParentProcessId>4</ParentProcessId>
        <Owner>D\\u</Owner>
        <ProcessName>load.exe</ProcessName>
        <ImagePath>C:\\T &amp; U\\load.exe</ImagePath>
        <CommandLine>&quot;load&quot; -x</CommandLine>
        <modulelist><module><Path>C:\\m.dll</Path></module></modulelist></process>
        </processlist><eventlist>
        <event>
        <ProcessIndex>1</ProcessIndex>
        <Time_of_Day>10:29:05.0593693</Time_of_Day>
        <Process_Name>load.exe</Process_Name>
        <PID>40</PID>
        <Operation>Process Create</Operation>
        <Path>C:\\c.exe</Path>
        <Result>SUCCESS</Result>
        <Detail>PID: 41, Command line: c &lt;x&gt;</Detail>
        </event>
        <event><ProcessIndex>1</ProcessIndex><Time_of_Day>10:29:06</Time_of_Day><PID>40</PID><Operation>WriteFile</Operation><Path>C:\\f</Path><Result>SUCCESS</Result><Detail></Detail></event>
        </eventlist></procmon>

        """

    @Test("XML is joined with its process list") func xmlEvents() throws {
        let result = try #require(Decoded.recognised(Self.xml, fileExtension: "xml", source: Self.source))
        #expect(result.format == "procmon-xml" && result.decoded.defects.isEmpty)
        let events = result.decoded.events
        #expect(events.map(\.origin.category) == ["process_creation", "file_event"])
        #expect(events[0]["CommandLine"] == ["c <x>"] && events[0]["Image"] == ["C:\\c.exe"])
        #expect(
            events[0]["ParentImage"] == ["C:\\T & U\\load.exe"] && events[0]["ParentCommandLine"] == ["\"load\" -x"])
        #expect(events[0]["Time of Day"] == ["10:29:05.0593693"] && events[0]["Image Path"] == ["C:\\T & U\\load.exe"])
        #expect(events[1]["Image"] == ["C:\\T & U\\load.exe"] && events[1]["User"] == ["D\\u"])
        #expect(events[1]["ParentProcessId"] == ["4"] && events[1]["TargetFilename"] == ["C:\\f"])
    }

    @Test("XML that is cut off loses the event at the cut") func xmlCut() {
        let text = String(Self.xml.prefix(Self.xml.count - 60))
        let decoded = Decoded.decode(ProcmonXMLFormat.self, text, source: Self.source)
        #expect(decoded.events.count == 1 && decoded.defects.map(\.code) == ["procmon-xml-truncated"])
    }

    @Test("any prefix and any pieces") func cuts() {
        Cut.everyPrefix(ProcmonCSVFormat.self, Self.csv, step: 3)
        Cut.everyPrefix(ProcmonXMLFormat.self, Self.xml, step: 3)
        Cut.pieces(ProcmonCSVFormat.self, Self.csv, source: Self.source)
        Cut.pieces(ProcmonXMLFormat.self, Self.xml, source: Self.source)
    }
}
