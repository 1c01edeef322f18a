extension MinidumpReport {
    /// Threads and callbacks kept for sheets, of each.
    static let summaryLimit = 256

    /// A thread's thread-local storage in short.
    public struct ThreadSummary: Sendable, Hashable {
        /// Thread id.
        public var id: UInt32
        /// Address of its block (TEB); of a WOW64 process each thread comes twice.
        public var block: UInt64
        /// The vector of modules' blocks; 0 = none.
        public var vector: UInt64
        /// Slots that are not zero, below 64 and above.
        public var slots: [Int]
        /// Of these, those that were never given out.
        public var orphans: [Int]
    }

    /// A callback of fiber-local storage.
    public struct FiberCallback: Sendable, Hashable {
        /// Index of the slot.
        public var index: Int
        /// The function.
        public var target: UInt64
        /// Where it lies: a module's name (the adversary's text) or what the memory is.
        public var place: String
    }

    /// The threads whose blocks the dump has, at most ``summaryLimit``.
    static func threads(_ state: ProcessState) -> [ThreadSummary] {
        state.blocks.prefix(summaryLimit).map { block in
            let process = state.process(block.layout)
            let expansion =
                state.memory.integer(at: block.address &+ block.layout.tebExpansion, width: block.layout.word) ?? 0
            let last = ProcessLayout.slotCount + (expansion == 0 ? 0 : ProcessLayout.expansionCount)
            let slots = (0..<last).filter {
                let value = state.memory.integer(
                    at: block.slotAddress($0, expansion: expansion), width: block.layout.word)
                return (value ?? 0) != 0
            }
            return ThreadSummary(
                id: block.thread.id, block: block.address, vector: block.tlsPointer, slots: slots,
                orphans: slots.filter { process?.isAllocated($0) == false })
        }
    }

    /// The callbacks of fiber-local storage, at most ``summaryLimit``.
    static func fiberCallbacks(_ state: ProcessState) -> [FiberCallback] {
        var found: [FiberCallback] = []
        for layout in [ProcessLayout.wide, .narrow] {
            let storage = state.blocks.lazy.filter { $0.layout == layout }.prefix(64).compactMap { block in
                FiberStorage(block, memory: state.memory) { at in state.loaders.contains { $0.contains(at) } }
            }.first
            for callback in storage?.callbacks ?? [] where found.count < summaryLimit {
                found.append(
                    FiberCallback(
                        index: callback.index, target: callback.target, place: state.text(callback.target)))
            }
        }
        return found
    }
}
