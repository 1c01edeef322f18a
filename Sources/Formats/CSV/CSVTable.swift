import Bytes
import Events

/// Reads a file of delimited text with a header line, piece by piece, for formats of ``Segmentation/sequence(bytes:)``.
///
/// ```swift
/// while let row = table.nextRow(in: range, fileOffset: fileOffset, into: &batch) {
///     for column in row.columns { … table.header[column] … row.field(column) … }
/// }
/// ```
///
/// Before the header may stand a byte order mark, PowerShell's `#TYPE …` and Excel's `sep=;`. A record whose quote is never
/// closed is a defect `csv-open-quote`; reading goes on at the next line.
struct CSVTable: Sendable {
    /// Where a row stands.
    struct Row: Sendable {
        /// Offset of its first byte in the batch's base.
        let offset: Int
        /// Its length in bytes, without the line end.
        let length: Int
        /// Rows read so far, this one among them: the header is none.
        let record: UInt64
    }

    /// The names of the columns, as the header line writes them.
    private(set) var header: [[UInt8]] = []
    /// The fields of the current row are ``CSVReader/fields``.
    private(set) var reader: CSVReader
    private let given: UInt8?
    /// Where reading goes on, from the start of the source.
    private var next: Int64 = 0
    private var record: UInt64 = 0

    /// - Parameter delimiter: What stands between fields; told from the header line when nil.
    init(delimiter: UInt8? = nil, trimsSpaces: Bool = false, spansLines: Bool = true) {
        given = delimiter
        reader = CSVReader(
            delimiter: delimiter ?? UInt8(ascii: ","), trimsSpaces: trimsSpaces, spansLines: spansLines)
    }

    /// Forgets the source before.
    mutating func begin() {
        (next, record) = (0, 0)
        header.removeAll(keepingCapacity: true)
    }

    /// The next row that begins in `range`; nil after the last.
    mutating func nextRow(
        in range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch
    ) -> Row? {
        let storage = batch.base
        let bytes = storage.bytes
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        defer { next = fileOffset + Int64(position) }
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        // The header is looked for wherever the pieces end: what is before it is no row of any piece.
        while header.isEmpty {
            let start = position
            switch readHeader(bytes, &position) {
            case .record: break
            case .end: return nil
            case .openQuote: batch.defects.append(Self.openQuote(at: fileOffset + Int64(start)))
            }
        }
        while position < range.upperBound {
            while let byte = bytes.uint8(at: position), byte == 0x0A || byte == 0x0D { position += 1 }
            let start = position
            guard start < range.upperBound else { return nil }
            switch reader.next(bytes, at: &position) {
            case .end: return nil
            case .openQuote:
                batch.defects.append(Self.openQuote(at: fileOffset + Int64(start)))
            case .record:
                if isHeader(bytes) { continue }
                record += 1
                var end = position
                while end > start, let byte = bytes.uint8(at: end - 1), byte == 0x0A || byte == 0x0D { end -= 1 }
                return Row(offset: start, length: end - start, record: record)
            }
        }
        return nil
    }

    /// The current row's field in a column, if it has one.
    func field(_ column: Int) -> CSVReader.Field? {
        column < reader.fields.count ? reader.fields[column] : nil
    }

    /// The column with a name, without case and surrounding spaces.
    func column(_ name: String) -> Int? {
        let wanted = name.lowercased()
        return header.firstIndex { String(decoding: $0, as: UTF8.self).lowercased() == wanted }
    }

    /// Reads the header of a file from its first bytes, for recognition; false when there is none.
    mutating func readHeader(of head: RawSpan) -> Bool {
        var position = JSONShape.lengthOfMark(head)
        _ = readHeader(head, &position)
        return !header.isEmpty
    }

    private static func openQuote(at offset: Int64) -> Defect {
        Defect(code: "csv-open-quote", offset: offset, detail: "a quote is never closed", recordsLost: 1)
    }

    private mutating func readHeader(_ bytes: RawSpan, _ position: inout Int) -> CSVReader.Outcome {
        var delimiter = given
        while let first = bytes.uint8(at: position) {
            let end = bytes.firstOffset(of: 0x0A, from: position) ?? bytes.byteCount
            let line = bytes.extracting(position..<end)
            if let stated = Self.statedDelimiter(line) {
                delimiter = given ?? stated
            } else if first != UInt8(ascii: "#"), first != 0x0A, first != 0x0D {
                reader.delimiter = delimiter ?? CSVReader.delimiter(ofHeader: line)
                break
            }
            position = end + 1
        }
        let outcome = reader.next(bytes, at: &position)
        guard outcome == .record else { return outcome }
        for field in reader.fields {
            var name: [UInt8] = []
            reader.appendText(of: field, in: bytes, to: &name)
            header.append(name)
        }
        return outcome
    }

    /// Whether the current row is the header once more: files that were put together have it in the middle.
    private func isHeader(_ bytes: RawSpan) -> Bool {
        guard reader.fields.count == header.count else { return false }
        for (field, name) in zip(reader.fields, header) {
            guard field.length == name.count,
                bytes.equals(name.span.bytes, at: field.offset, otherOffset: 0, length: name.count)
            else { return false }
        }
        return true
    }

    /// `sep=;`
    private static func statedDelimiter(_ line: RawSpan) -> UInt8? {
        guard line.byteCount >= 5, line.byteCount <= 6, line.uint32(at: 0) == 0x3D70_6573 else { return nil }
        return line.uint8(at: 4)
    }
}
