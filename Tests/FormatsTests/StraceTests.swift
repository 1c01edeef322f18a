import Bytes
import Events
import Formats
import Testing

@Suite struct StraceTests {
    static let day = SourceFacts(path: "trace.txt", day: CivilDate(year: 2026, month: 3, day: 1))
    /// 2026-03-01T00:00:00Z.
    static let midnight: Int64 = 1_772_323_200

    static func decode(_ text: String, _ source: SourceFacts = day) -> Decoded {
        Decoded.decode(StraceFormat.self, text, source: source)
    }

    /// The values of a field of the only event.
    static func one(_ text: String, _ field: String) -> [String] {
        let decoded = decode(text)
        #expect(decoded.events.count == 1)
        return decoded.events.first?[field] ?? []
    }

    static let call = #"openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3"#

    @Test(
        "every prefix leads to the same call",
        arguments: [
            ("", "", Int64.min), ("4711  ", "4711", .min), ("[pid  4711] ", "4711", .min),
            ("4711  10:20:30 ", "4711", 37_230_000_000_000), ("4711  10:20:30.000500 ", "4711", 37_230_000_500_000),
            ("10:20:30.5 ", "", 37_230_500_000_000), ("[pid 4711] 10:20:30.000001 ", "4711", 37_230_000_001_000),
            ("4711<my app> 10:20:30 ", "4711", 37_230_000_000_000), ("[pid 4711<sh>] ", "4711", .min),
            ("4711  10:20:30 (+     0.000012) ", "4711", 37_230_000_000_000),
            ("     0.000000 ", "", 0), ("4711       0.250000 ", "4711", 250_000_000),
            ("4711  10:20:30 [ 257] [00007f5e3a4d2f0b] ", "4711", 37_230_000_000_000),
            ("[ 257] ", "", .min), ("[00007f5e3a4d2f0b] ", "", .min), ("[????????????????] ", "", .min),
            ("4711 /* 12 in strace's PID NS */ ", "4711", .min),
        ])
    func prefixes(_ prefix: String, _ process: String, _ time: Int64) {
        let decoded = Self.decode(prefix + Self.call + "\n")
        let event = decoded.events.first
        #expect(decoded.events.count == 1)
        #expect(event?["Syscall"] == ["openat"])
        #expect(event?["Result"] == ["3"])
        #expect(event?["Path"] == ["/etc/passwd"])
        #expect(event?["ProcessId"] == (process.isEmpty ? [] : [process]))
        #expect(event?.time == (time == .min ? time : Self.midnight * 1_000_000_000 + time))
        #expect(decoded.defects.map(\.code) == (time == .min ? ["strace-time-missing"] : []))
        #expect(Decoded.recognised(prefix + Self.call + "\n")?.format == "strace")
    }

    @Test(
        "epochs are moments",
        arguments: [
            ("1772323200.000250 ", 250_000), ("7 1772323200.25 ", 250_000_000), ("7 1772323200 ", 0),
            ("1772323200 ", 0), ("[pid 7] 1772323200.000000001 ", 1),
        ])
    func epochs(_ prefix: String, _ fraction: Int64) {
        let decoded = Self.decode(prefix + Self.call, SourceFacts())
        #expect(decoded.events.map(\.time) == [Self.midnight * 1_000_000_000 + fraction])
        #expect(decoded.defects.isEmpty)
    }

    @Test("the process id may stand in the file's name", arguments: ["a/t.4711", "t.strace.4711", "4711.strace"])
    func fileProcess(_ path: String) {
        let decoded = Self.decode("10:00:00 " + Self.call, SourceFacts(path: path, day: Self.day.day))
        #expect(decoded.events.first?["ProcessId"] == ["4711"])
        let plain = Self.decode("10:00:00 " + Self.call, SourceFacts(path: "trace.txt", day: Self.day.day))
        #expect(plain.events.first?["ProcessId"] == [])
    }

