import Events
import Testing

@testable import Formats

@Suite struct ETWTests {
    static let silk = #"""
        {"ProviderGuid":"22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716","YaraMatch":[],"ProviderName":"Microsoft-Windows-Kernel-Process","EventName":"ProcessStart/Start","Opcode":1,"OpcodeName":"Start","TimeStamp":"2026-03-12T12:41:57.9706905-07:00","ThreadID":36636,"ProcessID":4100,"ProcessName":"N/A","PointerSize":8,"EventDataLength":76,"XmlEventData":{"ImageName":"\\Device\\HarddiskVolume4\\Windows\\System32\\cmd.exe","ProcessID":"25,752","ParentProcessID":"4,100","MSec":"560.5709","PID":"4100","ProviderName":"Microsoft-Windows-Kernel-Process","EventName":"ProcessStart/Start"}}
        """#

    @Test("SilkETW: provider and name tell the kind; numbers lose their separators") func silkETW() throws {
        let result = try #require(Decoded.recognised(Self.silk + "\r\n" + Self.silk + "\r\n", fileExtension: "json"))
        #expect(result.format == "silketw" && result.decoded.defects.isEmpty && result.decoded.events.count == 2)
        let event = result.decoded.events[0]
        #expect(event.origin.category == "process_creation" && event.origin.eventID == 1)
        #expect(event.origin.provider == "Microsoft-Windows-Kernel-Process" && event.origin.product == "windows")
        #expect(event.origin.channel == "Microsoft-Windows-Kernel-Process" && event.origin.service == "etw")
        #expect(event["Image"] == ["\\Device\\HarddiskVolume4\\Windows\\System32\\cmd.exe"])
        #expect(event["ProcessId"] == ["25752"] && event["ParentProcessId"] == ["4100"])
        #expect(event["XmlEventData.ProcessID"] == ["25,752"] && event["ImageName"].count == 1)
        #expect(event.time == 1_773_344_517_970_690_500)
    }

    @Test("SilkETW: script blocks go to the channel that rules know; unknown events keep their provider")
    func silkETWOthers() throws {
        let script =
            #"{"ProviderGuid":"g","YaraMatch":[],"ProviderName":"Microsoft-Windows-PowerShell","EventName":"X","TimeStamp":"2026-03-12T12:41:57Z","XmlEventData":{"ScriptBlockText":"iex"}}"#
        let block = try #require(Decoded.recognised(script)?.decoded.events.first)
        #expect(block.origin.channel == "Microsoft-Windows-PowerShell/Operational" && block.origin.eventID == 4104)
        #expect(block["ScriptBlockText"] == ["iex"])
        let other = try #require(
            Decoded.recognised(script.replacing("ScriptBlockText", with: "Y"))?.decoded.events.first)
        #expect(other.origin.channel == "Microsoft-Windows-PowerShell" && other.origin.eventID == -1)
    }

    static let seal = #"""
        {"header":{"activity_id":"{0}","event_id":1,"event_name":"","process_id":17964,"provider_name":"Microsoft-Windows-Kernel-Process","task_name":"ProcessStart","thread_id":25932,"timestamp":"2020-05-17 11:54:24Z","trace_name":"t"},"properties":{"ImageName":"\\Device\\HarddiskVolume4\\notepad.exe","ParentProcessID":17964,"ProcessID":25752},"property_types":{"ImageName":"STRINGW"},"stack_trace":["0x1"]}
        """#

    @Test("Sealighter: an array that was never closed gives its events and a defect") func sealighter() throws {
        let text = "[\n" + Self.seal + ",\n" + Self.seal.replacing(#""event_id":1"#, with: #""event_id":99"#) + "\n"
        let result = try #require(Decoded.recognised(text, fileExtension: "json"))
        #expect(result.format == "sealighter" && result.decoded.defects.map(\.code) == ["json-truncated"])
        let events = result.decoded.events
        #expect(events.count == 2)
        #expect(events[0].origin.category == "process_creation" && events[0].origin.eventID == 1)
        #expect(events[0]["Image"] == ["\\Device\\HarddiskVolume4\\notepad.exe"])
        #expect(events[0]["ProcessId"] == ["25752"] && events[0]["ParentProcessId"] == ["17964"])
        #expect(events[0]["properties.ProcessID"] == ["25752"] && events[0]["ProcessID"] == ["25752"])
        #expect(events[1].origin.category == "" && events[1].origin.eventID == 99)
        #expect(events[1].origin.provider == "Microsoft-Windows-Kernel-Process")
        #expect(events[0].time == 1_589_716_464_000_000_000)
    }

    @Test("Sealighter: objects with commas and line ends between, and lines") func sealighterForms() throws {
        for text in [Self.seal + ",\n" + Self.seal + ",\n", Self.seal + "\n" + Self.seal + "\n"] {
            let result = try #require(Decoded.recognised(text))
            #expect(result.format == "sealighter" && result.decoded.events.count == 2, "\(text.prefix(1))")
            #expect(result.decoded.defects.isEmpty, "\(result.decoded.defects)")
        }
    }
}
