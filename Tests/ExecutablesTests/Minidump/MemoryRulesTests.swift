import Bytes
import Executables
import Testing

/// Every memory rule has a process that it is about, and one that is nearly so; in 32 and 64 bits.
@Suite struct MemoryRulesTests {
    static func findings(_ process: ProcessWriter, withFile: Bool = false) -> [Finding] {
        let file = process.file
        let report = MinidumpReport(ByteStorage(process.dump.bytes())) { module in
            withFile && module.name == "program.exe" ? file : nil
        }
        return report?.findings ?? []
    }

    static func alarms(_ process: ProcessWriter, withFile: Bool = false) -> [String] {
        findings(process, withFile: withFile).alarms
    }

    @Test("a sound process is quiet, with and without its file, in either list of memory", arguments: [true, false])
    func sound(_ is64: Bool) throws {
        var process = ProcessWriter(is64: is64)
        #expect(Self.findings(process).isEmpty, "\(Self.findings(process).lines)")
        #expect(Self.findings(process, withFile: true).isEmpty, "\(Self.findings(process, withFile: true).lines)")
        process.dump.isPadded = true
        process.dump.usesSmallList = true
        #expect(Self.findings(process, withFile: true).isEmpty)
        let file = process.file
        let report = try #require(MinidumpReport(ByteStorage(process.dump.bytes())) { _ in file })
        #expect(report.modulesCompared == 1 && report.modulesWithTLS == 1 && report.modulesWithHeaders == 2)
        #expect(report.dump.modules.map(\.name) == ["program.exe", "ntdll.dll"] && report.dump.threads.count == 2)
    }

    @Test("M01: a changed field of the directory or of its entry is found against the file", arguments: [true, false])
    func directory(_ is64: Bool) {
        let sound = ProcessWriter(is64: is64)
        for field in 0..<3 {
            var process = sound
            process.put(process.directory + UInt64(field * process.word), process.base + 0x4008)
            #expect(Self.alarms(process, withFile: true).contains("TLS-M01"), "field \(field)")
        }
        var entry = sound
        entry.dump.poke(entry.base + 0x80 + (is64 ? 0xD0 : 0xC0), 0x2800, width: 4)
        #expect(Self.alarms(entry, withFile: true).contains("TLS-M01"))
        var outside = sound
        outside.dump.poke(outside.base + 0x80 + (is64 ? 0xD0 : 0xC0), 0x5000, width: 4)
        #expect(Self.alarms(outside) == ["TLS-M01"])
        // Without the file: what the directory names lies outside the image, and just inside.
        for field in 0..<3 {
            var away = sound
            away.put(away.directory + UInt64(field * away.word), away.heap + 0x1A00)
            #expect(Self.alarms(away).contains("TLS-M01"), "field \(field)")
        }
        var inside = sound
        inside.put(inside.directory + UInt64(inside.word), inside.base + 0x5000)
        #expect(Self.alarms(inside) == [])
        // Another build of the file says nothing, and that is told.
        var other = sound
        other.dump.poke(other.base + 0x88, 5, width: 4)
        let findings = Self.findings(other, withFile: true)
        #expect(findings.map(\.code) == ["DUMP-08"])
    }

    @Test(
        "M02: a changed slot is found against the file, a slot like its neighbour also without",
        arguments: [true, false])
    func slot(_ is64: Bool) {
        var process = ProcessWriter(is64: is64)
        process.put(process.array, process.base + 0x1050)
        let findings = Self.findings(process, withFile: true)
        #expect(findings.alarms == ["TLS-M02"])
        #expect(findings.first("TLS-M02")?.place.address == process.array)
        #expect(Self.findings(process).map(\.code) == ["TLS-M02"] && Self.alarms(process) == [])
        // One more callback after the last.
        var longer = ProcessWriter(is64: is64)
        longer.put(longer.array + UInt64(3 * longer.word), longer.base + 0x1010)
        #expect(Self.alarms(longer, withFile: true) == ["TLS-M02"])
    }

    @Test("M02: an array outside its image is found without the file", arguments: [true, false])
    func arrayOutside(_ is64: Bool) {
        var process = ProcessWriter(is64: is64)
        process.put(process.directory + UInt64(3 * process.word), process.heap + 0x1A00)
        process.put(process.heap + 0x1A00, process.base + 0x1050)
        // The loader's own copy still names the old one.
        #expect(Self.alarms(process) == ["TLS-M02", "TLS-M08"])
        #expect(Self.alarms(process, withFile: true) == ["TLS-M01", "TLS-M02", "TLS-M08"])
        var paged = ProcessWriter(is64: is64)
        paged.dump.region(at: paged.array) { $0.type = 0x20000 }
        #expect(Self.alarms(paged).contains("TLS-M02"))
    }

