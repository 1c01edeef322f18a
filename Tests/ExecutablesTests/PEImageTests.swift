import Bytes
import Executables
import TestKit
import Testing

@Suite struct PEImageTests {
    private func code(_ bytes: [UInt8]) -> PEError.Code? {
        do {
            _ = try PEReport(bytes)
            return nil
        } catch { return error.code }
    }

    @Test("what is not a PE image is refused with the place")
    func refusals() {
        #expect(code([]) == .noDOSHeader)
        #expect(code(Array("#!/bin/sh".utf8)) == .noDOSHeader)
        #expect(code([0x4D, 0x5A]) == .truncatedHeader)
        var writer = PEWriter()
        writer.patches = [(0x3C, [0xFF, 0xFF, 0xFF, 0xFF])]
        #expect(code(writer.bytes()) == .headerOutside)
        writer.patches = [(0x80, Array("NE".utf8))]
        #expect(code(writer.bytes()) == .noSignature)
        writer.patches = [(0x98, [0x07, 0x01])]
        #expect(code(writer.bytes()) == .unknownMagic)
        #expect(code(Array(PEWriter().bytes().prefix(0xC0))) == .truncatedHeader)
    }

    @Test("headers are read as written")
    func headers() throws {
        let image = try PEReport(PEWriter().bytes()).image
        #expect(image.machine == .x64 && image.isPE32Plus && image.wordSize == 8)
        #expect(image.imageBase == 0x1_4000_0000 && image.entryPoint == 0x1000 && image.sizeOfImage == 0x6000)
        #expect(image.sections.map(\.name) == [".text", ".rdata", ".data", ".tls", ".reloc"])
        #expect(image.sections.map(\.rights) == ["r-x", "r--", "rw-", "rw-", "r--"])
        #expect(image.isDynamicBase && !image.relocationsStripped && !image.isDLL)
        #expect(image.overlay.isEmpty && image.hybrid == .none)
        #expect(image[.tls] == PEDataDirectory(rva: 0x2040, size: 40) && image[.resources] == nil)
    }

    @Test("RVAs map as the loader maps them")
    func mapping() throws {
        var writer = PEWriter()
        writer.sections[2].virtualSize = 0x300
        writer.overlay = [1, 2, 3]
        let image = try PEReport(writer.bytes()).image
        #expect(image.region(atRVA: 0) == .headers && image.fileRange(atRVA: 0) == 0..<0x400)
        #expect(image.region(atRVA: 0x400) == .gap && image.fileRange(atRVA: 0x400) == nil)
        #expect(image.region(atRVA: 0x10FF) == .section(0) && image.fileRange(atRVA: 0x10FF) == 0x4FF..<0x600)
        #expect(image.region(atRVA: 0x1200) == .slack(0) && image.fileRange(atRVA: 0x1200) == nil)
        #expect(image.region(atRVA: 0x32FF) == .section(2) && image.fileRange(atRVA: 0x32FF) == nil)
        #expect(image.region(atRVA: 0x6000) == .outside && image.region(atRVA: .max) == .outside)
        #expect(image.overlay == 0xE00..<0xE03)
        #expect(image.rva(ofAddress: 0x1_4000_5FFF) == 0x5FFF && image.rva(ofAddress: 0x1_4000_6000) == nil)
        #expect(image.rva(ofAddress: 0) == nil && image.rva(ofAddress: .max) == nil)
    }

    @Test("a section without virtual size claims its bytes in the file")
    func noVirtualSize() throws {
        var writer = PEWriter()
        for index in writer.sections.indices { writer.sections[index].virtualSize = 0 }
        #expect(try PEReport(writer.bytes()).tlsCodes.isEmpty)
    }

    @Test("a raw pointer is rounded down to 512 as the loader does")
    func rounding() throws {
        var writer = PEWriter()
        // PointerToRawData of .rdata, second entry of the section table.
        writer.patches = [(0x80 + 24 + 240 + 40 + 20, [0x3F, 0x07])]
        let report = try PEReport(writer.bytes())
        #expect(report.tls?.callbacks.count == 2 || report.image.sections[1].rawOffset == 0x73F)
        #expect(report.image.fileRange(atRVA: 0x2000)?.lowerBound == 0x600)
    }

