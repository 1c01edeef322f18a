import Bytes
import Executables
import Foundation
import Testing

/// The shared vectors get the documented verdicts, and the system's own files stay quiet.
@Suite struct ELFVectorTests {
    struct Vector: Decodable {
        var file: String
        var expect: [String]
    }

    @Test("each vector gets exactly the documented findings", .enabled(if: TLSVectors.exist))
    func manifest() throws {
        let folder = "tls/elf/malformed/"
        let manifest = try #require(TLSVectors.bytes(folder + "manifest.json"))
        let vectors = try JSONDecoder().decode([Vector].self, from: Data(manifest))
        #expect(!vectors.isEmpty)
        for vector in vectors {
            let bytes = try #require(TLSVectors.bytes(folder + vector.file))
            let report = try #require(ELFReport(bytes))
            #expect(report.findings.alarms == vector.expect, "\(vector.file): \(report.findings.lines)")
        }
    }

    @Test("ordinary programs of the set are quiet", .enabled(if: TLSVectors.exist))
    func ordinary() throws {
        for name in ["victim", "tamper", "launch", "selffs", "jvmlike", "set_thread_area32"] {
            let bytes = try #require(TLSVectors.bytes("tls/elf/\(name)"))
            let report = try #require(ELFReport(bytes))
            #expect(report.findings.isEmpty, "\(name): \(report.findings.lines)")
            if name == "victim" { #expect(report.tls?.blockOffset == -16) }
        }
    }

    @Test("removing the thread-local header of a real program is found", .enabled(if: TLSVectors.exist))
    func removed() throws {
        var bytes = try #require(TLSVectors.bytes("tls/elf/victim"))
        for header in 0..<14 where bytes[64 + 56 * header] == 7 { bytes[64 + 56 * header] = 0 }
        #expect(ELFReport(bytes)?.findings.alarms == ["TLS-E07"])
    }

    @Test("at most 2 % of the system's programs and libraries have findings that matter")
    func system() throws {
        var seen = 0
        var alarmed: [String] = []
        for folder in ["/usr/bin", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for name in names.sorted() {
                guard let file = try? MappedFile(path: folder + "/" + name),
                    let window = try? file.window(offset: 0, length: file.size), let report = ELFReport(window.bytes)
                else { continue }
                seen += 1
                if !report.findings.alarms.isEmpty { alarmed.append("\(name): \(report.findings.lines)") }
            }
        }
        #expect(alarmed.count * 50 <= seen, "\(alarmed.joined(separator: "\n"))")
    }
}
