import Bytes

/// A program header: what the kernel and the dynamic loader go by (`Elf32_Phdr`, `Elf64_Phdr`; elf(5)).
public struct ELFSegment: Sendable, Hashable {
    /// `p_type`; see the constants.
    public var type: UInt32
    /// `p_flags`: 1 executable, 2 writable, 4 readable.
    public var flags: UInt32
    /// `p_offset`, bytes from the start of the file.
    public var offset: UInt64
    /// `p_vaddr`, before the load bias is added.
    public var address: UInt64
    /// `p_filesz`, bytes in the file.
    public var fileSize: UInt64
    /// `p_memsz`, bytes in memory.
    public var memorySize: UInt64
    /// `p_align`; 0 and 1 mean none.
    public var alignment: UInt64
    /// Number of the header in its table.
    public var index: Int

    /// `PT_LOAD`, `PT_DYNAMIC`, `PT_INTERP`, `PT_TLS`, `PT_GNU_RELRO`.
    public static let load: UInt32 = 1
    /// `PT_DYNAMIC`.
    public static let dynamic: UInt32 = 2
    /// `PT_INTERP`.
    public static let interpreter: UInt32 = 3
    /// `PT_TLS`.
    public static let tls: UInt32 = 7
    /// `PT_GNU_RELRO`.
    public static let relro: UInt32 = 0x6474_E552

    /// Whether code may run from it.
    public var isExecutable: Bool { flags & 1 != 0 }
    /// Whether it may be written.
    public var isWritable: Bool { flags & 2 != 0 }

    /// Reads the header at `offset`; nil when it does not lie in the file.
    init?(_ bytes: RawSpan, at offset: Int, index: Int, encoding: ELFEncoding) {
        guard bytes.holds(encoding.programHeaderSize, at: offset),
            let type = encoding.uint32(bytes, at: offset),
            let flags = encoding.uint32(bytes, at: offset + (encoding.is64 ? 4 : 24)),
            let fileOffset = encoding.word(bytes, at: offset + (encoding.is64 ? 8 : 4)),
            let address = encoding.word(bytes, at: offset + (encoding.is64 ? 16 : 8)),
            let fileSize = encoding.word(bytes, at: offset + (encoding.is64 ? 32 : 16)),
            let memorySize = encoding.word(bytes, at: offset + (encoding.is64 ? 40 : 20)),
            let alignment = encoding.word(bytes, at: offset + (encoding.is64 ? 48 : 28))
        else { return nil }
        self.type = type
        self.flags = flags
        self.offset = fileOffset
        self.address = address
        self.fileSize = fileSize
        self.memorySize = memorySize
        self.alignment = alignment
        self.index = index
    }
}
