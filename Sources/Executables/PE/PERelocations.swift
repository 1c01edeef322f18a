import Bytes

/// What the base relocations do to the TLS structures: each address in them must be moved exactly once when the image
/// moves.
///
/// A block is `{page RVA, size}` and 16-bit entries (type in the upper 4 bits, offset in the page in the lower 12).
/// Only blocks whose page touches a TLS structure are read entry by entry; of the others only the header is touched.
public struct PERelocations: Sendable, Hashable {
    /// What one expected address gets.
    public struct Slot: Sendable, Hashable {
        /// RVA of the address.
        public var rva: UInt64
        /// What it is.
        public var role: Role
        /// Which of the directory's four addresses, or which callback.
        public var number: Int
        /// Relocations of the right type exactly there.
        public var count = 0
        /// Type of a relocation of a wrong type exactly there.
        public var wrongType: UInt8?

        /// What kind of address it is.
        public enum Role: Sendable, Hashable {
            /// One of the four addresses in the directory.
            case field
            /// A slot of the callback array.
            case callback
        }

        /// Role and RVA in words.
        public var name: String {
            let what = role == .callback ? "callback \(number)" : PERelocations.fieldNames[number]
            return "\(what) at RVA \(PEText.hex(rva))"
        }
    }

    /// Whether the image has a relocation directory with at least one block.
    public var isPresent = false
    /// The addresses that must be moved, sorted by RVA.
    public var slots: [Slot]
    /// RVAs of relocations that change bytes of the directory or the array without being at an expected address
    /// (sorted; at most 16 are kept).
    public var strays: [UInt64] = []
    /// RVAs of relocations exactly at a null `AddressOfCallBacks` or at an empty array: remnants of callbacks taken
    /// out, null until the image moves.
    public var nullWords: [UInt64] = []
    /// Why the table could not be read to its end; empty when it could.
    public var defect = ""
    /// Whether a limit stopped the walk, so that counts may be too low.
    public var isIncomplete = false

    private var near: [Range<UInt64>] = []
    private var nulls: Set<UInt64> = []

    /// Walks the table. O(blocks + entries in blocks near TLS), both with limits.
    public init(around tls: PETLS, in image: PEImage, _ bytes: RawSpan, limits: PELimits = PELimits()) {
        slots = Self.expected(tls, image)
        slots.sort { $0.rva < $1.rva }
        // Word at the end of a range may be hit by a relocation that starts up to 7 bytes before it.
        let size = UInt64(PETLS.directorySize(wordSize: image.wordSize))
        if tls.directory != nil { near.append(UInt64(tls.entry.rva)..<(UInt64(tls.entry.rva) + size)) }
        if tls.directory?.callbacks == 0 { nulls.insert(UInt64(tls.entry.rva) + UInt64(3 * image.wordSize)) }
        // An array without an end has no known extent.
        if let array = tls.array, array.end == .terminated {
            let range = array.range(wordSize: image.wordSize)
            near.append(range)
            // Behind callbacks the null matters: without it the array goes on. That is a stray, not a remnant.
            if array.callbacks.isEmpty { nulls.insert(range.lowerBound) }
        }
        // The table's own entry: moving it redirects the loader.
        let entry = UInt64(image.directoriesOffset + PEDataDirectory.Kind.tls.rawValue * 8)
        near.append(entry..<(entry + 8))
        walk(image, bytes, limits)
        strays.sort()
    }

    static let fieldNames = ["StartAddressOfRawData", "EndAddressOfRawData", "AddressOfIndex", "AddressOfCallBacks"]

    /// Type that moves an address of this image: `HIGHLOW` or `DIR64`.
    static func addressType(wordSize: Int) -> UInt8 { wordSize == 8 ? 10 : 3 }

    private static func expected(_ tls: PETLS, _ image: PEImage) -> [Slot] {
        guard let directory = tls.directory else { return [] }
        var slots: [Slot] = []
        let fields = [directory.start, directory.end, directory.index, directory.callbacks]
        for (number, address) in fields.enumerated() where address != 0 {
            slots.append(
                Slot(rva: UInt64(tls.entry.rva) + UInt64(number * image.wordSize), role: .field, number: number))
        }
        // An array without an end has no known extent, and an import table is filled by the loader.
        guard let array = tls.array, array.end == .terminated else { return slots }
        for callback in array.callbacks where !callback.isImportSlot {
            slots.append(Slot(rva: callback.slotRVA, role: .callback, number: callback.slot))
        }
        return slots
    }

    private mutating func walk(_ image: PEImage, _ bytes: RawSpan, _ limits: PELimits) {
        guard let directory = image[.relocations], directory.size >= 8 else { return }
        guard let mapped = image.fileRange(atRVA: UInt64(directory.rva)) else {
            defect = "relocation directory at RVA \(PEText.hex(directory.rva)) has no bytes in the file"
            return
        }
        let end = mapped.lowerBound + min(mapped.count, Int(directory.size))
        var at = mapped.lowerBound
        var blocks = 0
        var entries = 0
        while at + 8 <= end, let page = bytes.uint32(at: at), let size = bytes.uint32(at: at + 4) {
            if page == 0 && size == 0 { break }
            guard size >= 8, Int(size) <= end - at else {
                defect = "relocation block at file offset \(PEText.hex(at)) says \(size) bytes"
                break
            }
            guard blocks < limits.relocationBlocks else {
                isIncomplete = true
                break
            }
            blocks += 1
            isPresent = isPresent || size > 8
            if touches(page: UInt64(page)) {
                let count = min((Int(size) - 8) / 2, limits.relocationEntries - entries)
                isIncomplete = isIncomplete || count < (Int(size) - 8) / 2
                entries += count
                read(at: at + 8, count: count, page: UInt64(page), image, bytes)
            }
            at += Int(size)
        }
    }

    private func touches(page: UInt64) -> Bool {
        for range in near where page < range.upperBound && page + 0x1000 + 8 > range.lowerBound { return true }
        return false
    }

    private mutating func read(at start: Int, count: Int, page: UInt64, _ image: PEImage, _ bytes: RawSpan) {
        let wanted = Self.addressType(wordSize: image.wordSize)
        var index = 0
        while index < count, let entry = bytes.uint16(at: start + index * 2) {
            index += 1
            let type = UInt8(entry >> 12)
            guard type != 0 else { continue }
            let rva = page + UInt64(entry & 0xFFF)
            // HIGHADJ takes the next entry as its argument.
            if type == 4 { index += 1 }
            if let slot = slotIndex(rva) {
                if type == wanted { slots[slot].count += 1 } else { slots[slot].wrongType = type }
            } else if nulls.contains(rva) {
                if !nullWords.contains(rva) { nullWords.append(rva) }
            } else if strays.count < 16, changes(rva, type: type) {
                strays.append(rva)
            }
        }
    }

    private func changes(_ rva: UInt64, type: UInt8) -> Bool {
        let width: UInt64 = type == 10 ? 8 : type == 3 ? 4 : 2
        for range in near where rva < range.upperBound && rva + width > range.lowerBound { return true }
        return false
    }

    private func slotIndex(_ rva: UInt64) -> Int? {
        var low = 0
        var high = slots.count
        while low < high {
            let middle = (low + high) / 2
            if slots[middle].rva < rva { low = middle + 1 } else { high = middle }
        }
        return low < slots.count && slots[low].rva == rva ? low : nil
    }
}
