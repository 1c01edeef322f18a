import Bytes
import Events

/// A format of delimited text with a header whose particulars all stand in a field map: a column is a field under the name
/// that the header gives it, a row an event. Empty values are no fields.
///
/// Recognised by its columns: the header has all those of one of the map's alternatives.
struct MappedCSV<Name: FieldMapName>: Format {
    static var name: String { Name.map.name }
    static var segmentation: Segmentation { .sequence(bytes: 8 << 20) }
    private var table = CSVTable()
    private var writer = FieldWriter(map: Name.map)

    static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        let start = JSONShape.lengthOfMark(head)
        guard let end = head.firstOffset(of: 0x0A, from: start), end - start <= 1 << 14 else { return nil }
        let line = head.extracting(start..<end)
        // Most files are no such thing: a header has none of these.
        if let first = line.uint8(at: 0), [UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: "[")].contains(first) {
            return nil
        }
        var reader = CSVReader(delimiter: CSVReader.delimiter(ofHeader: line))
        var position = 0
        guard reader.next(line, at: &position) == .record else { return nil }
        var columns: Set<String> = []
        for field in reader.fields {
            var name: [UInt8] = []
            reader.appendText(of: field, in: line, to: &name)
            columns.insert(String(decoding: name, as: UTF8.self))
        }
        return Name.map.recognise.contains { $0.allSatisfy(columns.contains) } ? .certain : nil
    }

    mutating func begin(_ source: SourceFacts) {
        table.begin()
        writer.begin(source)
    }

    mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        while let row = table.nextRow(in: range, fileOffset: fileOffset, into: &batch) {
            let header = table.header
            let place = fileOffset + Int64(row.offset)
            if table.reader.fields.count != header.count {
                batch.defects.append(
                    Defect(
                        code: "csv-columns", offset: place,
                        detail: "\(table.reader.fields.count) columns where the header names \(header.count)"))
            }
            writer.begin(batch)
            for (index, field) in table.reader.fields.enumerated() where index < header.count && field.length > 0 {
                let key = header[index]
                let name = writer.name(key.span.bytes, vocabulary: &vocabulary)
                if field.hasDoubledQuotes {
                    let start = batch.arena.count
                    table.reader.appendText(of: field, in: bytes, to: &batch.arena)
                    writer.add(name, arenaFrom: start, into: &batch)
                } else {
                    writer.add(name, offset: field.offset, length: field.length, into: &batch)
                }
            }
            writer.end(
                FieldWriter.Record(offset: place, length: row.length, record: row.record), into: &batch,
                vocabulary: &vocabulary)
        }
    }
}

/// Packets of tshark: the map says everything.
enum TsharkName: FieldMapName {
    static var map: FieldMap { .named("tshark") }
}
