import Bytes
import Testing

@testable import EVTX

@Suite struct RoundTripTests {
    @Test func systemFieldsComeBackUnderTheirFlatNames() throws {
        var system = Samples.system
        system.qualifiers = 16_384
        system.userID = "S-1-5-18"
        system.activityID = "{00112233-4455-6677-8899-aabbccddeeff}"
        system.eventRecordID = 99
        var writer = EVTXWriter(firstRecordID: 5)
        try writer.add(.init(system: system, eventData: [("Image", .string("C:\\a.exe "))]))
        let log = try Decoded(writer.finish())
        #expect(log.defects == [])
        #expect(log.records.map(\.id) == [5])
        let expected = [
            "Provider_Name": "Test-Provider", "Provider_Guid": "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}",
            "EventID": "7", "EventID_Qualifiers": "16384", "Version": "0", "Level": "4", "Task": "0", "Opcode": "0",
            "Keywords": "0x8000000000000000", "TimeCreated_SystemTime": "2024-01-02T03:04:05.1234567Z",
            "EventRecordID": "99", "Correlation_ActivityID": "{00112233-4455-6677-8899-aabbccddeeff}",
            "Execution_ProcessID": "4", "Execution_ThreadID": "8", "Channel": "Test/Operational",
            "Computer": "host.example", "Security_UserID": "S-1-5-18", "Image": "C:\\a.exe ",
        ]
        let record = try #require(log.records.first)
        #expect(Dictionary(uniqueKeysWithValues: record.fields.map { ($0.name, $0.text) }) == expected)
    }

    struct TypeCase: Sendable, CustomTestStringConvertible {
        var value: EVTXWriterValue
        var text: [String]
        var json: String
        init(_ value: EVTXWriterValue, _ text: [String], _ json: String) {
            self.value = value
            self.text = text
            self.json = json
        }
        var testDescription: String { "\(value.type.rawValue): \(json)" }
    }

    static let types: [TypeCase] = [
        .init(.null, [""], "\"\""),
        .init(.string(""), [""], "\"\""),
        .init(.string("a\"\\\n\u{1F600}é"), ["a\"\\\n\u{1F600}é"], #""a\"\\\n😀é""#),
        .init(.init(type: .string, bytes: [0x00, 0xD8, 0x41, 0]), ["\u{FFFD}A"], "\"\u{FFFD}A\""),
        .init(.init(type: .string, bytes: [0x41, 0, 0, 0, 0x42, 0]), ["A"], "\"A\""),
        .init(.init(type: .ansiString, bytes: [0x41, 0x80, 0xE9, 0]), ["A€é"], "\"A€é\""),
        .init(.init(type: .int8, bytes: [0xFF]), ["-1"], "-1"),
        .init(.uint8(255), ["255"], "255"),
        .init(.init(type: .int16, bytes: [0, 0x80]), ["-32768"], "-32768"),
        .init(.uint16(65_535), ["65535"], "65535"),
        .init(.int32(.min), ["-2147483648"], "-2147483648"),
        .init(.uint32(.max), ["4294967295"], "4294967295"),
        .init(.int64(.min), ["-9223372036854775808"], "-9223372036854775808"),
        .init(.uint64(.max), ["18446744073709551615"], "18446744073709551615"),
        .init(.float(1.5), ["1.5"], "1.5"),
        .init(.double(-0.25), ["-0.25"], "-0.25"),
        .init(.double(.infinity), ["inf"], "\"inf\""),
        .init(.bool(true), ["true"], "true"),
        .init(.init(type: .bool, bytes: [0]), ["false"], "false"),
        .init(.init(type: .bool, bytes: [0, 0, 1, 0, 0, 0, 0, 0]), ["true"], "true"),
        .init(.binary([0x0A, 0xFF]), ["0AFF"], "\"0AFF\""),
        .init(
            .guid("5770385F-C22A-43E0-BF4C-06F5698FFBD9"), ["{5770385f-c22a-43e0-bf4c-06f5698ffbd9}"],
            "\"{5770385f-c22a-43e0-bf4c-06f5698ffbd9}\""),
        .init(.pointer(0x1410), ["0x1410"], "\"0x1410\""),
        .init(.init(type: .sizeT, bytes: [0x10, 0, 0, 0]), ["0x10"], "\"0x10\""),
        .init(.fileTime(116_444_736_000_000_001), ["1970-01-01T00:00:00.0000001Z"], "\"1970-01-01T00:00:00.0000001Z\""),
        .init(
            .init(type: .systemTime, bytes: [0xE8, 7, 1, 0, 2, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]),
            ["2024-01-02T03:04:05.006Z"], "\"2024-01-02T03:04:05.006Z\""),
        .init(.sid("S-1-5-21-1-2-3-500"), ["S-1-5-21-1-2-3-500"], "\"S-1-5-21-1-2-3-500\""),
        .init(.hexInt32(0x3E7), ["0x3e7"], "\"0x3e7\""),
        .init(.hexInt64(0), ["0x0"], "\"0x0\""),
        .init(.strings(["a", "", "b"]), ["a", "", "b"], #"["a","","b"]"#),
        .init(
            .init(type: .init(rawValue: 0x86), bytes: [1, 0, 0xFF, 0xFF]), ["1", "65535"], "[1,65535]"),
        .init(
            .init(type: .init(rawValue: 0x93), bytes: [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]),
            ["S-1-5-18", "S-1-1"], #"["S-1-5-18","S-1-1"]"#),
        .init(.init(type: .init(rawValue: 0x94), bytes: [1, 0, 0, 0, 2, 0, 0, 0]), ["0x1", "0x2"], #"["0x1","0x2"]"#),
        .init(.init(type: .init(rawValue: 0x7E), bytes: [1, 2]), [""], "\"\""),
    ]

    @Test(arguments: types)
    func everyTypeIsShownAsWindowsShowsIt(_ value: TypeCase) throws {
        let log = try Decoded(Samples.log([[("Value", value.value)]]))
        #expect(log.defects == [])
        let record = try #require(log.records.first)
        #expect(record.texts("Value") == value.text)
        #expect(record.json.hasSuffix("\"EventData\":{\"Value\":\(value.json)}}}"), "\(record.json)")
    }

    @Test func unnamedDataRepeatsUnderData() throws {
        let record = try #require(
            try Decoded(Samples.log([[(nil, .string("a")), (nil, .strings(["b", "c"]))]])).records.first)
        #expect(record.texts("Data") == ["a", "b", "c"])
        #expect(record.json.hasSuffix(##""EventData":{"Data":{"#text":["a","b","c"]}}}}"##), "\(record.json)")
        #expect(record.xml.hasSuffix("<EventData><Data>a</Data><Data>b</Data><Data>c</Data></EventData></Event>"))
    }

    @Test func systemNamesWinOverTheSameNamesInEventData() throws {
        let record = try #require(
            try Decoded(Samples.log([[("EventID", .string("x")), ("Image", .null)]])).records.first)
        #expect(record.texts("EventID") == ["7"])
        #expect(record.texts("EventData_EventID") == ["x"])
        #expect(record.texts("Image") == [""])
    }

    @Test func namesWithSpacesAlsoComeWithout() throws {
        let record = try #require(try Decoded(Samples.log([[("Threat Name", .string("x"))]])).records.first)
        #expect(record.texts("Threat Name") == ["x"])
        #expect(record.texts("ThreatName") == ["x"])
    }

    @Test func userDataGivesLeafNames() throws {
        var writer = EVTXWriter()
        try writer.add(
            .init(
                system: Samples.system, userData: "LogFileCleared", namespace: "urn:log",
                fields: [("SubjectUserName", .string("eve")), ("BackupPath", .null)]))
        let record = try #require(try Decoded(writer.finish()).records.first)
        #expect(record.texts("SubjectUserName") == ["eve"])
        #expect(record.fields.last?.section == .userData)
        #expect(
            record.json.hasSuffix(
                ##""UserData":{"LogFileCleared":{"#attributes":{"xmlns":"urn:log"},"SubjectUserName":"eve","BackupPath":null}}}}"##
            ), "\(record.json)")
    }

    @Test func xmlIsEscaped() throws {
        let record = try #require(try Decoded(Samples.log([[("A&<", .string("<&>\"\r\u{1}"))]])).records.first)
        #expect(
            record.xml.hasSuffix(
                "<EventData><Data Name=\"A&amp;&lt;\">&lt;&amp;&gt;&quot;&#13;\u{FFFD}</Data></EventData></Event>"))
        #expect(record.xml.hasPrefix("<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System>"))
        #expect(record.xml.contains("<Correlation/><Execution ProcessID=\"4\" ThreadID=\"8\"/>"))
    }

