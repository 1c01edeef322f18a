import Events
import Testing

@testable import Context

/// What an address is when only the memory map of its process was collected.
@Suite("Memory maps of Linux processes")
struct MemoryMapTests {
    static let lines = [
        "563537b9f000 563537ba0000 r-xp /opt/victim", "7f921e5ea000 7f921e5eb000 ---p",
        "7f921e5eb000 7f921edeb000 rw-p", "7f921edeb000 7f921edee000 rw-p",
        "7f921edee000 7f921ee14000 r--p /usr/lib/libc.so.6", "7f921ee14000 7f921ef6a000 r-xp /usr/lib/libc.so.6",
        "7f921efc1000 7f921efc3000 rw-p /usr/lib/libc.so.6", "7f921efc3000 7f921efd0000 rw-p",
        "7fff23ed5000 7fff23ef6000 rw-p [stack]",
    ]

    /// The records of a tracer whose victim was not traced, and the victim's map.
    static func records(pid: Int?, mapSource: SourceNumber = 0) -> ThreadRecords {
        var records = ThreadRecords()
        records.source = mapSource
        for line in lines { records.mapping(line, pid: pid) }
        records.source = 0
        return records
    }

    @Test(
        "where threads keep their blocks is known from the layout of memory, and no more is claimed",
        arguments: [
            (0x7F92_1EDE_A6B0, "pt-tls-block", "60"), (0x7F92_1EDE_A6C8, "thread-pointer", "60"),
            (0x7F92_1EDE_9000, "none", "60"), (0x7F92_1E60_0000, "none", "60"),
            (0x7F92_1EDE_B730, "pt-tls-block", "50"), (0x7FFF_23ED_6000, "none", "60"),
            (0x5635_37B9_F100, "none", "60"), (0x1000, "unresolved", nil),
        ] as [(UInt64, String, String?)])
    func targets(address: UInt64, target: String, confidence: String?) {
        var records = Self.records(pid: 100)
        let write = records.strace(
            200, "ptrace", ["PTRACE_POKEDATA", "100", ThreadRecords.hex(address), "0x4343434343434343"])
        let fields = records.fields(of: write)
        #expect(fields["Tls.Target"] == target)
        if let confidence { #expect(fields["Tls.Confidence"] == confidence) }
    }

    @Test(
        "a pointer to code in libc's data is possibly a destructor; another value is nothing",
        arguments: [(0x5635_37B9_F1E9, "fls-table"), (0x7F92_1EE1_5000, "fls-table"), (0x4242, "none")]
            as [(UInt64, String)])
    func destructors(value: UInt64, target: String) {
        var records = Self.records(pid: 100)
        let write = records.strace(
            200, "ptrace", ["PTRACE_POKEDATA", "100", "0x7f921efc3a88", ThreadRecords.hex(value)])
        #expect(records.fields(of: write)["Tls.Target"] == target)
    }

    @Test(
        "a map that does not tell its process is that of the trace beside it",
        arguments: [("t/poke.strace", true), ("t/other.strace", false), ("u/poke.strace", false)])
    func beside(path: String, isOurs: Bool) {
        var records = Self.records(pid: nil, mapSource: 1)
        let write = records.strace(
            200, "ptrace", ["PTRACE_POKEDATA", "101", "0x7f921edea6b0", "0x4343434343434343"])
        let sources = [(0, path), (1, "t/poke.maps")].map { index, path in
            SourceNote(source: SourceNumber(index), path: path, format: "", size: 1, events: 1)
        }
        let fields = ThreadRecords.fields(of: write, records.context(sources: sources))
        #expect(fields["Tls.Target"] == (isOurs ? "pt-tls-block" : "unresolved"))
    }

    @Test("of a process whose threads are in the trace the map is not asked")
    func traced() {
        var records = Self.records(pid: 100)
        records.victim()
        let write = records.strace(
            200, "process_vm_writev", ThreadLinuxTests.vector(0x7F92_1EDE_A6B0), result: "8")
        #expect(records.fields(of: write)["Tls.Target"] == "none")
    }

    @Test("lines that are no mappings, wrap around or overlap change nothing else")
    func hostile() {
        var records = Self.records(pid: 100)
        for line in [
            "ffffffffffffffff 10 rw-p", "zz 10 rw-p", "7f921e5eb000 7f921edec000 rw-p", "0 ffffffffffffffff rw-p",
        ] {
            records.mapping(line, pid: 100)
        }
        let write = records.strace(
            200, "ptrace", ["PTRACE_POKEDATA", "100", "0x7f921edea6b0", "0x4343434343434343"])
        #expect(records.fields(of: write)["Tls.Target"] != nil)
    }
}
