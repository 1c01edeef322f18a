/// One slot of a callback array.
public struct PECallback: Sendable, Hashable {
    /// Place in the array, from 0.
    public var slot: Int
    /// RVA of the slot itself.
    public var slotRVA: UInt64
    /// The address in the slot, for the preferred image base.
    public var address: UInt64
    /// RVA of the callback; nil when the address lies outside the image.
    public var rva: UInt64?
    /// What lies there.
    public var region: PERegion
    /// Name of the section there; empty in headers, gaps and outside.
    public var section: String
    /// Rights of that section.
    public var isExecutable: Bool
    /// Whether that section is writable.
    public var isWritable: Bool
    /// File offset of its first byte; nil when it has none.
    public var fileOffset: Int?
    /// Whether the slot is part of the import address table, which holds no addresses until the image is loaded.
    public var isImportSlot: Bool
    /// Whether the first instruction only jumps into another section.
    public var jumpsAway: Bool

    /// Name of the function in the COFF symbol table, if the file still has one; anybody can write it.
    public var symbol: String?

    /// Whether the address lies in code: inside what an executable section claims.
    public var liesInCode: Bool {
        if case .section = region { return isExecutable }
        return false
    }
}
