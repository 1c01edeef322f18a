import Bytes
import Events
import Testing

@testable import Formats

/// Input that an adversary, a full disk or another program wrote.
@Suite struct SensorHostileTests {
    private static let samples: [(format: any Format.Type, text: String)] = [
        (FalcoTextFormat.self, FalcoTextTests.text), (ZeekFormat.self, ZeekTests.dns + ZeekTests.conn),
        (ConntrackFormat.self, ConntrackTests.events), (ProcmonCSVFormat.self, ProcmonTests.csv),
        (ProcmonXMLFormat.self, ProcmonTests.xml),
        (MappedJSONLines<FalcoJSON>.self, SensorTests.shell + "\n"),
        (MappedJSONLines<TraceeJSON>.self, #"{"eventName":"x","args":[{"name":"a","value":[1]}],"timestamp":1}"# + "\n"),
        (MappedJSONDocuments<MappedRecord<TetragonName>>.self, SensorTests.exec),
        (MappedJSONDocuments<ETWRecord<SealighterName>>.self, ETWTests.seal),
        (MappedJSONLines<ETWRecord<SilkETWName>>.self, ETWTests.silk + "\n"),
    ]

    private static func decode(_ format: any Format.Type, _ bytes: [UInt8]) -> Decoded { decodeOpened(format, bytes) }

    private static func decodeOpened<F: Format>(_ format: F.Type, _ bytes: [UInt8]) -> Decoded {
        Decoded.decode(format, bytes)
    }

    @Test("samples with bytes changed, doubled and cut out never end the run", arguments: samples.indices)
    func mutations(_ index: Int) {
        let (format, text) = Self.samples[index]
        let bytes = Array(text.utf8)
        let marks: [UInt8] = Array("\"\\{}[],:<>=\t\n\r -#&\0".utf8) + [0xFF]
        var generator = SplitMix(state: UInt64(index) + 99)
        for _ in 0..<150 {
            var copy = bytes
            for _ in 0..<Int.random(in: 1...6, using: &generator) where !copy.isEmpty {
                let place = Int.random(in: 0..<copy.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: copy[place] = marks.randomElement(using: &generator) ?? 0
                case 1: copy.insert(marks.randomElement(using: &generator) ?? 0, at: place)
                case 2: copy.removeSubrange(place..<min(copy.count, place + 9))
                default: copy.insert(contentsOf: copy[place..<min(copy.count, place + 20)], at: place)
                }
            }
            let decoded = Self.decode(format, copy)
            for event in decoded.events { #expect(event.offset >= 0 && event.length <= copy.count) }
        }
    }

    @Test("a line longer than the limit is one defect, and the next one is read") func longLine() {
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: LineSequence.lineLimit + 1)
        let bytes = Array(ZeekTests.conn.utf8) + long + [0x0A] + Array("1713484803.000000\tCa4\t::1\t4\t::2\t5\ttcp\t-\t-\n".utf8)
        let decoded = Decoded.decode(ZeekFormat.self, bytes)
        #expect(decoded.defects.map(\.code) == ["line-too-long"] && decoded.events.count == 2)
    }

    @Test("columns, keys and words are capped") func caps() {
        let many = "#separator \\x09\n#fields\tts" + String(repeating: "\tf", count: 5000) + "\n1713484803.0"
            + String(repeating: "\tv", count: 5000) + "\n"
        let zeek = Decoded.decode(ZeekFormat.self, many)
        #expect((zeek.events.first?.fields.count ?? 0) <= ZeekHeader.columnLimit)
        let keys = "10:00:00.0: Notice x (" + (0..<5000).map { "k\($0)=v" }.joined(separator: " ") + ")\n"
        let falco = Decoded.decode(FalcoTextFormat.self, keys)
        #expect((falco.events.first?.fields.count ?? 0) <= FalcoLine.pairLimit + 3)
        let detail = (0..<5000).map { "Key \($0): v" }.joined(separator: ", ")
        let bytes = Array(detail.utf8)
        var pairs: [(key: Range<Int>, value: Range<Int>)] = []
        ProcmonDetail.read(bytes.span.bytes, into: &pairs)
        #expect(pairs.count == ProcmonDetail.pairLimit)
    }

    @Test(
        "the pairs of a detail",
        arguments: [
            ("Offset: 1,024, Length: 2", ["Offset|1,024", "Length|2"]),
            ("ShareMode: Read, Write, Delete, AllocationSize: n/a", ["ShareMode|Read, Write, Delete", "AllocationSize|n/a"]),
            ("PID: 7, Command line: a, b: c, PID: 9", ["PID|7", "Command line|a, b: c, PID: 9"]),
            ("Command line: a, Current directory: C:\\, Current directory: D:\\", ["Command line|a, Current directory: C:\\", "Current directory|D:\\"]),
            ("Type: REG_SZ, Data: x, Type: y", ["Type|REG_SZ", "Data|x, Type: y"]), ("no pair", []), ("", []),
            ("Data: ", ["Data|"]), ("Data:", ["Data|"]), (": x", []), ("Length: 0, startime: 1, mss: 2", ["Length|0", "startime|1", "mss|2"]),
            ("C:\\x: y", []),
        ])
    func detail(_ text: String, _ expected: [String]) {
        let bytes = Array(text.utf8)
        var pairs: [(key: Range<Int>, value: Range<Int>)] = []
        ProcmonDetail.read(bytes.span.bytes, into: &pairs)
        let found = pairs.map {
            String(decoding: bytes[$0.key], as: UTF8.self) + "|" + String(decoding: bytes[$0.value], as: UTF8.self)
        }
        #expect(found == expected)
    }

    @Test(
        "what only resembles these formats is not taken from others",
        arguments: [
            (#"{"ts":1713484802.5,"uid":"x"}"#, "ndjson"), (#"{"rule":"x","output":"y"}"#, "ndjson"),
            (#"{"name":"x","data":[{"name":"a"}],"timestamp":1}"#, "ndjson"), (#"{"process":{"pid":1}}"#, "ndjson"),
            (#"{"header":{"event_id":1},"properties":{}}"#, "ndjson"), (#"{"ProviderName":"x","EventName":"y"}"#, "ndjson"),
            ("12:00:00: hello world\n", nil), ("#fields are comments\n1\n", nil), ("tcp 6 src=1\n", nil),
            ("Process Name,Operation\na,b\n", nil), ("a,b\n1,2\n", nil), ("<procmonitor>", nil), ("12:00:00.5: Noticed x\n", nil),
        ] as [(String, String?)])
    func nearMisses(_ text: String, _ format: String?) {
        #expect(Decoded.recognised(text)?.format == format)
    }
}
