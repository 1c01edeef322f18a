import Events
import Foundation
import Testing

@testable import Context

/// Acts that mean more together, and the promises of every gatherer.
@Suite("Findings of thread-local storage")
struct ThreadFindingTests {
    private func findings(_ context: Context) -> [DerivedEvent] { context.derived.filter { $0.service == .threads } }

    private func value(_ name: String, _ event: DerivedEvent) -> String? {
        event.allFields.first { $0.name == name }?.values.first
    }

    @Test("a small write into one's own new child before it runs is one finding, however often it is exported")
    func suspended() throws {
        var records = ThreadRecords()
        records.process(312, parent: 308)
        records.threat(14, at: 1, 0x1_4000_39D8)
        records.threat(16, at: 2)
        records.views += records.views
        let found = findings(records.context())
        #expect(found.map(\.finding) == ["suspended-write-resume"])
        let event = try #require(found.first)
        #expect(value("Tls.Target", event) == "callback-array")
        #expect(value("Sequence.Writes", event) == "1")
        #expect(value("Target.ProcessId", event) == "312")
    }

    @Test(
        "what lacks a part of the sequence is none",
        arguments: ["not its child", "no resume", "resume before", "breakpoint", "late", "private memory"])
    func nearMisses(name: String) {
        var records = ThreadRecords()
        records.process(312, parent: name == "not its child" ? 4 : 308)
        if name == "resume before" { records.threat(16, at: 0.5) }
        let isPrivate = name == "private memory"
        records.threat(
            14, at: 1, isPrivate ? 0x24_0000 : 0x1_4000_1000, name == "breakpoint" ? 1 : 8,
            isPrivate ? [.vadRegionType: "131072", .vadAllocationBase: "0x240000"] : [:])
        if !["no resume", "resume before"].contains(name) { records.threat(16, at: name == "late" ? 100 : 2) }
        #expect(findings(records.context(layouts: [])).isEmpty)
    }

    @Test("with the file unknown the sequence is told as unresolved")
    func unresolved() throws {
        var records = ThreadRecords()
        records.call("NtCreateUserProcess", [.processHandleValue: "0x38", .threadHandleValue: "0x3c"])
        // What CreateProcess writes itself.
        records.call(
            "NtWriteVirtualMemory", at: 1, [.processHandle: "0x38", .baseAddress: "0x2412d8", .bytesToWrite: "8"])
        records.call("NtResumeThread", at: 1.5, [.threadHandle: "0x3c"])
        #expect(findings(records.context(layouts: [])).isEmpty)
        records.call(
            "NtProtectVirtualMemory", at: 1,
            [
                .processHandle: "0x38", .baseAddress: "0x21f8f0", .baseAddressValue: "0x140003000",
                .regionSizeValue: "0x1000",
            ])
        records.call(
            "NtWriteVirtualMemory", at: 1, [.processHandle: "0x38", .baseAddress: "0x1400039d8", .bytesToWrite: "8"])
        records.call("NtResumeThread", at: 2, [.threadHandle: "0x3c"])
        let event = try #require(findings(records.context(layouts: [])).first)
        #expect(value("Tls.Target", event) == "unresolved")
    }

    @Test("a thread after a callback was written makes it effective")
    func thread() {
        var records = ThreadRecords()
        records.process(312)
        records.threat(14, at: 1, 0x1_4000_39D8)
        records.kernelProcess(3, at: 3, [.targetProcessID: "312", .threadIDOfEvent: "400", .tebBase: "0x67fd0000"])
        #expect(findings(records.context()).map(\.finding) == ["callback-write-then-thread"])
        #expect(findings(records.context(layouts: [])).isEmpty)
    }

    @Test("the same place in three processes is one finding, in two none", arguments: [2, 3])
    func many(count: Int) {
        var records = ThreadRecords()
        for index in 0..<count {
            records.process(400 + index * 4)
            records.threat(14, at: Double(index + 1), to: 400 + index * 4, 0x67FE_0058)
        }
        #expect(findings(records.context()).map(\.finding) == (count == 3 ? ["same-write-many-processes"] : []))
    }

    // MARK: - Order, parts, hostile input

    private func mixed() -> [EventView] {
        var records = ThreadRecords()
        for pid in stride(from: 312, to: 340, by: 4) {
            records.process(pid, parent: 308, at: Double(pid - 312))
            records.threat(14, at: Double(pid - 311), to: pid, 0x1_4000_39D8)
            records.threat(14, at: Double(pid - 311), to: pid, 0x67FE_0058)
            records.threat(16, at: Double(pid - 310), to: pid)
        }
        records.source = 1
        records.call("NtOpenProcess", at: 1, [.processHandleValue: "0x38", .clientIDValue: "312"])
        records.call(
            "NtWriteVirtualMemory", at: 1, [.processHandle: "0x38", .baseAddress: "0x1400039d8", .bytesToWrite: "8"])
        records.source = 2
        records.victim()
        records.strace(200, "process_vm_writev", ThreadLinuxTests.vector(0x7FE4_CCF6_76B0), result: "8")
        records.strace(200, "ptrace", ["PTRACE_POKEDATA", "101", "0x7fe4ccf676b8", "0x43"])
        return records.views
    }

    private func answers(_ context: Context, _ views: [EventView]) -> [[String: String]] {
        views.map { ThreadRecords.fields(of: $0, context) }
    }

