public import Bytes
import Context
public import Events
public import Formats

/// Decodes segments into batches, one after another, and puts what all formats have in common right: the clock, times that
/// cannot be, and the host where only the collector's layout tells it. One per worker.
///
///     segment → window → decoder (kept from segment to segment) → batch → clock → host
public struct BatchReader: Sendable {
    private let evidence: Evidence
    private let options: ReadingOptions
    private var segments: SegmentReader
    /// The executables of the evidence, once a source is one: modules of dumps are compared with them.
    private var executables: InspectionReferences?
    private var decoders: [ObjectIdentifier: any Format] = [:]
    private var source = -1
    private var clock = SourceClock()
    /// The names of all segments read so far.
    public private(set) var vocabulary = Vocabulary()
    /// The events of the last segment.
    public private(set) var batch = EventBatch(base: ByteStorage([]))
    /// Offset of the batch's base in its source.
    private(set) var baseOffset: Int64 = 0

    /// A reader of the segments of `evidence`, which it keeps alive.
    public init(evidence: Evidence, options: ReadingOptions) {
        self.evidence = evidence
        self.options = options
        segments = SegmentReader(evidence: evidence)
    }

    /// Reads a segment into ``batch``. Segments of a sequence must come in order, all to the same reader.
    ///
    /// - Throws: ``FileError`` when the file cannot be read any more; the batch is empty then.
    public mutating func read(_ segment: Segment) throws(FileError) {
        batch.reset(base: ByteStorage([]))
        let loaded = try segments.load(segment)
        batch.reset(base: loaded.storage)
        baseOffset = loaded.fileOffset
        let file = evidence.sources[segment.source]
        guard let format = file.format else { return }
        let key = ObjectIdentifier(format)
        var decoder = decoders.removeValue(forKey: key) ?? Formats.decoder(of: format, recovers: options.recover)
        if source != segment.source {
            source = segment.source
            clock = SourceClock(file, options.clocks)
            decoder.begin(facts(of: file))
        }
        decoder.decode(loaded.range, fileOffset: loaded.fileOffset, into: &batch, vocabulary: &vocabulary)
        if segment.offset + segment.length >= file.size {
            decoder.finish(into: &batch, vocabulary: &vocabulary)
        }
        decoders[key] = decoder
        if segments.hasShrunk(segment) {
            batch.defects.append(
                Defect(code: "file-shrunk", offset: segment.offset, detail: "the file got shorter while it was read"))
        }
        nameHost(file)
        clock.correct(&batch)
    }

    private mutating func facts(of file: SourceFile) -> SourceFacts {
        var facts = file.facts(zone: options.zone, day: options.day)
        guard file.formatName == Inspection.formatName else { return facts }
        let executables = executables ?? InspectionReferences(evidence, roots: [])
        self.executables = executables
        facts.moduleFile = { executables.file(named: $0, timeStamp: $1) }
        return facts
    }

    /// The raw bytes of an event of the last segment, also where they lie before its window; nothing if they cannot be read.
    mutating func withRawRecord<Result>(of head: EventHead, _ body: (RawSpan) -> Result) -> Result {
        let start = Int(head.offset - baseOffset)
        if let record = batch.base.bytes.slice(at: start, length: Int(head.length)) { return body(record) }
        guard source >= 0,
            let storage = try? segments.record(source: source, offset: head.offset, length: Int(head.length))
        else { return body(RawSpan()) }
        return body(storage.bytes)
    }

    /// Where thread-local storage lies in the last segment, when it is an image of a program or library.
    var layout: ModuleLayout? {
        guard source >= 0, evidence.sources[source].formatName == Inspection.formatName else { return nil }
        return ModuleLayout(batch.base.bytes, path: evidence.sources[source].path)
    }

    /// Puts derived events into ``batch``, as if they had been read.
    mutating func take(_ derived: [DerivedEvent], path: (SourceNumber) -> String) {
        source = -1
        baseOffset = 0
        batch = DerivedBatch.batch(of: derived, path: path, &vocabulary)
    }

    /// Times of the earliest and latest event of the last segment, without those that no log can state; nil if there is none.
    var span: ClosedRange<Timestamp>? {
        var span: ClosedRange<Timestamp>?
        for head in batch.events where clock.isPossible(head.time) {
            span = min(span?.lowerBound ?? head.time, head.time)...max(span?.upperBound ?? head.time, head.time)
        }
        return span
    }

    /// Events whose records name no host happened on that of the collector's layout: one value that all of them share.
    private mutating func nameHost(_ file: SourceFile) {
        guard let host = file.host, batch.events.contains(where: { $0.hostSlot < 0 }) else { return }
        let slot = Int32(batch.slots.count)
        batch.appendText(host.utf8, as: vocabulary.field("Computer"))
        for index in batch.events.indices where batch.events[index].hostSlot < 0 { batch.events[index].hostSlot = slot }
    }
}
