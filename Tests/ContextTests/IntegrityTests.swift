import Bytes
import Events
import Foundation
import Testing

@testable import Context

/// Batches and views of logs, and what the context says of them.
struct LogEvidence {
    struct Piece {
        var source: SourceNumber
        var records: [(number: Int64, time: Int64, eventID: Int)]
        var channel = "Security"
        var host = "HOST01"
        var provider = "Microsoft-Windows-Security-Auditing"
        var message = ""
    }

    var pieces: [Piece] = []
    var views: [EventView] = []
    var notes: [SourceNote] = []

    /// Consecutive records, a second apart.
    mutating func run(
        _ numbers: ClosedRange<Int64>, at time: Int64, source: SourceNumber = 0, channel: String = "Security"
    ) {
        pieces.append(
            Piece(
                source: source, records: numbers.map { ($0, time + $0 - numbers.lowerBound, 4688) }, channel: channel))
    }

    mutating func mark(
        _ eventID: Int, _ channel: String, _ provider: String, number: Int64, at time: Int64, source: SourceNumber = 9
    ) {
        pieces.append(
            Piece(source: source, records: [(number, time, eventID)], channel: channel, provider: provider))
    }

    static func observe(_ piece: Piece, into builder: inout ContextBuilder) {
        var writer = EventReaderTests.Writer()
        for record in piece.records {
            writer.begin(
                piece.message.isEmpty
                    ? Origin(
                        product: "windows", channel: piece.channel, provider: piece.provider, eventID: record.eventID)
                    : Origin(product: "docker", service: "daemon"), at: record.time,
                host: piece.message.isEmpty ? piece.host : nil)
            if !piece.message.isEmpty { writer.narrow("Message", piece.message) }
            writer.heads[writer.heads.count - 1].eventRecordID = piece.message.isEmpty ? record.number : -1
            writer.heads[writer.heads.count - 1].record = UInt64(record.number)
            writer.heads[writer.heads.count - 1].offset = record.number * 100
        }
        builder.observe(writer.batch(), writer.vocabulary, source: piece.source)
    }

    func derived() -> [DerivedEvent] {
        var builder = ContextBuilder()
        for piece in pieces { LogEvidence.observe(piece, into: &builder) }
        for view in views { builder.observe(view) }
        return builder.finish(sources: notes).derived
    }

    /// The same, in any order, in any parts, some of it twice.
    func shuffled(_ random: inout Seeded) -> [DerivedEvent] {
        var parts = (0..<Int.random(in: 1...5, using: &random)).map { _ in ContextBuilder() }
        let twice = pieces + pieces.filter { _ in Bool.random(using: &random) }
        for piece in twice.shuffled(using: &random) {
            LogEvidence.observe(piece, into: &parts[Int.random(in: parts.indices, using: &random)])
        }
        let again = views + views.filter { _ in Bool.random(using: &random) }
        for view in again.shuffled(using: &random) {
            parts[Int.random(in: parts.indices, using: &random)].observe(view)
        }
        while parts.count > 1 {
            let other = parts.remove(at: Int.random(in: parts.indices, using: &random))
            parts[Int.random(in: parts.indices, using: &random)].merge(other)
        }
        return parts[0].finish(sources: notes.shuffled(using: &random)).derived
    }

    // MARK: Containers' logs

    /// A copy of a container's log: a line at each moment, the text being the moment unless given.
    mutating func log(_ path: String, _ times: [Int64], source: SourceNumber, size: Int64? = nil) {
        notes.append(
            SourceNote(
                source: source, path: path, format: times.isEmpty ? "" : "container-log",
                size: size ?? Int64(times.count * 100), events: times.count))
        for (index, time) in times.enumerated() {
            views.append(
                EventView(
                    kind: .containerOutput, time: Fixture.seconds(time), host: "",
                    values: [EventView.Value(.message, "tick \(time)"), EventView.Value(.outputStream, "stdout")],
                    place: EventPlace(source: source, record: UInt64(index + 1), offset: Int64(index * 100))))
        }
    }
}

extension DerivedEvent {
    func field(_ name: String) -> String? { fields.first { $0.name == name }?.values.first }
}

@Suite("Integrity of logs")
struct IntegrityTests {
    private func findings(_ build: (inout LogEvidence) -> Void) -> [DerivedEvent] {
        var evidence = LogEvidence()
        build(&evidence)
        return evidence.derived()
    }

