import Bytes
import Executables
import TestKit
import Testing

/// Every rule has a file that it is about, and one that is nearly so.
@Suite struct ELFRulesTests {
    static let encodings: [(Bool, Bool)] = [(true, false), (false, false), (true, true), (false, true)]

    static func alarms(_ writer: ELFWriter) -> [String] {
        let bytes = writer.bytes()
        return ELFReport(bytes)?.findings.alarms ?? ["none"]
    }

    static func findings(_ writer: ELFWriter) -> [Finding] {
        let bytes = writer.bytes()
        return ELFReport(bytes)?.findings ?? []
    }

    @Test("a sound file is quiet in either width and byte order", arguments: encodings)
    func sound(_ encoding: (Bool, Bool)) throws {
        let bytes = ELFWriter(is64: encoding.0, isBigEndian: encoding.1).bytes()
        let report = try #require(ELFReport(bytes))
        #expect(report.findings.isEmpty, "\(report.findings.lines)")
        let tls = try #require(report.tls)
        #expect(tls.templateSize == 16 && tls.zeroSize == 16 && tls.alignment == 8 && tls.loadedOffset == 0x400)
        #expect(report.image?.encoding.is64 == encoding.0 && report.image?.dynamic?.isTerminated == true)
    }

    @Test("each rule about the thread-local header fires, and its near miss does not", arguments: encodings)
    func header(_ encoding: (Bool, Bool)) {
        let sound = ELFWriter(is64: encoding.0, isBigEndian: encoding.1)
        let cases: [(String, ELFWriter, ELFWriter)] = [
            ("TLS-E01", sound.with { $0.memorySize = 15 }, sound.with { $0.memorySize = 16 }),
            ("TLS-E02", sound.with { $0.alignment = 24 }, sound.with { $0.alignment = 16 }),
            ("TLS-E02", sound.with { $0.address += 1 }, sound.with { $0.alignment = 0 }),
            (
                "TLS-E03", sound.with { $0.address = 0x90_0400 },
                sound.with {
                    $0.address += 0xBF0; $0.offset += 0xBF0
                }
            ),
            (
                "TLS-E03", sound.with { $0.offset = 0xFF8 },
                sound.with {
                    $0.offset = 0xFF0; $0.address += 0xBF0
                }
            ),
            (
                "TLS-E03", sound.with { $0.offset += 8 },
                sound.with {
                    $0.offset += 8; $0.address += 8
                }
            ),
            ("TLS-E04", sound.with { $0.memorySize = 64 << 20 + 1 }, sound.with { $0.memorySize = 64 << 20 }),
            ("TLS-E05", sound.with { $0.flags = 5 }, sound.with { $0.flags = 6 }),
        ]
        for (code, bad, good) in cases {
            #expect(Self.alarms(bad).contains(code), "\(code) is missing")
            #expect(Self.alarms(good) == [], "\(code): near miss")
        }
    }

    @Test("a block of zeroes at address 0, as Go writes it, is quiet")
    func zeroes() {
        let go = ELFWriter().with {
            $0.offset = 0
            $0.address = 0
            $0.fileSize = 0
            $0.memorySize = 8
        }
        #expect(Self.alarms(go) == [])
    }

    @Test("two thread-local headers are found")
    func several() {
        var writer = ELFWriter()
        writer.headers.append(writer.headers[2])
        #expect(Self.alarms(writer) == ["TLS-E06"])
    }

    @Test("thread-local data without its header is found by symbols, relocations or sections", arguments: encodings)
    func missing(_ encoding: (Bool, Bool)) {
        var bare = ELFWriter(is64: encoding.0, isBigEndian: encoding.1)
        bare.headers.removeLast()
        #expect(Self.alarms(bare) == [])
        let thisModule: UInt64 = encoding.1 ? 68 : encoding.0 ? 16 : 35
        var defined = bare
        defined.symbols = [3]
        #expect(Self.alarms(defined) == ["TLS-E07"])
        var own = bare
        own.relocations = [(thisModule, 0)]
        #expect(Self.alarms(own) == ["TLS-E07"])
        var sections = bare
        sections.hasTLSSections = true
        #expect(Self.alarms(sections) == ["TLS-E07"])
        var empty = defined
        empty.headers.append(
            .init(type: 7, flags: 4, offset: 0, address: 0, fileSize: 0, memorySize: 0, alignment: 8))
        #expect(Self.alarms(empty) == ["TLS-E07"], "loaders take no notice of an empty block")
        // Another library's data, as `errno` is: ordinary.
        var others = bare
        others.symbols = [0]
        others.relocations = [(thisModule, 1), (1, 0)]
        #expect(Self.alarms(others) == [])
        sections.type = 1
        #expect(Self.alarms(sections) == [], "object files have no program headers")
    }

    @Test("a dense template and one over the dynamic section are told, no more")
    func told() {
        var dense = ELFWriter().with {
            $0.offset = 0x1000
            $0.address = 0x1_1000
            $0.fileSize = 0x2000
            $0.memorySize = 0x2000
        }
        dense.fileSize = 0x4000
        dense.headers[0].fileSize = 0x4000
        dense.headers[0].memorySize = 0x4000
        var numbers = SeededNumbers(state: 1)
        var bytes = dense.bytes()
        for index in 0x1000..<0x3000 { bytes[index] = UInt8.random(in: 0...255, using: &numbers) }
        let findings = ELFReport(bytes)?.findings ?? []
        #expect(findings.map(\.code) == ["TLS-E08"] && findings.alarms.isEmpty)
        #expect(Self.findings(dense).isEmpty)
        let over = Self.findings(
            ELFWriter().with {
                $0.fileSize = 0x84; $0.memorySize = 0x90
            })
        #expect(over.map(\.code) == ["TLS-E09"])
        #expect(
            Self.findings(
                ELFWriter().with {
                    $0.fileSize = 0x80; $0.memorySize = 0x90
                }
            ).isEmpty)
    }

    @Test("what contradicts itself is said")
    func structure() {
        var overlap = ELFWriter()
        overlap.headers.insert(overlap.headers[0], at: 1)
        overlap.headers[1].address += 0xFF0
        #expect(Self.alarms(overlap) == ["ELF-04"])
        overlap.headers[1].address += 0x10
        #expect(Self.alarms(overlap) == [])
        var past = ELFWriter()
        past.headers[0].fileSize = 0x1001
        past.headers[0].memorySize = 0x1001
        #expect(Self.alarms(past) == ["ELF-03"])
        var endless = ELFWriter()
        endless.hasTerminator = false
        #expect(Self.findings(endless).first("ELF-06") != nil)
        var far = ELFWriter()
        far.headers[1].address = 0x5000_0000
        far.headers[1].offset = 0x5000_0000
        #expect(Self.alarms(far) == ["ELF-06"])
        var wrapped = ELFWriter()
        wrapped.headers[0].address = .max - 8
        #expect(Self.alarms(wrapped).contains("ELF-03"))
    }

    @Test("relocations about thread-local storage are counted by kind")
    func relocations() throws {
        var writer = ELFWriter()
        writer.symbols = [0, 5]
        writer.relocations = [(16, 0), (17, 2), (18, 1), (36, 0), (8, 0)]
        let bytes = writer.bytes()
        let tls = try #require(ELFReport(bytes)?.tls)
        #expect(tls.relocations.module == 1 && tls.relocations.offset == 1)
        #expect(tls.relocations.threadPointer == 1 && tls.relocations.descriptor == 1)
        #expect(tls.relocations.own == 3)
    }
}
