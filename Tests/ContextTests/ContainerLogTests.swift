import Events
import Testing

@testable import Context

@Suite("Copies of containers' logs")
struct ContainerLogTests {
    private let web = Fixture.web
    private let db = Fixture.api

    private func findings(_ build: (inout LogEvidence) -> Void) -> [DerivedEvent] {
        var evidence = LogEvidence()
        build(&evidence)
        return evidence.derived()
    }

    private func setting(_ id: String, _ size: String?) -> EventView {
        Fixture.inspect(
            id, at: 0,
            extra: [FieldValue(name: "HostConfig.LogConfig.Type", value: "json-file")]
                + (size.map { [FieldValue(name: "HostConfig.LogConfig.Config.max-size", value: $0)] } ?? []))
    }

    @Test("lines that a later copy lacks in the middle are found")
    func removed() throws {
        let found = findings {
            $0.log("before/\(web)-json.log", Array(0..<40), source: 1)
            $0.log("after/\(web)-json.log", Array(0..<45).filter { ![2, 3].contains($0) }, source: 2)
        }
        #expect(found.map(\.finding) == ["log-lines-removed"])
        let removed = try #require(found.first)
        #expect(removed.field("Log.Missing") == "2")
        #expect(removed.field("Log.MissingFrom") == Fixture.seconds(2).text)
        #expect(removed.field("Log.MissingTo") == Fixture.seconds(3).text)
        #expect(removed.time == Fixture.seconds(44))
        #expect(removed.container?.text == web)
        #expect(removed.places.map(\.source) == [1, 2])
    }

    @Test("a log that was cut at the front is found, however it is rotated", arguments: ["10m", nil])
    func truncated(rotation: String?) throws {
        let found = findings {
            $0.views = [setting(web, rotation)]
            $0.log("before/\(web)-json.log", Array(0..<40), source: 1)
            $0.log("after/\(web)-json.log", Array(43..<60), source: 2)
        }
        #expect(found.map(\.finding) == ["log-truncated"])
        let cut = try #require(found.first)
        #expect(cut.time == Fixture.seconds(43) && cut.field("Log.Missing") == "40")
        #expect(cut.field("Log.LastBefore") == Fixture.seconds(39).text)
    }

    @Test("an empty copy is a cut when logs taken with it are younger than what it ought to hold")
    func empty() throws {
        let names = { (label: String, name: String, id: String) in
            "logs/\(label)--\(name)--\(id.prefix(12))-json.log"
        }
        func evidence(otherLast: Int64) -> [DerivedEvent] {
            findings {
                $0.views = [
                    Fixture.docker("start", web, at: -10, name: "web"),
                    Fixture.docker("start", db, at: -10, name: "db"),
                ]
                $0.log(names("one", "web", web), Array(20..<40), source: 1)
                $0.log(names("one", "db", db), Array(0..<10), source: 2)
                $0.log(names("two", "web", web), [], source: 3)
                $0.log(names("two", "db", db), Array(0..<otherLast), source: 4)
            }
        }
        #expect(evidence(otherLast: 60).map(\.finding) == ["log-truncated"])
        #expect(evidence(otherLast: 60).first?.field("Log.Kind") == "empty")
        // The empty copy may have been taken before the container wrote anything.
        #expect(evidence(otherLast: 15) == [])
    }

    @Test(
        "what rotation and ordinary copying do stays quiet",
        arguments: ["grown", "rotated", "parts", "filled up", "search", "extract", "always empty", "one copy"])
    func quiet(what: String) {
        let found = findings {
            switch what {
            case "grown":
                $0.log("a/\(web)-json.log", Array(0..<40), source: 1)
                $0.log("b/\(web)-json.log", Array(0..<80), source: 2)
            case "rotated":
                $0.log("a/\(web)-json.log", Array(0..<40), source: 1)
                $0.log("b/\(web)-json.log", Array(60..<80), source: 2)
                $0.log("b/\(web)-json.log.1", Array(0..<60), source: 3)
            case "parts":
                $0.log("b/\(web)-json.log", Array(60..<80), source: 2)
                $0.log("b/\(web)-json.log.1", Array(30..<60), source: 3)
                $0.log("b/\(web)-json.log.2", Array(0..<30), source: 4)
            case "filled up":
                $0.views = [setting(web, "10k")]
                $0.log("a/\(web)-json.log", Array(0..<90), source: 1)
                $0.log("b/\(web)-json.log", Array(95..<99), source: 2)
            case "search":
                $0.log("a/\(web)-json.log", Array(0..<100), source: 1)
                $0.log("b/\(web)-json.log", Array(0..<100).filter { $0 % 4 == 0 }, source: 2)
            case "extract":
                $0.views = [setting(web, nil)]
                $0.log("a/\(web)-json.log", Array(0..<40), source: 1)
                $0.log("b/\(web)-json.log", Array(50..<60), source: 2)
                $0.log("c/\(web)-json.log", Array(0..<70), source: 3)
            case "always empty":
                $0.log("a/\(web)-json.log", [], source: 1)
                $0.log("b/\(web)-json.log", [], source: 2)
            default: $0.log("a/\(web)-json.log", Array(0..<40), source: 1)
            }
        }
        #expect(found == [])
    }

    @Test("times that go back, and lines older than the container, are found")
    func backdated() throws {
        let back = findings { $0.log("a/\(web)-json.log", Array(0..<40) + [5, 6] + Array(40..<50), source: 1) }
        #expect(back.map(\.finding) == ["log-backdated"])
        #expect(back.first?.field("Log.Backdated") == "2" && back.first?.field("Log.BackSeconds") == "34")
        #expect(back.first?.time == Fixture.seconds(39))
        let early = findings {
            $0.views = [Fixture.docker("create", web, at: 100)]
            $0.log("a/\(web)-json.log", [40, 101, 102], source: 1)
        }
        #expect(early.map { $0.field("Log.BeforeCreation") } == ["1"])
        let little = findings { $0.log("a/\(web)-json.log", [0, 2, 1, 3, 5, 4, 6], source: 1) }
        #expect(little == [])
    }

