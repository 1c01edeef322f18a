import Bytes
import Executables
import Foundation
import Testing

/// The documented verdicts of the shared vectors (skipped where the data is absent).
@Suite struct PEVectorTests {
    static let folder: URL? = {
        let environment = ProcessInfo.processInfo.environment["SILOSCOPE_SHARED"]
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let shared = environment.map { URL(fileURLWithPath: $0) } ?? root.appendingPathComponent("../shared")
        let folder = shared.appendingPathComponent("data/tls/pe")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    struct Vector: Decodable, Sendable {
        var file: String
        var expect: [String]
    }

    private func report(_ url: URL) throws -> PEReport { try PEReport([UInt8](Data(contentsOf: url))) }

    @Test("every vector gets exactly the documented codes", .enabled(if: folder != nil))
    func vectors() throws {
        let folder = try #require(Self.folder).appendingPathComponent("malformed")
        let manifest = try Data(contentsOf: folder.appendingPathComponent("manifest.json"))
        let vectors = try JSONDecoder().decode([Vector].self, from: manifest)
        #expect(vectors.count >= 30)
        for vector in vectors {
            let report = try report(folder.appendingPathComponent(vector.file))
            #expect(report.tlsCodes == vector.expect.sorted(), "\(vector.file)")
        }
    }

    @Test("ordinary programs of MinGW, Clang and ARM64 are quiet above informational", .enabled(if: folder != nil))
    func ordinary() throws {
        let folder = try #require(Self.folder)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".exe") || $0.hasSuffix(".dll") }
        #expect(files.count >= 9)
        for file in files {
            let report = try report(folder.appendingPathComponent(file))
            #expect(report.findings.allSatisfy { $0.severity == .informational }, "\(file): \(report.findings)")
            #expect(report.tls?.callbacks.isEmpty == false && report.tls?.callbacks.allSatisfy(\.liesInCode) == true)
        }
        #expect(try report(folder.appendingPathComponent("tls_x64.exe")).tlsCodes == ["TLS-P08"])
        #expect(try report(folder.appendingPathComponent("tls_native_x64.exe")).tlsCodes == [])
    }

    @Test("each vector cut at every 64th byte is refused or reported", .enabled(if: folder != nil))
    func cuts() throws {
        let folder = try #require(Self.folder)
        for file in ["tls_native_x86.exe", "tls_x64.exe", "tls_arm64.exe"] {
            let whole = [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
            for length in stride(from: 0, to: whole.count, by: 64) { _ = try? PEReport(Array(whole.prefix(length))) }
        }
    }

    @Test("each vector against the well-formed file it was made of is a patch", .enabled(if: folder != nil))
    func comparisons() throws {
        let folder = try #require(Self.folder).appendingPathComponent("malformed")
        let old = [UInt8](try Data(contentsOf: folder.appendingPathComponent("ok_native_x64.exe")))
        for (file, code) in [
            ("cb_in_writable_x64.exe", "TLS-C04"), ("cb_duplicate_x64.exe", "TLS-C04"),
            ("array_is_iat_x64.exe", "TLS-C07"), ("dir_in_overlay_x64.exe", "TLS-C08"),
            ("index_in_code_x64.exe", "TLS-C09"), ("raw_1gib_x64.exe", "TLS-C10"),
            ("section_no_dir_x64.exe", "TLS-C02"), ("no_entrypoint_x64.exe", "PE-C05"),
        ] {
            let new = [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
            let result = PEComparison(
                of: try PEReport(new), new.span.bytes, against: try PEReport(old), old.span.bytes)
            #expect(result.relation == .patched && result.findings.contains { $0.code == code }, "\(file)")
        }
    }
}
