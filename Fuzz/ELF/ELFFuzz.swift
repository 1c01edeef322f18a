import Bytes
import Foundation

// libFuzzer target of the ELF reader: any bytes behind the magic, class and byte order.
//
// Besides "no crash and no hang" it checks what must hold for any input: places of findings that name a file offset of
// a header lie where the header says, tables are capped, reports are the same when made twice.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzELF(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    _ = ELFFuzz.seeded
    ELFFuzz.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

enum ELFFuzz {
    /// Writes the first corpus when `FUZZ_SEEDS` names its folder.
    static let seeded: Bool = {
        guard let folder = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return false }
        return (try? Seeds.write(to: folder)) != nil
    }()

    static func run(_ input: [UInt8]) {
        guard let first = input.first else { return }
        // Half of the inputs as they are; the others behind a sound magic, so that mutations reach the headers.
        var bytes = input
        if first != 0x7F {
            bytes = [0x7F, 0x45, 0x4C, 0x46, 1 + first & 1, 1 + first >> 1 & 1, 1] + input.dropFirst()
        }
        let report = ELFReport(bytes.span.bytes)
        precondition(
            (report == nil) == !ELFImage.recognises(bytes.span.bytes), "a report of every ELF file, of no other")
        guard let report else { return }
        // Once in a while is enough, and keeps the speed.
        if bytes.count & 7 == 0 {
            precondition(report.findings == ELFReport(bytes.span.bytes)?.findings, "reports differ")
        }
        if let tls = report.tls, let offset = tls.loadedOffset {
            precondition(
                offset <= UInt64(bytes.count) && tls.templateSize <= UInt64(bytes.count) - offset
                    || tls.templateSize == 0)
        }
        precondition((report.image?.segments.count ?? 0) <= ELFImage.segmentLimit)
        if let image = report.image {
            let initialisers = ELFInitialisers(image, bytes.span.bytes)
            precondition(initialisers.initialisers.allSatisfy { $0.slot >= 0 && $0.slot < 256 })
        }
        compare(report, bytes)
    }

    /// Against a sound file, both ways, and against itself.
    private static func compare(_ report: ELFReport, _ bytes: [UInt8]) {
        let same = ELFComparison(of: report, bytes.span.bytes, against: report, bytes.span.bytes)
        precondition(same.relation == .identical && same.findings.isEmpty)
        let reference = references[bytes.count & 3]
        guard let other = ELFReport(reference.span.bytes) else { return }
        let one = ELFComparison(of: report, bytes.span.bytes, against: other, reference.span.bytes)
        let two = ELFComparison(of: other, reference.span.bytes, against: report, bytes.span.bytes)
        precondition((one.relation == .identical) == (two.relation == .identical))
    }

    private static let references = [(true, false), (false, false), (true, true), (false, true)].map { form in
        Seeds.withInitialisers(ELFWriter(is64: form.0, isBigEndian: form.1)).bytes()
    }
}

/// The first corpus: sound files of each width and byte order, and some with something wrong.
enum Seeds {
    static func write(to folder: String) throws {
        for (number, form) in [(true, false), (false, false), (true, true), (false, true)].enumerated() {
            var writer = ELFWriter(is64: form.0, isBigEndian: form.1)
            writer.hasTLSSections = true
            writer.symbols = [0, 3]
            writer.relocations = [(16, 0), (18, 1), (35, 2)]
            try Data(writer.bytes()).write(to: URL(fileURLWithPath: "\(folder)/sound\(number)"))
            writer.headers.removeLast()
            try Data(writer.bytes()).write(to: URL(fileURLWithPath: "\(folder)/missing\(number)"))
            let initialised = withInitialisers(ELFWriter(is64: form.0, isBigEndian: form.1))
            try Data(initialised.bytes()).write(to: URL(fileURLWithPath: "\(folder)/initialised\(number)"))
        }
    }

    /// Two functions before main, by relocations.
    static func withInitialisers(_ writer: ELFWriter) -> ELFWriter {
        var writer = writer
        let word: UInt64 = writer.is64 ? 8 : 4
        writer.initialisers = [writer.base + 0x900, 0]
        writer.others = [0, 1].map { (writer.base + 0x800 + $0 * word, 8, writer.base + 0x900 + $0 * 16) }
        return writer
    }
}