    @Test("limits end the walk of callbacks and sections, and are told")
    func limits() throws {
        var writer = PEWriter()
        writer.slots = (0..<20).map { writer.imageBase + 0x1010 + $0 }
        var limits = PELimits()
        limits.callbacks = 8
        let report = try PEReport(writer.bytes(), limits: limits)
        #expect(report.tls?.callbacks.count == 8 && report.tls?.array?.end == .limit)
        #expect(report.finding("TLS-P06")?.severity == .high)
        limits = PELimits()
        limits.sections = 2
        #expect(try PEReport(writer.bytes(), limits: limits).finding("PE-F03") != nil)
        limits = PELimits()
        limits.relocationEntries = 3
        let few = try PEReport(PEWriter().bytes(), limits: limits)
        #expect(few.relocations?.isIncomplete == true && few.finding("PE-F07") != nil)
        #expect(few.finding("TLS-P13") == nil)
    }

    @Test(
        "hybrids are told by the CHPE pointer of the load configuration",
        arguments: [(0x8664, "arm64ec"), (0xAA64, "arm64x")] as [(UInt16, String)])
    func hybrids(machine: UInt16, name: String) throws {
        var writer = PEWriter(machine: machine)
        writer.directories[10] = (0x3020, 0x100)
        writer.sections[2].data.replaceSubrange(0x20..<0x24, with: [0x00, 0x01, 0, 0])
        writer.sections[2].data[0x20 + 0xC8] = 1
        writer.slots[0] += 1
        let report = try PEReport(writer.bytes())
        #expect(report.image.hybrid.rawValue == name)
        // x64 code of an ARM64X file is not aligned.
        #expect(report.tlsCodes.isEmpty)
        writer.sections[2].data[0x20] = 0xC0
        writer.sections[2].data[0x21] = 0
        #expect(try PEReport(writer.bytes()).image.hybrid == .none)
    }

    @Test("a write is tampering only when it hits a TLS structure")
    func writeTargets() throws {
        let report = try PEReport(PEWriter().bytes())
        let tls = try #require(report.tls)
        func target(_ rva: UInt64, _ length: UInt64 = 8) -> PETLS.RangeKind? {
            tls.target(ofWriteAtRVA: rva, length: length, in: report.image)
        }
        // Entry 9 of the table of a PE32+ header is at L + 0xD0.
        #expect(target(0x80 + 0xD0) == .entry && target(0x80 + 0xC8) == nil && target(0x80 + 0xD8) == nil)
        #expect(target(0x2040, 40) == .directory && target(0x2038) == nil && target(0x2067, 1) == .directory)
        #expect(target(0x2080) == .array && target(0x2090) == .array)
        // One word past the terminator is nobody's.
        #expect(target(0x2098) == nil && target(0x2097, 1) == .array)
        #expect(target(0x3010, 4) == .index && target(0x3014) == nil)
        #expect(target(0x4000, 1) == .template && target(0x4010) == nil)
        #expect(target(0x1010, 1) == .callbackCode && target(0x1030) == nil && target(0x1000) == nil)
        #expect(target(0x2080, 0) == nil && target(.max, 8) == nil && target(0, .max) == .entry)
        let small = try PEReport(PEWriter(machine: 0x014C).bytes())
        #expect(small.tls?.target(ofWriteAtRVA: 0x80 + 0xC0, length: 8, in: small.image) == .entry)
    }

