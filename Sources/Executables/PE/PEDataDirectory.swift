/// An entry of the optional header's table of data directories.
public struct PEDataDirectory: Sendable, Hashable {
    /// Which directory: its place in the table.
    public enum Kind: Int, Sendable, CaseIterable {
        /// Exported names.
        case export
        /// Import descriptors.
        case imports
        /// Resources.
        case resources
        /// Exception (unwind) table.
        case exceptions
        /// Certificates; the only one that is a file offset, not an RVA.
        case security
        /// Base relocations.
        case relocations
        /// Debug directory.
        case debug
        /// Architecture; always zero.
        case architecture
        /// Global pointer (Itanium).
        case globalPointer
        /// Thread-local storage.
        case tls
        /// Load configuration.
        case loadConfiguration
        /// Bound imports.
        case boundImports
        /// Import address table.
        case importAddresses
        /// Delay-loaded imports.
        case delayImports
        /// CLR header: the mark of .NET.
        case comDescriptor
        /// Reserved; always zero.
        case reserved
    }

    /// Address relative to the image base; a file offset for ``Kind/security``.
    public var rva: UInt32
    /// Size in bytes, as declared. For ``Kind/tls`` the loader does not look at it.
    public var size: UInt32

    /// An entry.
    public init(rva: UInt32, size: UInt32) {
        self.rva = rva
        self.size = size
    }

    /// The bytes it says it covers, as RVAs; never wraps.
    public var range: Range<UInt64> { UInt64(rva)..<(UInt64(rva) + UInt64(size)) }
}
