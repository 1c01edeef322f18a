/// Where thread-local storage lies in a Windows thread environment block (TEB).
///
/// Offsets: phnt's `ntpebteb.h`, checked by static assertions for x64, ARM64 (the same) and x86.
struct EnvironmentBlock: Sendable, Hashable {
    /// Bytes of a pointer.
    var wordSize: UInt64
    /// `ThreadLocalStoragePointer`.
    var slotsArrayPointer: UInt64
    /// `TlsSlots`, 64 words.
    var slots: UInt64
    /// `TlsExpansionSlots`, a pointer.
    var expansionSlots: UInt64
    /// `FlsData`, a pointer.
    var fiberData: UInt64
    /// Bytes of the whole (24H2); earlier ones are shorter.
    var size: UInt64

    /// Words of `TlsSlots`.
    static let slotCount: UInt64 = 64
    /// x64 and ARM64.
    static let wide = EnvironmentBlock(
        wordSize: 8, slotsArrayPointer: 0x58, slots: 0x1480, expansionSlots: 0x1780, fiberData: 0x17C8, size: 0x1878)
    /// x86, and the 32-bit block of a WoW64 thread.
    static let narrow = EnvironmentBlock(
        wordSize: 4, slotsArrayPointer: 0x2C, slots: 0xE10, expansionSlots: 0xF94, fiberData: 0xFB4, size: 0x1038)
    /// Where a WoW64 thread's 32-bit block lies, from its 64-bit one: what `WowTebOffset` says on all known builds.
    static let narrowOffset: UInt64 = 0x2000

    /// What `length` bytes at an offset from the block's start are, with the slot; nil outside.
    func target(at offset: UInt64, length: UInt64) -> (target: TLSTarget, slot: Int?)? {
        guard offset < size else { return nil }
        let end = offset.addingReportingOverflow(max(length, 1))
        let written = offset..<(end.overflow ? .max : end.partialValue)
        func hits(_ start: UInt64, _ count: UInt64) -> Bool { written.overlaps(start..<(start + count * wordSize)) }
        if hits(slotsArrayPointer, 1) { return (.tebSlotsArrayPointer, nil) }
        if hits(fiberData, 1) { return (.flsTable, nil) }
        if hits(expansionSlots, 1) { return (.expansionSlots, nil) }
        guard hits(slots, EnvironmentBlock.slotCount) else { return (.teb, nil) }
        return (.tebSlot, offset <= slots ? 0 : Int((offset - slots) / wordSize))
    }
}
