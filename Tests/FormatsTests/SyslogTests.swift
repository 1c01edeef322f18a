import Bytes
import Events
import Formats
import Testing

@Suite struct SyslogTests {
    @Test(
        "heads of every form are read",
        arguments: [
            (
                "<34>1 2003-10-11T22:14:15.003Z h.example su 17 ID47 [x@1 a=\"]\"] 'su root' failed",
                ["34", "h.example", "su", "17", "'su root' failed"], "auth"
            ),
            ("Mar  6 04:07:28 host CRON[3]: (root) CMD (x)", ["", "host", "CRON", "3", "(root) CMD (x)"], "cron"),
            (
                "2020-05-31T00:00:45.698463+00:00 host sshd[1]: Accepted", ["", "host", "sshd", "1", "Accepted"], "sshd"
            ),
            ("2020-05-31T00:00:45Z h kernel: [ 1.2] a", ["", "h", "kernel", "", "[ 1.2] a"], "syslog"),
            ("2016-10-25T12:37:23.297265-07:00 INFO p[7]: m", ["", "", "p", "7", "m"], "syslog"),
            ("Mar 11 19:26:39 h tag no colon", ["", "h", "tag", "", "no colon"], "syslog"),
        ])
    func heads(_ line: String, _ expected: [String], _ service: String) throws {
        let source = SourceFacts(day: CivilDate(year: 2024, month: 1, day: 1))
        let decoded = try #require(Decoded.recognised(line + "\n", source: source))
        #expect(decoded.format == "syslog")
        let event = try #require(decoded.decoded.events.first)
        let found = ["priority", "host", "program", "pid", "message"].map { event[$0].first ?? "" }
        #expect(found == expected)
        #expect(event.origin == Origin(product: "linux", service: service))
        #expect(event.time > 0 && decoded.decoded.defects.isEmpty)
    }

    @Test("the year is that of the file, or the one before")
    func year() {
        let march = Timestamp(nanoseconds: 1_709_596_800_000_000_000)  // 2024-03-05
        let source = SourceFacts(modified: march)
        let decoded = Decoded.decode(
            SyslogFormat.self, "Mar  4 00:00:00 h a: x\nDec 31 00:00:00 h a: y\n", source: source)
        #expect(decoded.events.map(\.time) == [1_709_510_400_000_000_000, 1_703_980_800_000_000_000])
        let without = Decoded.decode(SyslogFormat.self, "Mar  4 00:00:00 h a: x\nMar  4 00:00:00 h a: x\n")
        #expect(without.defects.map(\.code).filter { $0 == "syslog-year-unknown" }.count == 1)
    }

    @Test("lines without a head belong to the message before, wherever the pieces end")
    func continued() {
        let text = "Mar  4 00:00:00 h a: x\n  and more\r\nand more\nMar  4 00:00:01 h a: y\n\nMar  4 00:00:02 h b: z"
        let source = SourceFacts(day: CivilDate(year: 2024, month: 1, day: 1))
        let whole = Decoded.decode(SyslogFormat.self, text, source: source).events
        #expect(whole.map { $0["message"] } == [["x\n  and more\r\nand more"], ["y"], ["z"]])
        for cut in 1..<text.utf8.count {
            let pieces = Decoded.decode(SyslogFormat.self, Array(text.utf8), cutAt: [cut], source: source)
            #expect(pieces.map(\.offset) == whole.map(\.offset) && pieces.map(\.time) == whole.map(\.time))
        }
        for length in 0..<text.utf8.count {
            _ = Decoded.decode(SyslogFormat.self, Array(text.utf8.prefix(length)), source: source)
        }
    }
}
