import Context
import Executables
import Foundation
import TestKit
import Testing

@testable import Engine

/// Hunts over traces beside the files that explain their addresses.
@Suite struct ThreadHuntTests {
    static let rules = """
        title: array
        id: 0f000000-0000-0000-0000-000000000001
        level: high
        logsource: {product: windows}
        detection:
          act: {Tls.Access: write, Tls.Target: callback-array, Tls.Confidence|gte: 70}
          condition: act
        ---
        title: block
        id: 0f000000-0000-0000-0000-000000000002
        level: high
        logsource: {product: linux}
        detection:
          act: {Tls.Access: write, Tls.Target: pt-tls-block}
          condition: act
        """

    /// A call that reads the directory of ``PEWriter``'s image, and one that writes slot 1 of its array.
    static let trace = """
        10:00:00.001: [1/2] NtReadVirtualMemory(0x38, 0x140002040, 0x21f900, 0x28, 0x21f8e8 [0x28]) => 0
        10:00:00.002: [1/2] NtWriteVirtualMemory(0x38, 0x140002088, 0x21f790, 8, 0x21f6e8 [8]) => 0

        """

    @Test("an address in a trace is told by the executable in the evidence, in whatever order they are read")
    func layout() async throws {
        for name in ["a.exe", "z.exe"] {
            let bench = try Workbench()
            try bench.write(Self.trace, to: "evidence/m.txt")
            try bench.write(PEWriter().bytes(), to: "evidence/" + name)
            let (alerts, _) = try await bench.hunt(rules: Self.rules)
            #expect(alerts.map(\.rule.title) == ["array"])
            #expect(alerts.first?.fields.first { $0.name == "Tls.Module" }?.values == [name])
            #expect(alerts.first?.fields.first { $0.name == "Tls.Slot" }?.values == ["1"])
        }
    }

    @Test("the two rooms that know the parts of thread-local storage call them the same")
    func parts() {
        #expect(PETLS.RangeKind.allCases.map(\.rawValue) == ModuleLayout.Part.allCases.map(\.rawValue))
    }

    @Test("without the executable, or beside another, nothing is claimed")
    func absent() async throws {
        let bench = try Workbench()
        try bench.write(Self.trace, to: "evidence/m.txt")
        var other = PEWriter()
        other.arrayRVA = 0x2100
        other.callbacks = other.imageBase + 0x2100
        try bench.write(other.bytes(), to: "evidence/other.exe")
        let (alerts, _) = try await bench.hunt(rules: Self.rules)
        #expect(alerts.isEmpty)
    }

    @Test("the memory map beside a trace tells what a poked word is")
    func map() async throws {
        let trace = """
            200 10:00:00.000001 execve("./x", ["./x"], 0x7ffc /* 3 vars */) = 0
            200 10:00:00.000002 ptrace(PTRACE_ATTACH, 101) = 0
            200 10:00:00.000003 ptrace(PTRACE_POKEDATA, 101, 0x7f921edea6b0, 0x4343434343434343) = 0
            200 10:00:00.000004 ptrace(PTRACE_DETACH, 101, NULL, 0) = 0

            """
        let map = """
            7f921e5ea000-7f921e5eb000 ---p 00000000 00:00 0
            7f921e5eb000-7f921edeb000 rw-p 00000000 00:00 0

            """
        for (file, count) in [("t.maps", 1), ("proc/101/maps", 1), ("other.maps", 0), ("proc/7/maps", 0)] {
            let bench = try Workbench()
            try bench.write(trace, to: "evidence/t.strace")
            try FileManager.default.createDirectory(
                at: bench.url.appending(path: "evidence/" + file).deletingLastPathComponent(),
                withIntermediateDirectories: true)
            try bench.write(map, to: "evidence/" + file)
            let (alerts, _) = try await bench.hunt(rules: Self.rules)
            #expect(alerts.count == count, "\(file)")
        }
    }

    /// The recorded dumps beside this checkout, or where the environment says; nil when there are none.
    static let dumps: URL? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let given = ProcessInfo.processInfo.environment["SILOSCOPE_SHARED"].map { URL(filePath: $0) }
        let folder = (given ?? root.deletingLastPathComponent().appending(path: "shared"))
            .appending(path: "data/tls/pe")
        return FileManager.default.fileExists(atPath: folder.path()) ? folder : nil
    }()

    @Test("a dump is compared with the program beside it", .enabled(if: dumps != nil), arguments: [true, false])
    func dump(isBeside: Bool) async throws {
        let folder = try #require(Self.dumps)
        let rules = """
            title: array
            id: 0f000000-0000-0000-0000-000000000003
            level: high
            logsource: {product: siloscope, service: executables}
            detection: {act: {Finding: TLS-M02, Severity: high}, condition: act}
            """
        let bench = try Workbench()
        try bench.write(Array(try Data(contentsOf: folder.appending(path: "dumps/array.dmp"))), to: "evidence/a.dmp")
        if isBeside {
            let name = "tls_native_x64.exe"
            try bench.write(Array(try Data(contentsOf: folder.appending(path: name))), to: "evidence/" + name)
        }
        let (alerts, _) = try await bench.hunt(rules: rules)
        #expect(alerts.count == (isBeside ? 1 : 0))
    }
}