    @Test("a hole in a dense log is found, with its numbers, its times and the records beside it")
    func gap() throws {
        let found = findings {
            $0.run(1...500, at: 0)
            $0.run(520...900, at: 600)
        }
        #expect(found.map(\.finding) == ["record-gap"])
        let gap = try #require(found.first)
        #expect(gap.field("Gap.Records") == "19")
        #expect(gap.field("Log.LastRecord") == "500" && gap.field("Log.FirstRecord") == "520")
        #expect(gap.field("Gap.Seconds") == "101" && gap.field("Gap.Holes") == "1")
        #expect(gap.host == "host01" && gap.field("Log.Channel") == "security")
        #expect(gap.places.map(\.record) == [500, 520])
    }

    @Test("logs of many hosts and channels, mixed in one source, each have their own holes")
    func mixed() throws {
        var writer = EventReaderTests.Writer()
        for number in Int64(1)...400 {
            for host in 0..<20 {
                for channel in ["Security", "System"] {
                    // One host lacks some records of one log.
                    if host == 7, channel == "System", (200..<210).contains(number) { continue }
                    writer.begin(
                        Origin(product: "windows", channel: channel, eventID: 1), at: number, host: "HOST\(host)")
                    writer.heads[writer.heads.count - 1].eventRecordID = number + Int64(host % 3)
                }
            }
        }
        var builder = ContextBuilder()
        builder.observe(writer.batch(), writer.vocabulary, source: 0)
        let found = builder.finish().derived
        #expect(found.map { "\($0.finding) \($0.host)" } == ["record-gap host7"])
        #expect(found.first?.field("Gap.Records") == "10" && found.first?.field("Log.Channel") == "system")
    }

    @Test("a log that is written latest first has the same holes")
    func descending() {
        let found = findings { evidence in
            let numbers = (Array(1...500) + Array(520...900)).reversed()
            evidence.pieces.append(
                LogEvidence.Piece(source: 0, records: numbers.map { (Int64($0), Int64($0), 4688) }))
        }
        #expect(found.map { $0.field("Gap.Records") } == ["19"])
    }

    @Test(
        "what is no evidence stays quiet",
        arguments: [
            "filtered", "rare filter", "two exports", "lossy forwarder", "filled", "short", "whole",
            "interleaved hosts",
        ])
    func quiet(what: String) {
        let found = findings { evidence in
            switch what {
            case "filtered":
                evidence.pieces.append(
                    LogEvidence.Piece(source: 0, records: (0..<900).map { (Int64($0 * 3), Int64($0), 4688) }))
            case "rare filter":
                // One event in twenty is left out.
                evidence.pieces.append(
                    LogEvidence.Piece(
                        source: 0, records: (0..<2000).filter { $0 % 20 != 7 }.map { (Int64($0), Int64($0), 4688) }))
            case "lossy forwarder":
                evidence.pieces.append(
                    LogEvidence.Piece(
                        source: 0, records: (0..<2000).filter { $0 % 290 != 7 }.map { (Int64($0), Int64($0), 4688) }))
            case "two exports":
                evidence.run(1...500, at: 0, source: 0)
                evidence.run(700...1200, at: 900, source: 1)
            case "filled":
                evidence.run(1...500, at: 0, source: 0)
                evidence.run(520...900, at: 600, source: 0)
                evidence.run(480...600, at: 479, source: 1)
            case "short":
                evidence.run(1...40, at: 0)
                evidence.run(45...70, at: 50)
            case "interleaved hosts":
                for number in Int64(0)..<400 {
                    for host in ["A", "B"] {
                        evidence.pieces.append(
                            LogEvidence.Piece(source: 0, records: [(number + 7000, number, 4688)], host: host))
                    }
                }
            default: evidence.run(1...900, at: 0)
            }
        }
        #expect(found == [])
    }

    @Test("a hole in a damaged file is said to be of the damage")
    func damage() throws {
        let found = findings {
            $0.run(1...500, at: 0)
            $0.run(520...900, at: 600)
            $0.notes = [
                SourceNote(
                    source: 0, path: "Security.evtx", format: "evtx", size: 1 << 20, events: 881,
                    damage: [
                        SourceNote.Damage(
                            code: "evtx-chunk-data-checksum", count: 1, recordsLost: 19, firstOffset: 65536,
                            detail: "")
                    ])
            ]
        }
        #expect(Set(found.map(\.finding)) == ["record-gap", "damaged"])
        #expect(found.first { $0.finding == "record-gap" }?.field("Gap.Damaged") == "true")
        let damaged = try #require(found.first { $0.finding == "damaged" })
        #expect(damaged.field("Damage.RecordsLost") == "19" && damaged.host == "host01")
    }

