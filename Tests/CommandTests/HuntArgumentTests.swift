import ArgumentParser
import Bytes
import Engine
import Events
import Formats
import Sigma
import Testing

@testable import siloscope

@Suite("Hunt arguments")
struct HuntArgumentTests {
    private func options(_ arguments: String...) throws -> HuntOptions {
        let command = try #require(try HuntCommand.parseAsRoot(["x"] + arguments) as? HuntCommand)
        return try HuntRequest(command).options
    }

    @Test(
        "Times",
        arguments: [
            ("2021-08-14", 1_628_899_200_000_000_000), ("1970-01-01", 0), ("2000-02-29", 951_782_400_000_000_000),
            ("2021-08-14T09:12", 1_628_932_320_000_000_000), ("2021-08-14 09:12:33.12", 1_628_932_353_120_000_000),
            ("2021-08-14T09:12:33.1204567Z", 1_628_932_353_120_456_700),
            ("2021-08-14T11:12:33+02:00", 1_628_932_353_000_000_000),
            ("2021-08-14T11:12:33+0200", 1_628_932_353_000_000_000),
            ("2021-08-14T09:12:33.0000000009Z", 1_628_932_353_000_000_000),
            ("1969-12-31T23:59:59Z", -1_000_000_000),
        ] as [(String, Int64)])
    func times(text: String, nanoseconds: Int64) throws {
        #expect(try MomentArgument.moment(text).nanoseconds == nanoseconds)
    }

    @Test(
        "What is no time",
        arguments: [
            "", "2021", "2021-13-01", "2021-02-29", "2021-08-14T", "2021-08-14T25:00", "2021-08-14T09:12:33.",
            "2021-08-14X",
            "2021-08-14T09:12+2", "0001-01-01", "9999-01-01", "2021-08-14T09:12:33Zjunk", "-2021-08-14",
        ])
    func noTimes(text: String) { #expect(throws: ValidationError.self) { try MomentArgument.moment(text) } }

    @Test(
        "Spans",
        arguments: [("45m", 2_700), ("12h", 43_200), ("30d", 2_592_000), ("2w", 1_209_600), ("1s", 1)]
            as [(String, Int64)])
    func spans(text: String, seconds: Int64) throws {
        #expect(try MomentArgument.span(text) == seconds * 1_000_000_000)
    }

    @Test("What is no span", arguments: ["", "d", "-3d", "0d", "3y", "3", "999999999999999999w", "1.5h"])
    func noSpans(text: String) { #expect(throws: ValidationError.self) { try MomentArgument.span(text) } }

    @Test(
        "Zones",
        arguments: [("+02:00", 7200), ("-0530", -19_800), ("+14", 50_400), ("Z", 0), ("utc", 0)] as [(String, Int)])
    func zones(text: String, seconds: Int) throws { #expect(try ReadingArguments.zone(text) == seconds) }

    @Test("What is no zone", arguments: ["", "2", "+2", "+15:00", "+02:60", "02:00", "+ab:cd", "CET"])
    func noZones(text: String) { #expect(throws: ValidationError.self) { try ReadingArguments.zone(text) } }

    @Test(
        "Clocks",
        arguments: [("WEB1=+2m30s", "web1", 150), ("a=b=-1h", "a=b", -3600), ("x.evtx=+1d", "x.evtx", 86_400)]
            as [(String, String, Int64)])
    func clocks(text: String, source: String, seconds: Int64) throws {
        let clock = try ReadingArguments.clock(text)
        #expect(clock.source == source && clock.offset == seconds * 1_000_000_000)
    }

    @Test("What is no clock", arguments: ["", "WEB1", "=+2m", "WEB1=2m", "WEB1=+", "WEB1=+2", "WEB1=+0s", "WEB1=+2m3"])
    func noClocks(text: String) { #expect(throws: ValidationError.self) { try ReadingArguments.clock(text) } }

    @Test("Reading options reach the engine")
    func reading() throws {
        let options = try options(
            "--timezone", "+01:00", "--date", "2026-11-23", "--clock", "H=+1s", "--password", "a", "--password", "b",
            "--max-unpacked", "2"
        ).reading
        #expect(options.zone == 3600 && options.day == CivilDate(year: 2026, month: 11, day: 23))
        #expect(options.clocks == [ClockCorrection(source: "h", offset: 1_000_000_000)])
        #expect(options.unwrapping.passwords == ["a", "b"] && options.unwrapping.limits.bytes == 2 << 30)
        #expect(throws: (any Error).self) { try self.options("--date", "2026-11-23T01:00") }
        #expect(throws: (any Error).self) { try self.options("--max-unpacked", "0") }
    }

    @Test("Lists take commas and come again")
    func lists() throws {
        let options = try options(
            "--include-eid", "4688, 1", "--include-eid", "11", "--exclude-channel", "Security", "--include-computer",
            "A,B",
            "--exclude-tag", "attack.t1611", "--include-status", "stable,test", "--exclude-rule", "id-1")
        #expect(options.includeEventIDs == [4688, 1, 11])
        #expect(options.excludeChannels == ["security"])
        #expect(options.includeHosts == ["a", "b"])
        #expect(options.excludeTags == ["attack.t1611"])
        #expect(options.includeStatus == ["stable", "test"])
        #expect(options.excludeRules == ["id-1"])
    }

    @Test("Placeholders gather their values")
    func placeholders() throws {
        let options = try options(
            "--placeholder", "Admins=a,b", "--placeholder", "%Admins%=c", "--placeholder", "None=")
        #expect(options.placeholders == ["Admins": ["a", "b", "c"], "None": []])
    }

    @Test("The rest reaches the engine")
    func rest() throws {
        let options = try options(
            "-r", "one", "--rules", "two", "--no-builtin", "-m", "crit", "--from", "2024-01-01", "--to", "2024-02-01",
            "--ungrouped", "--threads", "3", "--recover", "--cache", "c", "--ignore-logsource", "--strategies", "s")
        #expect(options.evidence == ["x"])
        #expect(options.rulePaths == ["one", "two"])
        #expect(!options.useBuiltin)
        #expect(options.minimumLevel == .critical)
        #expect(options.from == Timestamp(nanoseconds: 1_704_067_200_000_000_000))
        #expect(options.to == Timestamp(nanoseconds: 1_706_745_600_000_000_000))
        #expect(options.ungrouped && options.reading.recover && options.ignoreLogSource)
        #expect(options.threads == 3)
        #expect(options.cachePath == "c")
        #expect(options.strategiesPath == "s")
        #expect(try self.options("--cache", "c", "--no-cache").cachePath == nil)
    }

    @Test(
        "Every error of a hunt has words, a way out, and the right status",
        arguments: [
            (HuntError.Code.evidenceUnreadable, ProcessStatus.usage), (.nothingRecognised, .usage),
            (.rulesUnreadable, .usage),
            (.noRules, .content), (.output, .usage),
        ])
    func prose(code: HuntError.Code, status: ProcessStatus) throws {
        let complaint = try #require(Prose.complaint(about: HuntError(code, path: "p\u{1B}[2J", reason: "why")))
        #expect(complaint.status == status)
        #expect(complaint.message.contains("why"))
        #expect(!complaint.message.contains("\u{1B}"))
    }
}
