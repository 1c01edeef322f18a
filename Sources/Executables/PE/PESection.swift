/// A section header: which bytes of the file stand where in memory, with which rights.
public struct PESection: Sendable, Hashable {
    /// Place in the section table, from 0.
    public var index: Int
    /// Name as in the header (at most 8 bytes, read as UTF-8 up to the first zero); written by whoever made the file.
    public var name: String
    /// Address relative to the image base.
    public var rva: UInt32
    /// Bytes in memory as declared; 0 means "as many as in the file".
    public var virtualSize: UInt32
    /// Bytes in the file as declared.
    public var rawSize: UInt32
    /// File offset as declared.
    public var rawOffset: UInt32
    /// `IMAGE_SCN_*` flags.
    public var characteristics: UInt32

    /// Bytes the section claims in memory: ``virtualSize``, or ``rawSize`` when that is 0 (old linkers).
    public var claimedSize: UInt64 { UInt64(virtualSize == 0 ? rawSize : virtualSize) }
    /// RVAs the section claims; never wraps.
    public var claimed: Range<UInt64> { UInt64(rva)..<(UInt64(rva) + claimedSize) }
    /// Whether it may be written to when mapped.
    public var isWritable: Bool { characteristics & 0x8000_0000 != 0 }
    /// Whether it may be executed when mapped.
    public var isExecutable: Bool { characteristics & 0x2000_0000 != 0 }
    /// Whether it may be read when mapped.
    public var isReadable: Bool { characteristics & 0x4000_0000 != 0 }

    /// Rights as `rwx` letters, `-` for a missing one.
    public var rights: String {
        (isReadable ? "r" : "-") + (isWritable ? "w" : "-") + (isExecutable ? "x" : "-")
    }
}