    @Test("a step back of the clock is found, and explained where a record tells of it", arguments: [false, true])
    func clock(isExplained: Bool) throws {
        let found = findings {
            $0.run(1...500, at: 10_000)
            $0.run(501...900, at: 5_000)
            if isExplained { $0.mark(4616, "Security", "Microsoft-Windows-Security-Auditing", number: 901, at: 5_410) }
            if isExplained { $0.mark(1, "System", "Microsoft-Windows-Kernel-General", number: 7, at: 5_001) }
        }
        #expect(found.map(\.finding) == ["clock-step"])
        let step = try #require(found.first)
        #expect(step.field("Clock.BackSeconds") == "5499")
        #expect(step.field("Clock.Explained") == String(isExplained))
    }

    @Test("records that are a little out of order are no step")
    func jitter() {
        var records: [(number: Int64, time: Int64, eventID: Int)] = []
        for number in Int64(0)..<300 { records.append((number, number * 2 - (number % 7) * 15, 4688)) }
        let found = findings { $0.pieces.append(LogEvidence.Piece(source: 0, records: records)) }
        #expect(found == [])
    }

    @Test("numbers that begin again are found, with the record of a clearing or without", arguments: [false, true])
    func restart(isRecorded: Bool) throws {
        let found = findings {
            $0.run(4000...4900, at: 0)
            $0.run(1...300, at: 50_000)
            if isRecorded {
                $0.mark(1102, "Security", "Microsoft-Windows-Eventlog", number: 301, at: 49_990)
            }
        }
        let restart = try #require(found.first { $0.finding == "numbering-restarted" })
        #expect(found.filter { $0.finding != "numbering-restarted" } == [])
        #expect(restart.field("Cleared.Recorded") == String(isRecorded))
        #expect(restart.field("Coverage.Clearing") == "true")
    }

    @Test("an export inside another one begins nothing again")
    func overlap() {
        let found = findings {
            $0.run(1...900, at: 0, source: 0)
            $0.run(200...400, at: 199, source: 1)
            $0.run(1...300, at: 0, source: 2)
        }
        #expect(found == [])
    }

    @Test(
        "a log that falls silent while others go on and containers run is found",
        arguments: ["silent", "machine off", "no container", "usual"])
    func silence(what: String) throws {
        let found = findings {
            $0.run(1...300, at: 0)
            $0.run(301...600, at: 30_000)
            if what == "usual" { $0.run(601...700, at: 50_000) }
            $0.run(1...300, at: 0, source: 1, channel: "System")
            if what != "machine off" { $0.run(301...900, at: 2_000, source: 1, channel: "System") }
            $0.views = [Fixture.windows(host: "HOST01", [:])]
            if what != "no container" { $0.views.append(Fixture.docker("start", Fixture.web, at: 10)) }
        }
        #expect(found.map(\.finding) == (what == "silent" ? ["silence"] : []))
        guard let silence = found.first else { return }
        #expect(silence.field("Gap.Seconds") == "29701" && silence.field("Coverage.OtherRecords") == "600")
    }

