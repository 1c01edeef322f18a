import Bytes
import Executables
import Testing

/// The tables of a dump, what a dump does not show, and hostile ones.
@Suite struct MinidumpTests {
    static func report(_ bytes: [UInt8]) -> MinidumpReport? { MinidumpReport(ByteStorage(bytes)) }

    @Test("a missing stream is said, and the rest is still checked", arguments: [UInt32(3), 4, 7, 9, 16])
    func missing(_ stream: UInt32) {
        var process = ProcessWriter(is64: true)
        process.put(process.teb(1) + process.offsets.slots + UInt64(40 * process.word), 0x4242)
        process.dump.omitted = [stream]
        let findings = MemoryRulesTests.findings(process)
        #expect(findings.contains { $0.code == "DUMP-07" })
        #expect(findings.alarms == (stream == 3 || stream == 9 ? [] : ["TLS-M04"]), "\(findings.lines)")
    }

    @Test("memory that is not in the dump is said")
    func absent() {
        var process = ProcessWriter(is64: true)
        process.dump.pages.removeAll { $0.start == process.base || $0.start == process.peb }
        let findings = MemoryRulesTests.findings(process)
        #expect(findings.alarms.isEmpty)
        #expect(findings.filter { $0.code == "DUMP-08" }.count >= 2, "\(findings.lines)")
    }

    @Test("an erased header is told from one that is not in the dump")
    func erased() {
        var process = ProcessWriter(is64: true)
        process.dump.poke(process.base, 0, width: 2)
        let finding = MemoryRulesTests.findings(process).first("DUMP-08")
        #expect(finding?.place.address == process.base && finding?.why.contains("program.exe") == true)
    }

    @Test("a dump of another system is recognised and honestly limited")
    func foreign() throws {
        var process = ProcessWriter(is64: true)
        process.dump.platform = 0x8201
        process.put(process.teb(1) + process.offsets.slots + UInt64(40 * process.word), 0x4242)
        let report = try #require(Self.report(process.dump.bytes()))
        #expect(report.findings.map(\.code) == ["DUMP-06"])
        #expect(report.dump.system?.platformName == "Linux" && report.dump.modules.count == 2)
    }

    @Test("the 32-bit block of a WOW64 process is found behind the 64-bit one")
    func wow64() throws {
        var process = ProcessWriter(is64: false)
        let wide: UInt64 = 0x4000_0000
        let narrow = wide + 0x2000
        let blocks = try #require(process.dump.pages.last { $0.start == process.peb })
        process.dump.pages.append(.init(start: wide, bytes: [UInt8](repeating: 0, count: 0x2000)))
        process.dump.pages.append(.init(start: narrow, bytes: Array(blocks.bytes[0x2000..<0x4000])))
        process.dump.architecture = 9
        process.dump.threads = [(10, wide)]
        process.dump.poke(wide, narrow, width: 8)
        process.dump.poke(wide + 0x30, wide, width: 8)
        process.put(narrow + process.offsets.tebSelf, narrow)
        #expect(MemoryRulesTests.alarms(process) == [])
        process.put(narrow + process.offsets.slots + 160, 0x4242)
        let findings = MemoryRulesTests.findings(process)
        #expect(findings.alarms == ["TLS-M04"], "\(findings.lines)")
        #expect(findings.first("TLS-M04")?.place.address == narrow + 0xE10 + 160)
    }

    @Test("the container of a thread is told")
    func container() throws {
        var process = ProcessWriter(is64: true)
        let at = process.teb(0) + process.offsets.container
        process.dump.poke(at, 0x4455_2233_0011_AABB, width: 8)
        process.dump.poke(at + 8, 0x0F0E_0D0C_0B0A_0908, width: 8)
        let report = try #require(Self.report(process.dump.bytes()))
        #expect(report.containerIDs == ["0011aabb-2233-4455-0809-0a0b0c0d0e0f"])
        process.dump.build = 7601
        #expect(Self.report(process.dump.bytes())?.containerIDs == [])
    }

    @Test("memory is read across ranges that meet, and not where they overlap twice")
    func ranges() throws {
        var writer = DumpWriter()
        writer.pages = [
            .init(start: 0x1008, bytes: [9, 10, 11, 12, 13, 14, 15, 16]),
            .init(start: 0x1000, bytes: [1, 2, 3, 4, 5, 6, 7, 8]),
            .init(start: 0x1004, bytes: [0xFF, 0xFF]), .init(start: 0x2000, bytes: [1, 2, 3]),
        ]
        let report = try #require(Self.report(writer.bytes()))
        let memory = report.dump.memory
        #expect(memory.integer(at: 0x1004, width: 8) == 0x0C0B_0A09_0807_0605)
        #expect(memory.integer(at: 0x1000, width: 4) == 0x0403_0201 && memory.integer(at: 0xFFF, width: 2) == nil)
        #expect(memory.integer(at: 0x2000, width: 4) == nil && memory.integer(at: 0x2001, width: 2) == 0x0302)
        #expect(memory.integer(at: .max - 3, width: 8) == nil && memory.overlaps == 1)
        #expect(report.findings.contains { $0.code == "DUMP-04" } && report.findings.alarms.isEmpty)
    }

