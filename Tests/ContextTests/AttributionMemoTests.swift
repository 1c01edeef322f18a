import Events
import Testing

@testable import Context

/// What a worker remembers changes no answer.
@Suite("Remembered attributions")
struct AttributionMemoTests {
    private static let images = [
        "C:\\a.exe", Fixture.disk(Fixture.silo, "a.exe"), Fixture.disk(Fixture.otherSilo, "b.exe"),
        "C:\\Windows\\System32\\CExecSvc.exe", "C:\\hpc\\x.exe", "", "-", "C:\\e\u{301}.exe", "C:\\\u{e9}.exe",
        "\\Device\\VhdHardDisk{\(Fixture.silo)}\\Windows\\e\u{301}.exe",
        "\\Device\\VhdHardDisk{\(Fixture.silo)}\\Windows\\\u{e9}.exe",
        "C:\\x\\containerd-shim-runhcs-v1.exe",
    ]
    private static let users = [
        "NT AUTHORITY\\SYSTEM", "User Manager\\ContainerUser", "user manager\\containeruser", "",
    ]
    private static let ids = [Fixture.web, Fixture.db, Fixture.api, String(Fixture.api.prefix(12))]

    private func image(_ random: inout Seeded) -> String { Self.images.randomElement(using: &random) ?? "" }

    private func windows(_ random: inout Seeded) -> EventView {
        let time = Int64.random(in: -50..<450, using: &random)
        let pid = String(Int.random(in: 25..<35, using: &random) * 4)
        let host = ["HOST01", "host01", "0a1b2c3d4e5f", "ffeeddccbbaa", "web-host"].randomElement(using: &random) ?? ""
        var view = Fixture.windows(host: host, at: time, [:])
        view.kind =
            [.processStart, .processEnd, .windows, .connection, .fileWrite, .silo].randomElement(using: &random)
            ?? .windows
        if Int.random(in: 0..<20, using: &random) == 0 { view.time = .unknown }
        let fields: [EvidenceField] = [
            .image, .parentImage, .processID, .parentProcessID, .user, .targetFilename, .imageLoaded, .targetImage,
            .objectName, .parentCommandLine, .subjectUserSid, .sourceImage,
        ]
        for field in fields where Bool.random(using: &random) {
            let text: String
            switch field {
            case .processID, .parentProcessID: text = pid
            case .user: text = Self.users.randomElement(using: &random) ?? ""
            case .subjectUserSid: text = ["S-1-5-18", "S-1-5-93-2-1"].randomElement(using: &random) ?? ""
            case .objectName:
                text = ["\\JobContainer_" + Fixture.web, "\\x"].randomElement(using: &random) ?? ""
            case .parentCommandLine: text = "shim -id " + (Self.ids.randomElement(using: &random) ?? "")
            default: text = image(&random)
            }
            view.values.append(EventView.Value(field, text))
        }
        return view
    }

    private func linux(_ random: inout Seeded) -> EventView {
        var view = EventView(
            kind: Bool.random(using: &random) ? .linuxProcess : .linuxRecord,
            time: Fixture.seconds(Int64.random(in: 0..<400, using: &random)), host: "node1",
            origin: Origin(product: "linux", service: ["auditd", "tetragon"].randomElement(using: &random) ?? ""))
        let pid = String(Int.random(in: 1..<9, using: &random))
        view.values = [
            EventView.Value(.processID, pid),
            EventView.Value(.parentProcessID, String(Int.random(in: 1..<9, using: &random))),
        ]
        let image =
            ["/bin/sh", "C:\\x.exe", "/usr/bin/containerd-shim-runc-v2", "sh"].randomElement(using: &random) ?? ""
        view.values.append(EventView.Value(.image, image))
        if Bool.random(using: &random) {
            view.values.append(
                EventView.Value(.commandLine, image + " -id " + (Self.ids.randomElement(using: &random) ?? "")))
        }
        if Int.random(in: 0..<3, using: &random) == 0 {
            view.values.append(EventView.Value(.containerID, Self.ids.randomElement(using: &random) ?? ""))
        }
        return view
    }

