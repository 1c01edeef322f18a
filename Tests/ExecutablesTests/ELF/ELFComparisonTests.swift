import Bytes
import Executables
import TestKit
import Testing

/// An ELF file against its reference.
@Suite struct ELFComparisonTests {
    struct Change: Sendable, CustomTestStringConvertible {
        var name: String
        var codes: [String]
        var apply: @Sendable (inout ELFWriter) -> Void
        var testDescription: String { name }

        init(_ name: String, _ codes: [String], _ apply: @escaping @Sendable (inout ELFWriter) -> Void) {
            self.name = name
            self.codes = codes
            self.apply = apply
        }
    }

    /// A program of which two functions run before main, by relocations whose numbers stand in the file too.
    static var writer: ELFWriter {
        var writer = ELFWriter()
        writer.initialisers = [writer.base + 0x900, writer.base + 0x910]
        writer.others = [
            (writer.base + 0x800, 8, writer.base + 0x900), (writer.base + 0x808, 8, writer.base + 0x910),
        ]
        return writer
    }

    static func compare(_ old: ELFWriter, _ new: ELFWriter) throws -> ELFComparison {
        let (a, b) = (new.bytes(), old.bytes())
        guard let report = ELFReport(a.span.bytes), let reference = ELFReport(b.span.bytes) else {
            throw WriterFailure()
        }
        return ELFComparison(of: report, a.span.bytes, against: reference, b.span.bytes)
    }

    private struct WriterFailure: Error {}

    static let changes: [Change] = [
        Change("nothing", []) { _ in },
        Change("a relocation alone leads elsewhere, the bytes stand", ["ELF-C03", "ELF-C07"]) {
            $0.others[1].addend = $0.base + 0xA00
        },
        Change("a second relocation of the same slot counts", ["ELF-C03", "ELF-C07"]) {
            $0.others.append(($0.base + 0x808, 8, $0.base + 0xA00))
        },
        Change("a slot becomes a symbol of another file", ["ELF-C03", "ELF-C07"]) { $0.others[0].type = 1 | 5 << 32 },
        Change("the bytes alone lead elsewhere: the loader does not look at them", ["ELF-C07"]) {
            $0.initialisers[1] = $0.base + 0xA00
        },
        Change("one more function", ["ELF-C03", "ELF-C07"]) {
            $0.initialisers.append($0.base + 0xB00)
        },
        Change("DT_INIT where none was", ["ELF-C03", "ELF-C07"]) { $0.dynamic = [(12, $0.base + 0xB00)] },
        Change("the template", ["ELF-C02", "ELF-C07"]) { $0.template[3] = 0xEE },
        Change("no thread-local block any more", ["ELF-C01"]) { $0.headers.removeLast() },
        Change("a segment may be written and run", ["ELF-C05"]) { $0.headers[0].flags = 7 },
        Change("another segment", ["ELF-C06"]) {
            $0.headers.append(
                .init(
                    type: 1, flags: 4, offset: 0, address: $0.base + 0x8000, fileSize: 16, memorySize: 16,
                    alignment: 0x1000))
        },
    ]

    @Test("what changed is told by the structure that changed", arguments: changes)
    func changed(_ change: Change) throws {
        var new = Self.writer
        change.apply(&new)
        let result = try Self.compare(Self.writer, new)
        #expect(result.findings.map(\.code).sorted() == change.codes, "\(result.findings.map(\.why))")
        #expect(result.relation == (change.codes.isEmpty ? .identical : .patched))
    }

    @Test("functions before main are those that relocations leave in the slots")
    func initialisers() throws {
        var writer = Self.writer
        writer.initialisers = [0, writer.base + 0x910, writer.base + 0x920]
        writer.others[1].addend = writer.base + 0xA00
        let bytes = writer.bytes()
        let report = ELFReport(bytes.span.bytes)
        let image = try #require(report?.image)
        let base = writer.base
        let found = ELFInitialisers(image, bytes.span.bytes)
        #expect(found.initialisers.map(\.target) == [base + 0x900, base + 0xA00, base + 0x920])
        #expect(found.initialisers.allSatisfy(\.isInCode) && found.finalisers.isEmpty && !found.isCut)
    }

    @Test("a file for another processor is another program")
    func unrelated() throws {
        var new = Self.writer
        new.machine = 183
        #expect(try Self.compare(Self.writer, new).relation == .unrelated)
    }
}
