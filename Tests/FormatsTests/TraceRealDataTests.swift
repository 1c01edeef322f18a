import Bytes
import Events
import Formats
import Foundation
import Testing

@Suite struct TraceRealDataTests {
    static func strace(_ file: String) throws -> Decoded? {
        guard let url = sharedData(file) else { return nil }
        let facts = SourceFacts(path: url.lastPathComponent, day: CivilDate(year: 2026, month: 11, day: 23))
        return Decoded.decode(StraceFormat.self, Array(try Data(contentsOf: url)), source: facts)
    }

    @Test(
        "recorded straces decode without defects",
        arguments: [
            "recorded/strace/containerd-start.strace", "recorded/strace/dbg-attack.strace",
            "recorded/strace/maint-attack.strace", "recorded/strace/web-attack.strace",
            "recorded/strace/web-beacon.strace", "recorded/strace/web-benign.strace",
            "tls/elf/traces/gdb_fp.strace", "tls/elf/traces/poke_denied_already_traced.strace",
            "tls/elf/traces/poke_tdata.strace", "tls/elf/traces/pvw_tdata.strace",
            "tls/elf/traces/self_arch_prctl.strace", "tls/elf/traces/setregs_fs.strace",
            "tls/elf/traces/threads_benign.strace", "tls/pe/traces/wine_self_tls_native.filtered.strace",
            "tls/pe/traces/wineserver_array.strace",
        ])
    func straces(_ file: String) throws {
        guard let decoded = try Self.strace(file), let url = sharedData(file) else { return }
        let text = try String(contentsOf: url, encoding: .isoLatin1)
        let lines = text.split(separator: "\n")
        let starts = lines.count { $0.contains(" execve(") || $0.hasPrefix("execve(") || $0.contains(" execveat(") }
        let resumed = lines.count { $0.contains(" resumed>") }
        print(file, lines.count, decoded.events.count, resumed, decoded.defects.count, decoded.defects.prefix(6))
        let programs = decoded.events.filter { !$0["CommandLine"].isEmpty }
        print(
            starts, programs.count, decoded.events.count { $0.origin.category == "process_creation" },
            programs.last.map { "\($0)" } ?? "")
    }

    @Test func auditd() throws {
        for file in [
            "recorded/audit/audit.log", "public/auditd/audit-userspace/test2.log",
            "public/auditd/audit-userspace/test3.log",
            "public/auditd/audit-userspace/test4.log", "public/auditd/go-libaudit/auparse/audit-rhel6.log",
            "public/auditd/go-libaudit/auparse/audit-rhel7.log", "public/auditd/go-libaudit/auparse/audit-ubuntu16.log",
            "public/auditd/go-libaudit/auparse/test2.log", "public/auditd/go-libaudit/auparse/test3.log",
            "public/auditd/plaso/audit_enriched.log", "public/auditd/plaso/selinux.log",
        ] {
            guard let url = sharedData(file) else { return }
            let decoded = Decoded.decode(AuditdFormat.self, Array(try Data(contentsOf: url)))
            print(file, decoded.events.count, decoded.defects.count, decoded.defects.prefix(8))
            print(decoded.events.first.map { "\($0)" } ?? "")
            print(decoded.events.dropFirst(4).first.map { "\($0)" } ?? "")
        }
    }
}
