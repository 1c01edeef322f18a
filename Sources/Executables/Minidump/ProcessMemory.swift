import Bytes

/// The memory of a process as far as a dump kept it, read by address. The bytes stay in the file.
public struct ProcessMemory: Sendable {
    /// Consecutive addresses kept consecutively in the file.
    public struct Range: Sendable, Hashable {
        /// First address.
        public var start: UInt64
        /// Bytes.
        public var size: UInt64
        /// Offset of the first in the file.
        public var offset: UInt64

        /// Whether an address lies in it.
        public func contains(_ address: UInt64) -> Bool { address >= start && address - start < size }
    }

    let storage: ByteStorage
    /// The ranges, by address, without overlaps.
    public private(set) var ranges: [Range] = []
    /// Ranges that lay in others and were left out or cut: the one that begins lower counts, of two the first of the
    /// file.
    public private(set) var overlaps = 0

    /// No memory.
    init(storage: ByteStorage) { self.storage = storage }

    /// Memory of the given ranges, each of which lies in the file. O(n log n).
    init(storage: ByteStorage, ranges unordered: [Range]) {
        self.storage = storage
        // Stable order: of two with the same start the one that comes first in the file's list wins.
        let order = unordered.indices.sorted { (unordered[$0].start, $0) < (unordered[$1].start, $1) }
        ranges.reserveCapacity(unordered.count)
        // Last address taken so far; nothing at all at first.
        var end: UInt64?
        for index in order {
            var range = unordered[index]
            guard range.size > 0 else { continue }
            let (last, overflow) = range.start.addingReportingOverflow(range.size - 1)
            guard !overflow else { continue }
            if let end, range.start <= end {
                overlaps += 1
                guard last > end else { continue }
                let covered = end + 1 - range.start
                range = Range(start: end + 1, size: range.size - covered, offset: range.offset + covered)
            }
            ranges.append(range)
            end = last
        }
    }

    /// The range that holds an address. O(log n).
    public func range(at address: UInt64) -> Range? {
        let index = ranges.partitionPoint { $0.start <= address } - 1
        guard index >= 0, ranges[index].contains(address) else { return nil }
        return ranges[index]
    }

    /// File offset of `length` bytes at an address that lie in one range; nil when they do not.
    public func offset(of address: UInt64, length: UInt64 = 1) -> Int? {
        guard let range = range(at: address), length <= range.size - (address - range.start) else { return nil }
        return Int(exactly: range.offset + (address - range.start))
    }

    /// A little-endian number of `width` bytes (1 to 8), across ranges where they meet; nil when a byte is missing.
    /// O(log n).
    public func integer(at address: UInt64, width: Int) -> UInt64? {
        if let offset = offset(of: address, length: UInt64(width)) {
            switch width {
            case 8: return storage.bytes.uint64(at: offset)
            case 4: return storage.bytes.uint32(at: offset).map(UInt64.init)
            case 2: return storage.bytes.uint16(at: offset).map(UInt64.init)
            default: break
            }
        }
        guard 1...8 ~= width else { return nil }
        var value: UInt64 = 0
        for index in 0..<width {
            let (at, overflow) = address.addingReportingOverflow(UInt64(index))
            guard !overflow, let place = offset(of: at), let byte = storage.bytes.uint8(at: place) else { return nil }
            value |= UInt64(byte) << UInt64(8 * index)
        }
        return value
    }
}
