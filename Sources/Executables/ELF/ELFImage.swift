import Bytes

/// The headers of an ELF file: numbers only, no bytes are kept. Functions that read more take the bytes again.
///
/// Everything is written by the adversary: tables are capped, ranges are checked in 64-bit arithmetic against the file,
/// and what contradicts itself is said instead of believed. Layout: elf(5), System V ABI.
public struct ELFImage: Sendable, Hashable {
    /// Program headers kept at most (the kernel takes 64 KiB of them, about 1170).
    static let segmentLimit = 4096
    /// Section headers kept at most.
    static let sectionLimit = 65_536

    /// Word size and byte order.
    public var encoding: ELFEncoding
    /// `e_type`: 1 relocatable, 2 executable, 3 shared object (also position-independent programs), 4 core.
    public var type: UInt16
    /// `e_machine`, e.g. 62 x86-64, 3 i386, 183 AArch64.
    public var machine: UInt16
    /// `e_entry`, virtual address.
    public var entry: UInt64
    /// Size of the file in bytes.
    public var fileSize: UInt64
    /// Program headers, in file order.
    public var segments: [ELFSegment] = []
    /// Section headers, in file order; empty when there are none or they do not lie in the file.
    public var sections: [ELFSection] = []
    /// The dynamic section, if any.
    public var dynamic: ELFDynamic?
    /// Number of the section that holds the section names.
    var nameSection = 0

    /// Whether a loader would map it: an executable or a shared object.
    public var isLoadable: Bool { type == 2 || type == 3 }

    /// Whether it is the separate debug half of a file: code sections are there in name only (`objcopy
    /// --only-keep-debug`), and what the program headers say of file ranges is left over from the other half.
    public internal(set) var isDebugCompanion = false

    /// Whether bytes begin as an ELF file does.
    public static func recognises(_ bytes: RawSpan) -> Bool { bytes.uint32(at: 0) == 0x464C_457F }

    /// The segment that the loader would use for `PT_GNU_RELRO`.
    public var relro: ELFSegment? { segments.last { $0.type == ELFSegment.relro } }

    /// File offset of the byte that the loader puts at `address`, with `length` bytes of the file behind it, by the
    /// `PT_LOAD`s; nil where the file has none. O(segments).
    public func fileOffset(of address: UInt64, length: UInt64 = 1) -> UInt64? {
        for segment in segments where segment.type == ELFSegment.load {
            guard liesInside(address, length, start: segment.address, size: segment.fileSize) else { continue }
            let (offset, overflow) = segment.offset.addingReportingOverflow(address - segment.address)
            if !overflow, liesInside(offset, length, size: fileSize) { return offset }
        }
        return nil
    }

    /// Bytes of the file behind `address` up to the end of its segment; 0 when there are none. O(segments).
    func available(at address: UInt64) -> UInt64 {
        for segment in segments where segment.type == ELFSegment.load {
            guard liesInside(address, 1, start: segment.address, size: segment.fileSize) else { continue }
            let (offset, overflow) = segment.offset.addingReportingOverflow(address - segment.address)
            if !overflow, offset < fileSize {
                return min(segment.fileSize - (address - segment.address), fileSize - offset)
            }
        }
        return 0
    }

    /// Name of a section, cut at 64 bytes; written by the adversary.
    public func name(of section: ELFSection, in bytes: RawSpan) -> String {
        guard nameSection < sections.count, nameSection > 0 else { return "" }
        let (at, overflow) = sections[nameSection].offset.addingReportingOverflow(UInt64(section.nameOffset))
        guard !overflow, let start = Int(exactly: at) else { return "" }
        var text: [UInt8] = []
        while text.count < 64, let byte = bytes.uint8(at: start + text.count), byte != 0 { text.append(byte) }
        return String(decoding: text, as: UTF8.self)
    }
}
