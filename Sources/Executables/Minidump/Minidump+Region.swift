extension Minidump {
    /// `MINIDUMP_MEMORY_INFO`: pages with the same state, as `VirtualQuery` tells.
    public struct Region: Sendable, Hashable {
        /// First address.
        public var base: UInt64
        /// Bytes.
        public var size: UInt64
        /// First address of the allocation it belongs to.
        public var allocationBase: UInt64
        /// `MEM_COMMIT` 0x1000, `MEM_RESERVE` 0x2000, `MEM_FREE` 0x10000.
        public var state: UInt32
        /// `PAGE_…` protection now.
        public var protection: UInt32
        /// `MEM_PRIVATE` 0x20000, `MEM_MAPPED` 0x40000, `MEM_IMAGE` 0x1000000.
        public var type: UInt32

        /// Whether an address lies in it.
        public func contains(_ address: UInt64) -> Bool { address >= base && address - base < size }
        /// Whether it has memory.
        public var isCommitted: Bool { state == 0x1000 }
        /// Whether code may run from it (`PAGE_EXECUTE…`).
        public var isExecutable: Bool { isCommitted && protection & 0xF0 != 0 }
        /// Whether it can be written, or is copied when written.
        public var isWritable: Bool { isCommitted && protection & 0xCC != 0 }
        /// Whether it belongs to the process alone (heap, stack, `VirtualAlloc`).
        public var isPrivate: Bool { isCommitted && type == 0x20000 }
        /// Whether it is part of a mapped image.
        public var isImage: Bool { isCommitted && type == 0x100_0000 }

        /// Kind and protection in a few words.
        var text: String {
            guard isCommitted else { return state == 0x2000 ? "reserved" : "free" }
            let kind = isPrivate ? "private" : isImage ? "image" : "mapped"
            return "\(kind) memory, protection \(protection.hexText)"
        }
    }
}
