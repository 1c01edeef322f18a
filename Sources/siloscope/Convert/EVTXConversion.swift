import Bytes
import EVTX
import Sinks

/// Renders event logs one after the other into one output.
struct EVTXConversion<Output: ByteOutput> {
    /// Bytes that are gathered before they are written.
    private static var flushSize: Int { 256 << 10 }

    private let format: ConvertFormat
    private let recovers: Bool
    private var output: Output
    private var pending: [UInt8]
    private var records = 0
    /// What was wrong with the logs, one line per kind and file.
    private(set) var losses: [String] = []

    init(format: ConvertFormat, recovers: Bool, output: Output) {
        self.format = format
        self.recovers = recovers
        self.output = output
        switch format {
        case .ndjson, .events: pending = []
        case .json: pending = Array("[\n".utf8)
        case .xml: pending = Array("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Events>\n".utf8)
        }
    }

    /// Appends all records of a log.
    ///
    /// - Parameter shown: The path for people.
    mutating func convert(_ path: String, shownAs shown: String) throws {
        var options = EVTXDecoder.Options()
        options.recovers = recovers
        let decoder = EVTXDecoder(options: options)
        var reader = try EVTXReader(path: path)
        var batch = EVTXBatch()
        var defects: [EVTXDefect.Code: (count: Int, first: EVTXDefect)] = [:]
        func note(_ found: [EVTXDefect]) {
            for defect in found { defects[defect.code, default: (0, defect)].count += 1 }
        }
        while let window = try reader.nextWindow() {
            note(window.defects)
            for chunk in window.chunks {
                batch.removeAll()
                decoder.decodeChunk(window.storage.bytes, at: chunk, fileOffset: window.fileOffset, into: &batch)
                note(batch.defects)
                for record in batch.records { try append(record, batch, decoder, window) }
            }
        }
        let name = TextSafety.visible(shown)
        for (_, (count, first)) in defects.sorted(by: { $0.value.first.fileOffset < $1.value.first.fileOffset }) {
            losses.append(name + ": " + TextSafety.visible(first.description) + (count > 1 ? " (\(count) times)" : ""))
        }
    }

    /// Appends text as it is.
    mutating func write(_ bytes: [UInt8]) throws {
        try flush()
        try output.write(bytes)
    }

    /// Closes the document.
    mutating func finish() throws {
        switch format {
        case .ndjson, .events: break
        case .json: pending += Array((records > 0 ? "\n]\n" : "]\n").utf8)
        case .xml: pending += Array("</Events>\n".utf8)
        }
        try flush()
        try output.finish()
    }

    private mutating func append(
        _ record: EVTXBatch.Record, _ batch: EVTXBatch, _ decoder: EVTXDecoder, _ window: EVTXWindow
    ) throws {
        if format == .json, records > 0 { pending += Array(",\n".utf8) }
        records += 1
        switch format {
        case .ndjson, .json, .events:
            decoder.appendJSON(of: record, in: batch, window: window.storage.bytes, to: &pending)
        case .xml: decoder.appendXML(of: record, in: batch, window: window.storage.bytes, to: &pending)
        }
        if format != .json { pending.append(UInt8(ascii: "\n")) }
        if pending.count >= Self.flushSize { try flush() }
    }

    private mutating func flush() throws {
        try output.write(pending)
        pending.removeAll(keepingCapacity: true)
    }
}
