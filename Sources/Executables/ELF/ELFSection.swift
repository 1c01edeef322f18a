import Bytes

/// A section header: for linkers, debuggers and people; the loader never looks at it, so it may say anything.
public struct ELFSection: Sendable, Hashable {
    /// `sh_name`, offset in the table of section names.
    public var nameOffset: UInt32
    /// `sh_type`; see the constants.
    public var type: UInt32
    /// `sh_flags`.
    public var flags: UInt64
    /// `sh_addr`.
    public var address: UInt64
    /// `sh_offset`, bytes from the start of the file.
    public var offset: UInt64
    /// `sh_size` in bytes; no bytes in the file when the type is ``noBits``.
    public var size: UInt64
    /// `sh_link`: a symbol table's table of names.
    public var link: UInt32
    /// `sh_info`.
    public var info: UInt32
    /// `sh_entsize`.
    public var entrySize: UInt64

    /// `SHT_SYMTAB`.
    public static let symbolTable: UInt32 = 2
    /// `SHT_NOBITS`.
    public static let noBits: UInt32 = 8
    /// `SHT_DYNSYM`.
    public static let dynamicSymbols: UInt32 = 11
    /// `SHF_TLS`.
    public static let tlsFlag: UInt64 = 0x400

    /// Whether it holds thread-local data (`.tdata`, `.tbss`).
    public var isTLS: Bool { flags & Self.tlsFlag != 0 }
    /// Whether it takes part of the image in memory (`SHF_ALLOC`).
    public var isAllocated: Bool { flags & 2 != 0 }
    /// Whether it holds code (`SHF_EXECINSTR`).
    public var isExecutable: Bool { flags & 4 != 0 }

    /// Reads the header at `offset`; nil when it does not lie in the file.
    init?(_ bytes: RawSpan, at offset: Int, encoding: ELFEncoding) {
        let word = encoding.wordSize
        guard bytes.holds(encoding.sectionHeaderSize, at: offset),
            let name = encoding.uint32(bytes, at: offset), let type = encoding.uint32(bytes, at: offset + 4),
            let flags = encoding.word(bytes, at: offset + 8),
            let address = encoding.word(bytes, at: offset + 8 + word),
            let fileOffset = encoding.word(bytes, at: offset + 8 + 2 * word),
            let size = encoding.word(bytes, at: offset + 8 + 3 * word),
            let link = encoding.uint32(bytes, at: offset + 8 + 4 * word),
            let info = encoding.uint32(bytes, at: offset + 12 + 4 * word),
            let entrySize = encoding.word(bytes, at: offset + 16 + 5 * word)
        else { return nil }
        self.nameOffset = name
        self.type = type
        self.flags = flags
        self.address = address
        self.offset = fileOffset
        self.size = size
        self.link = link
        self.info = info
        self.entrySize = entrySize
    }
}