    @Test("ranges that begin inside one that was cut are cut in turn")
    func overlaps() throws {
        var writer = DumpWriter()
        writer.pages = [
            (0x1000, 16), (0x1004, 32), (0x1006, 2), (0x1008, 64), (UInt64.max - 7, 8), (UInt64.max - 3, 8),
        ]
        .map { .init(start: $0.0, bytes: [UInt8](repeating: UInt8($0.1), count: $0.1)) }
        let memory = try #require(Self.report(writer.bytes())).dump.memory
        #expect(memory.ranges.map(\.start) == [0x1000, 0x1010, 0x1024, .max - 7])
        #expect(memory.integer(at: 0x1022, width: 4) == 0x4040_2020 && memory.integer(at: .max, width: 1) == 8)
        #expect(memory.overlaps == 3)
    }

    @Test("forged counts and places are found")
    func forged() {
        let sound = ProcessWriter(is64: true).dump.bytes()
        func changed(_ change: (inout ByteWriter) -> Void) -> [String] {
            var writer = ByteWriter(bytes: sound)
            change(&writer)
            return Self.report(writer.bytes)?.findings.map(\.code) ?? []
        }
        #expect(changed { $0.set(0xFFFF_FFFF, 4, at: 12) }.contains("DUMP-01"))
        #expect(changed { $0.set(0xFFFF_FFFF, 4, at: 8) }.contains("DUMP-03"))
        #expect(changed { $0.set(0xFFFF_FFFF, 4, at: 48) }.contains("DUMP-02"))
        #expect(changed { $0.set(0xFFFF_FFF0, 4, at: 52) }.contains("DUMP-02"))
        #expect(changed { $0.set(4, 4, at: 32 + 24) }.contains("DUMP-05"))
        let modules = Int(sound[32 + 12 + 8]) | Int(sound[32 + 12 + 9]) << 8
        #expect(changed { $0.set(0xFFFF, 4, at: modules) }.contains("DUMP-03"))
    }

    @Test("a dump cut anywhere gives a report and no crash", arguments: [true, false])
    func cut(_ is64: Bool) {
        let bytes = ProcessWriter(is64: is64).dump.bytes()
        for length in Array(0..<1200) + Array(stride(from: 1200, to: bytes.count, by: 509)) {
            let report = Self.report(Array(bytes[..<length]))
            #expect((report == nil) == (length < 6))
            if length >= 6 { #expect(report?.findings.isEmpty == false, "cut at \(length)") }
        }
    }

    @Test("flipped bits give a report and no crash", arguments: [true, false])
    func flipped(_ is64: Bool) {
        let sound = ProcessWriter(is64: is64).dump.bytes()
        var numbers = SeededNumbers(state: 11)
        for _ in 0..<1500 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...12, using: &numbers) {
                let limit = Bool.random(using: &numbers) ? 1200 : bytes.count
                bytes[Int.random(in: 8..<limit, using: &numbers)] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            }
            #expect(Self.report(bytes) != nil)
        }
    }

    @Test("every pointer of the process set to everything odd gives a report and no crash", arguments: [true, false])
    func odd(_ is64: Bool) {
        let sound = ProcessWriter(is64: is64)
        let values: [UInt64] = [.max, 1, .max - 7, sound.teb(0), sound.entry, sound.base]
        let places = [
            sound.directory, sound.directory + 16, sound.array, sound.index, sound.entry, sound.copy, sound.chunk,
            sound.teb(0) + sound.offsets.vector, sound.teb(0) + sound.offsets.peb, sound.teb(0) + sound.offsets.fls,
            sound.teb(0) + sound.offsets.expansion, sound.peb + sound.offsets.loader, sound.peb + sound.offsets.bits,
            sound.ntdll + 0x1100, sound.ntdll + 0x1200, sound.heap + 0x1800, sound.vector(0), sound.base + 0x3C,
        ]
        for place in places {
            for value in values {
                var process = sound
                process.put(place, value)
                #expect(Self.report(process.dump.bytes()) != nil)
            }
        }
    }
}