    @Test("any order, any cut and doubles give the same answers", arguments: 0..<12)
    func order(seed: UInt64) {
        var random = Seeded(seed)
        let views = mixed()
        var whole = ContextBuilder()
        whole.observe(layout: ThreadRecords.layout)
        for view in views { whole.observe(view) }
        let expected = whole.finish()
        var parts = [ContextBuilder(), ContextBuilder(), ContextBuilder()]
        let doubled = views + views.filter { _ in Bool.random(using: &random) }
        for view in doubled.shuffled(using: &random) {
            parts[Int.random(in: 0..<3, using: &random)].observe(view)
        }
        parts[Int.random(in: 0..<3, using: &random)].observe(layout: ThreadRecords.layout)
        parts.shuffle(using: &random)
        var merged = ContextBuilder()
        for part in parts { merged.merge(part) }
        let context = merged.finish()
        #expect(answers(context, views) == answers(expected, views))
        #expect(context.derived == expected.derived)
    }

    @Test("what is kept in a baseline gives the same answers")
    func coding() throws {
        var builder = ContextBuilder()
        for view in mixed() where view.place.source < 1 { builder.observe(view) }
        builder.observe(layout: ThreadRecords.layout)
        let copy = try JSONDecoder().decode(ContextBuilder.self, from: JSONEncoder().encode(builder))
        #expect(copy.finish().derived.map(\.allFields) == builder.finish().derived.map(\.allFields))
    }

    @Test("numbers at the edges neither crash nor resolve")
    func hostile() {
        let edges: [UInt64] = [0, 1, 0xFFF, .max, .max - 7, 1 << 63, 0x7FFF_FFFF_FFFF_FFFF]
        var records = ThreadRecords()
        for (index, base) in edges.enumerated() {
            records.kernelProcess(
                5, at: 0,
                [
                    .processID: "312", .imageLoaded: "app.exe", .imageBase: ThreadRecords.hex(base),
                    .imageSize: ThreadRecords.hex(edges[(index + 3) % edges.count]), .timeDateStamp: "99999999999",
                ])
            records.kernelProcess(3, at: 0, [.targetProcessID: "312", .tebBase: ThreadRecords.hex(base)])
            records.strace(100, "arch_prctl", ["ARCH_SET_FS", ThreadRecords.hex(base)])
            records.strace(
                100, "clone3",
                [
                    "{flags=CLONE_THREAD|CLONE_SETTLS, stack=\(ThreadRecords.hex(base)), stack_size=0xffffffffffffffff, tls=\(ThreadRecords.hex(base))}"
                ],
                result: "\(100 + index)")
            records.strace(
                100, "mmap",
                [ThreadRecords.hex(base), "18446744073709551615", "PROT_WRITE", "MAP_FIXED", "3</libc.so.6>", "0"],
                result: ThreadRecords.hex(base))
        }
        var wild = ThreadRecords.layout
        wild.ranges.append(.init(part: .array, start: 5, end: .max))
        wild.imageSize = .max
        wild.preferredBase = .max - 3
        wild.wordSize = 0
        for address in edges {
            for length in edges {
                records.threat(14, address, length)
                records.threat(3, address, length)
                records.strace(
                    200, "process_vm_writev",
                    ["100", "[]", "1", "[{iov_base=\(address), iov_len=\(length)}]", "1", "0"])
                records.strace(200, "ptrace", ["PTRACE_POKEDATA", "101", ThreadRecords.hex(address), "0x1"])
            }
        }
        let context = records.context(layouts: [wild, ThreadRecords.layout])
        for view in records.views { _ = context.facts(of: view) }
        #expect(TraceNumber.parse("0x1ffffffffffffffff") == nil)
        #expect(TraceNumber.parse("99999999999999999999999") == nil)
        #expect(TraceNumber.parse("1,795,452,070") == 1_795_452_070)
        #expect(TraceNumber.parse("") == nil && TraceNumber.parse("0x") == nil)
    }

    @Test("a process that loads, writes and resumes without end costs a bounded search each time, and it is told")
    func flood() {
        var records = ThreadRecords()
        records.process(312, parent: 308)
        for number in 0..<6000 {
            records.kernelProcess(
                5, at: 0.5,
                [
                    .processID: "312", .imageLoaded: "C:\\x\\\(number).dll",
                    .imageBase: ThreadRecords.hex(0x7000_0000_0000 + UInt64(number) << 16), .imageSize: "0x1000",
                ])
        }
        for number in 0..<3000 {
            records.threat(14, at: 1 + Double(number) / 1000, 0x1_4000_39D8)
            records.threat(16, at: 1 + Double(number) / 1000)
        }
        let context = records.context()
        #expect(context.remarks.contains { $0.hasPrefix("not all records of memory") })
        #expect(findings(context).map(\.finding) == ["suspended-write-resume"])
        let calm = ThreadRecords()
        #expect(calm.context().remarks.isEmpty)
    }

    @Test("an ordinary write of a debugger, a sensor or a crash reporter hits nothing")
    func ordinary() {
        var records = ThreadRecords()
        records.process(312)
        for address in [0x24_0000, 0x1_4000_1000, 0x67FF_0020] as [UInt64] {
            let fields = records.fields(of: records.threat(14, address, 0x200, [.vadRegionType: "131072"]))
            #expect(fields["Tls.Target"] == "none")
        }
        #expect(findings(records.context()).isEmpty)
    }
}
