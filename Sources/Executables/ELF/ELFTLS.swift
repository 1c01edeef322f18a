import Bytes

/// The thread-local block that a file asks for: every thread gets a copy of the template, followed by zeroes.
///
/// ```
///     file:    .tdata (template, fileSize bytes)
///     memory:  ├── template ──┤── zeroes (.tbss) ──┤   x86: the program's block ends at the thread pointer,
///              0          fileSize            memorySize      AArch64: it begins 16 bytes (aligned) after it
/// ```
public struct ELFTLS: Sendable, Hashable {
    /// The program header.
    public var segment: ELFSegment
    /// Bytes of the template: initialised data of each thread.
    public var templateSize: UInt64
    /// Zero bytes after it; 0 when the header says less memory than template.
    public var zeroSize: UInt64
    /// Alignment in bytes (at least 1), as stated; not always a power of two.
    public var alignment: UInt64
    /// File offset of the template by the header, as file tools take it.
    public var statedOffset: UInt64
    /// File offset of the template by its address, as the loader takes it; nil when no loaded segment holds it.
    public var loadedOffset: UInt64?
    /// Relocations about thread-local storage.
    public var relocations: ELFTLSRelocations
    /// Sections with thread-local data: name, address, size in bytes; names are written by the adversary.
    public var sections: [Section]

    /// A section with thread-local data.
    public struct Section: Sendable, Hashable {
        /// Its name, usually `.tdata` or `.tbss`.
        public var name: String
        /// Its address.
        public var address: UInt64
        /// Its size in bytes.
        public var size: UInt64
    }

    /// Where the program's own block begins, in bytes from the thread pointer (negative on x86): x86 and s390 put it
    /// below, the others after a control block of two words. Nil for machines whose layout is not known here, and for
    /// libraries, whose place is known at run time only.
    public var blockOffset: Int64?

    /// Reads everything about the block of `segment`. O(sections + relocations).
    init(_ segment: ELFSegment, image: ELFImage, bytes: RawSpan) {
        self.segment = segment
        templateSize = segment.fileSize
        zeroSize = segment.memorySize >= segment.fileSize ? segment.memorySize - segment.fileSize : 0
        alignment = max(segment.alignment, 1)
        statedOffset = segment.offset
        loadedOffset = image.fileOffset(of: segment.address, length: max(segment.fileSize, 1))
        relocations = image.tlsRelocations(bytes)
        sections = image.sections.lazy.filter(\.isTLS).prefix(64).map {
            Section(name: image.name(of: $0, in: bytes), address: $0.address, size: $0.size)
        }
        blockOffset = Self.blockOffset(segment, image: image)
    }

    private static func blockOffset(_ segment: ELFSegment, image: ELFImage) -> Int64? {
        let isProgram = image.type == 2 || image.segments.contains { $0.type == ELFSegment.interpreter }
        let mask = max(segment.alignment, 1) - 1
        guard isProgram, (mask &+ 1) & mask == 0, segment.memorySize < 1 << 40, mask < 1 << 40 else { return nil }
        func aligned(_ size: UInt64) -> Int64 { Int64((size + mask) & ~mask) }
        switch image.machine {
        case 3, 22, 62: return -aligned(segment.memorySize)
        case 40, 183: return aligned(image.encoding.is64 ? 16 : 8)
        default: return nil
        }
    }
}
