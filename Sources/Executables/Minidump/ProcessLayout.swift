/// Offsets of the structures of a Windows process, in bytes (fact sheet tls.md, sections 2.3 to 2.5).
struct ProcessLayout: Sendable, Hashable {
    /// Bytes of a pointer.
    var word: Int
    /// TEB: NtTib.ExceptionList, NtTib.Self, ThreadLocalStoragePointer, ProcessEnvironmentBlock.
    var tebSelf: UInt64
    var tebTLSPointer: UInt64
    var tebPEB: UInt64
    /// TEB: TlsSlots[64], TlsExpansionSlots (pointer to 1024 words), FlsData, EffectiveContainerId (GUID).
    var tebSlots: UInt64
    var tebExpansion: UInt64
    var tebFLS: UInt64
    var tebContainer: UInt64
    /// PEB: Ldr, TlsBitmap (pointer) and its bits, TlsExpansionBitmap and its bits.
    var pebLoader: UInt64
    var pebBitmap: UInt64
    var pebBits: UInt64
    var pebExpansionBitmap: UInt64
    var pebExpansionBits: UInt64
    /// PEB_LDR_DATA: InLoadOrderModuleList.
    var loaderList: UInt64
    /// LDR_DATA_TABLE_ENTRY.
    var entryBase: UInt64
    var entryTLSIndex: UInt64
    var entryLoadReason: UInt64
    /// LDRP_TLS_ENTRY: copy of the directory, LDR entry.
    var tlsEntryDirectory: UInt64
    var tlsEntryModule: UInt64
    /// FLS: list head within the global block, first callback within a chunk, bytes of an entry.
    var flsHead: UInt64
    var flsCallback: UInt64
    var flsEntry: UInt64
    /// Bytes before a vector of thread-local blocks: count, then a pointer.
    var vectorHeader: UInt64

    /// x64 and ARM64.
    static let wide = ProcessLayout(
        word: 8, tebSelf: 0x30, tebTLSPointer: 0x58, tebPEB: 0x60, tebSlots: 0x1480, tebExpansion: 0x1780,
        tebFLS: 0x17C8, tebContainer: 0x1828, pebLoader: 0x18, pebBitmap: 0x78, pebBits: 0x80,
        pebExpansionBitmap: 0x238, pebExpansionBits: 0x240, loaderList: 0x10, entryBase: 0x30, entryTLSIndex: 0x6E,
        entryLoadReason: 0x10C, tlsEntryDirectory: 0x10, tlsEntryModule: 0x38, flsHead: 0x40, flsCallback: 0x10,
        flsEntry: 16, vectorHeader: 16)

    /// x86, and the 32-bit half of a WOW64 process.
    static let narrow = ProcessLayout(
        word: 4, tebSelf: 0x18, tebTLSPointer: 0x2C, tebPEB: 0x30, tebSlots: 0xE10, tebExpansion: 0xF94,
        tebFLS: 0xFB4, tebContainer: 0xFF0, pebLoader: 0x0C, pebBitmap: 0x40, pebBits: 0x44,
        pebExpansionBitmap: 0x150, pebExpansionBits: 0x154, loaderList: 0x0C, entryBase: 0x18, entryTLSIndex: 0x3A,
        entryLoadReason: 0x94, tlsEntryDirectory: 0x08, tlsEntryModule: 0x20, flsHead: 0x20, flsCallback: 0x08,
        flsEntry: 8, vectorHeader: 8)

    /// Slots in the TEB, and in the block for more of them.
    static let slotCount = 64
    static let expansionCount = 1024
}