    @Test("M03: where a callback may not be", arguments: [true, false])
    func callback(_ is64: Bool) {
        let sound = ProcessWriter(is64: is64)
        func calling(_ target: UInt64, _ change: (inout ProcessWriter) -> Void = { _ in }) -> [Finding] {
            var process = sound
            process.put(process.array + UInt64(process.word), target)
            change(&process)
            return Self.findings(process)
        }
        #expect(calling(0x7777_0000).alarms == ["TLS-M03"])
        #expect(calling(sound.heap + 0x20).first("TLS-M03")?.severity == .high)
        #expect(calling(sound.ntdll + 0x20).first("TLS-M03")?.severity == .medium)
        #expect(calling(sound.base + 0x2200).alarms == ["TLS-M03"])
        #expect(calling(sound.base + 0x1FF0).alarms == [])
        let code = sound.base + 0x1050
        #expect(calling(code) { $0.dump.region(at: code) { $0.protection = 0x40 } }.alarms == ["TLS-M03"])
        #expect(calling(code) { $0.dump.region(at: code) { $0.type = 0x20000 } }.alarms.contains("TLS-M03"))
        #expect(calling(code) { $0.dump.region(at: code) { $0.protection = 0x10 } }.alarms == [])
        // A section that is writable by design is a packer's.
        let packed = calling(code) { process in
            process.dump.region(at: code) { $0.protection = 0x80 }
            process.dump.poke(process.base + 0x98 + (is64 ? 240 : 224) + 36, 0xE000_0020, width: 4)
        }
        #expect(packed.alarms == [])
    }

    @Test("M04: a slot in use that was never given out, and the one whose bit is set", arguments: [true, false])
    func orphan(_ is64: Bool) {
        var process = ProcessWriter(is64: is64)
        let slot = process.teb(1) + process.offsets.slots + UInt64(40 * process.word)
        process.put(slot, 0x4242)
        let findings = Self.findings(process)
        #expect(findings.alarms == ["TLS-M04"] && findings.first("TLS-M04")?.place.address == slot)
        #expect(findings.first("TLS-M04")?.severity == .medium)
        process.dump.poke(process.peb + process.offsets.bits, 0b0111 | 1 << 40, width: 8)
        #expect(Self.alarms(process) == [])
        // Past the last slot there is none.
        var past = ProcessWriter(is64: is64)
        past.put(past.teb(1) + past.offsets.slots + UInt64(64 * past.word), 0x4242)
        #expect(Self.alarms(past) == [])
    }

    @Test(
        "M04: executable private memory makes it worse; slots of the second block count too", arguments: [true, false])
    func orphanCode(_ is64: Bool) {
        var process = ProcessWriter(is64: is64)
        process.dump.pages.append(.init(start: 0x50_0000 + 0x1000_0000, bytes: [0xC3], protection: 0x40))
        process.put(process.teb(0) + process.offsets.slots + UInt64(5 * process.word), 0x1050_0000)
        #expect(Self.findings(process).first("TLS-M04")?.severity == .high)
        var second = ProcessWriter(is64: is64)
        second.dump.pages.append(.init(start: 0x2000_0000, bytes: [UInt8](repeating: 0, count: 0x2000)))
        second.put(second.teb(0) + second.offsets.expansion, 0x2000_0000)
        second.put(0x2000_0000 + UInt64(100 * second.word), 1)
        #expect(Self.alarms(second) == ["TLS-M04"])
        second.dump.poke(second.peb + second.offsets.expansionBits + 12, 1 << 4, width: 4)
        #expect(Self.alarms(second) == [])
    }

    @Test("M05: vectors and blocks outside the heap, and shared ones", arguments: [true, false])
    func vector(_ is64: Bool) {
        let sound = ProcessWriter(is64: is64)
        func changed(_ change: (inout ProcessWriter) -> Void) -> [String] {
            var process = sound
            change(&process)
            return Self.alarms(process)
        }
        let pointer = sound.teb(1) + sound.offsets.vector
        #expect(changed { $0.put(pointer, sound.vector(0)) } == ["TLS-M05"])
        #expect(changed { $0.put(pointer, sound.base + 0x3100) } == ["TLS-M05"])
        #expect(changed { $0.put(pointer, 0x6666_0000) } == ["TLS-M05"])
        #expect(changed { $0.put(sound.vector(1), sound.base + 0x4000) } == ["TLS-M05"])
        // The block's own address: no module has thread-local data.
        #expect(changed { $0.put(pointer, pointer) } == [])
        #expect(changed { $0.put(pointer, 0) } == [])
    }

