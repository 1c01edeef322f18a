import Bytes

/// Where the loader puts which bytes of the file.
///
///     file    |headers|   |== raw data ==|
///                          ↓              ↘
///     memory  |headers| … |== raw data ==|000 zeroes 000|slack|
///                         rva                           rva + VirtualSize
///
/// A section of 0x2400 bytes with 0x1A00 in the file: up to 0x1A00 its bytes come from the file, up to 0x2400 they are
/// zero, and the rest of the page is mapped too (slack).
extension PEImage {
    /// Alignment the mapping works with: a page unless the image asks for less (drivers, UEFI programs).
    private var pageSize: UInt64 {
        sectionAlignment >= 0x1000 || sectionAlignment == 0 ? 0x1000 : UInt64(sectionAlignment)
    }

    /// File offset the loader takes for a section's data: rounded down to 512 unless the alignment is below a page.
    func rawStart(of section: PESection) -> Int {
        sectionAlignment >= 0x1000 ? Int(section.rawOffset & ~0x1FF) : Int(section.rawOffset)
    }

    /// Bytes of a section that are mapped: the claimed size up to a whole page.
    func mappedSize(of section: PESection) -> UInt64 {
        let page = pageSize
        return (section.claimedSize + page - 1) / page * page
    }

    /// Bytes of a section that come from the file: what is declared, mapped and really there.
    func fileBackedSize(of section: PESection) -> UInt64 {
        let declared = min(UInt64(section.rawSize), mappedSize(of: section))
        return min(declared, UInt64(max(0, fileSize - rawStart(of: section))))
    }

    /// What lies at an RVA. O(sections).
    public func region(atRVA rva: UInt64) -> PERegion {
        if rva >= UInt64(sizeOfImage) { return .outside }
        if rva < UInt64(sizeOfHeaders) { return .headers }
        var slack: Int?
        var index = 0
        while index < extents.count {
            let extent = extents[index]
            if rva >= extent.start {
                if rva < extent.claimedEnd { return .section(index) }
                if slack == nil, rva < extent.mappedEnd { slack = index }
            }
            index += 1
        }
        return slack.map(PERegion.slack) ?? .gap
    }

    /// The section that holds an RVA, slack included; nil in headers, gaps and outside.
    public func section(atRVA rva: UInt64) -> PESection? {
        region(atRVA: rva).sectionIndex.map { sections[$0] }
    }

    /// File offset of the byte that stands at an RVA, with the number of bytes that follow it in the file *and* in
    /// memory; nil where memory is zero-filled or not mapped. O(sections).
    public func fileRange(atRVA rva: UInt64) -> Range<Int>? {
        let region = region(atRVA: rva)
        if region == .headers {
            let end = min(Int(sizeOfHeaders), fileSize)
            return Int(rva) < end ? Int(rva)..<end : nil
        }
        guard let index = region.sectionIndex else { return nil }
        let section = sections[index]
        let delta = rva - UInt64(section.rva)
        let backed = fileBackedSize(of: section)
        guard delta < backed else { return nil }
        let start = rawStart(of: section)
        return (start + Int(delta))..<(start + Int(backed))
    }

    /// Bytes of the section from `rva` on that are zero because the file has none for them; 0 elsewhere.
    func zeroFill(atRVA rva: UInt64) -> UInt64 {
        guard let index = region(atRVA: rva).sectionIndex else { return 0 }
        let section = sections[index]
        let delta = rva - UInt64(section.rva)
        // A file that was cut is not zero-filled: only declared sizes count.
        guard delta >= UInt64(section.rawSize) else { return 0 }
        return section.claimedSize > delta ? section.claimedSize - delta : 0
    }

    /// RVA of a virtual address at the preferred base; nil when it lies outside the image.
    public func rva(ofAddress address: UInt64) -> UInt64? {
        guard address >= imageBase, address - imageBase < UInt64(sizeOfImage) else { return nil }
        return address - imageBase
    }

    /// Virtual address of an RVA at the preferred base.
    public func address(ofRVA rva: UInt64) -> UInt64 { imageBase &+ rva }

    /// The 32-bit integer at an RVA; zero fill reads as 0, nil where nothing is mapped or the file is cut.
    func uint32(_ bytes: RawSpan, atRVA rva: UInt64) -> UInt32? {
        if let range = fileRange(atRVA: rva), range.count >= 4 { return bytes.uint32(at: range.lowerBound) }
        return littleEndian(bytes, atRVA: rva, count: 4).map { UInt32(truncatingIfNeeded: $0) }
    }

    /// The address-sized integer at an RVA; zero fill reads as 0, nil where nothing is mapped or the file is cut.
    func word(_ bytes: RawSpan, atRVA rva: UInt64) -> UInt64? {
        guard isPE32Plus else { return uint32(bytes, atRVA: rva).map(UInt64.init) }
        if let range = fileRange(atRVA: rva), range.count >= 8 { return bytes.uint64(at: range.lowerBound) }
        return littleEndian(bytes, atRVA: rva, count: 8)
    }

    /// Byte by byte, for words that lie across the end of a section's file bytes.
    private func littleEndian(_ bytes: RawSpan, atRVA rva: UInt64, count: UInt64) -> UInt64? {
        var value: UInt64 = 0
        for index in 0..<count {
            let at = rva + index
            if let range = fileRange(atRVA: at), let byte = bytes.uint8(at: range.lowerBound) {
                value |= UInt64(byte) << (8 * index)
            } else if zeroFill(atRVA: at) == 0 {
                return nil
            }
        }
        return value
    }
}
