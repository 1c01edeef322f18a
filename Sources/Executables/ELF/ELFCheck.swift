/// The checks on ELF files (fact sheet tls.md, section 3.2, and what must hold for a file to be read at all).
enum ELFCheck: String, FindingRule, CaseIterable {
    case memoryBelowFile = "TLS-E01"
    case alignment = "TLS-E02"
    case outside = "TLS-E03"
    case huge = "TLS-E04"
    case executable = "TLS-E05"
    case several = "TLS-E06"
    case missing = "TLS-E07"
    case dense = "TLS-E08"
    case overlap = "TLS-E09"
    case header = "ELF-01"
    case programHeaders = "ELF-02"
    case segmentFile = "ELF-03"
    case segmentOverlap = "ELF-04"
    case sectionHeaders = "ELF-05"
    case dynamic = "ELF-06"
    case limits = "ELF-07"

    var code: String { rawValue }

    var entry: FindingEntry {
        switch self {
        case .memoryBelowFile: FindingEntry("Thread-local block smaller than its template", .high)
        case .alignment:
            FindingEntry("Thread-local block misaligned", .medium, "Old lld with only .tbss; separate debug files.")
        case .outside:
            FindingEntry(
                "Thread-local template outside the image or the file", .high, "Cut downloads; separate debug files.")
        case .huge: FindingEntry("Huge thread-local block", .medium, "Numerical programs with threadprivate arrays.")
        case .executable: FindingEntry("Executable thread-local template", .high)
        case .several: FindingEntry("More than one thread-local segment", .high)
        case .missing:
            FindingEntry(
                "Thread-local data without a thread-local segment", .high,
                "Static Go programs keep an empty .tbss and one symbol.")
        case .dense: FindingEntry("Dense thread-local template", .informational, "Tables of random constants.")
        case .overlap: FindingEntry("Thread-local template overlaps loader data", .informational)
        case .header: FindingEntry("ELF header contradicts itself or is cut", .medium, "Cut downloads.")
        case .programHeaders: FindingEntry("Program headers outside the file", .medium, "Cut downloads.")
        case .segmentFile:
            FindingEntry("Segment reaches past the end of the file", .medium, "Cut downloads; separate debug files.")
        case .segmentOverlap: FindingEntry("Loaded segments overlap", .medium, "Kernels and boot loaders.")
        case .sectionHeaders:
            FindingEntry("Section headers outside the file", .low, "Cut downloads; tools that strip section headers.")
        case .dynamic: FindingEntry("Dynamic section outside the image or without end", .medium, "Cut downloads.")
        case .limits: FindingEntry("More than is looked at", .low)
        }
    }
}
