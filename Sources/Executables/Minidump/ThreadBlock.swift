/// A thread's environment block (TEB), read where the dump kept it.
struct ThreadBlock: Sendable {
    var thread: Minidump.Thread
    /// Where it is; of a WOW64 process also the 32-bit block of the same thread, as a block of its own.
    var address: UInt64
    var layout: ProcessLayout
    var selfPointer: UInt64
    var tlsPointer: UInt64
    var peb: UInt64

    /// Reads the block at `address`; nil when the dump has not its first part.
    init?(_ thread: Minidump.Thread, at address: UInt64, layout: ProcessLayout, memory: ProcessMemory) {
        func word(_ offset: UInt64) -> UInt64? { memory.integer(at: address &+ offset, width: layout.word) }
        guard address != 0, let own = word(layout.tebSelf), let tls = word(layout.tebTLSPointer),
            let peb = word(layout.tebPEB)
        else { return nil }
        self.thread = thread
        self.address = address
        self.layout = layout
        selfPointer = own
        tlsPointer = tls
        self.peb = peb
    }

    /// The blocks of a thread: the native one, and the 32-bit one behind it in a WOW64 process.
    static func blocks(of thread: Minidump.Thread, wordSize: Int, memory: ProcessMemory) -> [ThreadBlock] {
        let native = wordSize == 4 ? ProcessLayout.narrow : .wide
        let other = wordSize == 4 ? ProcessLayout.wide : .narrow
        guard var block = ThreadBlock(thread, at: thread.teb, layout: native, memory: memory) else { return [] }
        // A 32-bit writer in a WOW64 process may still name the 64-bit block: the self pointer tells.
        if block.selfPointer != thread.teb,
            let swapped = ThreadBlock(thread, at: thread.teb, layout: other, memory: memory),
            swapped.selfPointer == thread.teb
        {
            block = swapped
        }
        guard block.layout.word == 8, let second = memory.integer(at: thread.teb, width: 8),
            second == thread.teb &+ 0x2000,
            let narrow = ThreadBlock(thread, at: second, layout: .narrow, memory: memory)
        else { return [block] }
        return [block, narrow]
    }

    /// Address of a slot; of one above 63 in the block of `expansion` words.
    func slotAddress(_ index: Int, expansion: UInt64) -> UInt64 {
        index < ProcessLayout.slotCount
            ? address &+ layout.tebSlots &+ UInt64(index * layout.word)
            : expansion &+ UInt64((index - ProcessLayout.slotCount) * layout.word)
    }

    /// `EffectiveContainerId`, when it is set.
    func containerID(_ memory: ProcessMemory) -> String? {
        guard let low = memory.integer(at: address &+ layout.tebContainer, width: 8),
            let high = memory.integer(at: address &+ layout.tebContainer &+ 8, width: 8), low != 0 || high != 0
        else { return nil }
        func hex(_ value: UInt64, _ digits: Int) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        // A GUID: three little-endian numbers, then eight bytes.
        let tail = high.byteSwapped
        return [
            hex(low & 0xFFFF_FFFF, 8), hex(low >> 32 & 0xFFFF, 4), hex(low >> 48, 4), hex(tail >> 48, 4),
            hex(tail & 0xFFFF_FFFF_FFFF, 12),
        ].joined(separator: "-")
    }
}
