import Bytes
import Events
import Formats
import Testing

@Suite struct WindowsTraceTests {
    static let day = SourceFacts(path: "x.log", day: CivilDate(year: 2026, month: 3, day: 1))
    static let midnight: Int64 = 1_772_323_200

    @Test(
        "NtTrace: every prefix leads to the same call",
        arguments: [
            ("", "", Int64(0)), ("10:00:00.125: ", "", 36_000_125), ("10:00:00.125: [1234/5678] ", "1234", 36_000_125),
            ("10:00:00.125 +0.010: [1234/5678] ", "1234", 36_000_125), ("+1.5: [1234/  12] ", "1234", 0),
            ("[1234/5678] ", "1234", 0),
        ])
    func ntTracePrefixes(_ prefix: String, _ process: String, _ milliseconds: Int64) {
        let line =
            prefix + #"NtOpenFile(0x3f [0x1c4], 0x100020, 0x10:"\??\C:\", 3, 0x21) => 0xc0000034 [2 'Not found.']"#
        let decoded = Decoded.decode(NtTraceFormat.self, line + "\r\n", source: Self.day)
        let event = decoded.events.first
        #expect(event?["Syscall"] == ["NtOpenFile"])
        #expect(event?["Function"] == ["NtOpenFile"])
        #expect(event?["a0"] == ["0x3f"])
        #expect(event?["a0.Value"] == ["0x1c4"])
        #expect(event?["a2"] == [#"0x10:"\??\C:\""#])
        #expect(event?["a4"] == ["0x21"])
        #expect(event?["Result"] == ["0xc0000034"])
        #expect(event?["Error"] == ["2 'Not found.'"])
        #expect(event?["ProcessId"] == (process.isEmpty ? [] : [process]))
        #expect(event?.origin == Origin(product: "windows", service: "nttrace"))
        #expect(milliseconds == 0 || event?.time == (Self.midnight * 1000 + milliseconds) * 1_000_000)
        #expect(decoded.defects.map(\.code) == (milliseconds == 0 ? ["nttrace-time-missing"] : []))
        #expect(Decoded.recognised(line)?.format == "nttrace")
    }

    static let ntTrace = """
        Process 308 starting at 00007FF612341500 with command line: "C:\\a b\\x.exe -v"
        10:00:00.001: Loaded DLL at 00007FFA00000000 C:\\Windows\\System32\\ntdll.dll
        10:00:00.002: NtProtectVirtualMemory( ProcessHandle=-1, BaseAddress=0x21f8f0 [0x140003000], RegionSize=0x21f8f8 [0x1000], NewProtect=4, OldProtect=0x21f92c [2] ) => 0
        rubbish
        10:00:00.003: NtWriteVirtualMemory(0x38, 0x1400039d8, 0x21f790, 8, 0x21f6e8 [8]) => 0
        10:00:00.004: Thread 12 exit code: 0

        """

    @Test("NtTrace: arguments have names, given or known")
    func ntTraceNames() {
        let decoded = Decoded.decode(NtTraceFormat.self, Self.ntTrace, source: Self.day)
        #expect(decoded.defects.map(\.code) == ["nttrace-time-missing", "nttrace-line"])
        let events = decoded.events
        #expect(events.count == 5)
        #expect(events[0]["CommandLine"] == [#"C:\a b\x.exe -v"#])
        #expect(events[1]["ImageLoaded"] == [#"C:\Windows\System32\ntdll.dll"#])
        #expect(events[1]["ImageBase"] == ["00007FFA00000000"])
        #expect(events[2]["BaseAddress.Value"] == ["0x140003000"])
        #expect(events[2]["NewProtect"] == ["4"])
        #expect(events[2]["ProcessId"] == ["308"])
        #expect(events[3]["BaseAddress"] == ["0x1400039d8"])
        #expect(events[3]["ProcessHandle"] == ["0x38"])
        #expect(events[4]["Message"] == ["Thread 12 exit code: 0"])
    }

    static let drStrace = """
        NtProtectVirtualMemory
        \targ 0: 0xffffffffffffffff (name=ProcessHandle, type=HANDLE, size=0x8)
        \targ 1: 0x21f8f0 => 0x140003000 (name=BaseAddress, type=void **, size=0x8)
        \targ 3: PAGE_READWRITE (name=NewProtect, type=named constant, value=0x4, size=0x4)
            succeeded =>
        \targ 4: 0x21f92c => 0x2 (name=OldProtect, type=unsigned int*, size=0x8)
        \tretval: 0x0 (type=NTSTATUS, size=0x4)
        NtOpenKey (details not all known)
        \targ 2: len=0x30, root=0x0, name=44/46 "\\??\\C:\\a (x)", att=0x40 (type=OBJECT_ATTRIBUTES*, size=0x8)
            failed (error=0xc0000034) =>
        \tretval: 0xc0000034 (type=NTSTATUS, size=0x4)
        rubbish here
        NtTerminateProcess
        \targ 0: 0xffffffffffffffff (type=HANDLE, size=0x8)

        """

