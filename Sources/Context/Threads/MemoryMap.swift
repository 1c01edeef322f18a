import Events

/// What one process had mapped, as `/proc/PID/maps` shows it: what an address is when no call told where threads keep their
/// blocks.
///
/// glibc puts a thread's control block and static blocks at the top of its stack, and those of the first thread into pages
/// without a file that the loader maps just before libc (glibc 2.34–2.41, x86-64; observed, not promised by anybody):
///
///     7f921e5ea000-7f921e5eb000 ---p      guard
///     7f921e5eb000-7f921edeb000 rw-p      stack of a thread; at its top its blocks, then struct pthread
///     7f921edeb000-7f921edee000 rw-p      blocks and struct pthread of the first thread
///     7f921edee000-7f921ee14000 r--p … libc.so.6
struct MemoryMap: Sendable {
    /// What may be done with a mapping, as bits.
    enum Permission {
        static let read: UInt64 = 4
        static let write: UInt64 = 2
        static let execute: UInt64 = 1
    }

    struct Region: Sendable, Hashable {
        var base: UInt64
        var end: UInt64
        var permissions: UInt64
        /// Empty for memory without a file. Adversary text.
        var file: String

        var isData: Bool { permissions == Permission.read | Permission.write }
        var isPrivateData: Bool { isData && file.isEmpty }
        var isLibc: Bool {
            let name = ModuleLayout.fileName(file)
            return name.hasPrefix("libc.so") || name.hasPrefix("libc-") || name.hasPrefix("ld-musl")
        }
    }

    /// `pthread_attr_default_np` takes the soft limit of the stack: 8 MiB nearly everywhere. Neighbouring mappings without a
    /// file are shown as one.
    static let stackSize: UInt64 = 8 << 20
    /// `struct pthread` and the surplus above it.
    static let topSize: UInt64 = 0x940
    /// Bytes of static blocks below it that are believed.
    static let blockSize: UInt64 = 0x1000
    /// Most bytes that the loader maps for the first thread: `blockSize`, the surplus for later libraries, libc's own.
    static let firstBlockLimit: UInt64 = 64 << 10

    /// Most mappings of one process: what `vm.max_map_count` is by default. The lowest.
    static let regionLimit = 65_530

    /// In order of their bases.
    private(set) var regions: [Region]

    init(_ regions: [Region]) {
        self.regions = Array(
            regions.sorted { ($0.base, $0.end) < ($1.base, $1.end) }.prefix(MemoryMap.regionLimit))
    }

    /// The last mapping that begins at or below an address and holds it. O(log n).
    private func index(of address: UInt64) -> Int? {
        var (low, high) = (0, regions.count)
        while low < high {
            let middle = (low + high) / 2
            if regions[middle].base <= address { low = middle + 1 } else { high = middle }
        }
        return low > 0 && address < regions[low - 1].end ? low - 1 : nil
    }

    /// What `span` is; nil where the map does not hold it.
    func target(of span: MemoryAct.Span, value: UInt64?) -> ThreadResolution? {
        guard let index = index(of: span.address) else { return nil }
        let region = regions[index]
        let before = index > 0 && regions[index - 1].end == region.base ? regions[index - 1] : nil
        let after = index + 1 < regions.count && regions[index + 1].base == region.end ? regions[index + 1] : nil
        if region.isPrivateData {
            if let before, before.permissions == 0, let found = Self.stack(region, span) { return found }
            if let after, after.isLibc, let found = Self.firstThread(region, span) { return found }
        }
        let isLibcData = region.isData && (region.isLibc || region.isPrivateData && before?.isLibc == true)
        if isLibcData, let value, isCode(value), span.length == 8 {
            return ThreadResolution(
                target: .flsTable, part: "libc-data", offset: Int64(bitPattern: span.address &- region.base),
                confidence: 45,
                reason: "a pointer to code in libc's data, where the destructors of keys lie among others")
        }
        return ThreadResolution(target: .none, confidence: 60)
    }

    private func isCode(_ address: UInt64) -> Bool {
        index(of: address).map { regions[$0].permissions & Permission.execute != 0 } ?? false
    }

    private static func stack(_ region: Region, _ span: MemoryAct.Span) -> ThreadResolution? {
        let size = min(region.end - region.base, stackSize)
        let end = region.base + size
        guard size > topSize + blockSize, span.address < end, span.address >= end - topSize - blockSize else {
            return nil
        }
        return top(end, span, "the top of a thread's stack, where its blocks lie; its thread pointer was not seen")
    }

    private static func firstThread(_ region: Region, _ span: MemoryAct.Span) -> ThreadResolution? {
        // Behind a stack that is shown with it, what is left is the first thread's.
        let size = region.end - region.base
        let own = size > stackSize ? size - stackSize : size
        guard own <= firstBlockLimit, span.address >= region.end - own else { return nil }
        return ThreadResolution(
            target: .ptTLSBlock, part: "static-block", confidence: 50,
            reason: "the pages before libc, where the first thread's blocks lie; its thread pointer was not seen")
    }

    private static func top(_ end: UInt64, _ span: MemoryAct.Span, _ reason: String) -> ThreadResolution {
        let pointer = end - topSize
        return ThreadResolution(
            target: span.address < pointer ? .ptTLSBlock : .threadPointer,
            part: span.address < pointer ? "static-block" : "control-block",
            offset: Int64(bitPattern: span.address &- pointer), confidence: 60, reason: reason)
    }
}

extension ThreadReading {
    /// A line of `/proc/PID/maps`.
    mutating func readMap() {
        guard let start = view[.mapStart].flatMap({ UInt64($0, radix: 16) }),
            let end = view[.mapEnd].flatMap({ UInt64($0, radix: 16) }), start < end
        else { return }
        var permissions: UInt64 = 0
        for letter in (view[.mapPermissions] ?? "").utf8.prefix(3) {
            permissions = permissions << 1 | (letter == UInt8(ascii: "-") ? 0 : 1)
        }
        let pid = view[.processID].flatMap { UInt32($0) } ?? 0
        add(.region, pid: pid, address: start, size: end - start, value: permissions, text: view[.mapPath] ?? "")
    }
}
