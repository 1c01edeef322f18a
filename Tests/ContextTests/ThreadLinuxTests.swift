import Events
import Testing

@testable import Context

/// Thread pointers of Linux processes, and what is written around them.
@Suite("Thread-local storage on Linux")
struct ThreadLinuxTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var address: UInt64
        var target: String
        var testDescription: String { name }
    }

    static func vector(_ address: UInt64, _ length: Int = 8) -> [String] {
        [
            "100", "[{iov_base=\"AAAAAAAA\", iov_len=8}]", "1",
            "[{iov_base=\(ThreadRecords.hex(address)), iov_len=\(length)}]", "1", "0",
        ]
    }

    @Test(
        "an address near a thread pointer is what glibc keeps there",
        arguments: [
            Row(name: "worker's variable", address: 0x7FE4_CCF6_76B0, target: "pt-tls-block"),
            Row(name: "main's variable", address: 0x7FE4_CCF6_8730, target: "pt-tls-block"),
            Row(name: "pointer itself", address: 0x7FE4_CCF6_76C0, target: "thread-pointer"),
            Row(name: "vector", address: 0x7FE4_CCF6_76C8, target: "dtv"),
            Row(name: "stack guard", address: 0x7FE4_CCF6_76E8, target: "thread-pointer"),
            Row(name: "pointer guard", address: 0x7FE4_CCF6_76F0, target: "thread-pointer"),
            Row(name: "worker's stack", address: 0x7FE4_CCF6_6F00, target: "none"),
            Row(name: "a page behind main", address: 0x7FE4_CCF6_9740, target: "none"),
        ])
    func around(row: Row) {
        var records = ThreadRecords()
        records.victim()
        let write = records.strace(200, "process_vm_writev", Self.vector(row.address), result: "8")
        let fields = records.fields(of: write)
        #expect(fields["Tls.Target"] == row.target)
        #expect(fields["Target.Image"] == "./victim")
    }

    @Test("a worker may be named by its own number, and the file of memory by its process")
    func ways() {
        var records = ThreadRecords()
        records.victim()
        let poke = records.strace(200, "ptrace", ["PTRACE_POKEDATA", "101", "0x7fe4ccf676b0", "0x43"])
        let file = records.strace(
            200, "pwrite64", ["3</proc/100/mem>", "\"BBBBBBBB\"", "8", "140620667975344"], result: "8",
            path: "/proc/100/mem")
        records.strace(
            200, "openat", ["AT_FDCWD", "\"/proc/100/task/101/mem\"", "O_RDWR"], result: "7",
            path: "/proc/100/task/101/mem")
        let descriptor = records.strace(200, "pwrite64", ["7", "\"BBBBBBBB\"", "8", "140620667975344"], result: "8")
        #expect(records.fields(of: poke)["Tls.Target"] == "pt-tls-block")
        #expect(records.fields(of: poke)["Target.ProcessId"] == "100")
        #expect(140_620_667_975_344 == 0x7FE4_CCF6_76B0)
        #expect(records.fields(of: file)["Tls.Target"] == "pt-tls-block")
        #expect(records.fields(of: descriptor)["Tls.Target"] == "pt-tls-block")
    }

    @Test("execve ends what was known, fork keeps it")
    func programs() {
        var records = ThreadRecords()
        records.victim()
        records.strace(100, "clone", ["child_stack=NULL", "flags=SIGCHLD"], result: "150")
        var vector = Self.vector(0x7FE4_CCF6_8730)
        vector[0] = "150"
        let copy = records.strace(200, "process_vm_writev", vector, result: "8")
        records.strace(150, "execve", ["\"/bin/sh\""], path: "/bin/sh")
        let after = records.strace(200, "process_vm_writev", vector, result: "8")
        #expect(records.fields(of: copy)["Tls.Target"] == "pt-tls-block")
        #expect(records.fields(of: after)["Tls.Target"] == "unresolved")
    }

    @Test("no pointer seen: unresolved, with the reason")
    func unknown() {
        var records = ThreadRecords()
        let poke = records.strace(200, "ptrace", ["PTRACE_POKEDATA", "101", "0x7fe4ccf676b0", "0x43"])
        #expect(records.fields(of: poke)["Tls.Target"] == "unresolved")
        #expect(records.fields(of: poke)["Tls.Reason"] == "no thread pointer of process 101 was seen")
    }

    @Test("registers that are put back are unchanged, another pointer is not")
    func registers() {
        var records = ThreadRecords()
        let words = { (base: String) in "{r15=0x7f7fd6afb000, ss=0x2b, fs_base=\(base), gs_base=0}" }
        records.strace(200, "ptrace", ["PTRACE_GETREGS", "101", words("0x7f7fd72fb6c0")])
        let same = records.strace(200, "ptrace", ["PTRACE_SETREGS", "101", words("0x7f7fd72fb6c0")])
        let other = records.strace(200, "ptrace", ["PTRACE_SETREGS", "101", words("0x7fffdeadb000")])
        let back = records.strace(200, "ptrace", ["PTRACE_SETREGS", "101", words("0x7f7fd72fb6c0")])
        #expect(records.fields(of: same)["Write.Unchanged"] == "true")
        for view in [other, back] {
            let fields = records.fields(of: view)
            #expect(fields["Tls.Target"] == "thread-pointer" && fields["Write.Unchanged"] == "false")
            #expect(fields["Tls.CrossProcess"] == "true")
        }
    }

    @Test(
        "every way to give a thread of another its pointer is told",
        arguments: [
            ["PTRACE_ARCH_PRCTL", "101", "0x7fffdeadb000", "0x1002"],
            ["PTRACE_POKEUSER", "101", "8*SS+8", "0x7fffdeadb000"],
            ["PTRACE_SETREGSET", "101", "NT_ARM_TLS", "{iov_base=0x7ffc, iov_len=8}"],
            ["PTRACE_SETREGSET", "101", "NT_PRSTATUS", "{iov_base={r15=0, fs_base=0x7fffdeadb000}, iov_len=216}"],
            ["PTRACE_SET_THREAD_AREA", "101", "12", "{entry_number=12, base_addr=0x7fff0000}"],
        ])
    func pointers(arguments: [String]) {
        var records = ThreadRecords()
        let fields = records.fields(of: records.strace(200, "ptrace", arguments))
        #expect(fields["Tls.Target"] == "thread-pointer" && fields["Tls.Access"] == "thread-pointer")
    }

    @Test("the first own pointer is the start, a second one is told")
    func ownPointer() {
        var records = ThreadRecords()
        records.strace(100, "execve", ["\"./a\""], path: "./a")
        let first = records.strace(100, "arch_prctl", ["ARCH_SET_FS", "0x7f0000001740"])
        let second = records.strace(100, "arch_prctl", ["ARCH_SET_FS", "0x7f0000009000"])
        #expect(records.fields(of: first)["Tls.Target"] == "none")
        #expect(records.fields(of: second)["Tls.Target"] == "thread-pointer")
        #expect(records.fields(of: second)["Tls.CrossProcess"] == "false")
        let area = { (number: Int, base: String) in ["{entry_number=\(number), base_addr=\(base), limit=0x0fffff}"] }
        let begin = records.strace(300, "set_thread_area", area(-1, "0x8049000"))
        let moved = records.strace(300, "set_thread_area", area(12, "0x804a000"))
        #expect(records.fields(of: begin)["Tls.Target"] == "none")
        #expect(records.fields(of: moved)["Tls.Target"] == "thread-pointer")
    }

    @Test("a tracer's own look at the threads is enough for its writes")
    func strays() {
        var records = ThreadRecords()
        records.strace(200, "ptrace", ["PTRACE_PEEKUSER", "101", "8*SS+8", "[0x7fe4ccf676c0]"])
        let write = records.strace(
            200, "pwrite64", ["12</proc/100/mem>", "\"QQQQQQQQ\"", "8", "140620667975344"], result: "8",
            path: "/proc/100/mem")
        #expect(records.fields(of: write)["Tls.Target"] == "pt-tls-block")
    }

    @Test("a pointer to code in libc's data is possible, a number is not")
    func keys() {
        var records = ThreadRecords()
        records.victim()
        let libc = "3</usr/lib/libc.so.6>"
        records.strace(
            100, "mmap",
            ["0x7fb92ccc8000", "24576", "PROT_READ|PROT_WRITE", "MAP_PRIVATE|MAP_FIXED", libc, "0x1cf000"],
            result: "0x7fb92ccc8000")
        records.strace(
            100, "mmap",
            ["0x7fb92ccce000", "53072", "PROT_READ|PROT_WRITE", "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS", "-1", "0"],
            result: "0x7fb92ccce000")
        for (text, target) in [
            ("\"\\20\\23\\340\\323\\235U\\0\\0\"", "fls-table"), ("\"\\1\\0\\0\\0\\0\\0\\0\\0\"", "none"),
        ] {
            var vector = Self.vector(0x7FB9_2CCC_EA88)
            vector[1] = "[{iov_base=\(text), iov_len=8}]"
            let write = records.strace(200, "process_vm_writev", vector, result: "8")
            #expect(records.fields(of: write)["Tls.Target"] == target)
        }
    }

    @Test("in Wine, the block is what GS is set to, and words that are put back are unchanged")
    func wine() {
        var records = ThreadRecords()
        records.strace(100, "execve", ["\"wine\""], path: "/usr/bin/wine")
        records.strace(100, "arch_prctl", ["ARCH_SET_FS", "0x7f6d291ee740"])
        records.strace(100, "arch_prctl", ["ARCH_SET_GS", "0x67fe0000"])
        records.strace(
            100, "mmap", ["0x140000000", "1024", "PROT_READ", "MAP_PRIVATE|MAP_FIXED", "7</lab/app.exe>", "0"],
            result: "0x140000000")
        let slot = records.strace(200, "ptrace", ["PTRACE_POKEDATA", "100", "0x67fe15c0", "0x4242"])
        records.strace(200, "ptrace", ["PTRACE_PEEKDATA", "100", "0x1400039d8", "[0x140001510]"])
        let same = records.strace(200, "ptrace", ["PTRACE_POKEDATA", "100", "0x1400039d8", "0x140001510"])
        let array = records.strace(200, "ptrace", ["PTRACE_POKEDATA", "100", "0x1400039d8", "0x1400019a0"])
        #expect(records.fields(of: slot)["Tls.Target"] == "teb-slot" && records.fields(of: slot)["Tls.Slot"] == "40")
        #expect(records.fields(of: same)["Write.Unchanged"] == "true")
        #expect(records.fields(of: array)["Tls.Target"] == "callback-array")
        #expect(records.fields(of: array)["Write.Unchanged"] == "false")
    }

    @Test("Tracee's ptrace is told, its process_vm_writev is unresolved")
    func tracee() {
        var records = ThreadRecords()
        records.victim()
        let origin = Origin(product: "linux", service: "tracee")
        let poke = records.add(
            .linuxRecord, at: 1, origin: origin,
            [
                .processID: "200", .traceeEvent: "ptrace", .traceePID: "101", .traceeRequest: "PTRACE_POKEDATA",
                .traceeAddress: "140620667975344", .traceeData: "67", .traceeReturn: "0",
            ])
        let vector = records.add(
            .linuxRecord, at: 1, origin: origin,
            [.processID: "200", .traceeEvent: "process_vm_writev", .traceePID: "100", .traceeReturn: "8"])
        #expect(records.fields(of: poke)["Tls.Target"] == "pt-tls-block")
        #expect(records.fields(of: vector)["Tls.Reason"] == "the record does not tell the address")
    }
}
