import Bytes
import Executables
import TestKit
import Testing

/// Every rule: what must fire it, and what is near and must not.
@Suite struct PERuleTests {
    @Test(
        "a well-formed image of every machine gives no finding at all", arguments: [0x014C, 0x8664, 0xAA64] as [UInt16])
    func quiet(machine: UInt16) throws {
        let report = try PEReport(PEWriter(machine: machine).bytes())
        #expect(report.findings.isEmpty, "\(report.findings)")
        #expect(report.tls?.callbacks.map(\.rva) == [0x1010, 0x1020])
        #expect(report.tls?.callbacks.allSatisfy(\.liesInCode) == true)
        #expect(report.imports.names == ["TlsAlloc"])
    }

    @Test("callbacks", arguments: callbackCases)
    func callbacks(_ test: PECase) throws { try check(test) }

    static let callbackCases: [PECase] = [
        PECase("callback past the image", ["TLS-P01"]) { $0.slots[0] = $0.imageBase + 0x6000 },
        PECase("callback before the image", ["TLS-P01"]) { $0.slots[1] = $0.imageBase - 1 },
        PECase("callback is an RVA", ["TLS-P01"]) { $0.slots[0] = 0x1010 },
        PECase("callback at the last byte of code is quiet") { $0.slots[0] = $0.imageBase + 0x11FF },
        PECase("callback in the headers", ["TLS-P02"]) { $0.slots[0] = $0.imageBase + 0x40 },
        PECase("callback in read-only data", ["TLS-P02"]) { $0.slots[0] = $0.imageBase + 0x2000 },
        PECase("callback in writable data", ["TLS-P02"]) { $0.slots[0] = $0.imageBase + 0x3000 },
        PECase("callback in the slack behind code", ["TLS-P02"]) { $0.slots[0] = $0.imageBase + 0x1200 },
        PECase("callback in a gap", ["TLS-P02"]) {
            $0.sizeOfImage = 0x8000
            $0.slots[0] = $0.imageBase + 0x7000
        },
        PECase("ARM64 callback not aligned", ["TLS-P02"], machine: 0xAA64) { $0.slots[0] += 2 },
        PECase("ARM64 callback aligned to 4 is quiet", machine: 0xAA64) { $0.slots[0] += 4 },
        PECase("x64 callback needs no alignment") { $0.slots[0] += 3 },
        PECase("code section writable", ["TLS-P03"]) { $0.sections[0].characteristics |= 0x8000_0000 },
        PECase("the same callback twice", ["TLS-P14"]) { $0.slots[1] = $0.slots[0] },
        PECase("callback is the entry point", ["TLS-P14"]) { $0.slots[0] = $0.imageBase + 0x1000 },
        PECase("no entry point", ["TLS-P16"]) { $0.entryPoint = 0 },
        PECase("no entry point, no callbacks is quiet") {
            $0.entryPoint = 0
            $0.slots = []
            $0.relocations.removeLast(2)
        },
        PECase("CLR header that is none", ["TLS-P17"]) { $0.directories[14] = (0x2100, 0x48) },
        PECase("DLL with callbacks", ["TLS-P18"]) { $0.characteristics |= 0x2000 },
        PECase("DLL with callbacks and no entry point", ["TLS-P16", "TLS-P18"]) {
            $0.characteristics |= 0x2000
            $0.entryPoint = 0
        },
        PECase("DLL without callbacks is quiet") {
            $0.characteristics |= 0x2000
            $0.callbacks = 0
            $0.relocations.removeAll { $0.rva == 0x2058 || $0.rva >= 0x2080 }
        },
    ]

    @Test(
        "a file of debug information has no bytes where its directory was, and nothing to run",
        arguments: [(true, "/4", []), (false, "/4", ["TLS-P04"]), (true, ".data2", ["TLS-P04"])]
            as [(Bool, String, [String])])
    func debugCompanion(isStripped: Bool, name: String, codes: [String]) throws {
        var bytes = PEWriter().bytes()
        func header(of section: String) throws -> Int {
            let text = Array(section.utf8)
            return try #require((0..<0x400).first { Array(bytes[$0..<($0 + text.count)]) == text })
        }
        let names = isStripped ? [".text", ".rdata", ".data"] : [".rdata", ".data"]
        for section in names {
            let at = try header(of: section)
            bytes.replaceSubrange((at + 16)..<(at + 24), with: [UInt8](repeating: 0, count: 8))
        }
        let last = try header(of: ".reloc")
        bytes.replaceSubrange(
            last..<(last + 8), with: Array(name.utf8) + [UInt8](repeating: 0, count: 8 - name.utf8.count))
        let report = try PEReport(bytes)
        #expect(report.findings.filter { $0.code.hasPrefix("TLS") && $0.severity >= .medium }.map(\.code) == codes)
    }

