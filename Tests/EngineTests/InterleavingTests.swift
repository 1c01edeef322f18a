import Events
import Foundation
import Testing

@testable import Engine

/// The same evidence gives the same alerts, however its sources are named, ordered, cut, copied, or read.
@Suite struct InterleavingTests {
    /// An alert without where it stands.
    private struct Told: Hashable, Comparable {
        var words: String

        init(_ alert: Alert) {
            let matched = alert.matched.map { "\($0.field)=\($0.value)" }.sorted()
            let container = alert.container.map { "\($0.id) \($0.name) \($0.confidence)" } ?? "-"
            words = [
                String(alert.time.nanoseconds), alert.rule.id, alert.host, container, matched.joined(separator: ";"),
                alert.members.isEmpty ? "" : "\(alert.members.count) members",
            ].joined(separator: " | ")
        }

        static func < (left: Told, right: Told) -> Bool { left.words < right.words }
    }

    private static let evidence = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples/incident/evidence")

    private static func files() throws -> [(name: String, data: Data)] {
        try FileManager.default.contentsOfDirectory(at: evidence, includingPropertiesForKeys: nil)
            .map { ($0.lastPathComponent, try Data(contentsOf: $0)) }.sorted { $0.0 < $1.0 }
    }

    private static func hunt(_ files: [(name: String, data: Data)], threads: Int = 1) async throws -> [Told] {
        let bench = try Workbench()
        for file in files { try bench.write([UInt8](file.data), to: "evidence/" + file.name) }
        var options = HuntOptions()
        options.evidence = [bench.url.appending(path: "evidence").path()]
        options.threads = threads
        var sink = CollectingSink()
        _ = try await Hunt(options: options).run(into: &sink)
        return sink.alerts.map(Told.init).sorted()
    }

    @Test("sources in any order, cut in two, copied, and read by any number of workers")
    func invariant() async throws {
        let files = try Self.files()
        let expected = try await Self.hunt(files)
        #expect(expected.count > 10)

        let reversed = files.enumerated().map { (name: "\(9 - $0)-\($1.name)", data: $1.data) }
        #expect(try await Self.hunt(reversed) == expected, "sources in another order")
        #expect(try await Self.hunt(files, threads: 4) == expected, "four workers")

        let cut = files.flatMap { file -> [(name: String, data: Data)] in
            guard file.name.hasSuffix(".jsonl") else { return [file] }
            let lines = String(decoding: file.data, as: UTF8.self).split(separator: "\n")
            let later = lines.dropFirst(lines.count / 2).joined(separator: "\n") + "\n"
            let earlier = lines.prefix(lines.count / 2).joined(separator: "\n") + "\n"
            return [("a-" + file.name, Data(later.utf8)), ("b-" + file.name, Data(earlier.utf8))]
        }
        #expect(cut.count > files.count)
        #expect(try await Self.hunt(cut) == expected, "a source in two files, the later half first")

        let copied =
            files + files.filter { $0.name.hasSuffix(".jsonl") }.map { (name: "copy-" + $0.name, data: $0.data) }
        #expect(try await Self.hunt(copied) == expected, "a source twice")
    }
}
