import Bytes
public import Events

/// `falco-text`: alerts of Falco as lines of text, as on its standard output or in its log file.
///
///     18:54:19.341081180: Warning Sensitive file opened (file=/etc/shadow user=root command=cat /etc/shadow …)
///     └ time, local        └ priority └ output               └ key=value, values may hold spaces
///
/// A value ends where the next ` key=` begins: a command line that holds such a thing is cut there (what follows is a field
/// of its own, so nothing is lost, but it is the adversary's text: prefer the JSON output). Lines that are no alerts
/// (banners, continued output) are skipped; those that begin like one are a defect.
public struct FalcoTextFormat: Format {
    /// The name reports show for Falco's text.
    public static let name = "falco-text"
    /// Pieces of 8 MiB, in order: the lines state no day, so midnight must be seen.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    private var writer = FieldWriter(map: .named("falco-text"))
    private var lines = LineSequence()
    private var clock = DayClock(SourceFacts())
    private var connection: (name: FieldID, fields: ConnectionFields)?

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when one of the first lines is an alert.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var position = 0
        for _ in 0..<64 where position < head.byteCount {
            let newline = head.firstOffset(of: 0x0A, from: position) ?? head.byteCount
            if FalcoLine(head.extracting(position..<newline)) != nil { return .certain }
            position = newline + 1
        }
        return nil
    }

    /// Notes the source's day and zone and forgets the one before.
    public mutating func begin(_ source: SourceFacts) {
        writer.begin(source)
        lines = LineSequence()
        clock = DayClock(source)
    }

    /// Appends an event for each alert that starts in `range`.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        lines.begin(range, fileOffset: fileOffset, bytes)
        while let line = lines.nextLine(bytes, &batch) {
            let text = bytes.extracting(line)
            if let alert = FalcoLine(text) {
                emit(alert, text, line, fileOffset, into: &batch, vocabulary: &vocabulary)
            } else if FalcoLine.beginsLikeOne(text) {
                batch.defects.append(
                    Defect(
                        code: "falco-not-an-alert", offset: fileOffset + Int64(line.lowerBound),
                        detail: "in line \(lines.count)", recordsLost: 1))
            }
        }
    }

    private mutating func emit(
        _ alert: FalcoLine, _ text: RawSpan, _ line: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        writer.begin(batch)
        let parts: [(StaticString, Range<Int>)] = [
            ("time", alert.time), ("priority", alert.priority), ("output", alert.output),
        ]
        for (name, part) in parts {
            let name = writer.name(name, vocabulary: &vocabulary)
            writer.add(name, offset: line.lowerBound + part.lowerBound, length: part.count, into: &batch)
        }
        for (key, value) in FalcoLine.pairs(text, in: alert.output) {
            let name = writer.name(text.extracting(key), vocabulary: &vocabulary)
            writer.add(name, offset: line.lowerBound + value.lowerBound, length: value.count, into: &batch)
        }
        let stated = text.extracting(alert.time)
        let time =
            EventTime.timeOfDay(stated).map { clock.timestamp(at: $0) } ?? EventTime.parse(stated, zone: writer.zone)
        let record = FieldWriter.Record(
            offset: fileOffset + Int64(line.lowerBound), length: line.count, record: lines.count,
            time: time ?? .unknown)
        let connection = self.connection ?? (vocabulary.field("connection"), ConnectionFields(&vocabulary))
        self.connection = connection
        writer.end(record, into: &batch, vocabulary: &vocabulary) { head, _, batch, _ in
            guard let slot = batch.slots[Int(head.firstSlot)...].first(where: { $0.field == connection.name })
            else { return }
            connection.fields.append(from: slot, into: &batch)
        }
    }
}
