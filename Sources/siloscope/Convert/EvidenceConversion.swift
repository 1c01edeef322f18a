import Bytes
import Engine
import Events
import Formats
import Sinks

/// Converts source after source of the evidence: event logs through the EVTX library where their own shape is wanted, all
/// else as events with log source and fields.
struct EvidenceConversion<Output: ByteOutput> {
    /// Bytes that are gathered before they are written.
    private static var flushSize: Int { 256 << 10 }

    private let evidence: Evidence
    private let format: ConvertFormat
    private let reading: ReadingOptions
    private var logs: EVTXConversion<Output>
    /// What was wrong, one line per kind and file.
    private(set) var losses: [String] = []

    init(evidence: Evidence, format: ConvertFormat, reading: ReadingOptions, output: Output) {
        self.evidence = evidence
        self.format = format
        self.reading = reading
        logs = EVTXConversion(format: format, recovers: reading.recover, output: output)
    }

    /// Converts everything.
    /// - Throws: ``OutputError``, or ``HuntError`` when nothing can be converted.
    mutating func run() throws {
        for defect in evidence.defects {
            losses.append(
                TextSafety.visible(defect.path) + ": " + TextSafety.visible(defect.code + " " + defect.detail))
        }
        var converted = 0
        var reader = BatchReader(evidence: evidence, options: reading)
        for (index, source) in evidence.sources.enumerated() {
            guard let sourceFormat = source.format else {
                losses.append(TextSafety.visible(source.path) + ": " + TextSafety.visible(source.reason))
                continue
            }
            if sourceFormat == EVTXFormat.self, format != .events {
                try logs.convert(source.contentPath, shownAs: source.path)
            } else if format == .json || format == .xml {
                losses.append(TextSafety.visible(source.path) + ": only event logs become \(format.rawValue)")
                continue
            } else {
                try convert(index, source, sourceFormat.name, through: &reader)
            }
            converted += 1
        }
        losses += logs.losses
        if converted == 0, let first = evidence.sources.first {
            throw HuntError(.nothingRecognised, path: first.path, reason: first.reason)
        }
        if converted == 0, let first = evidence.defects.first {
            throw HuntError(.evidenceUnreadable, path: first.path, reason: first.detail)
        }
        try logs.finish()
    }

    private mutating func convert(
        _ index: Int, _ source: SourceFile, _ name: String, through reader: inout BatchReader
    ) throws {
        var lines = EventJSON()
        var defects: [HuntReport.DefectSummary] = []
        for segment in evidence.segments(of: index) {
            do { try reader.read(segment) } catch {
                losses.append(TextSafety.visible(source.path) + ": " + TextSafety.visible(error.description))
                break
            }
            for defect in reader.batch.defects { defects.add(defect) }
            for head in reader.batch.events {
                lines.append(head, of: reader.batch, reader.vocabulary, format: name, file: source.path)
                if lines.byteCount >= Self.flushSize { try logs.write(lines.take()) }
            }
        }
        try logs.write(lines.take())
        losses += defects.map { defect in
            let place = defect.firstOffset < 0 ? "" : " at byte \(defect.firstOffset)"
            let detail = defect.detail.isEmpty ? "" : ": " + TextSafety.visible(defect.detail)
            let times = defect.count > 1 ? " (\(defect.count) times)" : ""
            return TextSafety.visible(source.path) + ": " + defect.code + place + detail + times
        }
    }
}
