import Bytes
import Events
import Formats
import Testing

@Suite struct WineRelayTests {
    static let trace = """
        it looks like something is missing, you should install it.
        3226.112:010c:0110:trace:relay:load_list L"RelayInclude" = L"ntdll.NtWriteVirtualMemory"
        3226.129:010c:0110:Call PE DLL (proc=0000000170068C10,module=0000000170000000 L"ntdll.dll",reason=PROCESS_ATTACH,res=000000000021FB00)
        3226.129:010c:0110:Ret  PE DLL (proc=0000000170068C10,module=0000000170000000 L"ntdll.dll",reason=PROCESS_ATTACH,res=000000000021FB00) retval=1
        3226.183:010c:0110:Call TLS callback (proc=0000000140001DA0,module=0000000140000000,reason=PROCESS_ATTACH,reserved=0)
        3226.183:010c:0110:Ret  TLS callback (proc=0000000140001DA0,module=0000000140000000,reason=PROCESS_ATTACH,reserved=0)
        3226.184:010c:0110:Call KERNEL32.CreateProcessA(00000000,0021fb60 "a, \\"b\\".exe 4",00000000,00000000,0,100000004,00000000,00000000,0021fcb0,0021fc90) ret=140001719
        3226.185:010c:0110:Call ntdll.NtWriteVirtualMemory(00000038,1400039d8,0021f938,00000008,0021f6e8) ret=7b03f95d
        3226.185:0114:0118:Call ntdll.NtWriteVirtualMemory(00000040,1,2,3,4) ret=7b03f95d
        3226.186:010c:0110:Ret  ntdll.NtWriteVirtualMemory() retval=c0000022 ret=7b03f95d
        3226.227:010c:0110:Ret  KERNEL32.CreateProcessA() retval=00000001 ret=140001719
        3226.228:010c:0110:Ret  KERNEL32.Unknown() retval=00000001 ret=140001719

        """

    static let source = SourceFacts(path: "relay.log", modified: Timestamp(nanoseconds: 1))

    @Test("a call and what it gave back are one event; what never came back is told at the end")
    func calls() throws {
        let decoded = Decoded.decode(WineRelayFormat.self, Self.trace, source: Self.source)
        #expect(decoded.defects.map(\.code) == ["wine-relay-line"])
        let events = decoded.events
        #expect(
            events.map { $0["Function"].first } == [
                "PE DLL", "TLS callback", "NtWriteVirtualMemory", "CreateProcessA", "NtWriteVirtualMemory",
            ])
        #expect(events[0]["ImageBase"] == ["0x0000000170000000"] && events[0]["ImageLoaded"] == ["ntdll.dll"])
        #expect(events[1]["Callback"] == ["0x0000000140001DA0"] && events[1]["Reason"] == ["PROCESS_ATTACH"])
        #expect(events[2]["BaseAddress"] == ["0x1400039d8"] && events[2]["ProcessHandle"] == ["0x00000038"])
        #expect(events[2]["NumberOfBytesToWrite"] == ["0x00000008"] && events[2]["Result"] == ["0xc0000022"])
        #expect(events[2]["ProcessId"] == ["268"] && events[2]["ThreadId"] == ["272"])
        #expect(events[2]["Module"] == ["ntdll"])
        #expect(events[3]["CommandLine"] == [#"a, \"b\".exe 4"#] && events[3]["CreationFlags"] == ["0x100000004"])
        #expect(events[4]["ProcessId"] == ["276"] && events[4]["Result"].isEmpty)
        #expect(events[0].origin == Origin(product: "windows", service: "wine-relay"))
        #expect(Decoded.recognised(Self.trace)?.format == "wine-relay")
    }

    @Test("a cut anywhere changes nothing, and no prefix crashes")
    func cuts() {
        let bytes = Array(Self.trace.utf8)
        let whole = Decoded.decode(WineRelayFormat.self, bytes).events.map(TraceTest.flat)
        for cut in stride(from: 0, through: bytes.count, by: 7) {
            let pieces = Decoded.decode(WineRelayFormat.self, bytes, cutAt: [cut])
            #expect(pieces.map(TraceTest.flat) == whole, "cut at \(cut)")
            _ = Decoded.decode(WineRelayFormat.self, Array(bytes[..<cut]))
        }
    }

    @Test("many threads with long calls that never come back are told, and are not kept without bound")
    func width() {
        let text = (0..<400).map {
            "\(String(0x1000 + $0, radix: 16)):Call a.b(00000001 \"\(String(repeating: "x", count: 60_000))\") ret=2\n"
        }
        var format = WineRelayFormat()
        var batch = EventBatch(base: ByteStorage(Array(text.joined().utf8)))
        var vocabulary = Vocabulary()
        format.begin(Self.source)
        format.decode(0..<batch.base.count, fileOffset: 0, into: &batch, vocabulary: &vocabulary)
        // 8 MiB of them wait; the others are events by now.
        #expect((200..<400).contains(batch.events.count))
        format.finish(into: &batch, vocabulary: &vocabulary)
        #expect(batch.events.count == 400)
    }

    @Test("calls that never come back are bounded")
    func depth() {
        let call = "0024:Call ntdll.NtOpenFile(1) ret=2\n"
        let decoded = Decoded.decode(
            WineRelayFormat.self, String(repeating: call, count: 500), source: Self.source)
        #expect(decoded.events.count == 500)
        #expect(Set(decoded.events.map { $0["ThreadId"] }) == [["36"]])
    }
}