    @Test(
        "arguments are cut at top-level commas",
        arguments: [
            (#"write(1, "a, b\", (c", 9) = 9"#, ["1", #""a, b\", (c""#, "9"]),
            (
                #"execve("/bin/sh", ["sh", "-c", "x"], 0x7ffe /* 3 vars, all */) = 0"#,
                [#""/bin/sh""#, #"["sh", "-c", "x"]"#, "0x7ffe /* 3 vars, all */"]
            ),
            (#"fcntl(3</a,b)<char 1:3>>, F_GETFD) = 0x1 (flags FD_CLOEXEC)"#, ["3</a,b)<char 1:3>>", "F_GETFD"]),
            (#"read(3<TCP:[10.0.0.1:5->10.0.0.2:6]>, "", 1) = 0"#, ["3<TCP:[10.0.0.1:5->10.0.0.2:6]>", #""""#, "1"]),
            (
                "capset({version=3, pid=0}, {effective=1<<CAP_CHOWN|1<<CAP_KILL, permitted=0}) = 0",
                ["{version=3, pid=0}", "{effective=1<<CAP_CHOWN|1<<CAP_KILL, permitted=0}"]
            ),
            ("getpid() = 12", []), ("exit_group(0)     = ?", ["0"]),
            (#"read(3, "ab"..., 4096) = 4096"#, ["3", #""ab"..."#, "4096"]),
            ("restart_syscall(<... resuming interrupted read ...>) = 0", ["<... resuming interrupted read ...>"]),
            (
                "poll([{fd=3, events=POLLIN}], 1, -1) = 1 ([{fd=3, revents=POLLIN}])",
                ["[{fd=3, events=POLLIN}]", "1", "-1"]
            ),
            ("open(0x5) odd) = 3", ["0x5"]),
            (
                "rt_sigprocmask(SIG_SETMASK, ~[RTMIN RT_1], NULL, 8) = 0",
                ["SIG_SETMASK", "~[RTMIN RT_1]", "NULL", "8"]
            ),
        ] as [(String, [String])])
    func arguments(_ line: String, _ expected: [String]) {
        let decoded = Self.decode("10:00:00 " + line)
        let event = decoded.events.first
        #expect(decoded.events.count == 1 || line.hasPrefix("open("))
        guard let event else { return }
        #expect((0..<expected.count).map { event["a\($0)"].first } == expected)
        #expect(event["a\(expected.count)"] == [])
    }

    @Test(
        "results have their parts",
        arguments: [
            ("-1 ENOENT (No such file or directory)", "-1", "ENOENT", ""),
            ("3</etc/x> <0.000040>", "3", "", "0.000040"),
            ("? ERESTARTSYS (To be restarted if SA_RESTART is set) <1.5>", "?", "ERESTARTSYS", "1.5"),
            ("?", "?", "", ""),
            ("0x7f0000", "0x7f0000", "", ""), ("0 (Timeout)", "0", "", ""), ("? <unavailable>", "?", "", ""),
            ("-1 EPERM (Operation not permitted) (INJECTED) <0.1>", "-1", "EPERM", "0.1"),
        ])
    func results(_ text: String, _ result: String, _ errno: String, _ duration: String) {
        let event = Self.decode("10:00:00 close(3) = " + text).events.first
        #expect(event?["Result"] == [result])
        #expect(event?["Errno"] == (errno.isEmpty ? [] : [errno]))
        #expect(event?["Duration"] == (duration.isEmpty ? [] : [duration]))
    }

    @Test("paths are decoded and joined with the directory that -y shows")
    func paths() {
        #expect(Self.one(#"1 10:00:00 unlink("/tmp/\303\244\n\"x\"\x41") = 0"#, "Path") == ["/tmp/ä\n\"x\"A"])
        let line = #"1 10:00:00 openat(AT_FDCWD</srv>, "a/b", O_WRONLY) = 5</data/b>"#
        let event = Self.decode(line).events.first
        #expect(event?["Path.Full"] == ["/srv/a/b"])
        #expect(event?["Result.Path"] == ["/data/b"])
        #expect(event?.origin == Origin(product: "linux", category: "file_event", service: "strace"))
        #expect(event?["TargetFilename"].sorted() == ["/data/b", "/srv/a/b", "a/b"])
        #expect(Self.one(#"1 10:00:00 rename("/a", "/b") = 0"#, "TargetFilename") == ["/b"])
        #expect(Self.one(#"1 10:00:00 newfstatat(3</srv>, "", 0x1, AT_EMPTY_PATH) = 0"#, "Path.Full") == ["/srv"])
    }

    @Test(
        "kinds have their log source",
        arguments: [
            (#"execve("/bin/sh", ["sh"], 0x0) = 0"#, "process_creation", "Image", "/bin/sh"),
            (#"execve("/bin/sh", ["sh"], 0x0) = -1 ENOENT (No such file)"#, "", "Image", "/bin/sh"),
            (#"open("/etc/shadow", O_RDONLY) = 3"#, "file_access", "TargetFilename", "/etc/shadow"),
            (#"open("/etc/shadow", O_RDWR) = 3"#, "file_event", "TargetFilename", "/etc/shadow"),
            (#"open("/etc/shadow", O_RDWR) = -1 EACCES (x)"#, "file_access", "TargetFilename", "/etc/shadow"),
            (#"unlink("/a") = 0"#, "file_delete", "TargetFilename", "/a"),
            (#"chmod("/a", 04755) = 0"#, "file_change", "TargetFilename", "/a"),
            (
                "connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"10.0.0.1\")}, 16) = 0",
                "network_connection", "DestinationIp", "10.0.0.1"
            ),
            (
                "connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"10.0.0.1\")}, 16) = 0",
                "network_connection", "DestinationPort", "80"
            ),
            (
                "connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=0}, 28) = -1 EINPROGRESS (x)",
                "network_connection", "DestinationIp", "::1"
            ),
            (
                "connect(3, {sa_family=AF_UNIX, sun_path=\"/run/docker.sock\"}, 110) = 0", "network_connection",
                "Socket.Path", "/run/docker.sock"
            ),
            (
                "connect(3, {sa_family=AF_UNIX, sun_path=@\"/abs, htons(7)\"}, 110) = 0", "network_connection",
                "Socket.Path",
                "@/abs, htons(7)"
            ),
            (
                "bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}, 16) = 0", "",
                "SourcePort", "80"
            ),
            ("ptrace(PTRACE_POKEDATA, 77, 0x7f92, 0x43) = 0", "", "TargetProcessId", "77"),
            ("mprotect(0x7f00, 4096, PROT_READ|PROT_EXEC) = 0", "", "Protection", "PROT_READ|PROT_EXEC"),
            ("mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3</lib/x.so>, 0) = 0x7f00", "", "Address", "0x7f00"),
            ("arch_prctl(ARCH_SET_FS, 0x7f99) = 0", "", "Address", "0x7f99"),
            (#"mount("proc", "/proc", "proc", MS_NOSUID, NULL) = 0"#, "", "TargetFilename", "/proc"),
            ("setns(3</proc/1/ns/mnt>, CLONE_NEWNS) = 0", "", "Namespace", "/proc/1/ns/mnt"),
            ("unshare(CLONE_NEWUSER) = 0", "", "Flags", "CLONE_NEWUSER"),
            ("clone(child_stack=NULL, flags=SIGCHLD) = 99", "", "ChildProcessId", "99"),
        ])
    func kinds(_ line: String, _ category: String, _ field: String, _ value: String) {
        let event = Self.decode("7 10:00:00 " + line).events.first
        #expect(event?.origin == Origin(product: "linux", category: category, service: "strace"))
        #expect(event?[field] == [value])
    }

    @Test("command lines are joined, and a shim's names its container")
    func commandLines() {
        let id = String(repeating: "0af3", count: 16)
        let line =
            #"7 10:00:00 execve("/usr/bin/containerd-shim-runc-v2", ["/usr/bin/containerd-shim-runc-v2", "#
            + #""-namespace", "moby", "-id", "\#(id)", "start"], 0x0 /* 1 var */) = 0"#
        let event = Self.decode(line).events.first
        #expect(event?["ContainerId"] == [id])
        #expect(event?["CommandLine"] == ["/usr/bin/containerd-shim-runc-v2 -namespace moby -id \(id) start"])
        let other = Self.decode(#"7 10:00:00 execve("/bin/sh", ["sh", "-id", "\#(id)", "\"a\\b\tc"], 0x0) = 0"#).events
        #expect(other.first?["ContainerId"] == [])
        #expect(other.first?["CommandLine"] == ["sh -id \(id) \"a\\b\tc"])
    }

    @Test("halves of a call are one event at the time and place of the first")
    func halves() {
        let text = """
            10 10:00:00.1 accept(3<x>,  <unfinished ...>
            11 10:00:00.2 getpid() = 11
            10 10:00:00.3 <... accept resumed>{sa_family=AF_INET, sin_port=htons(5), sin_addr=inet_addr("10.0.0.9")}, [16]) = 4 <0.2>
            """
        let decoded = Self.decode(text)
        #expect(decoded.defects.isEmpty)
        #expect(decoded.events.map { $0["Syscall"] } == [["getpid"], ["accept"]])
        let event = decoded.events[1]
        #expect(event["a0"] == ["3<x>"])
        #expect(event["a2"] == ["[16]"])
        #expect(event["SourceIp"] == ["10.0.0.9"])
        #expect(event["Result"] == ["4"])
        #expect(event["Duration"] == ["0.2"])
        #expect(event.offset == 0)
        #expect(event.record == 1)
        #expect(event.time % 1_000_000_000 == 100_000_000)
    }

    @Test("a process that dies unfinished still gives its call")
    func unfinished() {
        let text = """
            10 10:00:00 read(3,  <unfinished ...>
            11 10:00:00 futex(0x1, FUTEX_WAIT, 2, NULL <unfinished ...>
            12 10:00:00 wait4(-1,  <unfinished ...>
            12 10:00:01 getpid() = 12
            10 10:00:02 +++ killed by SIGKILL (core dumped) +++
            """
        let decoded = Self.decode(text)
        #expect(decoded.defects.isEmpty)
        #expect(decoded.events.map { $0["Syscall"].first ?? "-" } == ["wait4", "getpid", "read", "-", "futex"])
        #expect(decoded.events.map { $0["Unfinished"].isEmpty } == [false, true, false, true, false])
        #expect(decoded.events[3]["Signal"] == ["SIGKILL"])
        #expect(decoded.events[3].origin.category == "process_termination")
        #expect(decoded.events[4]["ProcessId"] == ["11"])
        #expect(decoded.events[4]["a3"] == ["NULL"])
        let inner = Self.decode("10 10:00:00 nanosleep({tv_sec=1},  <unfinished ...>) = ?").events
        #expect(inner.first?["Unfinished"] == ["true"])
        #expect(inner.first?["a0"] == ["{tv_sec=1}"])
    }

    @Test("an execve of a thread goes on under the process's id")
    func superseded() {
        let text = """
            12 10:00:00 execve("/bin/a", ["a"], 0x0 /* 1 var */ <unfinished ...>
            11 10:00:00 read(0,  <unfinished ...>
            11 10:00:00 +++ superseded by execve in pid 12 +++
            11 10:00:00 <... execve resumed>) = 0
            """
        let decoded = Self.decode(text)
        #expect(decoded.defects.isEmpty)
        let last = decoded.events.last
        #expect(last?["Image"] == ["/bin/a"])
        #expect(last?["ProcessId"] == ["11"])
    }

    @Test("signals, exits and messages are events")
    func notices() {
        let text = """
            strace: Process 12 attached
            7 10:00:00 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=8, si_uid=0} ---
            7 10:00:00 --- stopped by SIGSTOP ---
            7 10:00:00 +++ exited with 3 +++
            [ Process PID=9 runs in 32 bit mode. ]
            """
        let decoded = Self.decode(text)
        #expect(decoded.defects.isEmpty)
        #expect(decoded.events.count == 5)
        #expect(decoded.events[0]["ProcessId"] == ["12"])
        #expect(decoded.events[1]["Signal"] == ["SIGCHLD"])
        #expect(decoded.events[1]["si_pid"] == ["8"])
        #expect(decoded.events[3]["ExitCode"] == ["3"])
        #expect(decoded.events[4]["Message"] == ["[ Process PID=9 runs in 32 bit mode. ]"])
    }

    @Test("stacks belong to their record")
    func stacks() {
        let text = """
            7 10:00:00 close(3) = 0
             > /lib/libc.so.6(__close+0x14) [0xf1d14]
             > /bin/x(main+0x9) [0x1139]
            7 10:00:00 getpid() = 7

            """
        let decoded = Self.decode(text)
        #expect(decoded.defects.isEmpty)
        #expect(decoded.events.count == 2)
        #expect(decoded.events[0].offset + Int64(decoded.events[0].length) + 1 == decoded.events[1].offset)
    }

    @Test("midnight passes forward, and lines out of order do not pass it")
    func midnight() {
        let text =
            "1 23:59:59 getpid() = 1\n1 00:00:01 getpid() = 1\n2 23:59:59.9 getpid() = 2\n1 00:00:02 getpid() = 1\n"
        let times = Self.decode(text).events.map { $0.time / 1_000_000_000 - Self.midnight }
        #expect(times == [86_399, 86_401, 86_399, 86_402])
    }

    @Test(
        "the day is that of the last change, or the one before",
        arguments: [("10:00:00", 36_000, 0), ("13:00:00", 46_800, -86_400)] as [(String, Int64, Int64)])
    func modified(_ clock: String, _ second: Int64, _ shift: Int64) {
        let noon = Timestamp(nanoseconds: (Self.midnight + 43_200) * 1_000_000_000)
        let decoded = Self.decode("1 \(clock) getpid() = 1", SourceFacts(modified: noon))
        #expect(decoded.events.map { $0.time / 1_000_000_000 } == [Self.midnight + second + shift])
        #expect(decoded.defects.isEmpty)
    }

    @Test("a day that nobody states is assumed, and said once; local times are in the source's zone")
    func assumed() {
        let decoded = Self.decode("1 10:00:00 getpid() = 1\n1 10:00:00 getpid() = 1\n", SourceFacts())
        #expect(decoded.defects.map(\.code) == ["strace-day-assumed"])
        #expect(decoded.events.map(\.time) == [946_720_800_000_000_000, 946_720_800_000_000_000])
        var zone = Self.day
        zone.zone = 3600
        #expect(Self.decode("1 10:00:00 getpid() = 1", zone).events[0].time / 1_000_000_000 == Self.midnight + 32_400)
    }

    @Test("relative times add up")
    func relative() {
        let text = "     0.000000 getpid() = 1\n     0.500000 getpid() = 1\n     1.250000 getpid() = 1\n"
        let times = Self.decode(text).events.map { $0.time / 1_000_000 - Self.midnight * 1000 }
        #expect(times == [0, 500, 1750])
    }

    @Test("what is no strace is a defect, and good lines around it are read")
    func defects() {
        let text = "7 10:00:00 close(3) = 0\n\nhello world\n7 10:00:00 <... read resumed>\"\", 1) = 0\n7 10:00:01 clo"
        let decoded = Self.decode(text)
        #expect(decoded.defects.map(\.code) == ["strace-line", "strace-start-missing", "strace-line-cut"])
        #expect(decoded.defects.map(\.offset) == [25, 37, 77])
        #expect(decoded.events.map { $0["Syscall"] } == [["close"], ["read"]])
    }

    @Test("the number of open calls is bounded")
    func bounded() {
        var text = ""
        for process in 1...5000 { text += "\(process) 10:00:00 read(0,  <unfinished ...>\n" }
        let decoded = Self.decode(text)
        #expect(decoded.events.count == 5000)
        #expect(decoded.events.first?["ProcessId"] == ["1"])
        #expect(decoded.defects.isEmpty)
    }

    static let sample = """
        10 10:00:00.1 execve("/bin/sh", ["sh", "-c", "id"], 0x0 /* 1 var */) = 0
        10 10:00:00.1 accept(3<x>,  <unfinished ...>
        11 10:00:00.2 openat(AT_FDCWD</srv>, "a\\303\\244", O_WRONLY) = 5</data/b> <0.1>
         > /lib/libc.so.6(__close+0x14) [0xf1d14]
        10 10:00:00.3 <... accept resumed>{sa_family=AF_INET, sin_port=htons(5), sin_addr=inet_addr("10.0.0.9")}, [16]) = 4
        rubbish
        11 10:00:00.4 --- SIGCHLD {si_signo=SIGCHLD, si_pid=8} ---
        11 10:00:00.5 read(3,  <unfinished ...>
        11 10:00:01.0 +++ exited with 0 +++

        """

    @Test("a cut anywhere changes nothing, and no prefix crashes")
    func cuts() {
        let bytes = Array(Self.sample.utf8)
        let whole = Decoded.decode(StraceFormat.self, bytes, source: Self.day).events.map(TraceTest.flat)
        for cut in 0...bytes.count {
            let pieces = Decoded.decode(StraceFormat.self, bytes, cutAt: [cut], source: Self.day)
            #expect(pieces.map(TraceTest.flat) == whole, "cut at \(cut)")
            _ = Decoded.decode(StraceFormat.self, Array(bytes[..<cut]), source: Self.day)
        }
    }

    @Test("bytes changed at random never crash")
    func mutations() { TraceTest.mutate(StraceFormat.self, Self.sample) }
}

/// What the tests of traces share.
enum TraceTest {
    static func flat(_ event: Decoded.Event) -> String {
        "\(event.time) \(event.origin) \(event.offset) \(event.length) \(event.record) "
            + event.fields.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
    }

    /// Decodes the sample with bytes changed, doubled and left out.
    static func mutate<F: Format>(_ format: F.Type, _ sample: String) {
        var random = SplitMix(state: 7)
        let special = Array("\"'<>()[]{}=,\\ \n\t\u{1D}-+/*0".utf8)
        for _ in 0..<400 {
            var bytes = Array(sample.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = special[Int.random(in: 0..<special.count, using: &random)]
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(special[Int.random(in: 0..<special.count, using: &random)], at: index)
                default: bytes[index] = UInt8.random(in: 0...255, using: &random)
                }
            }
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let whole = Decoded.decode(format, bytes).events.map(flat)
            let pieces = Decoded.decode(format, bytes, cutAt: [cut]).map(flat)
            #expect(whole == pieces)
        }
    }
}