    @Test("drstrace: a record is its lines")
    func drStraceRecords() {
        let modified = Timestamp(nanoseconds: Self.midnight * 1_000_000_000)
        let facts = SourceFacts(path: "d/drstrace.my.app.exe.04712.0000.log", modified: modified)
        let decoded = Decoded.decode(DrStraceFormat.self, Self.drStrace, source: facts)
        #expect(decoded.defects.map(\.code) == ["drstrace-time-missing", "drstrace-line"])
        let events = decoded.events
        #expect(events.count == 3)
        #expect(events.allSatisfy { $0.time == modified.nanoseconds && $0["ProcessId"] == ["4712"] })
        #expect(events[0]["ProcessName"] == ["my.app.exe"])
        #expect(events[0]["Function"] == ["NtProtectVirtualMemory"])
        #expect(events[0]["BaseAddress"] == ["0x21f8f0"])
        #expect(events[0]["BaseAddress.Value"] == ["0x140003000"])
        #expect(events[0]["NewProtect"] == ["PAGE_READWRITE"])
        #expect(events[0]["NewProtect.Number"] == ["0x4"])
        #expect(events[0]["OldProtect.Out.Value"] == ["0x2"])
        #expect(events[0]["Result"] == ["0x0"])
        #expect(events[1]["a2"] == [#"len=0x30, root=0x0, name=44/46 "\??\C:\a (x)", att=0x40"#])
        #expect(events[1]["Error"] == ["0xc0000034"])
        #expect(events[2]["Unfinished"] == ["true"])
        #expect(events[0].origin == Origin(product: "windows", service: "drstrace"))
        #expect(Decoded.recognised(Self.drStrace, fileExtension: "log")?.format == "drstrace")
    }

    static let apiMonitor = """
        #,Time of Day,Thread,Module,API,Return Value,Error,Duration
        1,5:00:00.001 PM,7,x.exe,"CreateProcessA ( NULL, ""a b.exe 4"", NULL )",TRUE,,0.02
        2,12:00:00.500 AM,7,x.exe,"VirtualProtectEx ( 0x38, 0x1400039d8, 64, PAGE_READWRITE, 0x21 )",FALSE,5 = Access is denied.,0.01
        rubbish
        3,1:00:00.000 AM,7,x.exe,GetTickCount (  ),17,,0.01

        """

    @Test("API Monitor: columns by the header, calls taken apart")
    func apiMonitorRows() {
        for text in [Self.apiMonitor, "\u{FEFF}" + Self.apiMonitor.replacing("\n", with: "\r\n")] {
            let decoded = Decoded.decode(APIMonitorFormat.self, text, source: Self.day)
            #expect(decoded.defects.map(\.code) == ["apimonitor-row"])
            let events = decoded.events
            #expect(events.map { $0["Function"] } == [["CreateProcessA"], ["VirtualProtectEx"], ["GetTickCount"]])
            #expect(events[0]["CommandLine"] == [#""a b.exe 4""#])
            #expect(events[0]["ThreadId"] == ["7"])
            #expect(events[0]["Result"] == ["TRUE"])
            #expect(events[0].time == (Self.midnight + 61_200) * 1_000_000_000 + 1_000_000)
            #expect(events[1].time == (Self.midnight + 86_400) * 1_000_000_000 + 500_000_000)
            #expect(events[1]["BaseAddress"] == ["0x1400039d8"])
            #expect(events[1]["NewProtect"] == ["PAGE_READWRITE"])
            #expect(events[1]["Error"] == ["5 = Access is denied."])
            #expect(events[2]["Arguments"] == [""])
            #expect(events[2].origin == Origin(product: "windows", service: "apimonitor"))
            #expect(Decoded.recognised(text, fileExtension: "csv")?.format == "apimonitor")
        }
    }

    @Test("a cut anywhere changes nothing, and no prefix crashes")
    func cuts() {
        Self.cut(NtTraceFormat.self, Self.ntTrace)
        Self.cut(DrStraceFormat.self, Self.drStrace)
        Self.cut(APIMonitorFormat.self, Self.apiMonitor)
    }

    private static func cut<F: Format>(_ format: F.Type, _ text: String) {
        let bytes = Array(text.utf8)
        let whole = Decoded.decode(format, bytes, source: day).events.map(TraceTest.flat)
        for cut in 0...bytes.count {
            let pieces = Decoded.decode(format, bytes, cutAt: [cut], source: day)
            #expect(pieces.map(TraceTest.flat) == whole, "\(format.name) cut at \(cut)")
            _ = Decoded.decode(format, Array(bytes[..<cut]), source: day)
        }
    }

    @Test("bytes changed at random never crash")
    func mutations() {
        TraceTest.mutate(NtTraceFormat.self, Self.ntTrace)
        TraceTest.mutate(DrStraceFormat.self, Self.drStrace)
        TraceTest.mutate(APIMonitorFormat.self, Self.apiMonitor)
    }
}