    @Test("directory and array", arguments: directoryCases)
    func directory(_ test: PECase) throws { try check(test) }

    static let directoryCases: [PECase] = [
        PECase("directory outside the image", ["TLS-P04"]) { $0.directories[9].0 = 0x7000 },
        PECase("directory in the headers", ["TLS-P04"]) {
            $0.directories[9].0 = 0x348
            $0.patches.append((0x348, $0.directoryBytes()))
        },
        PECase("directory at a place in the headers where none is", ["TLS-P04"]) { $0.directories[9].0 = 0x40 },
        PECase("directory across the end of its section", ["TLS-P04"]) { $0.directories[9].0 = 0x21F0 },
        PECase("directory in the slack", ["TLS-P04"]) { $0.directories[9].0 = 0x2800 },
        PECase("directory at a file offset in the overlay", ["TLS-P04"]) {
            $0.directories[9].0 = 0xE00
            $0.overlay = $0.directoryBytes()
        },
        PECase("directory flush with the end of its section is quiet") {
            $0.directoryRVA = 0x21D8
            $0.directories[9].0 = 0x21D8
            for index in 0..<4 { $0.relocations[index].rva = 0x21D8 + UInt32(index * 8) }
        },
        PECase("size zero", ["TLS-P05"]) { $0.directories[9].1 = 0 },
        PECase("size too large", ["TLS-P05"]) { $0.directories[9].1 = 48 },
        PECase("size of the other word size", ["TLS-P05", "TLS-P12"]) { $0.directories[9].1 = 24 },
        PECase("size of the other word size, x86", ["TLS-P05", "TLS-P12"], machine: 0x014C) {
            $0.directories[9].1 = 40
        },
        PECase("array without end", ["TLS-P06"]) {
            $0.slots = [UInt64](repeating: $0.slots[0], count: 100)
            $0.arrayRVA = 0x2180
            $0.callbacks = $0.imageBase + 0x2180
        },
        PECase("array ended by zero fill is quiet") {
            // .data has 0x200 bytes in the file and 0x400 in memory.
            $0.sections[2].virtualSize = 0x400
            let slot = UInt32(0x31F8)
            $0.callbacks = $0.imageBase + UInt64(slot)
            $0.sections[2].data.replaceSubrange(0x1F8..<0x200, with: $0.word($0.slots[0]))
            $0.relocations.removeLast(2)
            $0.relocations.append(.init(rva: slot, type: 10))
            $0.sections[2].characteristics = 0x4000_0040
            $0.index = $0.imageBase + 0x4080
        },
        PECase("array outside the image", ["TLS-P07"]) { $0.callbacks = $0.imageBase + 0x6000 },
        PECase("array address is an RVA", ["TLS-P07"]) { $0.callbacks = PEWriter.array },
        PECase("array in the headers", ["TLS-P07"]) {
            $0.callbacks = $0.imageBase + 0x3F0
            $0.relocations.removeLast(2)
        },
        PECase("array where nothing is mapped", ["TLS-P07"]) {
            $0.sections[1].virtualSize = 0x180
            $0.callbacks = $0.imageBase + 0x2F00
            $0.relocations.removeLast(2)
        },
        PECase("array in a writable section", ["TLS-P08"]) { $0.sections[1].characteristics |= 0x8000_0000 },
        PECase("empty array in a writable section is quiet") {
            $0.sections[1].characteristics |= 0x8000_0000
            $0.slots = []
            $0.relocations.removeLast(2)
        },
        PECase("array is the import address table", ["TLS-P09"]) {
            $0.callbacks = $0.imageBase + PEWriter.importAddresses
            $0.relocations.removeLast(2)
        },
        PECase("array ends in the import directory", ["TLS-P09"]) { $0.directories[1].0 = 0x2090 },
        PECase("array right before the import directory is quiet") { $0.directories[1].0 = 0x2098 },
        PECase("no callbacks is quiet") {
            $0.callbacks = 0
            $0.relocations.removeAll { $0.rva == 0x2058 || $0.rva >= 0x2080 }
        },
        PECase("callbacks nulled, relocations kept: only told as a fact of the file") { $0.callbacks = 0 },
        PECase("section .tls without directory", ["TLS-P15"]) { $0.directories[9] = (0, 0) },
        PECase("entry hidden behind NumberOfRvaAndSizes", ["TLS-P15"]) {
            $0.directoryCount = 9
            $0.sections[3].name = ".data2"
        },
        PECase("no directory, no section is quiet") {
            $0.directories[9] = (0, 0)
            $0.sections[3].name = ".data2"
        },
    ]