    @Test("any order, any parts, and records told twice: the same findings")
    func shuffles() {
        var evidence = LogEvidence()
        evidence.run(1...500, at: 0)
        evidence.run(520...900, at: 600)
        evidence.run(700...1000, at: 780, source: 1)
        evidence.run(901...1300, at: 1000)
        evidence.run(1301...1500, at: 500)
        evidence.run(1...200, at: 60_000, source: 2)
        evidence.run(1...200, at: 0, source: 3, channel: "System")
        evidence.mark(1102, "Security", "Microsoft-Windows-Eventlog", number: 201, at: 59_999)
        for index in 0..<6 {
            evidence.log(
                "logs/c\(index)-\(Fixture.web)-json.log", (0..<40).filter { index < 3 || $0 != 7 }.map { Int64($0) },
                source: SourceNumber(20 + index))
        }
        for time in [1, 5, 9] { evidence.views.append(Fixture.docker("start", Fixture.web, at: Int64(time))) }
        let expected = evidence.derived()
        #expect(Set(expected.map(\.finding)).isSuperset(of: ["record-gap", "clock-step", "log-lines-removed"]))
        var random = Seeded(11)
        for _ in 0..<20 { #expect(evidence.shuffled(&random) == expected) }
    }

    @Test("a builder that was written down and read again goes on as if it had not been")
    func snapshot() throws {
        var evidence = LogEvidence()
        evidence.run(1...500, at: 0)
        evidence.log("one/\(Fixture.web)-json.log", Array(0..<40), source: 5)
        evidence.views += [Fixture.docker("start", Fixture.web, at: 1), Fixture.docker("destroy", Fixture.web, at: 30)]
        var rest = LogEvidence()
        rest.run(520...900, at: 600)
        rest.log("two/\(Fixture.web)-json.log", Array(0..<60).filter { $0 != 9 }, source: 6)
        rest.views += [Fixture.docker("start", Fixture.api, at: 2), Fixture.docker("die", Fixture.api, at: 3)]
        func finish(_ cut: Bool) throws -> [DerivedEvent] {
            var builder = ContextBuilder()
            for piece in evidence.pieces { LogEvidence.observe(piece, into: &builder) }
            for view in evidence.views { builder.observe(view) }
            if cut { builder = try JSONDecoder().decode(ContextBuilder.self, from: JSONEncoder().encode(builder)) }
            for piece in rest.pieces { LogEvidence.observe(piece, into: &builder) }
            for view in rest.views { builder.observe(view) }
            return builder.finish(sources: evidence.notes + rest.notes).derived
        }
        let whole = try finish(false)
        #expect(whole.map(\.finding).sorted() == ["gone-without-stop", "log-lines-removed", "record-gap"])
        #expect(try finish(true) == whole)
    }

    @Test("numbers and times that cannot be bring nothing down")
    func hostile() {
        var random = Seeded(17)
        let times: [Int64] = [.min, .min + 1, -1, 0, 1, 1_700_000_000_000_000_000, .max - 1, .max]
        let numbers: [Int64] = [.min, -1, 0, 1, 2, 3, 1 << 61, (1 << 62) - 1, 1 << 62, .max]
        let ids = [Fixture.web, Fixture.api, "zz", ""]
        for _ in 0..<60 {
            var builder = ContextBuilder()
            var writer = EventReaderTests.Writer()
            for _ in 0..<40 {
                let id = [1, 104, 1102, 4616, 4688].randomElement(using: &random) ?? 1
                writer.begin(Origin(product: "windows", channel: "Security", eventID: id), at: 0, host: "H")
                writer.heads[writer.heads.count - 1].eventRecordID = numbers.randomElement(using: &random) ?? 0
                writer.heads[writer.heads.count - 1].time =
                    Timestamp(nanoseconds: times.randomElement(using: &random) ?? 0)
            }
            builder.observe(writer.batch(), writer.vocabulary, source: 0)
            var notes: [SourceNote] = []
            for source in (0..<4).map(SourceNumber.init(_:)) {
                let id = ids.randomElement(using: &random) ?? ""
                notes.append(
                    SourceNote(
                        source: source, path: "\(source.number)/\(id)-json.log", format: "",
                        size: numbers.randomElement(using: &random) ?? 0, events: 0))
                for line in 0..<6 {
                    var view = EventView(kind: .containerOutput, time: .unknown, host: "")
                    view.time = Timestamp(nanoseconds: times.randomElement(using: &random) ?? 0)
                    view.place = EventPlace(source: source, record: 1, offset: Int64(line))
                    builder.observe(view)
                }
            }
            let verbs = [
                "create", "start", "die", "kill", "destroy", "rename", "commit", "exec_create", "exec_create: x",
            ]
            for _ in 0..<40 {
                var view = Fixture.docker(
                    verbs.randomElement(using: &random) ?? "", ids.randomElement(using: &random) ?? "", at: 0)
                view.time = Timestamp(nanoseconds: times.randomElement(using: &random) ?? 0)
                builder.observe(view)
                var silo = Fixture.windows(kind: .silo, [.siloGUID: "{1}"])
                silo.eventID = 22
                silo.time = Timestamp(nanoseconds: times.randomElement(using: &random) ?? 0)
                builder.observe(silo)
                var start = Fixture.start(
                    "C:\\docker.exe", pid: 4, parentImage: "C:\\Windows\\System32\\CExecSvc.exe", at: 0, host: "H")
                start.time = Timestamp(nanoseconds: times.randomElement(using: &random) ?? 0)
                builder.observe(start)
            }
            _ = builder.finish(sources: notes).derived
        }
    }

    @Test("a bounded set keeps the same elements in any order")
    func bounded() {
        var random = Seeded(3)
        let all = (0..<500).map { $0 }
        for _ in 0..<20 {
            var parts = (0..<4).map { _ in BoundedSet<Int>(limit: 40) }
            for element in (all + all).shuffled(using: &random) {
                parts[Int.random(in: 0..<4, using: &random)].insert(element)
            }
            var whole = parts[0]
            for part in parts.dropFirst().shuffled(using: &random) { whole.merge(part) }
            #expect(whole.sorted() == Array(0..<40) && whole.overflowed)
        }
        var few = BoundedSet<Int>(limit: 40)
        for element in 0..<40 { few.insert(element) }
        #expect(!few.overflowed)
    }
}
