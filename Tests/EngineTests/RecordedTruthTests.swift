import Bytes
import Events
import Foundation
import Sigma
import Testing

@testable import Engine

/// The recorded engine against its ground truth: what an attacker did is alerted, what operators did is not, and processes
/// are in the containers they ran in. Skipped where the recording is absent.
@Suite struct RecordedTruthTests {
    private static let folder: URL? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let given = ProcessInfo.processInfo.environment["SILOSCOPE_SHARED"].map { URL(filePath: $0) }
        let folder = (given ?? root.deletingLastPathComponent().appending(path: "shared"))
            .appending(path: "data/recorded")
        return FileManager.default.fileExists(atPath: folder.appending(path: "truth.tsv").path()) ? folder : nil
    }()
    static let isPresent = folder != nil

    /// A row of the ground truth.
    private struct Action {
        var start: Timestamp
        var end: Timestamp
        var phase: String
        var container: String
        var action: String
        var isAttack: Bool
    }

    private static func actions() throws -> [Action] {
        let file = try #require(folder).appending(path: "truth.tsv")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return Action(
                start: try #require(moment(cells[0])), end: try #require(moment(cells[1])), phase: cells[2],
                container: cells[4], action: cells[5], isAttack: cells[6] == "yes")
        }
    }

    private static func moment(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        return RFC3339.nanoseconds(bytes.span.bytes).map { Timestamp(nanoseconds: $0) }
    }

    private static func alerts() async throws -> [Alert] {
        var options = HuntOptions()
        options.evidence = [try #require(folder).path()]
        var sink = CollectingSink()
        _ = try await Hunt(options: options).run(into: &sink)
        return sink.alerts
    }

    @Test("every attack is alerted, and nothing at medium or above before the attack", .enabled(if: isPresent))
    func recall() async throws {
        let actions = try Self.actions()
        let alerts = try await Self.alerts()
        // A cut log shows the act by the lines around it only.
        let slack: Int64 = 3_000_000_000
        for action in actions where action.isAttack {
            let isSeen = alerts.contains { alert in
                alert.time.nanoseconds <= action.end.nanoseconds + slack
                    && alert.lastTime.nanoseconds >= action.start.nanoseconds - slack
                    && (action.container == "-" || alert.container?.id.hasPrefix(action.container) == true)
            }
            #expect(isSeen, "not alerted: \(action.action)")
        }
        let attack = try #require(actions.filter { $0.phase == "attack" }.map(\.start).min())
        for alert in alerts where alert.time < attack && alert.rule.level >= .medium {
            Issue.record("before the attack: \(alert.rule.title) \(alert.container?.name ?? "-")")
        }
    }

    @Test("processes of the audit log are in the containers they ran in", .enabled(if: isPresent))
    func attribution() async throws {
        let folder = try #require(Self.folder)
        // Process ids are reused: an owner holds for the program it was noted with, and for the runtime's init before it.
        var truth: [String: Set<String>] = [:]
        var owners: [String: Set<String>] = [:]
        let map = try String(contentsOf: folder.appending(path: "audit/pidmap.tsv"), encoding: .utf8)
        for line in map.split(separator: "\n").dropFirst() {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            truth[cells[0] + "|" + cells[3], default: []].insert(cells[4])
            owners[cells[0], default: []].insert(cells[4])
        }
        let bench = try Workbench()
        let (alerts, _) = try await bench.hunt(
            rules: """
                title: Any process
                id: 55555555-5555-4555-8555-555555555555
                logsource: { product: linux, service: auditd }
                detection:
                  selection: { ProcessId|exists: true }
                  condition: selection
                level: low
                """
        ) { $0.evidence = [folder.path()] }
        var right = 0
        var wrong = 0
        var missing = 0
        var strangers = 0
        for alert in alerts {
            func value(_ name: String) -> String { alert.fields.first { $0.name == name }?.values.first ?? "" }
            let isInit = value("comm").hasPrefix("runc:[")
            let known = isInit ? owners[value("ProcessId")] : truth[value("ProcessId") + "|" + value("comm")]
            guard let known, known.count == 1, let owner = known.first else { continue }
            switch (owner.isEmpty, alert.container?.id) {
            case (false, owner): right += 1
            case (false, nil): missing += 1
            case (false, _?): wrong += 1
            case (true, _?): strangers += 1
            case (true, nil): continue
            }
        }
        let rate = Double(right) / Double(max(1, right + wrong + missing))
        #expect(rate >= 0.99, "\(right) right, \(wrong) wrong, \(missing) missing")
        #expect(Double(strangers) <= 0.01 * Double(right), "\(strangers) processes of the host are given to containers")
    }
}