    @Test("index, template, word sizes and relocations", arguments: dataCases)
    func data(_ test: PECase) throws { try check(test) }

    static let dataCases: [PECase] = [
        PECase("index outside the image", ["TLS-P10"]) { $0.index = $0.imageBase + 0x6000 },
        PECase("index zero", ["TLS-P10"]) {
            $0.index = 0
            $0.relocations.remove(at: 2)
        },
        PECase("index in code", ["TLS-P10"]) { $0.index = $0.imageBase + 0x1000 },
        PECase("index in the array", ["TLS-P10"]) { $0.index = $0.callbacks + 8 },
        PECase("index in the directory", ["TLS-P10"]) { $0.index = $0.imageBase + PEWriter.directory + 32 },
        PECase("index in zero fill is quiet") {
            $0.sections[2].virtualSize = 0x800
            $0.index = $0.imageBase + 0x3700
        },
        PECase("template ends before it starts", ["TLS-P11"]) { $0.end = $0.start - 1 },
        PECase("template outside the image", ["TLS-P11"]) { ($0.start, $0.end) = (0x1000, 0x1010) },
        PECase("template of 1 GiB", ["TLS-P11"]) { $0.end = $0.start + 1 << 30 },
        PECase("zero fill of 2 GiB", ["TLS-P11"]) { $0.zeroFill = 0x7FFF_FFFF },
        PECase("zero fill of 64 MiB is quiet") { $0.zeroFill = 64 << 20 },
        PECase("reserved bits", ["TLS-P11"]) { $0.alignment = 1 },
        PECase("alignment that does not exist", ["TLS-P11"]) { $0.alignment = 0x00F0_0000 },
        PECase("largest alignment is quiet") { $0.alignment = 0x00E0_0000 },
        PECase("no template is quiet") {
            ($0.start, $0.end) = (0, 0)
            $0.relocations.removeFirst(2)
        },
        PECase("machine x86 with PE32+", ["TLS-P12"]) { $0.machine = 0x014C },
        PECase("machine x64 with PE32", ["TLS-P12"], machine: 0x014C) { $0.machine = 0x8664 },
        PECase("unknown machine is quiet") { $0.machine = 0x1234 },
        PECase("no relocation on a field", ["TLS-P13"]) { $0.relocations.remove(at: 2) },
        PECase("no relocation on a slot", ["TLS-P13"]) { $0.relocations.removeLast() },
        PECase("a slot relocated twice", ["TLS-P13"]) { $0.relocations.append($0.relocations[5]) },
        PECase("a slot relocated with the wrong type", ["TLS-P13"]) { $0.relocations[5].type = 3 },
        PECase("a relocation across a slot", ["TLS-P13"]) { $0.relocations.append(.init(rva: 0x2084, type: 10)) },
        PECase("a relocation that reaches into the directory", ["TLS-P13"]) {
            $0.relocations.append(.init(rva: 0x2039, type: 10))
        },
        PECase("a relocation of the directory entry in the header", ["TLS-P13"]) {
            $0.relocations.append(.init(rva: 0x80 + 24 + 112 + 72, type: 3))
        },
        PECase("relocations next to TLS are quiet") {
            $0.relocations += [
                .init(rva: 0x2038, type: 10), .init(rva: 0x2068, type: 10), .init(rva: 0x2098, type: 10),
            ]
        },
        PECase("a relocation of the null that ends the array", ["TLS-P13"]) {
            $0.relocations.append(.init(rva: 0x2090, type: 10))
        },
        PECase("a slot relocated twice before the table breaks", ["TLS-P13"]) {
            $0.relocations += [$0.relocations[5], .init(rva: 0x3000, type: 10)]
            $0.patches.append((0xC20, [3, 0, 0, 0]))
        },
        PECase("no relocations, image fixed, is quiet") {
            $0.relocations = []
            $0.dllCharacteristics = 0x8100
        },
        PECase("no relocations, stripped, is quiet") {
            $0.relocations = []
            $0.characteristics |= 1
        },
        PECase("x86 slot relocated as 64 bits", ["TLS-P13"], machine: 0x014C) { $0.relocations[5].type = 10 },
    ]

