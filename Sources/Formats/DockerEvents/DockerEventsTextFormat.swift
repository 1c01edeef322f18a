import Bytes
public import Events

/// `docker-events-text`: what `docker events` and `podman events` print without a format, with the fields of
/// ``DockerEventsFormat``.
///
/// The command of an exec is written as it is, line ends included, so an event may take several lines: a line that does
/// not begin with a time belongs to the one before.
public struct DockerEventsTextFormat: Format {
    /// The name reports show.
    public static let name = "docker-events-text"
    /// Pieces of 8 MiB, in order.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    /// They tell what containers there are.
    public static let speaksOfContainers = true

    private static let types: Set<String> = [
        "builder", "config", "container", "daemon", "image", "machine", "network", "node", "plugin", "pod", "secret",
        "service", "system", "volume",
    ]

    private var writer = FieldWriter(map: DockerEventJSON.map)
    private var interpreter = DockerEventJSON()
    private let verbs = PodmanVerbs()
    private var next: Int64 = 0
    private var record: UInt64 = 0

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when one of the first lines has a time, a type of object and an action, likely when it is cut off there.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        for line in Lines.sample(head, limit: 8) where isStart(head, line.lowerBound) {
            guard let time = EventTime.leading(head, from: line.lowerBound), time.end < line.upperBound,
                let parts = DockerEventText(head, time.end..<line.upperBound)
            else { continue }
            return parts.attributes.isEmpty ? .likely : .certain
        }
        return nil
    }

    /// Notes the source's facts and forgets the one before.
    public mutating func begin(_ source: SourceFacts) {
        writer.begin(source)
        (next, record) = (0, 0)
    }

    /// Whether an event begins at `start`: a time and the type of an object.
    private static func isStart(_ text: RawSpan, _ start: Int) -> Bool {
        guard EventTime.looksDated(text, at: start), let time = EventTime.leading(text, from: start) else {
            return false
        }
        let limit = min(time.end + 16, text.byteCount)
        let end = Lines.first(0x20, in: text, from: time.end, to: limit) ?? limit
        return end > time.end && types.contains(Lines.text(text, time.end..<end))
    }

    /// Appends an event for each record that starts in `range`, and a defect for each that cannot be read.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        while position < range.upperBound {
            let newline = Lines.endOfRecord(bytes, from: position, isStart: Self.isStart)
            let end = Self.endOfEvent(bytes, position..<newline)
            if end > position {
                record += 1
                decodeRecord(bytes, position..<end, fileOffset, into: &batch, vocabulary: &vocabulary)
            }
            reportForeign(bytes, end..<newline, fileOffset, into: &batch)
            position = newline + 1
        }
        next = fileOffset + Int64(position)
    }

    /// Of the lines up to the next event, the last that ends in `)` ends this one; a prompt or a message may follow. A
    /// list in the middle of a command does not end it.
    private static func endOfEvent(_ bytes: RawSpan, _ lines: Range<Int>) -> Int {
        var end = lines.upperBound
        while end > lines.lowerBound {
            let last = Lines.withoutReturn(bytes, lines.lowerBound, end)
            if last > lines.lowerBound, bytes.uint8(at: last - 1) == UInt8(ascii: ")") { return last }
            end -= 1
            while end > lines.lowerBound, bytes.uint8(at: end) != 0x0A { end -= 1 }
        }
        return Lines.withoutReturn(
            bytes, lines.lowerBound, min(Lines.end(bytes, from: lines.lowerBound), lines.upperBound))
    }

    private func reportForeign(_ bytes: RawSpan, _ range: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch)
    {
        guard let first = range.first(where: { bytes.uint8(at: $0).map { $0 > 0x20 } ?? false }) else { return }
        batch.defects.append(
            Defect(
                code: "docker-events-foreign", offset: fileOffset + Int64(first), detail: "lines that are no event"))
    }

    private mutating func decodeRecord(
        _ bytes: RawSpan, _ range: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let place = fileOffset + Int64(range.lowerBound)
        guard Self.isStart(bytes, range.lowerBound) else {
            return reportForeign(bytes, range, fileOffset, into: &batch)
        }
        guard let time = EventTime.leading(bytes, from: range.lowerBound, zone: writer.zone),
            time.end < range.upperBound, let parts = DockerEventText(bytes, time.end..<range.upperBound)
        else {
            return batch.defects.append(
                Defect(
                    code: "docker-events-line", offset: place, detail: "no event of an engine", recordsLost: 1))
        }
        writer.begin(batch)
        add("Type", parts.type, into: &batch, vocabulary: &vocabulary)
        addAction(bytes, parts.action, into: &batch, vocabulary: &vocabulary)
        let actor = writer.name("Actor", vocabulary: &vocabulary)
        let id = child(of: actor, "ID", &vocabulary)
        // `prune` is of no single object: its id is empty.
        if !parts.id.isEmpty || !parts.attributes.isEmpty {
            writer.add(id, offset: parts.id.lowerBound, length: parts.id.count, into: &batch)
        }
        let attributes = child(of: actor, "Attributes", &vocabulary)
        for (key, value) in DockerEventAttributes(bytes, parts.attributes).pairs {
            guard let text = bytes.slice(at: key.lowerBound, length: key.count) else { continue }
            let node = writer.paths.child(of: attributes, key: text, isEscaped: false, vocabulary: &vocabulary)
            writer.add(node, offset: value.lowerBound, length: value.count, into: &batch)
        }
        let entry = FieldWriter.Record(offset: place, length: range.count, record: record, time: time.time)
        writer.end(entry, into: &batch, vocabulary: &vocabulary) { head, marks, batch, vocabulary in
            interpreter.interpret(marks, &head, into: &batch, vocabulary: &vocabulary)
        }
    }

    /// The action, Podman's verbs in the words of Docker.
    private mutating func addAction(
        _ bytes: RawSpan, _ action: Range<Int>, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let name = writer.name("Action", vocabulary: &vocabulary)
        if let slice = bytes.slice(at: action.lowerBound, length: action.count), let verb = verbs.docker(slice) {
            writer.add(name, text: verb, into: &batch)
        } else {
            writer.add(name, offset: action.lowerBound, length: action.count, into: &batch)
        }
    }

    private mutating func add(
        _ name: StaticString, _ range: Range<Int>, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let name = writer.name(name, vocabulary: &vocabulary)
        writer.add(name, offset: range.lowerBound, length: range.count, into: &batch)
    }

    private mutating func child(of node: Int, _ name: StaticString, _ vocabulary: inout Vocabulary) -> Int {
        let key = Array(name.description.utf8)
        return writer.paths.child(of: node, key: key.span.bytes, isEscaped: false, vocabulary: &vocabulary)
    }
}