    private func evidence(_ random: inout Seeded) -> [EventView] {
        (0..<80).map { _ in
            let time = Int64.random(in: 0..<400, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: return windows(&random)
            case 1: return linux(&random)
            case 2:
                return Fixture.inspect(
                    Self.ids.randomElement(using: &random) ?? "", at: time,
                    isolation: ["process", "hyperv", ""].randomElement(using: &random) ?? "",
                    hostname: ["web-host", nil].randomElement(using: &random) ?? nil)
            default:
                return Fixture.docker(
                    ["create", "start", "die", "rename", "destroy"].randomElement(using: &random) ?? "",
                    Self.ids.randomElement(using: &random) ?? "", at: time,
                    name: ["a", "b", "c"].randomElement(using: &random) ?? "")
            }
        }
    }

    @Test("remembered and weighed attributions and facts are the same, in any order, over several contexts")
    func same() {
        var random = Seeded(11)
        var memo = AttributionMemo(isKept: true)
        var attributed = 0
        for _ in 0..<12 {
            let context = Fixture.context(evidence(&random))
            let probes = (0..<400).map { _ in Bool.random(using: &random) ? windows(&random) : linux(&random) }
            for probe in probes + probes.shuffled(using: &random) {
                var tie: Tie?
                let plain = context.attribution(of: probe)
                if plain != nil { attributed += 1 }
                #expect(memo.attribution(of: probe, context, &tie) == plain)
                #expect(context.facts(of: probe, .all, &memo) == context.facts(of: probe))
            }
        }
        #expect(attributed > 1000)
    }

    @Test("the verdict on one process changes with its containers' names and runs")
    func changes() {
        let context = Fixture.context(
            [
                Fixture.inspect(Fixture.web, at: 0), Fixture.docker("start", Fixture.web, at: 10),
                Fixture.docker("rename", Fixture.web, at: 100, name: "other"),
                Fixture.docker("die", Fixture.web, at: 200),
                Fixture.inspect(Fixture.db, at: 0, name: "/db"),
                Fixture.docker("start", Fixture.db, at: 300, name: "db"),
                Fixture.docker("die", Fixture.db, at: 400, name: "db"),
            ], hosts: ["HOST01"])
        var memo = AttributionMemo(isKept: true)
        var told: Set<String> = []
        for time in Array(Int64(-20)..<500) + Array(Int64(-20)..<500).reversed() {
            let view = Fixture.windows(at: time, [.image: Fixture.disk(Fixture.silo, "a.exe")])
            var tie: Tie?
            let found = memo.attribution(of: view, context, &tie)
            #expect(found == context.attribution(of: view))
            told.insert("\(found?.name ?? "") \(found?.confidence ?? 0)")
        }
        #expect(told.count >= 4)
    }

    @Test("events of the same evidence share one verdict, an unsteady one is weighed again")
    func shared() throws {
        let context = Fixture.context(
            [
                Fixture.inspect(Fixture.web, at: 0), Fixture.docker("start", Fixture.web, at: 10),
                Fixture.docker("die", Fixture.web, at: 200),
            ], hosts: ["HOST01"])
        var memo = AttributionMemo(isKept: true)
        func found(at time: Int64) throws -> ContainerAttribution {
            var tie: Tie?
            let view = Fixture.windows(at: time, [.image: Fixture.disk(Fixture.silo, "a.exe")])
            return try #require(memo.attribution(of: view, context, &tie))
        }
        let first = try found(at: 50)
        #expect(try found(at: 60).isShared(with: first))
        #expect(try !found(at: 500).isShared(with: first))
    }

    @Test("a selection gives the fields it names and no others", arguments: [FactSelection.lineage, .programs, .flows])
    func selections(selection: FactSelection) {
        var random = Seeded(5)
        let context = Fixture.context(evidence(&random))
        var memo = AttributionMemo(isKept: true)
        for _ in 0..<400 {
            let probe = Bool.random(using: &random) ? windows(&random) : linux(&random)
            let all = context.facts(of: probe)
            let some = context.facts(of: probe, selection, &memo)
            #expect(some?.container == all?.container)
            let named = (all?.fields ?? []).filter { FactSelection(fields: [$0.name]) == selection }
            #expect((some?.fields ?? []) == named)
        }
    }
}
