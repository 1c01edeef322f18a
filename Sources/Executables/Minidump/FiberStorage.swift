/// The callbacks of fiber-local storage, which run when a thread ends (fact sheet tls.md, section 2.5; Windows 10 1903
/// and later, and Wine).
///
/// ```
///   TEB.FlsData → {list entry, chunks…} ⇄ … ⇄ head (in ntdll's data)        chunk c: 16·2^c entries
///                                              global = head − flsHead:      ┌ count ┬ entry 0 ┬ entry 1 ┬ …
///                                              {8 chunk pointers, head, …} → └───────┴─────────┴─────────┴──
/// ```
struct FiberStorage {
    /// A callback: index of fiber-local storage, where the pointer stands, the pointer.
    struct Callback {
        var index: Int
        var address: UInt64
        var target: UInt64
    }

    /// Elements of the list followed at most (one a thread).
    static let listLimit = 16_384

    var callbacks: [Callback] = []

    /// Finds the table through a thread's block; nil when the list does not lead to `isInLoader` (an older system, or
    /// memory that is not in the dump).
    init?(_ block: ThreadBlock, memory: ProcessMemory, isInLoader: (UInt64) -> Bool) {
        let layout = block.layout
        guard let data = memory.integer(at: block.address &+ layout.tebFLS, width: layout.word), data != 0 else {
            return nil
        }
        var element = data
        var seen: Set<UInt64> = []
        while !isInLoader(element) {
            guard seen.count < Self.listLimit, seen.insert(element).inserted,
                let next = memory.integer(at: element, width: layout.word), next != data,
                next != 0
            else { return nil }
            element = next
        }
        let global = element &- layout.flsHead
        for chunk in 0..<8 {
            guard let start = memory.integer(at: global &+ UInt64(chunk * layout.word), width: layout.word) else {
                return nil
            }
            if start != 0 { read(chunk: chunk, at: start, layout: layout, memory: memory) }
        }
    }

    private mutating func read(chunk: Int, at start: UInt64, layout: ProcessLayout, memory: ProcessMemory) {
        let unset: UInt64 = layout.word == 8 ? .max : 0xFFFF_FFFF
        for position in 0..<(16 << chunk) {
            let at = start &+ layout.flsCallback &+ UInt64(position) &* layout.flsEntry
            guard let target = memory.integer(at: at, width: layout.word) else { return }
            guard target != 0, target != unset else { continue }
            // Index → n = index + 16, chunk = log2 n − 4, position = n − 2^(chunk + 4); here backwards.
            callbacks.append(Callback(index: (16 << chunk) + position - 16, address: at, target: target))
        }
    }
}
