extension Minidump {
    /// `MINIDUMP_MODULE`: an image that was loaded.
    public struct Module: Sendable, Hashable {
        /// Where it was loaded.
        public var base: UInt64
        /// `SizeOfImage`, bytes.
        public var size: UInt64
        /// `TimeDateStamp` of the image's header.
        public var timeStamp: UInt32
        /// `CheckSum` of the image's header.
        public var checksum: UInt32
        /// Full path, cut at 1024 units; written by the adversary.
        public var path: String

        /// Last part of the path.
        public var name: String {
            // Both separators: the path may be Breakpad's of another system.
            guard let last = path.utf8.lastIndex(where: { $0 == 0x5C || $0 == 0x2F }) else { return path }
            return String(path[path.utf8.index(after: last)...])
        }

        /// Whether an address lies in it.
        public func contains(_ address: UInt64) -> Bool { address >= base && address - base < size }
    }

    /// `MINIDUMP_THREAD`.
    public struct Thread: Sendable, Hashable {
        /// Thread id.
        public var id: UInt32
        /// Suspend count.
        public var suspendCount: UInt32
        /// Address of its TEB (the 64-bit one of a WOW64 process); 0 in Breakpad's dumps.
        public var teb: UInt64
        /// Lowest address of the stack that was kept.
        public var stackStart: UInt64
        /// Bytes of it.
        public var stackSize: UInt32
    }
}
