import Bytes
public import Events

/// `procmon-xml`: events of Process Monitor saved as XML.
///
///     <procmon><processlist><process><ProcessIndex>1</ProcessIndex>…</process>…</processlist>
///     <eventlist><event><ProcessIndex>1</ProcessIndex><Time_of_Day>…</Time_of_Day>…</event>…</eventlist></procmon>
///
/// The same fields as of CSV (`Time of Day`), and what the process list says of the event's process where the event itself
/// has no such column: `Image Path`, `Command Line`, `User`, `Parent PID`. Module lists and stacks are no fields.
public struct ProcmonXMLFormat: Format {
    /// The name reports show for XML of Process Monitor.
    public static let name = "procmon-xml"
    /// Pieces of 8 MiB, in order: events name their process by its index in the list at the start.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    private var events = ProcmonEvents()
    private var processes = ProcmonProcesses()
    private var elements = ProcmonElements()
    private var row = ProcmonRow()
    private var next: Int64 = 0
    private var record: UInt64 = 0

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when `<procmon>` is the root.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var position = JSONShape.lengthOfMark(head)
        for _ in 0..<4 {
            guard let tag = head.firstOffset(of: UInt8(ascii: "<"), from: position) else { return nil }
            if ProcmonElements.isTag(head, "<procmon>", at: tag) { return .certain }
            guard let mark = head.uint8(at: tag + 1), mark == UInt8(ascii: "?") || mark == UInt8(ascii: "!") else {
                return nil
            }
            position = tag + 1
        }
        return nil
    }

    /// Notes the source's day and zone and forgets the processes of the one before.
    public mutating func begin(_ source: SourceFacts) {
        events.begin(source)
        processes = ProcmonProcesses()
        (next, record) = (0, 0)
    }

    /// Appends an event for each `<event>` that starts in `range`.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        while position < range.upperBound,
            let tag = bytes.firstOffset(of: UInt8(ascii: "<"), from: position), tag < range.upperBound
        {
            let isEvent = ProcmonElements.isTag(bytes, "<event>", at: tag)
            guard isEvent || ProcmonElements.isTag(bytes, "<process>", at: tag) else {
                position = tag + 1
                continue
            }
            guard let end = elements.read(bytes, from: tag, closing: isEvent ? "</event>" : "</process>") else {
                position = tag + 1
                batch.defects.append(
                    Defect(
                        code: "procmon-xml-truncated", offset: fileOffset + Int64(tag),
                        detail: isEvent ? "an event is never closed" : "a process is never closed",
                        recordsLost: isEvent ? 1 : 0))
                continue
            }
            position = end
            guard isEvent else {
                processes.learn(elements, bytes)
                continue
            }
            record += 1
            fillRow(bytes, into: &batch)
            let place = FieldWriter.Record(offset: fileOffset + Int64(tag), length: end - tag, record: record)
            events.append(row, place, into: &batch, vocabulary: &vocabulary)
        }
        next = fileOffset + Int64(max(position, range.upperBound))
    }

    private mutating func fillRow(_ bytes: RawSpan, into batch: inout EventBatch) {
        row.removeAll()
        var process: [UInt8] = []
        for element in elements.found where !element.text.isEmpty {
            let name = elements.columnName(element.name, bytes)
            if name == ProcmonProcesses.index { process.append(bytes.extracting(element.text)) }
            row.append(name, ProcmonColumn(name), value(element.text, bytes, into: &batch))
        }
        for (name, text) in processes.columns(of: process) {
            let column = ProcmonColumn(name)
            guard row[column] == nil else { continue }
            let start = batch.arena.count
            batch.arena += text
            row.append(name, column, ProcmonValue(offset: start, length: text.count, inArena: true))
        }
    }

    private func value(_ range: Range<Int>, _ bytes: RawSpan, into batch: inout EventBatch) -> ProcmonValue {
        let text = bytes.extracting(range)
        guard text.firstOffset(of: UInt8(ascii: "&")) != nil else {
            return ProcmonValue(offset: range.lowerBound, length: range.count, inArena: false)
        }
        let start = batch.arena.count
        XMLText.appendResolved(text, to: &batch.arena)
        return ProcmonValue(offset: start, length: batch.arena.count - start, inArena: true)
    }
}
