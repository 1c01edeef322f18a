import Bytes
public import Events

/// `syslog`: lines of a syslog daemon, in the traditional form, with full times, or of RFC 5424.
///
/// A line without a head belongs to the message before. Times of the traditional form state no year: it is that of the day
/// the user gave, else that of the file's last change, or the year before where that would lie in the future of it.
public struct SyslogFormat: Format {
    /// The name reports show.
    public static let name = "syslog"
    /// Pieces of 8 MiB, in order.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    private var writer = FieldWriter(map: .named("syslog"))
    private var source = SourceFacts()
    private var next: Int64 = 0
    private var record: UInt64 = 0
    private var saidYear = false

    /// A decoder that has read nothing yet.
    public init() {}

    /// Likely when the first lines have heads; other formats may stand behind the heads and are then surer.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var position = 0
        for _ in 0..<3 {
            let end = head.firstOffset(of: 0x0A, from: position) ?? head.byteCount
            if end > position {
                return SyslogLine(head.extracting(position..<end)) == nil ? nil : .likely
            }
            position = end + 1
            guard position < head.byteCount else { return nil }
        }
        return nil
    }

    /// Turns to another source.
    public mutating func begin(_ source: SourceFacts) {
        self.source = source
        writer.begin(source)
        (next, record, saidYear) = (0, 0, false)
    }

    /// Appends an event for each record that starts in `range`.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        while position < range.upperBound {
            let start = position
            var newline = Lines.end(bytes, from: start)
            let line = start..<Lines.withoutReturn(bytes, start, newline)
            if let head = SyslogLine(bytes.extracting(line)) {
                newline = Lines.endOfRecord(bytes, from: start, isStart: Self.startsRecord)
                let record = start..<Lines.withoutReturn(bytes, start, newline)
                emit(head, record, fileOffset, into: &batch, vocabulary: &vocabulary)
            } else if !line.isEmpty {
                batch.defects.append(
                    Defect(code: "syslog-line", offset: fileOffset + Int64(start), recordsLost: 1))
            }
            position = min(bytes.byteCount, newline + 1)
            next = fileOffset + Int64(position)
        }
    }

    /// Whether the line at `start` is not part of the message before: it has a head, or nothing.
    private static func startsRecord(_ text: RawSpan, _ start: Int) -> Bool {
        let end = Lines.withoutReturn(text, start, Lines.end(text, from: start))
        return end == start || SyslogLine(text.extracting(start..<end)) != nil
    }

    private mutating func emit(
        _ head: SyslogLine, _ range: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let start = range.lowerBound
        record += 1
        writer.begin(batch)
        for (key, part) in [
            ("priority", head.priority), ("level", head.level), ("host", head.host), ("program", head.program),
            ("pid", head.pid), ("message", head.message..<range.count),
        ] as [(StaticString, Range<Int>?)] {
            guard let part else { continue }
            let name = writer.name(key, vocabulary: &vocabulary)
            writer.add(name, offset: start + part.lowerBound, length: part.count, into: &batch)
        }
        let time: Timestamp
        switch head.time {
        case .full(let moment): time = moment
        case .yearless(let month, let day, let clock):
            time = moment(month, day, clock, fileOffset + Int64(start), &batch)
        }
        writer.end(
            .init(offset: fileOffset + Int64(start), length: range.count, record: record, time: time), into: &batch,
            vocabulary: &vocabulary)
    }

    private mutating func moment(
        _ month: Int, _ day: Int, _ clock: Int64, _ offset: Int64, _ batch: inout EventBatch
    ) -> Timestamp {
        let latest = source.day == nil ? source.modified : nil
        guard
            let year = source.day?.year
                ?? latest.map({ CivilDate(daysSince1970: $0.nanoseconds / 86_400_000_000_000).year })
        else {
            if !saidYear {
                batch.defects.append(Defect(code: "syslog-year-unknown", offset: offset, detail: "see --date"))
                saidYear = true
            }
            return .unknown
        }
        func stamp(_ year: Int) -> Timestamp {
            let days = CivilDate(year: year, month: month, day: day).daysSince1970
            return Timestamp(
                nanoseconds: days * 86_400_000_000_000 + clock - Int64(source.zone) * 1_000_000_000)
        }
        let time = stamp(year)
        // Two days of grace for clocks and zones.
        if let latest, time.nanoseconds > latest.nanoseconds + 172_800_000_000_000 { return stamp(year - 1) }
        return time
    }
}
