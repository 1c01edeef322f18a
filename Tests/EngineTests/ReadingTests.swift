import Bytes
import Events
import Foundation
import Strategies
import Testing

@testable import Engine
@testable import Formats

/// What reading does for every format: clocks, times that cannot be, hosts of layouts, sequences with one worker, surveys.
@Suite struct ReadingTests {
    static let second: Int64 = 1_000_000_000

    /// The events' times in seconds and hosts, and the defects, of a folder.
    static func read(_ bench: Workbench, _ options: ReadingOptions) throws -> (
        events: [String], defects: [String], span: ClosedRange<Timestamp>?
    ) {
        let evidence = Evidence(paths: [bench.url.appending(path: "evidence").path()])
        var reader = BatchReader(evidence: evidence, options: options)
        var events: [String] = []
        var defects: [String] = []
        var span: ClosedRange<Timestamp>?
        for segment in evidence.segments() {
            try reader.read(segment)
            for head in reader.batch.events {
                let host = head.hostSlot < 0 ? "" : reader.batch.text(of: reader.batch.slots[Int(head.hostSlot)])
                events.append("\(head.time.nanoseconds / second) \(host)")
            }
            defects += reader.batch.defects.map { "\($0.code) \($0.offset)" }
            span = reader.span
        }
        return (events, defects, span)
    }

    @Test("a clock is put right for a host, or for the files whose path ends so, and for no other")
    func clocks() throws {
        let bench = try Workbench()
        try bench.write(
            "{\"ts\":1603007406,\"Computer\":\"WEB1\"}\n{\"ts\":1603007406,\"Computer\":\"DB\"}\n{\"ts\":1603007406}\n",
            to: "evidence/a.ndjson")
        var options = ReadingOptions()
        #expect(try Self.read(bench, options).events == ["1603007406 WEB1", "1603007406 DB", "1603007406 "])
        options.clocks = [ClockCorrection(source: "web1", offset: 120 * Self.second)]
        #expect(try Self.read(bench, options).events == ["1603007526 WEB1", "1603007406 DB", "1603007406 "])
        options.clocks.append(ClockCorrection(source: "A.NDJSON", offset: -Self.second))
        #expect(try Self.read(bench, options).events == ["1603007526 WEB1", "1603007405 DB", "1603007405 "])
    }

    @Test("times before 1990 and in the future are named with their place and do not stretch the span")
    func impossible() throws {
        let bench = try Workbench()
        let lines = [
            "{\"ts\":\"1601-01-01T00:00:00Z\"}", "{\"ts\":\"2020-10-18T07:50:06Z\"}",
            "{\"ts\":\"2200-01-01T00:00:00Z\"}",
        ]
        try bench.write(lines.joined(separator: "\n"), to: "evidence/a.ndjson")
        let read = try Self.read(bench, ReadingOptions())
        let places = [0, lines[0].utf8.count + lines[1].utf8.count + 2]
        // 1601 does not fit into nanoseconds since 1970: it is no time at all.
        #expect(read.defects == ["event-without-time 0", "time-impossible \(places[1])"])
        let moment = Timestamp(nanoseconds: 1_603_007_406 * Self.second)
        #expect(read.span == moment...moment)
    }

    @Test("local times are read in the zone that was given")
    func zone() throws {
        let bench = try Workbench()
        try bench.write(
            #"{"EventTime":"2020-10-18 09:50:06","Hostname":"W","EventID":1,"Channel":"System","SourceName":"x"}"#,
            to: "evidence/a.ndjson")
        var options = ReadingOptions()
        #expect(try Self.read(bench, options).events == ["1603014606 W"])
        options.zone = 7200
        #expect(try Self.read(bench, options).events == ["1603007406 W"])
    }

    @Test("a sequence is one piece of work, lines are many")
    func work() throws {
        let bench = try Workbench()
        let line = "{\"ts\":1603007406,\"a\":\"\(String(repeating: "x", count: 1000))\"}"
        let lines = Array(repeating: line, count: 9000)
        try bench.write(lines.joined(separator: "\n"), to: "evidence/a.ndjson")
        try bench.write("[" + lines.joined(separator: ",\n") + "]", to: "evidence/b.json")
        let evidence = Evidence(paths: [bench.url.appending(path: "evidence").path()])
        #expect(evidence.sources.map(\.formatName) == ["ndjson", "json"])
        let segments = evidence.segments()
        let queue = WorkQueue(segments, of: evidence)
        var pieces: [[Int]] = []
        while let piece = queue.take() { pieces.append(piece.map { segments[$0].source }) }
        #expect(pieces == [[0], [0], [1, 1]])
        #expect(try Self.read(bench, ReadingOptions()).events.count == 18_000)
    }

    @Test("a survey counts records, losses, hosts and log sources, and says which needs are met")
    func survey() async throws {
        let bench = try Workbench()
        try bench.write(
            """
            {"ts":1603007406,"Computer":"H","Channel":"Security","EventID":4688}
            {"ts":1603007407,"Computer":"H","Channel":"Security","EventID":4688}
            {broken
            {"ts":1603007408,"Computer":"I","Channel":"System","EventID":7}
            """, to: "evidence/a.ndjson")
        try bench.write("nothing of ours\n", to: "evidence/notes.txt")
        let strategies = try StrategyLibrary.builtin()
        let survey = await Survey(
            evidence: Evidence(paths: [bench.url.appending(path: "evidence").path()]), reading: ReadingOptions(),
            threads: 2, strategies: strategies
        ).run()
        let source = try #require(survey.sources.first)
        #expect(source.records == 3 && source.recordsLost == 1 && source.certainty == "certain")
        #expect(source.hosts.map { "\($0.name) \($0.count)" } == ["H 2", "I 1"])
        #expect(source.origins.map { "\($0.name) \($0.count)" } == ["Security 4688 2", "System 7 1"])
        #expect(source.first?.nanoseconds == 1_603_007_406 * Self.second)
        #expect(source.last?.nanoseconds == 1_603_007_408 * Self.second)
        #expect(survey.sources.last?.reason == "text of no known format")
        let met = Set(survey.needs.filter { !$0.metBy.isEmpty }.map(\.id))
        #expect(met == ["process-creation", "log-integrity"])
        #expect(survey.needs.allSatisfy { !$0.metBy.isEmpty || !$0.commands.isEmpty })
    }

    @Test("a need names log sources that some field map gives, or channels")
    func needs() throws {
        var given: Set<String> = []
        for name in FieldMap.allNames {
            let map = FieldMap.named(name)
            for origin in [map.origin] + map.kinds.values.map(\.origin) {
                given.insert("\(origin.product)/\(origin.service)")
                given.insert("\(origin.product)/\(origin.category)")
            }
        }
        for need in try StrategyLibrary.builtin().flatMap(\.needs) {
            for source in need.sources where source.channel.isEmpty && source.product != "zeek" {
                #expect(given.contains(source.text), "\(need.id): \(source.text)")
            }
        }
    }
}
