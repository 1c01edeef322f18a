import Bytes
import Events
import Formats
import Foundation
import Testing

@Suite struct TraceRealDataTests {
    /// The day of the recordings.
    static let day = CivilDate(year: 2026, month: 11, day: 23)

    @Test(
        "recorded straces decode whole: an event a call, programs with their command lines",
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
        guard let url = sharedData(file) else { return }
        let bytes = Array(try Data(contentsOf: url))
        let facts = SourceFacts(path: url.lastPathComponent, day: Self.day)
        let decoded = Decoded.decode(StraceFormat.self, bytes, source: facts)
        #expect(decoded.defects.isEmpty)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        let resumed = lines.count { $0.contains(" resumed>") }
        // A call in halves is two lines; one that is never resumed is an event all the same.
        #expect(decoded.events.count == lines.count - resumed)
        let programs = lines.count { $0.contains("execve(\"") || $0.contains("execveat(") }
        #expect(
            decoded.events.count { ["execve", "execveat"].contains($0["Syscall"].first) && !$0["CommandLine"].isEmpty }
                == programs)
        let started = decoded.events.count { $0.origin.category == "process_creation" }
        #expect(started <= programs && started * 2 >= programs)
        #expect(decoded.events.allSatisfy { $0.time / 1_000_000_000 / 86_400 == Self.day.daysSince1970 })
        for event in decoded.events.prefix(200) where event.offset == 0 {
            #expect(String(decoding: bytes[0..<event.length], as: UTF8.self) == String(lines[0]))
        }
        let cuts = stride(from: 0, to: bytes.count, by: 10_007).map { $0 }.dropFirst()
        if bytes.count < 300_000 {
            let pieces = Decoded.decode(StraceFormat.self, bytes, cutAt: Array(cuts), source: facts)
            #expect(pieces.map(TraceTest.flat) == decoded.events.map(TraceTest.flat))
        }
    }

    @Test("what an attacker did shows: a shim's container, a socket, a write into another process")
    func storyOfStraces() throws {
        guard let start = sharedData("recorded/strace/containerd-start.strace"),
            let write = sharedData("tls/elf/traces/pvw_tdata.strace")
        else { return }
        let facts = SourceFacts(day: Self.day)
        let containers = Decoded.decode(StraceFormat.self, Array(try Data(contentsOf: start)), source: facts).events
        #expect(containers.contains { $0["ContainerId"].first?.utf8.count == 64 })
        let writes = Decoded.decode(StraceFormat.self, Array(try Data(contentsOf: write)), source: facts).events
        let event = writes.first { $0["Syscall"] == ["process_vm_writev"] }
        #expect(event?["TargetProcessId"] == ["12746"])
        #expect(event?["RemoteVector"].first?.contains("iov_base=0x7fe4ccf676b0") == true)
    }

    @Test("the recorded audit log decodes whole: an event a serial, a program an EXECVE")
    func audit() throws {
        guard let url = sharedData("recorded/audit/audit.log") else { return }
        let bytes = Array(try Data(contentsOf: url))
        let decoded = Decoded.decode(AuditdFormat.self, bytes)
        #expect(decoded.defects.isEmpty)
        var serials: Set<Substring> = []
        var programs = 0
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            if let stamp = line.split(separator: ":", maxSplits: 2).dropFirst().first { serials.insert(stamp) }
            if line.hasPrefix("type=EXECVE") { programs += 1 }
        }
        #expect(decoded.events.count == serials.count)
        #expect(Set(decoded.events.map(\.eventRecordID)).count == decoded.events.count)
        let started = decoded.events.filter { $0.origin.category == "process_creation" }
        #expect(started.count == programs)
        #expect(started.allSatisfy { $0["CommandLine"].count == 1 && $0["Image"].count == 1 })
        #expect(decoded.events.filter { $0["type"].contains("SOCKADDR") }.allSatisfy { $0["Socket.Family"].count == 1 })
        #expect(decoded.events.contains { $0["ContainerId"].first?.utf8.count == 64 })
        #expect(decoded.events.allSatisfy { !$0["type"].contains("SYSCALL") || $0["SYSCALL"].count == 1 })
    }

    @Test(
        "public audit logs decode with the defects that are in them",
        arguments: [
            ("audit-userspace/test2.log", 7, 0), ("audit-userspace/test3.log", 8, 0),
            ("audit-userspace/test4.log", 2, 0), ("go-libaudit/auparse/audit-rhel6.log", 2, 0),
            // Line 24 is empty but for spaces.
            ("go-libaudit/auparse/audit-rhel7.log", 47, 1), ("go-libaudit/auparse/audit-ubuntu16.log", 3, 0),
            ("go-libaudit/auparse/test2.log", 7, 0), ("go-libaudit/auparse/test3.log", 10, 0),
            ("plaso/audit_enriched.log", 12, 0),
            // Four records of a parser's tests that have no time, no type or no serial.
            ("plaso/selinux.log", 6, 4),
        ])
    func publicAudit(_ file: String, _ events: Int, _ defects: Int) throws {
        guard let url = sharedData("public/auditd/" + file) else { return }
        let bytes = Array(try Data(contentsOf: url))
        let decoded = Decoded.decode(AuditdFormat.self, bytes)
        #expect(decoded.events.count == events)
        #expect(decoded.defects.count == defects, "\(decoded.defects)")
        guard case .format(let format, _) = Formats.recognise(head: bytes.span.bytes, fileExtension: "log") else {
            Issue.record("not recognised")
            return
        }
        #expect(format.name == "auditd")
    }

    @Test("traces of Windows calls have their addresses and protections")
    func windows() throws {
        guard let nt = sharedData("tls/constructed/nttrace_array.txt"),
            let monitor = sharedData("tls/constructed/apimonitor_array.csv")
        else { return }
        let facts = SourceFacts(day: Self.day)
        let calls = Decoded.decode(NtTraceFormat.self, Array(try Data(contentsOf: nt)), source: facts)
        #expect(calls.defects.map(\.code) == ["nttrace-time-missing"])
        #expect(calls.events.compactMap { $0["BaseAddress"].first }.contains("0x1400039d8"))
        #expect(calls.events.allSatisfy { $0["ProcessId"] == ["308"] })
        let rows = Decoded.decode(APIMonitorFormat.self, Array(try Data(contentsOf: monitor)), source: facts)
        #expect(rows.defects.isEmpty)
        #expect(rows.events.compactMap { $0["NewProtect"].first } == ["PAGE_READWRITE"])
    }

    @Test("no trace format claims a file of another kind")
    func recognition() throws {
        guard let root = sharedData("public"), let recorded = sharedData("recorded") else { return }
        let ours: Set<String> = ["strace", "auditd", "nttrace", "drstrace", "apimonitor"]
        let tls = sharedData("tls") ?? root
        for folder in [root, recorded, tls] {
            let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
            while let url = files?.nextObject() as? URL {
                guard (try? url.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true,
                    let handle = try? FileHandle(forReadingFrom: url)
                else { continue }
                let head = Array((try? handle.read(upToCount: Formats.headLength)) ?? Data())
                try? handle.close()
                guard
                    case .format(let format, _) = Formats.recognise(
                        head: head.span.bytes, fileExtension: url.pathExtension.lowercased()),
                    ours.contains(format.name)
                else { continue }
                let path = url.path.lowercased()
                let words = ["strace", "audit", "selinux", "nttrace", "apimonitor"]
                #expect(words.contains { path.contains($0) }, "\(format.name): \(url.path)")
            }
        }
    }
}