    @Test("callbacks are named by the COFF symbols, when the file has them")
    func symbols() throws {
        var writer = PEWriter()
        func symbol(_ name: [UInt8], _ value: UInt64, section: UInt64 = 1, kind: UInt8 = 3, auxiliary: UInt8 = 0)
            -> [UInt8]
        {
            name + writer.little(value, 4) + writer.little(section, 2) + [0x20, 0, kind, auxiliary]
        }
        let long: [UInt8] = [0, 0, 0, 0, 4, 0, 0, 0]
        writer.overlay =
            symbol(Array(".text\0\0\0".utf8), 0x10, auxiliary: 1) + [UInt8](repeating: 0xAA, count: 18)
            + symbol(Array("callback".utf8), 0x10) + symbol(Array("absolute".utf8), 0x20, section: 0xFFFF)
            + symbol(long, 0x20, kind: 2) + writer.little(19, 4) + Array("__dyn_tls_dtor\0".utf8)
        writer.patches = [(0x80 + 12, [0, 0x0E, 0, 0, 5, 0, 0, 0])]
        let report = try PEReport(writer.bytes())
        #expect(report.tls?.callbacks.map(\.symbol) == ["callback", "__dyn_tls_dtor"])
        var limits = PELimits()
        limits.symbols = 3
        #expect(try PEReport(writer.bytes(), limits: limits).tls?.callbacks.map(\.symbol) == ["callback", nil])
        // A table that is not there names nothing.
        writer.patches = [(0x80 + 12, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])]
        #expect(try PEReport(writer.bytes()).tls?.callbacks.map(\.symbol) == [nil, nil])
    }

    @Test("toolchains by their marks")
    func baselines() throws {
        func toolchain(_ change: (inout PEWriter) -> Void) throws -> CompilerBaseline.Toolchain {
            var writer = PEWriter()
            change(&writer)
            return try PEReport(writer.bytes()).baseline.toolchain
        }
        #expect(try toolchain { _ in } == .lld)
        #expect(try toolchain { $0.patches.append((0x78, Array("Rich".utf8))) } == .lld)
        #expect(
            try toolchain {
                $0.linker = (2, 40); $0.sections[2].name = ".CRT"
            } == .mingw)
        #expect(try toolchain { $0.timeDateStamp = 0x2A42_5E19 } == .delphi)
        #expect(try toolchain { $0.sections[0].name = "UPX0" } == .packer)
        #expect(
            try toolchain {
                $0.linker = (3, 0); $0.patches.append((0x400, [0xFF] + Array(" Go build ID: \"x\"".utf8)))
            } == .go)
        #expect(try toolchain { $0.patches.append((0x7A0, Array("/rustc/abc/library".utf8))) } == .rust)
        #expect(try toolchain { $0.linker = (9, 9) } == .unknown)
        #expect(
            try toolchain {
                $0.directories[14] = (0x3020, 0x48)
                $0.sections[2].data[0x20] = 0x48
                $0.sections[2].data[0x30] = 1
            } == .dotnet)
    }

    @Test("an ordinary MinGW program is quiet above informational, an ordinary MinGW DLL tells one thing")
    func mingw() throws {
        var writer = PEWriter()
        writer.linker = (2, 40)
        writer.sections[2].name = ".CRT"
        writer.slots = []
        writer.arrayRVA = 0x2180
        writer.callbacks = writer.imageBase + 0x3080
        for index in 0..<2 {
            let at = 0x80 + index * 8
            writer.sections[2].data.replaceSubrange(
                at..<(at + 8), with: writer.word(writer.imageBase + 0x1010 + UInt64(index)))
            writer.relocations[4 + index].rva = UInt32(0x3080 + index * 8)
        }
        #expect(try PEReport(writer.bytes()).findings.map(\.code) == ["TLS-P08"])
        writer.characteristics |= 0x2000
        #expect(try PEReport(writer.bytes()).findings.map(\.code) == ["TLS-P18"])
        // The same array where no toolchain puts it is told apart.
        writer.sections[2].name = ".evil"
        #expect(try PEReport(writer.bytes()).finding("TLS-P08")?.why.contains("not known") == true)
    }

    @Test("hints: last section, jumps away, packer and random sections, many callbacks")
    func hints() throws {
        func kinds(_ change: (inout PEWriter) -> Void) throws -> [PEHint.Kind] {
            var writer = PEWriter()
            change(&writer)
            return try PEReport(writer.bytes()).hints.map(\.kind)
        }
        #expect(try kinds { _ in } == [])
        #expect(try kinds { $0.slots[0] = $0.imageBase + 0x4000 } == [.callbackInLastSection])
        #expect(
            try kinds { $0.sections[0].data.replaceSubrange(0x10..<0x15, with: [0xE9, 0, 0x30, 0, 0]) } == [
                .callbackJumpsAway
            ])
        #expect(try kinds { $0.sections[0].data.replaceSubrange(0x10..<0x15, with: [0xE9, 0x20, 0, 0, 0]) } == [])
        #expect(try kinds { $0.sections[0].name = ".vmp0" } == [.callbackInPackerSection])
        #expect(
            try kinds { writer in writer.slots = (0..<20).map { writer.imageBase + 0x1010 + $0 } }.contains(
                .manyCallbacks))
        #expect(
            try kinds {
                var state: UInt64 = 1
                $0.sections[0].data = (0..<0x200).map { _ in
                    state = state &* 6_364_136_223_846_793_005 &+ 1
                    return UInt8(truncatingIfNeeded: state >> 56)
                }
                $0.sections[0].data[0x10] = 0xC3
                $0.sections[0].data[0x20] = 0xC3
            } == [.callbackInRandomSection])
    }
}
