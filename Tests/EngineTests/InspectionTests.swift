import Bytes
import Events
import Executables
import Formats
import Foundation
import Sinks
import TestKit
import Testing

@testable import Engine

/// Inspection of files, and of changes against a reference.
@Suite struct InspectionTests {
    /// A PE file whose second callback leads out of the image.
    static func tampered() -> [UInt8] {
        var writer = PEWriter()
        writer.slots[1] = 0x24_0000
        return writer.bytes()
    }

    /// An ordinary ELF file, and the same with another template.
    static func template(_ first: UInt8) -> [UInt8] {
        var writer = ELFWriter()
        writer.template[0] = first
        return writer.bytes()
    }

    /// Files of one inspection, in order, with its summary.
    static func inspect(
        _ bench: Workbench, _ paths: [String], reference: [String] = [], threads: Int = 1
    ) async throws -> (files: [InspectedFile], summary: InspectionSummary) {
        func full(_ paths: [String]) -> [String] { paths.map { bench.url.appending(path: $0).path() } }
        let inspection = Inspection(
            evidence: Evidence(paths: full(paths)), roots: full(paths),
            reference: reference.isEmpty ? nil : Evidence(paths: full(reference)), referenceRoots: full(reference),
            threads: threads)
        var files: [InspectedFile] = []
        let summary = try await inspection.run { files.append($0) }
        return (files, summary)
    }

