/// What must hold for a minidump to be read at all, and what it cannot show.
enum MinidumpCheck: String, FindingRule, CaseIterable {
    case directory = "DUMP-01"
    case stream = "DUMP-02"
    case count = "DUMP-03"
    case overlap = "DUMP-04"
    case twice = "DUMP-05"
    case foreign = "DUMP-06"
    case missing = "DUMP-07"
    case absent = "DUMP-08"

    var code: String { rawValue }

    var entry: FindingEntry {
        switch self {
        case .directory: FindingEntry("Stream directory outside the file", .medium, "Cut copies.")
        case .stream: FindingEntry("Stream or memory outside the file", .medium, "Cut copies.")
        case .count: FindingEntry("Count that the stream cannot hold, or more than is looked at", .low)
        case .overlap: FindingEntry("Ranges of memory overlap", .informational, "Dumps that list stacks twice.")
        case .twice: FindingEntry("Stream there twice", .low)
        case .foreign:
            FindingEntry("Not a dump of a Windows process: thread-local storage was not checked", .informational)
        case .missing: FindingEntry("A stream is missing: something could not be checked", .informational)
        case .absent: FindingEntry("Memory is not in the dump: something could not be checked", .informational)
        }
    }
}
