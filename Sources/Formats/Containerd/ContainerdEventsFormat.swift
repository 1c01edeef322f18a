import Bytes
public import Events

/// `containerd-events`: what `ctr events` (and `nerdctl events`) prints.
///
///     2026-11-23 17:10:51.031 +0000 UTC moby /tasks/exec-started {"container_id":"2e34…","exec_id":"…","pid":355}
///     └ time, fraction of 1–9 digits ─┘ └ namespace └ topic      └ the event
public struct ContainerdEventsFormat: LineFormat {
    /// The name reports show.
    public static let name = "containerd-events"
    /// Cut at line ends into pieces of about 8 MiB.
    public static let segmentation = Segmentation.lines(bytes: 8 << 20)
    /// They tell what containers there are.
    public static let speaksOfContainers = true

    private var writer = FieldWriter(map: ContainerdEventsName.map)
    private var tape = JSONTape()
    private var flattener = JSONFlattener()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when one of the first lines has a time, a namespace and a topic.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        Lines.sample(head, limit: 8).contains { Line(head, $0) != nil } ? .certain : nil
    }

    /// Notes the source's facts.
    public mutating func begin(_ source: SourceFacts) { writer.begin(source) }

    /// Where the parts of a line lie.
    private struct Line {
        var time: Timestamp
        var namespace: Range<Int>
        var topic: Range<Int>
        var event: Range<Int>

        init?(_ text: RawSpan, _ range: Range<Int>) {
            guard let time = EventTime.leading(text, from: range.lowerBound),
                let first = Lines.first(0x20, in: text, from: time.end, to: range.upperBound), first > time.end,
                text.uint8(at: first + 1) == UInt8(ascii: "/")
            else { return nil }
            let second = Lines.first(0x20, in: text, from: first + 1, to: range.upperBound) ?? range.upperBound
            guard second > first + 2 else { return nil }
            self.time = time.time
            namespace = time.end..<first
            topic = (first + 1)..<second
            event = min(second + 1, range.upperBound)..<range.upperBound
        }
    }

    /// Appends an event for a line, or a defect when it is none of the format.
    public mutating func decodeLine(
        _ bytes: RawSpan, _ range: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let place = fileOffset + Int64(range.lowerBound)
        guard let line = Line(bytes, range) else {
            return batch.defects.append(
                Defect(
                    code: "containerd-events-line", offset: place, detail: "no time, namespace and topic",
                    recordsLost: 1))
        }
        writer.begin(batch)
        for (name, part) in [("Namespace", line.namespace), ("Topic", line.topic)] as [(StaticString, Range<Int>)] {
            writer.add(
                writer.name(name, vocabulary: &vocabulary), offset: part.lowerBound, length: part.count, into: &batch)
        }
        if !line.event.isEmpty {
            let event = bytes.extracting(line.event)
            do {
                _ = try tape.scan(event)
                if tape.tokens.first?.kind == .object {
                    flattener.flatten(
                        tape, root: 0, text: event, offset: line.event.lowerBound, through: &writer, into: &batch,
                        vocabulary: &vocabulary)
                }
            } catch {
                // Time, namespace and topic are there: the event stays, without what its JSON would have told.
                batch.defects.append(
                    Defect(
                        code: error.code.rawValue,
                        offset: fileOffset + Int64(line.event.lowerBound + error.offset),
                        detail: "in line \(batch.lineCount) of the segment"))
            }
        }
        let record = FieldWriter.Record(
            offset: place, length: range.count, record: UInt64(batch.lineCount), time: line.time)
        writer.end(record, into: &batch, vocabulary: &vocabulary)
    }
}

/// `nerdctl events --format '{{json .}}'`.
enum ContainerdEventsName: FieldMapName { static let map = FieldMap.named("containerd-events") }
