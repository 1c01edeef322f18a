import Bytes
import EVTX
import Events
import Testing

@testable import Formats

@Suite struct WindowsPayloadTests {
    static let id = String(repeating: "9f", count: 32)

    private static func system(_ provider: String, _ id: UInt16, _ channel: String) -> EVTXWriter.System {
        EVTXWriter.System(
            provider: provider, eventID: id, channel: channel, computer: "H", nanoseconds: 1_603_007_406_220_000_000)
    }

    /// The events of a binary log and of its XML, which must say the same.
    private static func decode(_ event: EVTXWriter.Event) throws -> Decoded.Event {
        var writer = EVTXWriter()
        try writer.add(event)
        let log = writer.finish()
        let binary = try #require(Decoded.decode(EVTXFormat.self, log).events.first)
        let xml = WindowsExports.rendered(log).map(\.xml).joined()
        let text = try #require(Decoded.decode(WindowsXMLFormat.self, xml).events.first)
        #expect(text.fields.map { "\($0.name)=\($0.value)" } == binary.fields.map { "\($0.name)=\($0.value)" })
        return binary
    }

    @Test(
        "compute systems: operation, result, container",
        arguments: [
            (2000, "create"), (2001, "start"), (2002, "shutdown"), (2003, "terminate"), (2007, "modify"), (2010, nil),
        ] as [(UInt16, String?)])
    func computeSystem(_ number: UInt16, _ operation: String?) throws {
        let event = try Self.decode(
            EVTXWriter.Event(
                system: Self.system(
                    "Microsoft-Windows-Hyper-V-Compute", number, "Microsoft-Windows-Hyper-V-Compute-Operational"),
                userData: "VmlEventLog", namespace: "http://www.microsoft.com/Windows/Virtualization/Events",
                fields: [("SystemId", .string(Self.id)), ("Result", .string("0xC0370103"))]))
        #expect(event["SystemId"] == [Self.id])
        #expect(event["Hcs.SystemId"] == [Self.id])
        #expect(event["ContainerId"] == [Self.id])
        #expect(event["Hcs.Operation"] == (operation.map { [$0] } ?? []))
        #expect(event["Hcs.Result"] == ["0xC0370103"])
    }

    @Test("settings of a compute system, in a field or in the rendered text", arguments: [true, false])
    func settings(_ isRendered: Bool) throws {
        let json =
            #"{"ResourcePath":"Container/MappedDirectories","RequestType":"Add","Settings":{"HostPath":"C:\\","Items":[1,{"a":"x"},{"b":null,"c":true}]}}"#
        let text = "[\(Self.id)] Modify compute system, settings \(json), result 0x00000000."
        let event = try Self.decode(
            EVTXWriter.Event(
                system: Self.system(
                    "Microsoft-Windows-Hyper-V-Compute", isRendered ? 2999 : 2007,
                    "Microsoft-Windows-Hyper-V-Compute-Operational"),
                userData: "VmlEventLog", namespace: nil,
                fields: isRendered
                    ? [("Text", .string(text))] : [("SystemId", .string("vm@vm")), ("Parameter", .string(json))]))
        #expect(event["Hcs.Operation"] == ["modify"])
        #expect(event["Hcs.Settings.ResourcePath"] == ["Container/MappedDirectories"])
        #expect(event["Hcs.Settings.RequestType"] == ["Add"])
        #expect(event["Hcs.Settings.Settings.HostPath"] == [#"C:\"#])
        #expect(event["Hcs.Settings.Settings.Items"] == ["1"])
        #expect(event["Hcs.Settings.Settings.Items.a"] == ["x"])
        #expect(event["Hcs.Settings.Settings.Items.c"] == ["true"])
        #expect(event["Hcs.SystemId"] == [isRendered ? Self.id : "vm@vm"])
        #expect(event["ContainerId"] == (isRendered ? [Self.id] : []))
        #expect(event["Hcs.Result"] == (isRendered ? ["0x00000000"] : []))
    }

    @Test("settings that are no JSON, too deep or too many add little and cost little") func hostileSettings() throws {
        for json in [
            "{\"a\":", "{", "{}", String(repeating: "{\"a\":", count: 600),
            "{" + (0..<3000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}",
            "{\"a\":[" + String(repeating: "1,", count: 9000) + "1]}",
        ] {
            let event = try Self.decode(
                EVTXWriter.Event(
                    system: Self.system("Microsoft-Windows-Hyper-V-Compute", 2007, "C"), userData: "VmlEventLog",
                    namespace: nil, fields: [("SystemId", .string("s")), ("Parameter", .string(json))]))
            #expect(event.fields.count < 1100)
            #expect(event["Hcs.SystemId"] == ["s"])
        }
    }