    @Test("M06: a fiber callback outside every image", arguments: [true, false])
    func fiber(_ is64: Bool) {
        var process = ProcessWriter(is64: is64)
        process.setFiber(3, process.heap + 0x40)
        #expect(Self.findings(process).first("TLS-M06")?.severity == .medium)
        process.dump.pages.append(.init(start: 0x1050_0000, bytes: [0xC3], protection: 0x40))
        process.setFiber(3, 0x1050_0000)
        #expect(Self.findings(process).first("TLS-M06")?.severity == .high)
        process.setFiber(3, process.base + 0x1090)
        #expect(Self.alarms(process) == [])
        process.setFiber(3, 0x1050_0000)
        process.setFiber(3, 0)
        #expect(Self.alarms(process) == [])
    }

    @Test("M07, M08, M09: index, loader's copy and mark", arguments: [true, false])
    func loader(_ is64: Bool) {
        let sound = ProcessWriter(is64: is64)
        func changed(_ change: (inout ProcessWriter) -> Void) -> [Finding] {
            var process = sound
            change(&process)
            return Self.findings(process)
        }
        #expect(changed { $0.dump.poke(sound.index, 1, width: 4) }.alarms == ["TLS-M07"])
        let callbacks = sound.copy + sound.offsets.copyDirectory + UInt64(3 * sound.word)
        #expect(changed { $0.put(callbacks, sound.heap + 0x80) }.alarms == ["TLS-M08"])
        // Not a copy: its other fields are someone else's.
        let unlike = changed {
            $0.put(callbacks, sound.heap + 0x80)
            $0.put(sound.copy + sound.offsets.copyDirectory, 1)
            $0.put(sound.copy + sound.offsets.copyDirectory + UInt64(sound.word), 2)
        }
        #expect(unlike.isEmpty)
        #expect(changed { $0.dump.poke(sound.entry + sound.offsets.entryTLS, 0, width: 2) }.alarms == ["TLS-M09"])
        let reverse = changed { $0.dump.poke(sound.entry + 0x180 + sound.offsets.entryTLS, 0xFFFF, width: 2) }
        #expect(reverse.map(\.code) == ["TLS-M09"] && reverse.alarms.isEmpty)
    }

    @Test("M10: a directory that the file does not have", arguments: [true, false])
    func added(_ is64: Bool) {
        let process = ProcessWriter(is64: is64)
        var file = process.imageBytes(at: process.preferred, isFile: true)
        for index in 0..<8 { file[0x80 + (is64 ? 0xD0 : 0xC0) + index] = 0 }
        let storage = ByteStorage(file)
        let report = MinidumpReport(ByteStorage(process.dump.bytes())) { $0.name == "program.exe" ? storage : nil }
        #expect(report?.findings.alarms == ["TLS-M10"])
    }

    @Test("M11: a thread block that names another, or lies where none is made", arguments: [true, false])
    func block(_ is64: Bool) {
        var process = ProcessWriter(is64: is64)
        process.put(process.teb(0) + process.offsets.tebSelf, process.teb(1))
        #expect(Self.alarms(process) == ["TLS-M11"])
        var mapped = ProcessWriter(is64: is64)
        mapped.dump.region(at: mapped.peb) { $0.type = 0x40000 }
        #expect(Self.alarms(mapped) == ["TLS-M11"])
    }

    @Test("M12: changed code of a callback; one breakpoint is less", arguments: [true, false])
    func code(_ is64: Bool) {
        var process = ProcessWriter(is64: is64)
        process.dump.poke(process.base + 0x1012, 0xCC, width: 1)
        let findings = Self.findings(process, withFile: true)
        #expect(findings.map(\.code) == (is64 ? ["TLS-M12"] : []) && findings.alarms.isEmpty)
        process.dump.poke(process.base + 0x1011, 0xE9, width: 1)
        #expect(Self.alarms(process, withFile: true) == (is64 ? ["TLS-M12"] : []))
        process.dump.poke(process.base + 0x1020, 0xE9, width: 1)
        #expect(Self.alarms(process) == [])
    }
}
