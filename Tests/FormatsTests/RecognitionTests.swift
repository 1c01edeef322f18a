import Bytes
import Formats
import Testing

@Suite struct RecognitionTests {
    /// The name of the format, or the reason against.
    static func recognise(_ bytes: [UInt8], _ fileExtension: String = "json") -> String {
        switch Formats.recognise(head: bytes.span.bytes, fileExtension: fileExtension) {
        case .format(let format, let certainty): "\(format.name) \(certainty)"
        case .unrecognised(let reason): reason
        }
    }

    @Test(
        "JSON is told apart by layout and members",
        arguments: [
            (#"{"a":1}"#, "ndjson certain"), ("\u{FEFF}{\"a\":1}\n{\"a\":2}\n", "ndjson certain"),
            ("half a line\"}\n{\"a\":1}\n", "ndjson certain"), (#"{"a":"not clos"#, "ndjson likely"),
            ("{\n \"a\": 1\n}", "json certain"), ("[{\"a\":1}]", "json certain"), ("[\n {\"a\":", "json likely"),
            (DockerTests.exec, "docker-events certain"),
            (#"{"Type":"container","Action":"start","Actor":{"ID":"x"},"time":1}"#, "docker-events certain"),
            (#"[{"Id":"a","State":{},"Config":{}}]"#, "docker-inspect certain"),
            (#"{"Id":"a","HostConfig":{},"Config":{}}"#, "docker-inspect certain"),
            (#"[{"Id":"a","Created":"x","Path":"p","Args":[],"State":{"#, "docker-inspect likely"),
            (#"[{"Id":"sha256:a","RepoTags":[]}]"#, "docker-inspect certain"),
            ("$ docker inspect x\n{\n  \"a\": 1\n}\n", "text of no known format"), ("", "empty file"),
            (" \n", "nothing but white space"), ("hello\n", "text of no known format"),
            ("<Event/>", "XML or HTML without an event of Windows in it"),
            ("[1,2]", "looks like JSON but holds no readable object"),
        ])
    func json(_ text: String, _ expected: String) { #expect(Self.recognise(Array(text.utf8)) == expected) }

    @Test(
        "other files are named",
        arguments: [
            ([0xFF, 0xFE, 0x7B, 0x00], "utf-16le"), ([0xFE, 0xFF, 0x00, 0x7B], "utf-16be"),
            ([0x50, 0x4B, 3, 4], "zip"),
            ([0x1F, 0x8B, 8], "gzip"), ([0, 1, 2], "binary"), ([0x30, 0, 0, 0, 0x4C, 0x66, 0x4C, 0x65], ".evt"),
        ] as [([UInt8], String)])
    func others(_ bytes: [UInt8], _ part: String) { #expect(Self.recognise(bytes).contains(part)) }
}