    @Test func manyRecordsFillSeveralChunksAndShareTemplates() throws {
        let bytes = try Samples.variedLog(records: 1000)
        #expect(bytes.count > 4096 + 3 * 65_536)
        let decoder = EVTXDecoder()
        let log = try Decoded(bytes, decoder: decoder)
        #expect(log.defects == [])
        #expect(log.records.map(\.id) == Array(1...1000))
        // Root, user data, unnamed data, and two shapes of named data, whatever the number of chunks.
        #expect(decoder.templates.count == 5)
        #expect(try Decoded(bytes, decoder: decoder).records == log.records)
        #expect(decoder.templates.count == 5)
        // Small windows see the same.
        #expect(try Decoded(bytes, windowSize: 1).records == log.records)
    }

    @Test func anEventThatFitsNoChunkIsRefusedAndLeavesTheLogAsItWas() throws {
        var writer = EVTXWriter()
        try writer.add(.init(system: Samples.system, eventData: [("A", .string("kept"))]))
        #expect(throws: EVTXWriter.Failure.tooLarge(recordID: 2)) {
            try writer.add(
                .init(system: Samples.system, eventData: [("A", .binary([UInt8](repeating: 0, count: 65_000)))]))
        }
        #expect(throws: EVTXWriter.Failure.self) {
            try writer.add(
                .init(system: Samples.system, eventData: [("A", .binary([UInt8](repeating: 0, count: 70_000)))]))
        }
        let log = try Decoded(writer.finish())
        #expect(log.defects == [])
        #expect(log.records.map { $0.texts("A") } == [["kept"]])
    }

    @Test func anEmptyLogHasNoRecordsAndNoDefects() throws {
        var writer = EVTXWriter()
        let log = try Decoded(writer.finish())
        #expect(log.records.isEmpty && log.defects == [])
    }
}

@Suite struct LogTests {
    @Test func aLogIsASequenceOfEvents() throws {
        let bytes = try Samples.variedLog(records: 300)
        let events = Array(try EVTXLog(bytes))
        let decoded = try Decoded(bytes)
        #expect(events.map(\.id) == decoded.records.map(\.id))
        #expect(events.map(\.json) == decoded.records.map(\.json))
        #expect(events.first?["Channel"] == "Test/Operational")
        #expect(events.first?["NoSuchField"] == nil)
        #expect(events.first?.fileOffset == Int64(4608))
        #expect(events.first?.nanoseconds == 1_704_164_645_123_456_700)
    }
}
