import Bytes
import Events

/// What the logs of containers' outputs have in common: whose they are, lines that come in pieces, times that go back.
struct ContainerLogWriter: Sendable {
    /// Longest line put together of pieces; what is longer is given out in parts.
    static let lineLimit = 1 << 20
    /// Pieces further apart are not of one line: the program ended without a line feed, and another began.
    static let longestPause: Int64 = 60_000_000_000

    /// The pieces of a line so far.
    struct Partial {
        var text: [UInt8] = []
        var time = Timestamp.unknown
        var offset: Int64 = 0
        var last = Timestamp.unknown
        var isEmpty: Bool { text.isEmpty }
    }

    var writer: FieldWriter
    private var partials = [Partial](repeating: Partial(), count: 3)
    private var latest = [Timestamp](repeating: .unknown, count: 3)
    private var identity: [(name: [UInt8], text: [UInt8])] = []
    private var identityStart = 0
    private(set) var record: UInt64 = 0

    init(map: FieldMap) { writer = FieldWriter(map: map) }

    /// Forgets the source before.
    ///
    /// - Parameter identity: Fields that all events of the source have: whose output it is.
    mutating func begin(_ source: SourceFacts, identity: [(name: StaticString, text: [UInt8])]) {
        writer.begin(source)
        self.identity = identity.map { (Array($0.name.description.utf8), $0.text) }
        partials = [Partial](repeating: Partial(), count: 3)
        latest = [Timestamp](repeating: .unknown, count: 3)
        record = 0
    }

    /// Puts the source's identity into the arena once, for all events of the batch.
    mutating func beginBatch(_ batch: inout EventBatch) {
        identityStart = batch.arena.count
        for field in identity { batch.arena.append(contentsOf: field.text) }
    }

    /// 0 standard output, 1 standard error, 2 anything else.
    static func index(ofStream text: RawSpan, at offset: Int) -> Int {
        // "stdo", "stde"
        switch text.uint32(at: offset) {
        case 0x6F64_7473: 0
        case 0x6564_7473: 1
        default: 2
        }
    }

    /// A time before that of the line before, of the same stream: somebody wrote into the file, or the clock was set.
    mutating func note(_ time: Timestamp, stream: Int, offset: Int64, into batch: inout EventBatch) {
        guard time != .unknown else { return }
        if time < latest[stream] {
            let back = (latest[stream].nanoseconds - time.nanoseconds) / 1_000_000
            batch.defects.append(
                Defect(code: "container-log-time", offset: offset, detail: "goes back by \(back) ms"))
        }
        latest[stream] = time
    }

    /// Whether pieces of a line wait that a piece of this time does not belong to.
    func isOverdue(_ stream: Int, at time: Timestamp) -> Bool {
        let partial = partials[stream]
        guard !partial.isEmpty else { return false }
        guard time != .unknown, partial.last != .unknown else { return false }
        return abs(time.nanoseconds &- partial.last.nanoseconds) > Self.longestPause
    }

    func hasPartial(_ stream: Int) -> Bool { !partials[stream].isEmpty }

    /// Keeps a piece back; true when the line has become too long to wait on.
    mutating func keep(_ stream: Int, time: Timestamp, offset: Int64, _ append: (inout [UInt8]) -> Void) -> Bool {
        if partials[stream].isEmpty {
            partials[stream].time = time
            partials[stream].offset = offset
        }
        partials[stream].last = time
        append(&partials[stream].text)
        return partials[stream].text.count > Self.lineLimit
    }

    /// The pieces that wait, which are forgotten.
    mutating func take(_ stream: Int) -> Partial {
        let partial = partials[stream]
        partials[stream] = Partial()
        return partial
    }

    /// Gives out a line that was never ended.
    mutating func flush(_ stream: Int, _ code: String?, into batch: inout EventBatch, vocabulary: inout Vocabulary) {
        guard hasPartial(stream) else { return }
        let partial = take(stream)
        if let code {
            batch.defects.append(
                Defect(code: code, offset: partial.offset, detail: "longer than \(Self.lineLimit >> 20) MiB"))
        }
        writer.begin(batch)
        let stream = (stream == 0 ? "stdout" : stream == 1 ? "stderr" : "") as StaticString
        writer.add(writer.name("log", vocabulary: &vocabulary), text: partial.text, into: &batch)
        writer.add(writer.name("stream", vocabulary: &vocabulary), text: Array(stream.description.utf8), into: &batch)
        end(
            partial.time, offset: partial.offset, length: partial.text.count, into: &batch, vocabulary: &vocabulary)
    }

    /// Ends an event that has been begun with ``writer``.
    mutating func end(
        _ time: Timestamp, offset: Int64, length: Int, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        var start = identityStart
        for field in identity {
            let name = writer.name(field.name.span.bytes, vocabulary: &vocabulary)
            writer.add(name, offset: start, length: field.text.count, inArena: true, into: &batch)
            start += field.text.count
        }
        record += 1
        writer.end(
            FieldWriter.Record(offset: offset, length: length, record: record, time: time), into: &batch,
            vocabulary: &vocabulary)
    }

    /// After the last piece of a source.
    mutating func finish(into batch: inout EventBatch, vocabulary: inout Vocabulary) {
        beginBatch(&batch)
        for stream in 0..<3 { flush(stream, nil, into: &batch, vocabulary: &vocabulary) }
    }
}
