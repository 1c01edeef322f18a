public import Bytes

/// A Windows minidump (or one of Breakpad's for another system): the tables of its streams; the memory stays in the
/// file.
///
/// Layout: minidumpapiset.h; all numbers are little-endian. Streams are found by their directory, every offset and
/// count is checked against the file, tables are capped. Memory: O(modules + threads + ranges + regions), however large
/// the dump.
public struct Minidump: Sendable {
    /// Entries of the stream directory looked at.
    static let streamLimit = 1024
    /// Modules kept.
    static let moduleLimit = 8192
    /// Threads kept.
    static let threadLimit = 16_384
    /// Ranges of memory and regions kept, of each.
    static let rangeLimit = 1 << 20

    /// An entry of the directory.
    public struct Stream: Sendable, Hashable {
        /// `MINIDUMP_STREAM_TYPE`.
        public var type: UInt32
        /// Size in bytes, cut at the end of the file.
        public var size: UInt64
        /// Offset in the file, in bytes.
        public var offset: UInt64
    }

    /// The stream types that are read.
    public enum StreamType: UInt32, Sendable, CaseIterable {
        case threadList = 3
        case moduleList = 4
        case memoryList = 5
        case systemInfo = 7
        case memory64List = 9
        case memoryInfoList = 16
    }

    /// The file.
    public let storage: ByteStorage
    /// The directory, unused entries left out.
    public internal(set) var streams: [Stream] = []
    /// System and processor, when stated.
    public internal(set) var system: System?
    /// The modules, in the order of the list (the program first).
    public internal(set) var modules: [Module] = []
    /// The threads.
    public internal(set) var threads: [Thread] = []
    /// What `VirtualQuery` said of the address space, by address; empty when the dump does not tell.
    public internal(set) var regions: [Region] = []
    /// The memory that was kept.
    public internal(set) var memory: ProcessMemory
    /// `TimeDateStamp` of the header, seconds since 1970.
    public internal(set) var timeStamp: UInt32 = 0
    /// `MINIDUMP_TYPE` flags of the header.
    public internal(set) var flags: UInt64 = 0

    /// Whether bytes begin as a minidump does (`MDMP`, version 0xA793).
    public static func recognises(_ bytes: RawSpan) -> Bool {
        bytes.uint32(at: 0) == 0x504D_444D && bytes.uint16(at: 4) == 0xA793
    }

    /// The stream of a type: the first, as debuggers take it.
    public func stream(_ type: StreamType) -> Stream? { streams.first { $0.type == type.rawValue } }

    /// The region an address lies in. O(log n).
    public func region(at address: UInt64) -> Region? {
        let index = regions.partitionPoint { $0.base <= address } - 1
        guard index >= 0, regions[index].contains(address) else { return nil }
        return regions[index]
    }
}

extension Array {
    /// Number of elements before the first for which `isBefore` is false; the array is in that order. O(log n).
    func partitionPoint(_ isBefore: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
