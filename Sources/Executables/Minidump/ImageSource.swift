import Bytes

/// Where the bytes of a PE image come from: the memory of a process, or a file that would be mapped.
protocol ImageSource: Sendable {
    /// A little-endian number of `width` bytes at a relative virtual address; nil when it is not there.
    func integer(at rva: UInt64, width: Int) -> UInt64?
}

/// An image as it lies in a process.
struct MemoryImageSource: ImageSource {
    var memory: ProcessMemory
    var base: UInt64

    func integer(at rva: UInt64, width: Int) -> UInt64? {
        let (address, overflow) = base.addingReportingOverflow(rva)
        return overflow ? nil : memory.integer(at: address, width: width)
    }
}

/// An image as it lies in a file: headers at the start, sections where the section table says.
struct FileImageSource: ImageSource {
    var storage: ByteStorage
    /// Empty while the headers are read: then everything is header.
    var sections: [MappedImage.Section] = []

    func integer(at rva: UInt64, width: Int) -> UInt64? {
        var offset = rva
        if let section = sections.first(where: { $0.contains(rva) }) {
            let within = rva - section.address
            // What the file does not hold of a section is zero in memory.
            if within >= section.fileSize { return 0 }
            offset = section.fileOffset + within
        }
        guard let at = Int(exactly: offset), storage.bytes.holds(width, at: at) else { return nil }
        switch width {
        case 8: return storage.bytes.uint64(at: at)
        case 4: return storage.bytes.uint32(at: at).map(UInt64.init)
        case 2: return storage.bytes.uint16(at: at).map(UInt64.init)
        default: return storage.bytes.uint8(at: at).map(UInt64.init)
        }
    }
}