    private func check(_ test: PECase) throws {
        let report = try PEReport(test.bytes())
        #expect(report.tlsCodes == test.codes, "\(report.findings.map { "\($0.code) \($0.why)" })")
        for finding in report.findings {
            #expect(!finding.why.isEmpty && !finding.title.isEmpty)
        }
    }

    @Test("severities follow the evidence")
    func severities() throws {
        func severity(_ code: String, _ change: @escaping @Sendable (inout PEWriter) -> Void) throws -> Finding
            .Severity?
        {
            try PEReport(PECase("", [], change).bytes()).finding(code)?.severity
        }
        #expect(try severity("TLS-P10") { $0.index = 4 } == .medium)
        #expect(try severity("TLS-P10") { $0.index = $0.callbacks } == .high)
        #expect(try severity("TLS-P13") { $0.relocations.removeLast() } == .medium)
        #expect(try severity("TLS-P13") { $0.relocations.append($0.relocations[4]) } == .high)
        // A table without entries means that the image cannot be moved at all.
        #expect(try severity("TLS-P13") { $0.relocations = [] } == .low)
        #expect(try severity("TLS-P16") { $0.entryPoint = 0 } == .medium)
        #expect(
            try severity("TLS-P16") {
                $0.entryPoint = 0
                $0.characteristics |= 0x2000
            } == .informational)
        #expect(try severity("TLS-P01") { $0.slots[0] = 1 } == .high)
    }

    @Test("places name file offset, address and section")
    func places() throws {
        let report = try PEReport(PECase("") { $0.slots[1] = $0.imageBase + 0x3000 }.bytes())
        let place = try #require(report.finding("TLS-P02")?.place)
        #expect(place == Finding.Place(fileOffset: 0x688, address: 0x1_4000_2088, region: ".rdata"))
        #expect(report.finding("TLS-P02")?.why == "callback 1 is 0x140003000, in .data, which is rw-")
    }

    @Test("facts of the file itself", arguments: fileCases)
    func file(_ test: PECase) throws {
        let codes = try PEReport(test.bytes()).findings.map(\.code).filter { $0.hasPrefix("PE-") }.sorted()
        #expect(codes == test.codes)
    }

    static let fileCases: [PECase] = [
        PECase("sections overlap in memory", ["PE-F02"]) { $0.sections[2].virtualSize = 0x1001 },
        PECase("sections touch in memory") { $0.sections[2].virtualSize = 0x1000 },
        PECase("section past the image", ["PE-F04"]) { $0.sizeOfImage = 0x5100 },
        PECase("entry point in data", ["PE-F05"]) { $0.entryPoint = 0x3000 },
        PECase("entry point outside", ["PE-F05"]) { $0.entryPoint = 0x9000 },
        PECase("writable code", ["PE-F05", "PE-F06"]) { $0.sections[0].characteristics |= 0x8000_0000 },
        PECase("writable and executable data", ["PE-F06"]) { $0.sections[2].characteristics |= 0x2000_0000 },
        PECase("relocation block of 3 bytes", ["PE-F07"]) { $0.patches.append((0xC04, [3, 0, 0, 0])) },
        PECase("relocation block larger than the table", ["PE-F07"]) { $0.patches.append((0xC04, [0, 1, 0, 0])) },
        PECase("relocated null pointer", ["PE-F08"]) { $0.callbacks = 0 },
        PECase("relocated empty array", ["PE-F08"]) {
            $0.slots = []
            $0.relocations.removeLast()
        },
        PECase("more sections declared than read", ["PE-F01", "PE-F02", "PE-F03", "PE-F04"]) {
            $0.patches.append((0x86, [0xFF, 0xFF]))
        },
    ]
}
