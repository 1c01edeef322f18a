/// The rules on the memory of a process (fact sheet tls.md, section 5.1).
enum MemoryCheck: String, FindingRule, CaseIterable {
    case directory = "TLS-M01"
    case array = "TLS-M02"
    case callback = "TLS-M03"
    case orphanSlot = "TLS-M04"
    case vector = "TLS-M05"
    case fiberCallback = "TLS-M06"
    case index = "TLS-M07"
    case loaderCopy = "TLS-M08"
    case loaderFlag = "TLS-M09"
    case added = "TLS-M10"
    case block = "TLS-M11"
    case code = "TLS-M12"

    var code: String { rawValue }

    var entry: FindingEntry {
        switch self {
        case .directory:
            FindingEntry(
                "TLS directory differs from the file or names other memory", .high,
                "Packers that repair their own header; hybrid ARM64X images; another build of the file.")
        case .array:
            FindingEntry(
                "TLS callback array replaced or outside its image", .high, "Packers that build their array at run time."
            )
        case .callback:
            FindingEntry(
                "TLS callback outside its image or in code that was changed", .high,
                "Unpacked code of protectors; security products that patch code.")
        case .orphanSlot:
            FindingEntry(
                "Thread-local slot in use that was never given out", .medium,
                "An index freed while the dump was written; drivers and old run-times with fixed slots.")
        case .vector:
            FindingEntry(
                "Thread-local pointer not in the heap", .high, "Run-times with loaders of their own; fibers.")
        case .fiberCallback:
            FindingEntry("Fiber-local callback outside every image", .high, "Some copy protections.")
        case .index: FindingEntry("TLS index beyond the thread's vector", .medium, "A module loaded while dumping.")
        case .loaderCopy:
            FindingEntry("Loader's copy of the TLS directory differs from the module's", .high, "Packers.")
        case .loaderFlag:
            FindingEntry(
                "Loader's TLS mark contradicts the module's directory", .medium,
                "Modules loaded without running their code; headers erased by protectors.")
        case .added:
            FindingEntry("TLS directory in memory that the file does not have", .high, "Packers.")
        case .block: FindingEntry("Thread environment block is not what it should be", .high)
        case .code:
            FindingEntry(
                "Code of a TLS callback differs from the file", .high, "Breakpoints; security products that patch code."
            )
        }
    }
}
