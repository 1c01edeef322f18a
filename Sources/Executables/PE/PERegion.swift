/// What lies at an RVA once the loader has mapped the image.
///
///     0        SizeOfHeaders      rva      rva+VirtualSize   next page          SizeOfImage
///     |--headers--|      gap       |--- section ---|--slack--|     gap               |  outside
public enum PERegion: Sendable, Hashable {
    /// The header page(s): read-only, not executable.
    case headers
    /// Inside what a section claims.
    case section(Int)
    /// Behind a section's claimed size, on its last page: mapped with its rights, but no linker puts anything there.
    case slack(Int)
    /// Inside the image, but in no section.
    case gap
    /// Past `SizeOfImage`.
    case outside

    /// The section, for ``section(_:)`` and ``slack(_:)``.
    public var sectionIndex: Int? {
        switch self {
        case .section(let index), .slack(let index): index
        case .headers, .gap, .outside: nil
        }
    }
}
