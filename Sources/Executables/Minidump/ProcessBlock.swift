/// A process's environment block (PEB): the bitmaps of thread-local slots and the loader's list.
struct ProcessBlock: Sendable {
    var address: UInt64
    var layout: ProcessLayout
    /// Bits of slots 0 to 63, and of the 1024 above; nil when the dump has them not.
    var bits: [UInt64]?
    var expansionBits: [UInt64]?
    /// The loader's entries, in load order.
    var entries: [LoaderEntry] = []

    /// What the loader keeps of a module.
    struct LoaderEntry: Sendable {
        var address: UInt64
        var base: UInt64
        var tlsIndex: UInt64?
        var loadReason: UInt64?
    }

    /// Entries of the loader's list followed at most.
    static let entryLimit = 4096

    init(at address: UInt64, layout: ProcessLayout, memory: ProcessMemory) {
        self.address = address
        self.layout = layout
        bits = Self.bitmap(
            memory, inline: address &+ layout.pebBits, pointer: address &+ layout.pebBitmap, words: 1, layout: layout)
        expansionBits = Self.bitmap(
            memory, inline: address &+ layout.pebExpansionBits, pointer: address &+ layout.pebExpansionBitmap,
            words: 16,
            layout: layout)
        readEntries(memory)
    }

    /// Whether a slot was given out; nil when the dump does not tell.
    func isAllocated(_ slot: Int) -> Bool? {
        if slot < ProcessLayout.slotCount { return bits.map { $0[0] >> UInt64(slot) & 1 != 0 } }
        let index = slot - ProcessLayout.slotCount
        return expansionBits.map { $0[index / 64] >> UInt64(index % 64) & 1 != 0 }
    }

    /// The bits beside the pointer, together with those the pointer's `RTL_BITMAP` names (the same on every known
    /// system; where they differ a slot counts as given out when either says so).
    private static func bitmap(
        _ memory: ProcessMemory, inline: UInt64, pointer: UInt64, words: Int, layout: ProcessLayout
    ) -> [UInt64]? {
        func read(_ at: UInt64) -> [UInt64]? {
            var values: [UInt64] = []
            for index in 0..<words {
                guard let value = memory.integer(at: at &+ UInt64(8 * index), width: 8) else { return nil }
                values.append(value)
            }
            return values
        }
        guard var values = read(inline) else { return nil }
        // RTL_BITMAP: size in bits, then the address of the buffer.
        if let bitmap = memory.integer(at: pointer, width: layout.word), bitmap != 0,
            let buffer = memory.integer(at: bitmap &+ UInt64(layout.word), width: layout.word), buffer != inline,
            let others = read(buffer)
        {
            for index in values.indices { values[index] |= others[index] }
        }
        return values
    }

    private mutating func readEntries(_ memory: ProcessMemory) {
        let layout = layout
        guard let loader = memory.integer(at: address &+ layout.pebLoader, width: layout.word), loader != 0 else {
            return
        }
        let head = loader &+ layout.loaderList
        var next = memory.integer(at: head, width: layout.word) ?? head
        // A list that was tampered with may run in a circle.
        var seen: Set<UInt64> = [head, 0]
        while seen.insert(next).inserted, entries.count < Self.entryLimit {
            guard let base = memory.integer(at: next &+ layout.entryBase, width: layout.word) else { return }
            entries.append(
                LoaderEntry(
                    address: next, base: base, tlsIndex: memory.integer(at: next &+ layout.entryTLSIndex, width: 2),
                    loadReason: memory.integer(at: next &+ layout.entryLoadReason, width: 4)))
            guard let following = memory.integer(at: next, width: layout.word) else { return }
            next = following
        }
    }
}
