import Bytes
import EVTX
import Events
import Foundation
import Testing

@testable import Formats

@Suite struct WindowsXMLTests {
    /// A small event; `data` stands in `<EventData>`.
    static func event(
        _ data: String = "<Data Name='Image'>C:\\x.exe</Data>", id: Int = 1, before: String = "", after: String = ""
    ) -> String {
        before
            + "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='P' Guid='{5770385F-C22A-43E0-BF4C-06F5698FFBD9}'/><EventID Qualifiers='16384'>\(id)</EventID><Keywords>0x80</Keywords><TimeCreated SystemTime='2020-10-18T07:50:06.2200000Z'/><EventRecordID>77</EventRecordID><Correlation/><Execution ProcessID='4' ThreadID='8'/><Channel>C</Channel><Computer>H</Computer><Security UserID='S-1-5-18'/></System><EventData>\(data)</EventData></Event>"
            + after
    }

    private static func fields(_ text: String) -> [String] {
        Decoded.decode(WindowsXMLFormat.self, text).events.flatMap { $0.fields.map { "\($0.name)=\($0.value)" } }
    }

    @Test("System is flattened, and tells the head") func system() throws {
        let decoded = Decoded.decode(
            WindowsXMLFormat.self, "<?xml version='1.0'?><Events>" + Self.event() + "</Events>")
        let event = try #require(decoded.events.first)
        #expect(decoded.defects.isEmpty)
        #expect(
            event.fields.map { "\($0.name)=\($0.value)" } == [
                "Provider_Name=P", "Provider_Guid={5770385F-C22A-43E0-BF4C-06F5698FFBD9}", "EventID_Qualifiers=16384",
                "EventID=1", "Keywords=0x80", "TimeCreated_SystemTime=2020-10-18T07:50:06.2200000Z", "EventRecordID=77",
                "Execution_ProcessID=4", "Execution_ThreadID=8", "Channel=C", "Computer=H", "Security_UserID=S-1-5-18",
                #"Image=C:\x.exe"#,
            ])
        #expect(event.origin == Origin(product: "windows", channel: "C", provider: "P", eventID: 1))
        #expect(event.time == 1_603_007_406_220_000_000)
        #expect(event.host == "H")
        #expect(event.eventRecordID == 77)
        #expect(event.offset == 29)
        #expect(event.length == Self.event().utf8.count)
    }

    @Test(
        "data in every way it is written",
        arguments: [
            (
                "<Data Name=\"a\">1 &amp; &lt;2&gt; &#x41;&#10;&#1;&#xD800; &nbsp; & &quot;&apos;</Data>",
                ["a=1 & <2> A\n\u{1}\u{FFFD} &nbsp; & \"'"]
            ),
            ("<Data>one</Data><Data>two</Data><Binary>00FF</Binary>", ["Data=one", "Data=two", "Binary=00FF"]),
            ("<Data Name='a'/><Data Name='b'></Data><Data/>", ["a=", "b=", "Data="]),
            ("<Data Name='a'><![CDATA[<x> & y]]></Data>", ["a=<x> & y"]),
            ("<Data Name='a'>1<!-- no > -->2<![CDATA[3&]]></Data>", ["a=123&"]),
            ("<Data Name='Channel'>Security</Data>", ["EventData_Channel=Security"]),
            ("<Data Name='User Name'>u</Data>", ["User Name=u", "UserName=u"]),
            ("<Data\n  Name = 'a'\n>\n1</Data\n>", ["a=\n1"]), ("<?pi a?><Data Name='a'>1</Data>", ["a=1"]),
            ("<x:Data xmlns:x='u' Name='a'>1</x:Data>", ["a=1"]),
            ("<Data Type='t'>1</Data>", ["Data_Type=t", "Data=1"]),
            ("\n  <Data Name='a'>1</Data>\n  ", ["a=1"]),
            ("<Complex><Inner n='2'>1</Inner>\n</Complex>", ["Inner_n=2", "Inner=1"]),
            (
                "</EventData><UserData><W xmlns='n'><SystemId>s</SystemId>\n<E/><Level>9</Level></W></UserData><EventData>",
                ["SystemId=s", "E=", "EventData_Level=9"]
            ),
            (
                "</EventData><RenderingInfo Culture='en-US'><Message>hi</Message><Level>Info</Level><Keywords><Keyword>K</Keyword></Keywords></RenderingInfo><EventData>",
                [
                    "RenderingInfo_Culture=en-US", "RenderingInfo_Message=hi", "RenderingInfo_Level=Info",
                    "RenderingInfo_Keyword=K",
                ]
            ),
            (
                "</EventData><ProcessingErrorData><ErrorCode>15</ErrorCode></ProcessingErrorData><EventData>",
                ["ErrorCode=15"]
            ),
        ])
    func data(_ data: String, _ expected: [String]) {
        #expect(Array(Self.fields(Self.event(data)).dropFirst(12)) == expected)
    }

    @Test("several on a line, with text around them") func several() {
        let text =
            "#Bulk\n" + Self.event(id: 1)
            + Self.event(id: 2, before: "Jan  1 00:00:00 h sysmon: ", after: "\n<!-- x -->") + "\r\n"
            + Self.event(id: 3)
        let decoded = Decoded.decode(WindowsXMLFormat.self, text)
        #expect(decoded.events.map(\.origin.eventID) == [1, 2, 3])
        #expect(decoded.events.map(\.record) == [1, 2, 3])
        #expect(decoded.defects.isEmpty)
    }

    @Test(
        "what is broken is a defect at its place, and the next event goes on",
        arguments: [
            ("<Data Name='a'>1</Date>", "windows-xml-syntax"), ("<Data Name=a>1</Data>", "windows-xml-syntax"),
            ("<Data Name='a>1</Data>", "windows-xml-syntax"), ("<![CDATA[", "windows-xml-truncated"),
            (String(repeating: "<a>", count: 70), "windows-xml-depth"), ("<!DOCTYPE x>", "windows-xml-syntax"),
            ("<Data " + (0..<300).map { "a\($0)='1' " }.joined() + "/>", "windows-xml-attributes"),
            ("<Event>", "windows-xml-syntax"),
        ])
    func broken(_ data: String, _ code: String) {
        let decoded = Decoded.decode(WindowsXMLFormat.self, Self.event(data, id: 1) + "\n" + Self.event(id: 2))
        #expect(decoded.defects.first?.code == code)
        #expect(decoded.defects.first?.recordsLost == 1)
        #expect(decoded.events.map(\.origin.eventID) == [2])
    }

    @Test("more values than are kept lose the event, and it is said") func manyValues() {
        let data = String(repeating: "<Data>1</Data>", count: 70_000)
        let decoded = Decoded.decode(WindowsXMLFormat.self, Self.event(data) + Self.event(id: 2))
        #expect(decoded.defects.first?.code == "windows-xml-too-many-values")
        #expect(decoded.events.map(\.origin.eventID) == [2])
    }

    @Test("an open section is looked through once, not for each that opens") func openSections() {
        let text = String(repeating: "<Event><![CDATA[<Event><!--<Event><?", count: 60_000)
        let clock = ContinuousClock()
        let time = clock.measure { _ = Decoded.decode(WindowsXMLFormat.self, text) }
        #expect(time < .seconds(60))
    }

    @Test("the same however it is cut, and every prefix is read without a crash") func cuts() {
        let text = "x\n" + Self.event("<Data Name='a'>é&amp;</Data>") + Self.event(id: 2) + "\n" + Self.event(id: 3)
        let bytes = Array(text.utf8)
        func summary(_ events: [Decoded.Event]) -> [String] {
            events.map { "\($0.offset) \($0.length) \($0.record) \($0.fields)" }
        }
        let whole = summary(Decoded.decode(WindowsXMLFormat.self, bytes).events)
        #expect(whole.count == 3)
        for cut in stride(from: 0, to: bytes.count, by: 3) {
            #expect(summary(Decoded.decode(WindowsXMLFormat.self, bytes, cutAt: [cut])) == whole)
            let prefix = Decoded.decode(WindowsXMLFormat.self, Array(bytes[..<cut]))
            #expect(summary(prefix.events) == Array(whole.prefix(prefix.events.count)))
        }
    }

    @Test("a stray end is a lost event") func strayEnd() {
        let decoded = Decoded.decode(WindowsXMLFormat.self, "half</Data></EventData></Event>\n" + Self.event())
        #expect(decoded.events.count == 1)
        #expect(
            decoded.defects == [
                Defect(
                    code: "windows-xml-stray-end", offset: 23, detail: "the end of an event whose beginning is missing",
                    recordsLost: 1)
            ])
    }

    @Test("tracerpt: padded values, no channel") func tracerpt() throws {
        let text = """
            <Events>
            <Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">
             <System>
              <Provider Name="Microsoft-Windows-Kernel-Process" Guid="{22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716}" />
              <EventID>5</EventID><Version>0</Version><Level>4</Level><Task>5</Task><Opcode>0</Opcode><Keywords>0x40</Keywords>
              <TimeCreated SystemTime="2026-08-11T12:00:00.123456700+02:00" />
              <Correlation ActivityID="{00000000-0000-0000-0000-000000000000}" />
              <Execution ProcessID="42" ThreadID="43" ProcessorID="1" KernelTime="0" UserTime="15" />
              <Channel />
              <Computer />
             </System>
             <EventData>
              <Data Name="ImageBase">  0x7FF0 </Data>
              <Data Name="ImageName">\\Device\\a.dll</Data>
             </EventData>
             <RenderingInfo Culture="en-US"><Task>ImageLoad</Task></RenderingInfo>
             <ExtendedTracingInfo xmlns="http://schemas.microsoft.com/win/2004/08/events/trace"><EventGuid>{1}</EventGuid></ExtendedTracingInfo>
            </Event>
            </Events>
            """
        let event = try #require(Decoded.decode(WindowsXMLFormat.self, text).events.first)
        #expect(event["ImageBase"] == ["0x7FF0"])
        #expect(event["ImageName"] == [#"\Device\a.dll"#])
        #expect(event["RenderingInfo_Task"] == ["ImageLoad"])
        #expect(event["EventGuid"] == ["{1}"])
        #expect(event.origin.provider == "Microsoft-Windows-Kernel-Process")
        #expect(event.origin.eventID == 5)
        #expect(event.time == 1_786_442_400_123_456_700)
    }

    @Test(
        "Sysmon for Linux is Linux",
        arguments: [(1, "process_creation"), (3, "network_connection"), (11, "file_event"), (4, "")])
    func linux(_ id: Int, _ category: String) throws {
        let text =
            "Jan  1 00:00:01 web sysmon: <Event><System><Provider Name=\"Linux-Sysmon\" Guid=\"{ff032593-a8d3-4f13-b0d6-01fc615a0f97}\"/><EventID>\(id)</EventID><TimeCreated SystemTime=\"2022-05-11T18:10:20.399931000Z\"/><Channel>Linux-Sysmon/Operational</Channel><Computer>web</Computer></System><EventData><Data Name=\"Image\">/bin/sh</Data></EventData></Event>\n"
        let (format, decoded) = try #require(Decoded.recognised(text, fileExtension: "log"))
        #expect(format == "windows-xml")
        let origin = try #require(decoded.events.first?.origin)
        #expect(origin.product == "linux" && origin.category == category && origin.service == "sysmon")
        #expect(origin.eventID == id)
    }

    @Test(
        "recognition",
        arguments: [
            ("<Event><System></System></Event>", "windows-xml"), ("<e:Event a='1'>\n <e:System>", "windows-xml"),
            ("<html><Event>", nil), ("<Event/>", nil), ("{\"a\":\"<Event><System>\"}", "ndjson"),
            ("<Events><Event ><System>", "windows-xml"),
        ] as [(String, String?)])
    func recognition(_ text: String, _ expected: String?) {
        #expect(Decoded.recognised(text)?.format == expected)
    }

    static let splunk: [URL] = {
        guard let root = sharedData("public/splunk"),
            let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        else { return [] }
        return files.compactMap { $0 as? URL }.filter { !$0.hasDirectoryPath }.sorted { $0.path < $1.path }
    }()

    @Test("real event XML is read without a loss", .enabled(if: !splunk.isEmpty)) func real() throws {
        var events = 0
        for url in Self.splunk {
            let bytes = try [UInt8](Data(contentsOf: url))
            guard WindowsXMLFormat.recognises(head: bytes.span.bytes, fileExtension: "") != nil else { continue }
            let decoded = Decoded.decode(WindowsXMLFormat.self, bytes)
            #expect(decoded.defects.isEmpty, "\(url.lastPathComponent) \(decoded.defects.first.debugDescription)")
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(
                decoded.events.count == text.components(separatedBy: "</Event>").count - 1, "\(url.lastPathComponent)")
            for event in decoded.events { #expect(!event.origin.channel.isEmpty && event.host != nil) }
            events += decoded.events.count
        }
        #expect(events > 100)
    }

    @Test("the XML of a log decodes to what the log decodes to", .enabled(if: !EVTXFormatTests.logs.isEmpty))
    func sameAsBinary() throws {
        var compared = 0
        for url in EVTXFormatTests.logs {
            guard let bytes = try? [UInt8](Data(contentsOf: url)), bytes.count < 600_000 else { continue }
            let xml = WindowsExports.rendered(bytes).map(\.xml).joined(separator: "\n")
            let binary = Decoded.decode(EVTXFormat.self, bytes)
            let text = Decoded.decode(WindowsXMLFormat.self, xml)
            // A record's own time is not in its XML.
            #expect(text.defects.allSatisfy { $0.code == "event-without-time" }, "\(url.lastPathComponent)")
            guard text.events.count == binary.events.count else {
                Issue.record("\(url.lastPathComponent): \(text.events.count) of \(binary.events.count)")
                continue
            }
            for (ours, theirs) in zip(text.events, binary.events) {
                #expect(ours.time == theirs.time || ours.time == Timestamp.unknown.nanoseconds)
                #expect(ours.origin == theirs.origin && ours.host == theirs.host)
                #expect(ours.eventRecordID == theirs.eventRecordID)
                let mine = Self.sorted(ours), other = Self.sorted(theirs)
                if mine != other {
                    let difference = mine.difference(from: other).map { "\($0)" }.joined(separator: "\n").prefix(1500)
                    Issue.record("\(url.lastPathComponent) \(theirs.record): \(difference)")
                    break
                }
            }
            compared += text.events.count
        }
        #expect(compared > 1000)
    }

    /// Fields that are comparable: what a rendered event says in addition is left out, and characters that XML cannot
    /// hold are as the renderer writes them.
    private static func sorted(_ event: Decoded.Event) -> [String] {
        event.fields.map { field in
            var value = ""
            for scalar in field.value.unicodeScalars {
                value.unicodeScalars.append(
                    scalar.value < 0x20 && ![9, 10, 13].contains(scalar.value) ? "\u{FFFD}" : scalar)
            }
            return "\(field.name)=\(value)"
        }.sorted()
    }
}