    @Test("dockerd: message, level and pairs in any order") func engine() throws {
        let pairs =
            "module=libcontainerd namespace=moby event-info={\(Self.id) x 1140 0 2018-10-01 18:13:03 +0000 GMT m=+5171.7 false <nil>} container=\(Self.id) error=open a: b = c"
        let event = try Self.decode(
            EVTXWriter.Event(
                system: Self.system("docker", 11, "Application"),
                eventData: [(nil, .string("sending event")), (nil, .string(pairs))]))
        #expect(event["Data"] == ["sending event", pairs])
        #expect(event["Docker.Message"] == ["sending event"])
        #expect(event["Docker.Level"] == ["info"])
        #expect(event["Docker.module"] == ["libcontainerd"])
        #expect(
            event["Docker.event-info"] == ["{\(Self.id) x 1140 0 2018-10-01 18:13:03 +0000 GMT m=+5171.7 false <nil>}"])
        #expect(event["Docker.container"] == [Self.id])
        #expect(event["Docker.error"] == ["open a: b = c"])
        #expect(event["ContainerId"] == [Self.id])
        let plain = try Self.decode(
            EVTXWriter.Event(system: Self.system("docker", 2, "Application"), eventData: [(nil, .string("a=b c=d"))]))
        #expect(
            plain["Docker.Level"] == ["debug"] && plain["Docker.Message"] == ["a=b c=d"] && plain["Docker.a"].isEmpty)
    }

    @Test(
        "pairs",
        arguments: [
            ("a=1 b=2", ["a=1", "b=2"]), ("a=x y b=", ["a=x y", "b="]), ("a={b=1 c=2} d=3", ["a={b=1 c=2}", "d=3"]),
            ("a={b=1 c=2", ["a={b=1", "c=2"]), ("a=) b=1", ["a=)", "b=1"]), ("nothing here", []), ("=x a=1", ["a=1"]),
            ("a=b=c", ["a=b=c"]), ("", []), ("a=map[x:1 y=2] b=1", ["a=map[x:1 y=2]", "b=1"]),
        ])
    func pairs(_ text: String, _ expected: [String]) {
        let pairs = KeyValueText.pairs(Array(text.utf8)).map {
            String(decoding: $0.key, as: UTF8.self) + "=" + String(decoding: $0.value, as: UTF8.self)
        }
        #expect(pairs == expected)
    }

    @Test("the log driver etwlogs") func etwLogs() throws {
        let event = try Self.decode(
            EVTXWriter.Event(
                system: Self.system("{a3693192-9ed6-46d2-a981-f8226c8363bd}", 0, "C"),
                eventData: [
                    (
                        nil,
                        .string(
                            "container_name: web, image_name: a/b:1, container_id: \(Self.id), image_id: sha256:1, source: stdout, log: a, source: b, log: c"
                        )
                    )
                ]))
        #expect(event["ContainerName"] == ["web"])
        #expect(event["ContainerImage"] == ["a/b:1"])
        #expect(event["ContainerId"] == [Self.id])
        #expect(event["Docker.source"] == ["stdout"])
        #expect(event["Docker.log"] == ["a, source: b, log: c"])
    }

    @Test("PowerShell's key=value lines") func powerShell() throws {
        let text =
            "\tNewEngineState=Available\r\n\tPreviousEngineState=None\r\n\r\n\tHostApplication=powershell -c a\r\nb=c\r\n\tHostApplication=second\r\n\tEngineVersion=5.1\r\n\tCommandLine=\r\n\tUnknown=1"
        let event = try Self.decode(
            EVTXWriter.Event(
                system: Self.system("PowerShell", 400, "Windows PowerShell"),
                eventData: [(nil, .string("Available")), (nil, .string("None")), (nil, .string(text))]))
        #expect(event["NewEngineState"] == ["Available"])
        #expect(event["HostApplication"] == ["powershell -c a\nb=c", "second"])
        #expect(event["EngineVersion"] == ["5.1"])
        #expect(event["CommandLine"] == ["\n\tUnknown=1"])
        #expect(event["Unknown"].isEmpty)
    }

    @Test(
        "typed channels: leaves come as they are",
        arguments: [
            ("Microsoft-Windows-Hyper-V-VMMS", "VmName", "web"), ("Microsoft-Windows-Hyper-V-Worker", "VmId", "{1}"),
            ("Microsoft-Windows-Host-Network-Service", "portId", "7"),
            ("Microsoft-Windows-VHDMP", "VhdFile", #"C:\a.vhdx"#),
            ("Microsoft-Windows-Containers-CCG", "Id", "x"),
        ])
    func leaves(_ provider: String, _ name: String, _ value: String) throws {
        let wrapped = try Self.decode(
            EVTXWriter.Event(
                system: Self.system(provider, 12, "C"), userData: "VmlEventLog", namespace: "u",
                fields: [(name, .string(value)), ("ErrorCode", .hexInt32(0x8037_0101))]))
        #expect(wrapped[name] == [value] && wrapped["ErrorCode"] == ["0x80370101"])
        let flat = try Self.decode(
            EVTXWriter.Event(system: Self.system(provider, 12, "C"), eventData: [(name, .string(value))]))
        #expect(flat[name] == [value])
    }

    @Test("filters of the file system") func filters() throws {
        let volume = try Self.decode(
            EVTXWriter.Event(
                system: Self.system(
                    "Microsoft-Windows-Containers-Wcifs", 3, "Microsoft-Windows-Containers-Wcifs/Operational"),
                eventData: [
                    ("NTStatus", .hexInt32(0xC000_0034)), ("VolumeNameLength", .uint16(2)),
                    ("VolumeName", .string(#"\Device\x"#)),
                ]))
        #expect(volume["NTStatus"] == ["0xc0000034"] && volume["VolumeName"] == [#"\Device\x"#])
        let loaded = try Self.decode(
            EVTXWriter.Event(
                system: Self.system("Microsoft-Windows-FilterManager", 6, "System"),
                eventData: [("FinalStatus", .hexInt32(0)), ("DeviceName", .string("wcifs"))]))
        #expect(loaded["DeviceName"] == ["wcifs"] && loaded["FinalStatus"] == ["0x0"])
    }
}
