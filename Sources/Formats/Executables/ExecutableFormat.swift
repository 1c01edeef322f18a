import Bytes
import Events
import Executables

/// `executable`: programs, libraries and process dumps. One event a finding of low severity or above, at the time the
/// file was written; an ordinary file gives none.
///
/// The file is mapped whole and only its headers and tables are touched. The raw record of each event is the file, up to
/// ``recordLimit``: its hash is the file's.
struct ExecutableFormat: Format {
    static let name = "executable"
    static let segmentation = Segmentation.whole(limit: 1 << 40)
    /// Bytes of a file that count as the raw record of its findings: what is hashed when a rule fires.
    static let recordLimit = 64 << 20
    private static let product = "siloscope"
    private static let service = "executables"
    private var source = SourceFacts()

    init() {}

    static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        ExecutableKind(head: head) == nil ? nil : .certain
    }

    mutating func begin(_ source: SourceFacts) { self.source = source }

    mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let moduleFile = source.moduleFile
        let report = ExecutableReport(storage, file: { moduleFile($0.name.lowercased(), $0.timeStamp) })
        guard fileOffset == 0, let report else {
            return batch.defects.append(
                Defect(code: "executable-none", offset: fileOffset, detail: "begins as a program but is none"))
        }
        let findings = report.findings.filter { $0.severity >= .low }
        guard !findings.isEmpty else { return }
        let origin = vocabulary.origin(Origin(product: Self.product, service: Self.service))
        var shared = ExecutableFields.shared(report, path: source.path, size: storage.count)
        shared.append(
            ("File.Fingerprint", ExecutableFields.fingerprint(storage.bytes, limit: Self.recordLimit)))
        for (index, finding) in findings.enumerated() {
            let firstSlot = batch.slots.count
            for (name, value) in ExecutableFields.fields(of: finding) + shared where !value.isEmpty {
                batch.appendText(value.utf8, as: vocabulary.field(name))
            }
            batch.events.append(
                EventHead(
                    time: source.modified ?? .unknown, origin: origin, firstSlot: Int32(firstSlot),
                    slotCount: Int32(batch.slots.count - firstSlot), offset: 0,
                    length: Int32(min(storage.count, Self.recordLimit)), record: UInt64(index + 1)))
        }
    }
}
