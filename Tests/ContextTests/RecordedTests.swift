import Events
import Foundation
import Testing

@testable import Context

/// A recording of a real engine with ground truth, for development only: skipped where it is absent.
@Suite("Recorded engine", .enabled(if: Recorded.folder != nil))
struct RecordedTests {
    @Test("every container of the ground truth is in the inventory and known by its short id")
    func truth() throws {
        let folder = try #require(Recorded.folder)
        let inventory = try Recorded.context(folder, inspect: true).inventory
        let rows = try Recorded.truth(folder)
        #expect(rows.count > 50)
        for row in rows {
            guard let id = ContainerID(row.containerID) else { continue }
            guard case .one(let container) = inventory.resolve(id) else {
                Issue.record("\(row.containerID) \(row.container): \(inventory.resolve(id))")
                continue
            }
            #expect(container.names.contains { $0.name == row.container }, "\(row.containerID) \(row.container)")
        }
        #expect(inventory.ambiguousPrefixes.isEmpty)
        #expect(inventory.containers.allSatisfy { $0.id.isFull })
    }

    @Test("every container event is attributed with full confidence, and to the name it carries")
    func names() throws {
        let folder = try #require(Recorded.folder)
        let context = try Recorded.context(folder, inspect: true)
        var checked = 0
        for view in try Recorded.events(folder) {
            let event = DockerEvent(view.fields)
            guard event.type == "container" else { continue }
            let found = context.attribution(of: view)
            // `prune` is of no single container.
            #expect((found == nil) == (event.verb == "prune"))
            guard let found else { continue }
            #expect(found.confidence == 100)
            #expect(found.name == event.name)
            checked += 1
        }
        #expect(checked > 100)
    }

    @Test("programs: what is not the image's is found in the attack only; health checks are declared")
    func programs() throws {
        let folder = try #require(Recorded.folder)
        let context = try Recorded.context(folder, inspect: true)
        let attack = try #require(try Recorded.attackStart(folder))
        #expect(context.derived.contains { $0.finding == "drift" })
        for event in context.derived where event.service == .programs { #expect(event.time >= attack, "\(event)") }
        var checks = 0
        for view in try Recorded.events(folder) {
            let fields = Programs.fields(context, view)
            guard let names = fields["Exec.Programs"] else { continue }
            #expect(fields["Program.Novelty"] != nil, "\(names)")
            if fields["Program.Declared"] == "healthcheck" { checks += 1 }
            guard fields["Program.FromImage"] == "no" || fields["Program.Masquerade"] != nil else { continue }
            #expect(view.time >= attack, "\(names)")
        }
        #expect(checks > 20)
    }

    @Test("what inspect says is in the inventory; runs from events alone agree with inspect")
    func inspect() throws {
        let folder = try #require(Recorded.folder)
        let inventory = try Recorded.context(folder, inspect: true).inventory
        let eventsOnly = try Recorded.context(folder, inspect: false).inventory
        for view in try Recorded.inspects(folder) {
            func field(_ name: String) -> String { view.fields.first { $0.name == name }?.value ?? "" }
            let id = try #require(ContainerID(field("Id")))
            guard case .one(let container) = inventory.resolve(id) else {
                Issue.record("\(id)")
                continue
            }
            #expect(container.platform == .linux && container.isolation == .linux)
            #expect(container.names.contains { "/" + $0.name == field("Name") })
            #expect(
                Set(container.mounts.map(\.source)).isSuperset(
                    of: view.fields.filter { $0.name == "Mounts.Source" }.map(\.value)))
            // A container that inspect shows running: events alone say so too, a second after its start.
            guard field("State.Running") == "true", let started = DockerEvent.moment(field("State.StartedAt")),
                case .one(let byEvents) = eventsOnly.resolve(id)
            else { continue }
            #expect(byEvents.state(at: Timestamp(nanoseconds: started.nanoseconds + 1_000_000_000)) == .running)
        }
    }
}

enum Recorded {
    struct Row {
        var container: String
        var containerID: String
    }

    static let folder: URL? = {
        let shared = ProcessInfo.processInfo.environment["SILOSCOPE_SHARED"] ?? "../shared"
        for candidate in [shared, "../../shared"] {
            let url = URL(fileURLWithPath: candidate).appendingPathComponent("data/recorded")
            if FileManager.default.fileExists(atPath: url.appendingPathComponent("truth.tsv").path) { return url }
        }
        return nil
    }()

    static func context(_ folder: URL, inspect: Bool) throws -> Context {
        try Fixture.context(events(folder) + (inspect ? inspects(folder) : []))
    }

    static func truth(_ folder: URL) throws -> [Row] {
        let text = try String(contentsOf: folder.appendingPathComponent("truth.tsv"), encoding: .utf8)
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return parts.count > 4 ? Row(container: parts[3], containerID: parts[4]) : nil
        }
    }

    /// When the first row of the attack begins.
    static func attackStart(_ folder: URL) throws -> Timestamp? {
        let text = try String(contentsOf: folder.appendingPathComponent("truth.tsv"), encoding: .utf8)
        let row = text.split(separator: "\n").dropFirst().first { $0.contains("\tattack\t") }
        return row.flatMap { DockerEvent.moment(String($0.prefix { $0 != "\t" })) }
    }

    static func events(_ folder: URL) throws -> [EventView] {
        let text = try String(contentsOf: folder.appendingPathComponent("docker/docker-events.jsonl"), encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            let json = try JSONSerialization.jsonObject(with: Data(line.utf8))
            let nanoseconds = ((json as? [String: Any])?["timeNano"] as? NSNumber)?.int64Value
            return EventView(
                kind: .dockerEvent, time: nanoseconds.map { Timestamp(nanoseconds: $0) } ?? .unknown, host: "",
                fields: flat(json, ""))
        }
    }

    static func inspects(_ folder: URL) throws -> [EventView] {
        let inspect = folder.appendingPathComponent("docker/inspect")
        var views: [EventView] = []
        for file in try FileManager.default.contentsOfDirectory(atPath: inspect.path).sorted()
        where file.hasPrefix("containers-") {
            let json = try JSONSerialization.jsonObject(with: Data(contentsOf: inspect.appendingPathComponent(file)))
            for container in json as? [Any] ?? [] {
                views.append(EventView(kind: .dockerInspect, time: .unknown, host: "", fields: flat(container, "")))
            }
        }
        return views
    }

    private static func flat(_ json: Any, _ path: String) -> [FieldValue] {
        switch json {
        case let object as [String: Any]:
            return object.sorted { $0.key < $1.key }.flatMap {
                flat($0.value, path.isEmpty ? $0.key : path + "." + $0.key)
            }
        case let array as [Any]: return array.flatMap { flat($0, path) }
        case let text as String: return [FieldValue(name: path, value: text)]
        case let number as NSNumber:
            let isBool =
                path.hasSuffix("Running") || path.hasSuffix("Privileged") || path.hasSuffix("Paused")
                || path.hasSuffix(".RW")
            return [FieldValue(name: path, value: isBool ? (number.boolValue ? "true" : "false") : number.stringValue)]
        default: return []
        }
    }
}
