import Bytes
public import Events

/// `conntrack`: what `conntrack -E` (events, with `-o timestamp` or without) and `conntrack -L` (a listing) print, and
/// `/proc/net/nf_conntrack`.
///
/// Fields: `Event` (`NEW`, `UPDATE`, `DESTROY`; `LIST` for a listing), `Protocol`, `State`, `Timeout`, `Flags`, the tuples
/// `Orig.*` and `Reply.*`, and `NAT` (`DNAT`, `SNAT`) where the reply does not mirror the original. Lines without a time are
/// of the time the file was last written.
public struct ConntrackFormat: Format {
    /// The name reports show for connection tracking.
    public static let name = "conntrack"
    /// Cut at line ends into pieces of about 8 MiB.
    public static let segmentation = Segmentation.lines(bytes: 8 << 20)
    private var writer = FieldWriter(map: .named("conntrack"))
    private var modified: Timestamp?

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when one of the first lines is an entry with both tuples.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var position = 0
        for _ in 0..<8 where position < head.byteCount {
            let newline = head.firstOffset(of: 0x0A, from: position) ?? head.byteCount
            if newline - position < 4096, ConntrackLine(head.extracting(position..<newline)) != nil { return .certain }
            position = newline + 1
        }
        return nil
    }

    /// Notes when the file was last written.
    public mutating func begin(_ source: SourceFacts) {
        writer.begin(source)
        modified = source.modified
    }

    /// Appends an event for each entry that starts in `range`, and a defect for each other line but the count that
    /// `conntrack` prints at the end.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        var position = range.lowerBound
        while position < range.upperBound {
            let newline = bytes.firstOffset(of: 0x0A, from: position) ?? bytes.byteCount
            batch.lineCount += 1
            var end = newline
            if end > position, bytes.uint8(at: end - 1) == 0x0D { end -= 1 }
            decodeLine(position..<end, bytes, fileOffset, into: &batch, vocabulary: &vocabulary)
            position = newline + 1
        }
    }

    private mutating func decodeLine(
        _ range: Range<Int>, _ bytes: RawSpan, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let text = bytes.extracting(range)
        guard range.count <= LineSequence.lineLimit, let line = ConntrackLine(text) else {
            let banner = Array("conntrack v".utf8)
            if range.isEmpty || text.equals(banner, at: 0, from: 0, length: banner.count) { return }
            return batch.defects.append(
                Defect(
                    code: "conntrack-line", offset: fileOffset + Int64(range.lowerBound),
                    detail: "no entry in line \(batch.lineCount) of the segment", recordsLost: 1))
        }
        writer.begin(batch)
        let event = writer.name("Event", vocabulary: &vocabulary)
        if let value = line.event {
            writer.add(event, offset: range.lowerBound + value.lowerBound, length: value.count, into: &batch)
        } else {
            writer.add(event, text: "LIST".utf8, into: &batch)
        }
        let words: [(StaticString, Range<Int>?)] = [
            ("Family", line.family), ("Protocol", line.proto), ("ProtocolNumber", line.protocolNumber),
            ("Timeout", line.timeout), ("State", line.state),
        ]
        for case (let name, let value?) in words {
            let name = writer.name(name, vocabulary: &vocabulary)
            writer.add(name, offset: range.lowerBound + value.lowerBound, length: value.count, into: &batch)
        }
        for pair in line.pairs {
            let name = writer.name(key(pair.key, pair.tuple, text).span.bytes, vocabulary: &vocabulary)
            writer.add(name, offset: range.lowerBound + pair.value.lowerBound, length: pair.value.count, into: &batch)
        }
        for flag in line.flags {
            let name = writer.name("Flags", vocabulary: &vocabulary)
            writer.add(name, offset: range.lowerBound + flag.lowerBound, length: flag.count, into: &batch)
        }
        addTranslation(line, text, into: &batch, vocabulary: &vocabulary)
        let time = line.time.map { EventTime.parse(text.extracting($0), zone: writer.zone) ?? .unknown }
        writer.end(
            FieldWriter.Record(
                offset: fileOffset + Int64(range.lowerBound), length: range.count, record: UInt64(batch.lineCount),
                time: time ?? modified ?? .unknown), into: &batch, vocabulary: &vocabulary)
    }

    private func key(_ key: Range<Int>, _ tuple: Int, _ text: RawSpan) -> [UInt8] {
        var name = tuple == 0 ? Array("Orig.".utf8) : tuple == 1 ? Array("Reply.".utf8) : []
        name.append(text.extracting(key))
        return name
    }

    /// Without translation the reply mirrors the original: its source is the original's destination, and the reverse.
    private mutating func addTranslation(
        _ line: ConntrackLine, _ text: RawSpan, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        func differ(_ key: String, _ other: String) -> Bool {
            guard let left = line.value(key, tuple: 0, in: text), let right = line.value(other, tuple: 1, in: text)
            else {
                return false
            }
            return left.count != right.count
                || !text.equals(text, at: left.lowerBound, otherOffset: right.lowerBound, length: left.count)
        }
        for (kind, isTranslated) in [
            ("DNAT", differ("dst", "src") || differ("dport", "sport")),
            ("SNAT", differ("src", "dst") || differ("sport", "dport")),
        ] where isTranslated {
            let name = writer.name("NAT", vocabulary: &vocabulary)
            writer.add(name, text: kind.utf8, into: &batch)
        }
    }
}