    @Test("a log that is gone from a later collection is found when the container was surely there")
    func missing() {
        func evidence(destroyed: Int64?) -> [DerivedEvent] {
            findings {
                for (index, id) in [web, db, Fixture.db].enumerated() {
                    $0.views.append(Fixture.docker("create", id, at: -20, name: "c\(index)"))
                    $0.views.append(Fixture.docker("start", id, at: -20, name: "c\(index)"))
                    $0.log("one/\(id)-json.log", Array(0..<40), source: SourceNumber(index))
                    if index > 0 { $0.log("two/\(id)-json.log", Array(0..<80), source: SourceNumber(10 + index)) }
                }
                $0.log("two/\(String(repeating: "e", count: 64))-json.log", Array(0..<80), source: 30)
                if let destroyed {
                    $0.views.append(Fixture.docker("destroy", web, at: destroyed, name: "c0"))
                } else {
                    $0.views.append(Fixture.docker("die", web, at: 200, name: "c0"))
                }
            }
        }
        #expect(evidence(destroyed: nil).map(\.finding) == ["log-missing"])
        #expect(evidence(destroyed: 60) == [])
        // Nothing tells whether the collection was taken before or after.
        #expect(evidence(destroyed: 90).filter { $0.finding == "log-missing" } == [])
    }

    @Test(
        "paths say whose log it is",
        arguments: [
            ("/var/lib/docker/containers/\(Fixture.web)/\(Fixture.web)-json.log", 0, "/var/lib/docker/containers"),
            (
                "C:\\ProgramData\\docker\\containers\\\(Fixture.web)\\\(Fixture.web)-json.log.12", 12,
                "C:/ProgramData/docker/containers"
            ),
            ("x.tar/logs/after--web--0a1b2c3d4e5f-json.log.1.gz", 1, "x.tar/logs"),
        ])
    func paths(path: String, rotation: Int, folder: String) throws {
        let found = try #require(ContainerLogPath(path))
        #expect(found.rotation == rotation && found.folder == folder)
        #expect(found.container.short == "0a1b2c3d4e5f")
        #expect(ContainerLogPath("/var/log/app-json.log") == nil)
        #expect(ContainerLogPath("/x/\(Fixture.web)-json.log.bak") == nil)
    }

    @Test("the engine's restart, its changed configuration and starts it did not tell of are found")
    func engine() {
        let found = findings { evidence in
            for (index, message) in [
                "Starting up", "Daemon has completed initialization", "Processing signal 'terminated'",
                "Daemon shutdown complete", "Starting up", "Daemon has completed initialization",
            ].enumerated() {
                evidence.pieces.append(
                    LogEvidence.Piece(source: 3, records: [(1, Int64(index * 100), 0)], message: message))
            }
            for (time, id) in [(10, web), (20, db), (30, Fixture.db), (600, web)] {
                evidence.views.append(Fixture.docker("start", id, at: Int64(time)))
            }
            for (id, started) in [(web, "2023-11-14T22:13:30Z"), (Fixture.layer, "2023-11-14T22:15:30Z")] {
                evidence.views.append(
                    Fixture.inspect(id, at: 0, extra: [FieldValue(name: "State.StartedAt", value: started)]))
            }
            for (index, driver) in ["json-file", "json-file", "none"].enumerated() {
                evidence.views.append(
                    EventView(
                        kind: .dockerObject, time: Fixture.seconds(Int64(index) * 200), host: "",
                        fields: [FieldValue(name: "LoggingDriver", value: driver)],
                        origin: Origin(product: "docker", service: "info")))
                evidence.views.append(
                    EventView(
                        kind: .dockerObject, time: .unknown, host: "",
                        fields: driver == "none" ? [FieldValue(name: "log-driver", value: "none")] : [],
                        origin: Origin(product: "docker", service: "daemon-config"),
                        place: EventPlace(source: SourceNumber(40 + index), record: 1, offset: 0)))
            }
        }
        #expect(
            found.map(\.finding).sorted() == [
                "engine-config-changed", "engine-restarted", "events-gap", "logging-driver-changed",
            ])
        #expect(found.first { $0.finding == "engine-restarted" }?.field("Gap.Seconds") == "200")
        #expect(found.first { $0.finding == "events-gap" }?.container?.text == Fixture.layer)
        #expect(found.first { $0.finding == "logging-driver-changed" }?.field("Config.After") == "none")
        #expect(found.first { $0.finding == "engine-config-changed" }?.field("Config.Key") == "log-driver")
    }

    @Test(
        "an engine that goes on while its log ends with its end is found; one that is ended is not",
        arguments: [90, 200])
    func silenced(lastEvent: Int64) throws {
        let found = findings { evidence in
            // Two copies of the log, in which the same is said twice.
            for source in [3, 4] as [SourceNumber] {
                for (time, message) in [
                    (0, "Starting up"), (50, "Processing signal 'terminated'"), (100, "Daemon shutdown complete"),
                ] {
                    evidence.pieces.append(
                        LogEvidence.Piece(source: source, records: [(1, Int64(time), 0)], message: message))
                }
            }
            evidence.views = [Fixture.docker("start", web, at: 10), Fixture.docker("start", db, at: lastEvent)]
        }
        #expect(found.map(\.finding) == (lastEvent > 100 ? ["engine-restarted"] : []))
        #expect(found.allSatisfy { $0.field("Engine.StartRecorded") == "false" && $0.field("Gap.Seconds") == "100" })
    }
}