    static func write(_ bytes: [UInt8], to name: String, in bench: Workbench) throws {
        let file = bench.url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    @Test("executables are looked at in the order of the evidence, other files are counted")
    func folder() async throws {
        let bench = try Workbench()
        try Self.write(PEWriter().bytes(), to: "in/a.exe", in: bench)
        try Self.write(Self.tampered(), to: "in/b.exe", in: bench)
        try Self.write(ELFWriter().bytes(), to: "in/lib/c.so", in: bench)
        try Self.write(Array("MZ is how this text begins, and no more".utf8), to: "in/notes.txt", in: bench)
        try Self.write([0x4D, 0x5A] + [UInt8](repeating: 0, count: 200), to: "in/dos.com", in: bench)
        let (files, summary) = try await Self.inspect(bench, ["in"])
        #expect(files.map { LayerPath.name(of: $0.path) } == ["a.exe", "b.exe", "c.so"])
        #expect(files.map(\.report.kind) == [.pe, .pe, .elf])
        #expect(files[1].findings.first?.code == "TLS-P01" && files[1].hash.count == 64)
        #expect(files[0].findings.allSatisfy { $0.severity == .informational } && files[0].hash.isEmpty)
        #expect(summary.files == 3 && summary.others == 2 && summary.files(atOrAbove: .high) == 1)
        for threads in [2, 5] {
            let (others, _) = try await Self.inspect(bench, ["in"], threads: threads)
            #expect(others.map(\.path) == files.map(\.path) && others.map(\.findings) == files.map(\.findings))
        }
    }

    @Test("many rounds keep the order")
    func rounds() async throws {
        let bench = try Workbench()
        for index in 0..<150 { try Self.write(PEWriter().bytes(), to: "in/\(1000 + index).exe", in: bench) }
        let (files, _) = try await Self.inspect(bench, ["in"], threads: 3)
        #expect(files.count == 150 && files.map(\.path) == files.map(\.path).sorted())
    }

    @Test("a patched file is told from its reference, by file and by folder")
    func change() async throws {
        let bench = try Workbench()
        var added = PEWriter()
        added.slots = Array(added.slots.prefix(1))
        try Self.write(added.bytes(), to: "old/bin/a.exe", in: bench)
        try Self.write(PEWriter().bytes(), to: "new/BIN/A.exe", in: bench)
        try Self.write(Self.template(0), to: "old/b", in: bench)
        try Self.write(Self.template(7), to: "new/b", in: bench)
        try Self.write(PEWriter().bytes(), to: "new/only.exe", in: bench)
        try Self.write(PEWriter().bytes(), to: "old/gone.exe", in: bench)
        let (files, summary) = try await Self.inspect(bench, ["new"], reference: ["old"])
        let byName = Dictionary(uniqueKeysWithValues: files.map { (LayerPath.name(of: $0.path), $0) })
        #expect(byName["a.exe"]?.change?.relation == .patched)
        #expect(byName["a.exe"]?.findings.first.map { $0.code == "TLS-C03" && $0.severity == .high } == true)
        #expect(byName["b"]?.change?.findings.map(\.code).contains("ELF-C02") == true)
        #expect(byName["only.exe"]?.change?.relation == .added)
        #expect(byName["only.exe"]?.findings.first.map { $0.code == "FILE-C01" && $0.severity == .low } == true)
        #expect(summary.references == 3 && summary.referencesAlone == 1)
        // One file against one need not have its name.
        let (pair, _) = try await Self.inspect(bench, ["new/BIN/A.exe"], reference: ["old/bin/a.exe"])
        #expect(pair.first?.change?.relation == .patched)
        let (same, _) = try await Self.inspect(bench, ["new/only.exe"], reference: ["old/gone.exe"])
        #expect(same.first?.change?.relation == .identical && same.first?.hash == "")
    }

    @Test("layers of Windows and of snapshots are compared by the path inside them")
    func layers() async throws {
        let bench = try Workbench()
        let container = String(repeating: "0a1b2c3d", count: 8)
        let image = String(repeating: "4f5e6d7c", count: 8)
        try Self.write(Self.tampered(), to: "windowsfilter/\(container)/Files/app/svc.exe", in: bench)
        try Self.write(PEWriter().bytes(), to: "image/windowsfilter/\(image)/Files/App/svc.exe", in: bench)
        let (files, _) = try await Self.inspect(bench, ["windowsfilter"], reference: ["image"])
        #expect(files.first?.change?.findings.map(\.code).contains("TLS-C04") == true)
    }

    @Test("docker diff tells what the container changed, with drives and without")
    func dockerDiff() async throws {
        let bench = try Workbench()
        try Self.write(Self.tampered(), to: "root/usr/bin/added.exe", in: bench)
        try Self.write(PEWriter().bytes(), to: "root/usr/bin/changed.exe", in: bench)
        try Self.write(PEWriter().bytes(), to: "root/usr/bin/image.exe", in: bench)
        let listing = "C /usr\nC /usr/bin\nA /usr/bin/added.exe\nC /usr/bin/changed.exe\nD /usr/bin/gone\n"
        try Self.write(Array(listing.utf8), to: "diff.txt", in: bench)
        let (files, summary) = try await Self.inspect(bench, ["root", "diff.txt"])
        #expect(files.map { $0.change?.listed } == ["added", "changed", nil])
        #expect(files[0].change?.findings.first.map { $0.code == "FILE-C03" && $0.severity == .medium } == true)
        #expect(files[1].findings.first.map { $0.code == "FILE-C04" && $0.severity == .medium } == true)
        #expect(summary.refused.isEmpty && summary.others == 1)
    }

    @Test(
        "paths become keys",
        arguments: [
            ("/a/new/usr/bin/su", "usr/bin/su"), ("/a/new/image.tar!blobs/sha256/4f!usr/bin/su", "usr/bin/su"),
            ("/a/new/windowsfilter/0a1b2c3d4e5f/Files/Windows/a.dll", "windows/a.dll"),
            ("/a/new/snapshots/12/fs/bin/sh", "bin/sh"), ("/a/new/Files/Windows/a.dll", "windows/a.dll"),
            ("/a/new/fs/bin/sh", "fs/bin/sh"), ("/a/new/src/diff/x", "src/diff/x"), ("/b/x.exe", "x.exe"),
            ("/a/c.tar!./bin/sh", "bin/sh"), (#"/a/c.zip!Files\Windows\a.dll"#, "windows/a.dll"),
        ])
    func keys(path: String, key: String) { #expect(LayerPath.key(of: path, roots: ["/a/new", "/b/x.exe"]) == key) }

    @Test("members of archives are looked at as files are")
    func archive() async throws {
        let bench = try Workbench()
        try Self.write(Self.tampered(), to: "in/bin/a.exe", in: bench)
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "-C", bench.url.appending(path: "in").path(), "-czf", "in.tar.gz", "bin"]
        tar.currentDirectoryURL = bench.url
        try tar.run()
        tar.waitUntilExit()
        let (files, _) = try await Self.inspect(bench, ["in.tar.gz"], reference: ["in"])
        #expect(files.first?.wrapping == ["gzip", "tar"] && files.first?.change?.relation == .identical)
        #expect(files.first?.findings.first?.code == "TLS-P01")
    }

    @Test("sheet and NDJSON of each kind stay as they are, and no name acts on a terminal")
    func goldens() async throws {
        let bench = try Workbench()
        var hostile = PEWriter()
        hostile.slots[1] = 0x24_0000
        hostile.sections[0].name = ".t\u{1B}[31m"
        try Self.write(hostile.bytes(), to: "in/a.exe", in: bench)
        try Self.write(ELFWriter().with { $0.memorySize = 8 }.bytes(), to: "in/b.so", in: bench)
        let (files, summary) = try await Self.inspect(bench, ["in"])
        let style = TerminalStyle(width: 100, usesColour: false)
        var text = ""
        var json = ""
        for var file in files {
            file.path = LayerPath.name(of: file.path)
            text += InspectionSheet(file, minimum: .low, style: style).text
            json += String(decoding: InspectionJSON.line(of: file, minimum: .low), as: UTF8.self)
        }
        text += InspectionSummaryText(summary, minimum: .low, style: style).text
        json += String(decoding: InspectionJSON.end(summary), as: UTF8.self)
        #expect(!text.contains("\u{1B}") && !json.contains("\u{1B}"))
        #expect(Golden.difference(of: text, from: "inspect/sheets.txt") == nil)
        #expect(Golden.difference(of: json, from: "inspect/sheets.ndjson") == nil)
        for line in json.split(separator: "\n") {
            #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any])
        }
    }
}

/// Executables in the evidence of a hunt.
@Suite struct ExecutableEventTests {
    private static let rule = """
        title: Foreign callback
        id: 33333333-3333-4333-8333-333333333333
        logsource: { product: siloscope, service: executables }
        detection:
          selection: { Finding: TLS-P01, Severity: high, Tls.CallbackSection: (outside) }
          condition: selection
        level: high
        """

    @Test("the same file in two containers is two alerts with ids of their own, and a correlation counts both")
    func twoContainers() async throws {
        let ids = ["a1b2c3d4", "0f1e2d3c"].map { String(repeating: $0, count: 8) }
        let bench = try Workbench()
        let inspect = ids.map {
            #"{"Id":"\#($0)","Created":"2026-11-20T08:02:11Z","Path":"svc.exe","Args":[],"State":{"Status":"running","#
                + #""Running":true,"Pid":5312,"StartedAt":"2026-11-20T08:02:14Z"},"Image":"sha256:1f6b","#
                + #""Name":"/n\#($0.prefix(4))","HostConfig":{"NetworkMode":"nat"},"Config":{"Image":"app:1"}}"#
        }
        try bench.write("[" + inspect.joined(separator: ",") + "]", to: "evidence/inspect.json")
        for id in ids {
            let path = "evidence/windowsfilter/\(id)/Files/app/svc.exe"
            try InspectionTests.write(InspectionTests.tampered(), to: path, in: bench)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_795_000_000)],
                ofItemAtPath: bench.url.appending(path: path).path())
        }
        let rules =
            Self.rule + """

                ---
                title: many
                id: 0f000000-0000-0000-0000-00000000000a
                level: high
                correlation:
                  type: value_count
                  rules: [33333333-3333-4333-8333-333333333333]
                  group-by: [File.Fingerprint]
                  timespan: 90d
                  condition: {field: Container.Id, gte: 2}
                generate: true
                """
        let (alerts, _) = try await bench.hunt(rules: rules)
        let files = alerts.filter { $0.rule.title != "many" }
        #expect(Set(files.compactMap { $0.container?.id }) == Set(ids))
        #expect(Set(files.map(\.id)).count == 2)
        #expect(alerts.count { $0.rule.title == "many" } == 1)
    }

    @Test("a finding is an event with the file's hash, and ordinary programs give none")
    func hunt() async throws {
        let bench = try Workbench()
        let bytes = InspectionTests.tampered()
        try bench.write(bytes, to: "evidence/bad.exe")
        try bench.write(PEWriter().bytes(), to: "evidence/good.exe")
        let (alerts, report) = try await bench.hunt(rules: Self.rule)
        #expect(alerts.count == 1 && report.sources.count == 2)
        let fields = Dictionary(uniqueKeysWithValues: (alerts.first?.fields ?? []).map { ($0.name, $0.values) })
        #expect(fields["Tls.Callback"] == ["0x140001010", "0x240000"])
        #expect(fields["Tls.CallbackSection"] == [".text", "(outside)"])
        #expect(fields["File.Name"] == ["bad.exe"] && fields["File.Kind"] == ["pe"])
        #expect(alerts.first?.rawHash == FileHash.hex(of: ByteStorage(bytes)))
        // A copy elsewhere is known again; files that differ in their last byte are others, wherever it stands in its word.
        try bench.write(bytes, to: "evidence/copy.exe")
        try bench.write(Array(bytes.dropLast()) + [0xEE], to: "evidence/other.exe")
        try bench.write(bytes + [1], to: "evidence/one.exe")
        try bench.write(bytes + [2], to: "evidence/two.exe")
        let (all, _) = try await bench.hunt(rules: Self.rule)
        let prints = Dictionary(
            uniqueKeysWithValues: all.map { alert in
                let values = Dictionary(uniqueKeysWithValues: alert.fields.map { ($0.name, $0.values.first ?? "") })
                return (values["File.Name"] ?? "", values["File.Fingerprint"] ?? "")
            })
        #expect(
            prints.count == 5 && prints["bad.exe"] == prints["copy.exe"] && prints["bad.exe"] != prints["other.exe"])
        #expect(Set(prints.values).count == 4 && prints["bad.exe"]?.isEmpty == false)
    }

    @Test("a file in a container's folder or export belongs to the container")
    func owner() async throws {
        let bench = try Workbench()
        let id = String(repeating: "0a1b2c3d", count: 8)
        let inspect = "[{\"Id\":\"\(id)\",\"Name\":\"/web\",\"State\":{},\"Config\":{\"Image\":\"nginx\"}}]"
        try bench.write(inspect, to: "evidence/inspect.json")
        try InspectionTests.write(
            InspectionTests.tampered(), to: "evidence/windowsfilter/\(id)/Files/a.exe", in: bench)
        try InspectionTests.write(InspectionTests.tampered(), to: "evidence/other/b.exe", in: bench)
        let (alerts, _) = try await bench.hunt(rules: Self.rule)
        let owners = alerts.map { ($0.fields.first { $0.name == "File.Name" }?.values ?? [], $0.container?.id ?? "") }
        #expect(owners.contains { $0 == (["a.exe"], id) })
        #expect(owners.allSatisfy { $0.0 == ["a.exe"] || $0.1.isEmpty })
    }
}
