import Bytes
import Events

/// What is particular to one kind of table of Windows events.
protocol WindowsTableKind: Sendable {
    /// The names of the columns, and which the header must have (`recognise:`).
    static var map: FieldMap { get }
    /// How the text is written.
    static var table: CSVTable { get }
    /// Whether ProcessId, ThreadId and UserId are the writer's, not the event's.
    static var namesWriter: Bool { get }
    /// The role of a column; ordinary ones are fields.
    static func role(ofColumn name: String) -> WindowsColumn
}

/// What a column is, besides a field.
enum WindowsColumn: Sendable {
    /// A field.
    case field
    /// A field that has another name than the column: that would be taken for one of the event's.
    case renamed(StaticString)
    /// A field that holds the event's values as JSON.
    case payload
    /// FILETIME of the event.
    case fileTime
    /// This and all further columns are values of the event.
    case values
    /// Nothing: names of .NET classes.
    case nothing
}

extension WindowsTableKind {
    static var table: CSVTable { CSVTable() }
    static var namesWriter: Bool { false }
    static func role(ofColumn name: String) -> WindowsColumn { .field }
}

/// Tables of Windows events: exports of PowerShell, Event Viewer, EvtxECmd and tracerpt.
///
/// What stands in the message only is read from it (English), and events of a provider with one channel are given that
/// channel where the table does not say it.
struct WindowsCSVFormat<Kind: WindowsTableKind>: Format {
    static var name: String { Kind.map.name }
    static var segmentation: Segmentation { .sequence(bytes: 8 << 20) }

    private var table = Kind.table
    private var writer = FieldWriter(map: Kind.map)
    private var windows = WindowsCompletion()
    private var payload = EvtxECmdPayload()
    private var roles: [WindowsColumn] = []

    init() {
        windows.readsMessages = true
        windows.namesWriter = Kind.namesWriter
    }

    /// Certain when the header has all columns of one of the map's alternatives.
    static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var table = Kind.table
        table.begin()
        guard table.readHeader(of: head) else { return nil }
        let names = Set(table.header.map { String(decoding: $0, as: UTF8.self).lowercased() })
        let fits = Kind.map.recognise.contains { $0.allSatisfy { names.contains($0.lowercased()) } }
        return fits ? .certain : nil
    }

    mutating func begin(_ source: SourceFacts) {
        table.begin()
        roles = []
        writer.zone = source.zone
        windows.channel = WindowsNames.channel(ofFile: source.path)
    }

    mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        while let row = table.nextRow(in: range, fileOffset: fileOffset, into: &batch) {
            if roles.isEmpty { roles = table.header.map { Kind.role(ofColumn: String(decoding: $0, as: UTF8.self)) } }
            writer.begin(batch)
            let time = writeFields(bytes, into: &batch, vocabulary: &vocabulary)
            let record = FieldWriter.Record(
                offset: fileOffset + Int64(row.offset), length: row.length, record: row.record, time: time)
            writer.end(record, into: &batch, vocabulary: &vocabulary) { head, marks, batch, vocabulary in
                windows.complete(marks, &head, into: &batch, vocabulary: &vocabulary)
            }
        }
    }

    /// Writes the fields of the current row; the time, where a column holds a FILETIME.
    private mutating func writeFields(
        _ bytes: RawSpan, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) -> Timestamp? {
        var time: Timestamp?
        var isInValues = false
        for (index, field) in table.reader.fields.enumerated() {
            let role = isInValues ? WindowsColumn.values : index < roles.count ? roles[index] : .field
            if case .values = role { isInValues = true }
            guard field.length > 0 || isInValues else { continue }
            let name: Int
            switch role {
            case .nothing: continue
            case .values:
                name = writer.name("Data", vocabulary: &vocabulary)
            case .renamed(let other): name = writer.name(other, vocabulary: &vocabulary)
            case .payload, .fileTime, .field:
                // A column without a name is Event Viewer's message.
                if index < table.header.count {
                    let column = table.header[index]
                    name = writer.name(column.span.bytes, vocabulary: &vocabulary)
                } else {
                    name = writer.name("Message", vocabulary: &vocabulary)
                }
            }
            add(field, name, bytes, into: &batch)
            if case .fileTime = role, let value = bytes.slice(at: field.offset, length: field.length) {
                time = DecimalText.parse(value).map {
                    Timestamp(nanoseconds: WindowsTime.nanoseconds(fileTime: UInt64($0)))
                }
            }
            if case .payload = role {
                var text: [UInt8] = []
                table.reader.appendText(of: field, in: bytes, to: &text)
                payload.add(text, through: &writer, into: &batch, vocabulary: &vocabulary)
            }
        }
        return time
    }

    private mutating func add(_ field: CSVReader.Field, _ name: Int, _ bytes: RawSpan, into batch: inout EventBatch) {
        guard field.hasDoubledQuotes else {
            return writer.add(name, offset: field.offset, length: field.length, into: &batch)
        }
        let start = batch.arena.count
        table.reader.appendText(of: field, in: bytes, to: &batch.arena)
        writer.add(name, arenaFrom: start, into: &batch)
    }
}

/// `Get-WinEvent | Export-Csv`.
enum PowerShellTable: WindowsTableKind {
    static var map: FieldMap { .named("powershell-csv") }
    static var namesWriter: Bool { true }
    static func role(ofColumn name: String) -> WindowsColumn {
        ["Properties", "Bookmark", "MatchedQueryIds", "KeywordsDisplayNames"].contains(name) ? .nothing : .field
    }
}

/// Event Viewer's "Save as CSV".
enum EventViewerTable: WindowsTableKind {
    static var map: FieldMap { .named("eventviewer-csv") }
}

/// EvtxECmd's `--csv`.
enum EvtxECmdTable: WindowsTableKind {
    static var map: FieldMap { .named("evtxecmd-csv") }
    static func role(ofColumn name: String) -> WindowsColumn {
        switch name {
        case "Payload": .payload
        case "ProcessId": .renamed("Execution_ProcessID")
        case "ThreadId": .renamed("Execution_ThreadID")
        case "UserId": .renamed("Security_UserID")
        default: .field
        }
    }
}

/// tracerpt's `-of CSV`: padded, quotes are not doubled, a record is a line.
enum TracerptTable: WindowsTableKind {
    static var map: FieldMap { .named("tracerpt-csv") }
    static var table: CSVTable { CSVTable(delimiter: UInt8(ascii: ","), trimsSpaces: true, spansLines: false) }
    static func role(ofColumn name: String) -> WindowsColumn {
        switch name {
        case "Clock-Time": .fileTime
        case "User Data": .values
        default: .field
        }
    }
}
