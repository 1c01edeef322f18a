import Bytes

/// What a column of Process Monitor holds, as far as it means more than its name.
enum ProcmonColumn: Sendable, Equatable {
    case timeOfDay, dateTime, processName, pid, operation, path, result, detail, imagePath, commandLine, parentPID, user
    case other

    /// The column with this name: `Time of Day` in CSV, `Time_of_Day` in XML.
    init(_ name: [UInt8]) {
        switch String(decoding: name, as: UTF8.self).lowercased() {
        case "time of day": self = .timeOfDay
        case "date & time": self = .dateTime
        case "process name": self = .processName
        case "pid": self = .pid
        case "operation": self = .operation
        case "path": self = .path
        case "result": self = .result
        case "detail": self = .detail
        case "image path": self = .imagePath
        case "command line": self = .commandLine
        case "parent pid": self = .parentPID
        case "user": self = .user
        default: self = .other
        }
    }
}

/// Where a value of a column stands.
struct ProcmonValue: Sendable {
    /// Offset in the batch's base, or in its arena.
    var offset: Int
    var length: Int
    var inArena: Bool

    /// A part of the value.
    func part(_ range: Range<Int>) -> ProcmonValue {
        ProcmonValue(offset: offset + range.lowerBound, length: range.count, inArena: inArena)
    }
}

/// One event of Process Monitor: the values of its columns, in the order they are written.
struct ProcmonRow: Sendable {
    /// The columns and their values.
    private(set) var values: [(name: [UInt8], column: ProcmonColumn, value: ProcmonValue)] = []

    /// Forgets the row before.
    mutating func removeAll() { values.removeAll(keepingCapacity: true) }

    /// Appends a column.
    mutating func append(_ name: [UInt8], _ column: ProcmonColumn, _ value: ProcmonValue) {
        values.append((name, column, value))
    }

    /// The value of a column, or nil.
    subscript(_ column: ProcmonColumn) -> ProcmonValue? { values.first { $0.column == column }?.value }
}
