import Events
import Testing

@testable import Context

/// What the address of an act on another process is.
@Suite("Targets of thread-local storage")
struct ThreadTargetTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var address: UInt64
        var length: UInt64 = 8
        var target: String
        var testDescription: String { name }
    }

    @Test(
        "an address in a loaded module whose file is known is what lies there",
        arguments: [
            Row(name: "entry", address: 0x1_4000_0148, target: "directory"),
            Row(name: "directory", address: 0x1_4000_3298, target: "directory"),
            Row(name: "array", address: 0x1_4000_39D8, target: "callback-array"),
            Row(name: "last word of the array", address: 0x1_4000_39F8, target: "callback-array"),
            Row(name: "behind the array", address: 0x1_4000_3A00, target: "none"),
            Row(name: "reaches into the array", address: 0x1_4000_39D1, target: "callback-array"),
            Row(name: "ends before the array", address: 0x1_4000_39D0, target: "none"),
            Row(name: "index", address: 0x1_4000_512C, length: 4, target: "index"),
            Row(name: "template", address: 0x1_4000_7008, target: "template"),
            Row(name: "callback", address: 0x1_4000_1510, length: 5, target: "callback"),
            Row(name: "code", address: 0x1_4000_1000, target: "none"),
        ])
    func module(row: Row) {
        var records = ThreadRecords()
        records.process(312)
        let write = records.threat(14, row.address, row.length)
        let fields = records.fields(of: write)
        #expect(fields["Tls.Target"] == row.target)
        #expect(fields["Tls.Confidence"] == "95")
        #expect(fields["Tls.Module"] == "app.exe")
        #expect(fields["Tls.CrossProcess"] == "true")
    }

    @Test(
        "an address in a thread environment block is what phnt says",
        arguments: [
            Row(name: "ThreadLocalStoragePointer", address: 0x58, target: "teb-slots-array-pointer"),
            Row(name: "first slot", address: 0x1480, target: "teb-slot"),
            Row(name: "last slot", address: 0x1678, target: "teb-slot"),
            Row(name: "behind the slots", address: 0x1680, target: "teb"),
            Row(name: "expansion slots", address: 0x1780, target: "expansion-slots"),
            Row(name: "FlsData", address: 0x17C8, target: "fls-table"),
            Row(name: "client id", address: 0x40, target: "teb"),
            Row(name: "WoW64 pointer", address: 0x202C, length: 4, target: "teb-slots-array-pointer"),
            Row(name: "WoW64 slot", address: 0x2E10, length: 4, target: "teb-slot"),
            Row(name: "beyond", address: 0x4000, target: "none"),
        ])
    func block(row: Row) {
        var records = ThreadRecords()
        records.process(312)
        let fields = records.fields(of: records.threat(14, ThreadRecords.teb + row.address, row.length))
        #expect(fields["Tls.Target"] == row.target)
    }

    @Test("a slot has its number")
    func slot() {
        var records = ThreadRecords()
        records.process(312)
        let fields = records.fields(of: records.threat(14, 0x67FE_15C0))
        #expect(fields["Tls.Slot"] == "40")
        #expect(fields["Tls.Offset"] == "0x15c0")
    }

    @Test("the same address in another process is nothing")
    func otherProcess() {
        var records = ThreadRecords()
        records.process(312)
        let fields = records.fields(of: records.threat(14, to: 320, 0x1_4000_39D8))
        #expect(fields["Tls.Target"] == "unresolved")
        #expect(fields["Tls.Confidence"] == "0" && fields["Tls.Reason"]?.isEmpty == false)
    }

    @Test("without the file, a module's address is unresolved, with the reason")
    func withoutLayout() {
        var records = ThreadRecords()
        records.process(312)
        let write = records.threat(14, 0x1_4000_39D8)
        #expect(records.fields(of: write, layouts: [])["Tls.Reason"] == "no copy of \"app.exe\" is in the evidence")
        var other = ThreadRecords.layout
        other.timestamp = 78
        let fields = records.fields(of: write, layouts: [other])
        #expect(fields["Tls.Target"] == "unresolved")
        #expect(fields["Tls.Reason"]?.contains("another version") == true)
    }

    @Test("a moved module is found by its base, an id that is used again by its time")
    func relocatedAndReused() {
        var records = ThreadRecords()
        records.process(312, at: 0)
        records.process(312, at: 10, base: 0x7FF6_0000_0000)
        let old = records.threat(14, at: 5, 0x1_4000_39D8)
        let new = records.threat(14, at: 12, 0x7FF6_0000_39D8)
        let stale = records.threat(14, at: 13, 0x1_4000_39D8)
        #expect(records.fields(of: old)["Tls.Target"] == "callback-array")
        #expect(records.fields(of: new)["Tls.Target"] == "callback-array")
        #expect(records.fields(of: stale)["Tls.Target"] == "none")
    }

    @Test("the kernel's word for a region stands in for an image load")
    func region() {
        var records = ThreadRecords()
        let write = records.threat(
            14, 0x1_4000_39D8, 8,
            [.vadRegionType: "16,777,216", .vadAllocationBase: "0x140000000", .vadFile: "\\Device\\X\\lab\\app.exe"])
        #expect(records.fields(of: write)["Tls.Target"] == "callback-array")
    }

    @Test("a large copy that hits the array on its way is less sure")
    func large() {
        var records = ThreadRecords()
        records.process(312)
        let fields = records.fields(of: records.threat(14, ThreadRecords.base, 0x9000))
        #expect(fields["Tls.Confidence"] == "55")
    }

    @Test("a process's own memory is not another's")
    func own() {
        var records = ThreadRecords()
        records.process(312)
        #expect(records.fields(of: records.threat(12, from: 312, 0x1_4000_39D8))["Tls.CrossProcess"] == "false")
    }

    @Test("a refused write says so")
    func refused() {
        var records = ThreadRecords()
        records.process(312)
        let write = records.threat(14, 0x1_4000_39D8, 8, [.operationStatus: "0xC0000022"])
        #expect(records.fields(of: write)["Tls.Failed"] == "true")
    }

    // MARK: - Handles

    @Test("a handle is the process that an earlier call opened, also as a copy")
    func handles() {
        var records = ThreadRecords()
        records.process(312)
        records.call("NtOpenProcess", at: 1, [.processHandleValue: "0x38", .clientIDValue: "312"])
        records.call("NtDuplicateObject", at: 1, [.sourceHandle: "0x38", .targetHandleValue: "0x40"])
        let first = records.call(
            "NtWriteVirtualMemory", at: 1, [.processHandle: "0x40", .baseAddress: "0x1400039d8", .bytesToWrite: "8"])
        records.call("NtClose", at: 1, [.handle: "0x40"])
        let closed = records.call(
            "NtWriteVirtualMemory", at: 1, [.processHandle: "0x40", .baseAddress: "0x67fe0058", .bytesToWrite: "8"])
        let fields = records.fields(of: first)
        #expect(fields["Tls.Target"] == "callback-array" && fields["Target.ProcessId"] == "312")
        #expect(fields["Target.Image"]?.hasSuffix("app.exe") == true)
        #expect(records.fields(of: closed)["Tls.Target"] == "unresolved")
        #expect(records.fields(of: closed)["Tls.Reason"] == "no call was seen that opened handle 0x40")
    }

    @Test("a handle of another trace or process is another")
    func foreignHandle() {
        var records = ThreadRecords()
        records.process(312)
        records.call("NtOpenProcess", by: 999, at: 1, [.processHandleValue: "0x38", .clientIDValue: "312"])
        let write = records.call(
            "NtWriteVirtualMemory", at: 2, [.processHandle: "0x38", .baseAddress: "0x67fe0058", .bytesToWrite: "8"])
        #expect(records.fields(of: write)["Tls.Target"] == "unresolved")
    }

    @Test("copies of handles that go in circles end")
    func circles() {
        var records = ThreadRecords()
        records.call("NtDuplicateObject", [.sourceHandle: "0x38", .targetHandleValue: "0x40"])
        records.call("NtDuplicateObject", [.sourceHandle: "0x40", .targetHandleValue: "0x38"])
        records.call("NtDuplicateObject", [.sourceHandle: "0x44", .targetHandleValue: "0x44"])
        for handle in ["0x38", "0x40", "0x44"] {
            let write = records.call(
                "NtWriteVirtualMemory", [.processHandle: handle, .baseAddress: "0x10", .bytesToWrite: "8"])
            #expect(records.fields(of: write)["Tls.Target"] == "unresolved")
        }
    }

    @Test("without loads, the preferred base of a known file is possible, not sure")
    func preferred() {
        var records = ThreadRecords()
        let write = records.call(
            "NtWriteVirtualMemory", [.processHandle: "0x38", .baseAddress: "0x1400039d8", .bytesToWrite: "8"])
        #expect(records.fields(of: write)["Tls.Target"] == "callback-array")
        #expect(records.fields(of: write)["Tls.Confidence"] == "40")
        #expect(records.fields(of: write, layouts: [])["Tls.Target"] == "unresolved")
    }

    @Test(
        "whoever read the directory where it lies, or starts the program and writes a whole slot, is sure enough",
        arguments: [
            (directory: "0x140003280", length: "40", started: "", written: "8", confidence: "80"),
            ("0x140003280", "16", "", "8", "40"), ("0x140003288", "40", "", "8", "40"),
            ("", "", "\"C:\\a b\\app.exe\" -v", "8", "75"), ("", "", "app.exe 4", "4", "60"),
            ("", "", "other.exe", "8", "40"), ("", "", "nested", "8", "75"),
        ])
    func corroborated(directory: String, length: String, started: String, written: String, confidence: String) {
        var records = ThreadRecords()
        if started == "nested" {
            records.call(
                "CreateProcessA", at: 1,
                [.commandLine: "app.exe 4", .creationFlags: "CREATE_SUSPENDED", .result: "TRUE"])
            records.call("NtCreateUserProcess", at: 1, [:])
        } else if !started.isEmpty {
            records.call(
                "CreateProcessA", at: 1,
                [.commandLine: started, .creationFlags: "CREATE_SUSPENDED", .result: "TRUE"])
        }
        if !directory.isEmpty {
            records.call(
                "NtReadVirtualMemory", at: 1,
                [.processHandle: "0x38", .baseAddress: directory, .bytesToRead: length])
        }
        let write = records.call(
            "NtWriteVirtualMemory", at: 2,
            [.processHandle: "0x38", .baseAddress: "0x1400039d8", .bytesToWrite: written])
        let fields = records.fields(of: write)
        #expect(fields["Tls.Target"] == "callback-array")
        #expect(fields["Tls.Confidence"] == confidence)
        // What is read afterwards, or by others, says nothing.
        var late = ThreadRecords()
        let early = late.call(
            "NtWriteVirtualMemory", [.processHandle: "0x38", .baseAddress: "0x1400039d8", .bytesToWrite: "8"])
        late.call(
            "NtReadVirtualMemory", at: 1, [.processHandle: "0x38", .baseAddress: "0x140003280", .bytesToRead: "40"])
        late.call(
            "NtReadVirtualMemory", by: 9, [.processHandle: "0x38", .baseAddress: "0x140003280", .bytesToRead: "40"])
        #expect(late.fields(of: early)["Tls.Confidence"] == "40")
    }

    @Test("versions of a program that agree need not be told apart; those that do not leave it open")
    func versions() {
        var records = ThreadRecords()
        let write = records.call(
            "NtWriteVirtualMemory", at: 2, [.processHandle: "0x38", .baseAddress: "0x1400039d8", .bytesToWrite: "8"])
        var second = ThreadRecords.layout
        second.name = "other.exe"
        second.timestamp = 78
        let both = records.fields(of: write, layouts: [ThreadRecords.layout, second])
        #expect(both["Tls.Target"] == "callback-array" && both["Tls.Confidence"] == "40")
        second.ranges = [.init(part: .entry, start: 0x148, end: 0x150)]
        let open = records.fields(of: write, layouts: [ThreadRecords.layout, second])
        #expect(open["Tls.Target"] == "unresolved")
    }

    @Test(
        "the loader's own call is told on another process only",
        arguments: [("0x38", true), ("0xffffffffffffffff", false)])
    func information(handle: String, isOther: Bool) {
        var records = ThreadRecords()
        let call = records.call("NtSetInformationProcess", [.processHandle: handle, .processInformationClass: "35"])
        let fields = records.fields(of: call)
        #expect(fields["Tls.Access"] == "tls-information")
        #expect(fields["Tls.CrossProcess"] == (isOther ? "true" : "false"))
    }
}
