import Bytes
public import Events

/// `procmon`: events of Process Monitor saved as CSV.
///
/// Columns are the user's choice and order; each is a field under its own name, and the pairs of `Detail` are fields under
/// `Detail.<Key>`. Times are local and without a day (``DayClock``) unless the column `Date & Time` was chosen. Profiling
/// events are kept: they are events of the service without a category.
public struct ProcmonCSVFormat: Format {
    /// The name reports show for CSV of Process Monitor.
    public static let name = "procmon"
    /// Pieces of 8 MiB, in order: the header names the columns, details may span lines, midnight must be seen.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    private var table = CSVTable(delimiter: UInt8(ascii: ","))
    private var events = ProcmonEvents()
    private var columns: [ProcmonColumn] = []
    private var row = ProcmonRow()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when the first line names the columns `Process Name` and `Operation`.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        let start = JSONShape.lengthOfMark(head)
        let end = head.firstOffset(of: 0x0A, from: start) ?? head.byteCount
        guard end - start <= 4096 else { return nil }
        var line: [UInt8] = []
        line.append(head.extracting(start..<end))
        let text = String(decoding: line, as: UTF8.self)
        return text.contains("\"Process Name\"") && text.contains("\"Operation\"") ? .certain : nil
    }

    /// Notes the source's day and zone and forgets the columns of the one before.
    public mutating func begin(_ source: SourceFacts) {
        table.begin()
        columns = []
        events.begin(source)
    }

    /// Appends an event for each row that starts in `range`.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        while let line = table.nextRow(in: range, fileOffset: fileOffset, into: &batch) {
            if columns.isEmpty { columns = table.header.map { ProcmonColumn($0) } }
            let place = fileOffset + Int64(line.offset)
            let count = table.reader.fields.count
            if count != columns.count {
                let isEvent = count > columns.count / 2
                batch.defects.append(
                    Defect(
                        code: "procmon-columns", offset: place,
                        detail: "\(count) columns where the header names \(columns.count), in row \(line.record)",
                        recordsLost: isEvent ? 0 : 1))
                if !isEvent { continue }
            }
            read(bytes, into: &batch)
            let record = FieldWriter.Record(offset: place, length: line.length, record: line.record)
            events.append(row, record, into: &batch, vocabulary: &vocabulary)
        }
    }

    private mutating func read(_ bytes: RawSpan, into batch: inout EventBatch) {
        row.removeAll()
        for (index, field) in table.reader.fields.enumerated() where index < columns.count && field.length > 0 {
            var value = ProcmonValue(offset: field.offset, length: field.length, inArena: false)
            if field.hasDoubledQuotes {
                value.offset = batch.arena.count
                table.reader.appendText(of: field, in: bytes, to: &batch.arena)
                value.length = batch.arena.count - value.offset
                value.inArena = true
            }
            row.append(table.header[index], columns[index], value)
        }
    }
}
