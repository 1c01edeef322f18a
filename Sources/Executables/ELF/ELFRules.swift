import Bytes

/// The checks, each one a small function over the headers; the numbers go into the reason.
enum ELFRules {
    /// Blocks above this are said (TLS-E04), in bytes.
    static let hugeBlock: UInt64 = 64 << 20

    /// Runs all of them. `blocks` are the `PT_TLS` headers, in file order.
    static func check(_ image: ELFImage, _ bytes: RawSpan, tls: ELFTLS?, findings: inout FindingCollector) {
        guard image.isLoadable else { return }
        segmentFiles(image, &findings)
        segmentOverlaps(image, &findings)
        let blocks = image.segments.filter { $0.type == ELFSegment.tls }
        for block in blocks {
            memoryBelowFile(block, &findings)
            alignment(block, image, &findings)
            outside(block, image, &findings)
            huge(block, &findings)
            executable(block, &findings)
            overlap(block, image, &findings)
        }
        several(blocks, &findings)
        if let tls { dense(tls, bytes, &findings) }
        // Loaders take no notice of a block without memory.
        if blocks.allSatisfy({ $0.memorySize == 0 }) { missing(image, bytes, &findings) }
    }

    // MARK: - TLS-E01 … E09

    static func memoryBelowFile(_ block: ELFSegment, _ findings: inout FindingCollector) {
        guard block.memorySize < block.fileSize else { return }
        findings.add(
            ELFCheck.memoryBelowFile,
            "p_memsz \(block.memorySize) is below p_filesz \(block.fileSize); the loader refuses or copies past the "
                + "block.",
            at: place(block))
    }

    static func alignment(_ block: ELFSegment, _ image: ELFImage, _ findings: inout FindingCollector) {
        let alignment = block.alignment
        guard alignment > 1 else { return }
        guard alignment & (alignment - 1) == 0 else {
            return findings.add(
                ELFCheck.alignment, "p_align \(alignment) is not a power of two.", at: place(block), severity: .high)
        }
        guard block.address % alignment != block.offset % alignment else { return }
        // Without template bytes nothing is read from the wrong place.
        let empty = block.fileSize == 0 || image.isDebugCompanion
        findings.add(
            ELFCheck.alignment,
            "p_vaddr \(block.address.hexText) and p_offset \(block.offset.hexText) differ modulo p_align \(alignment).",
            at: place(block), severity: empty ? .low : nil)
    }

    static func outside(_ block: ELFSegment, _ image: ELFImage, _ findings: inout FindingCollector) {
        // A block of zeroes only has no template; Go writes such headers with address 0.
        guard block.fileSize > 0 else { return }
        let size = "\(block.fileSize) bytes"
        let severity: Finding.Severity? = image.isDebugCompanion ? .low : nil
        if !liesInside(block.offset, block.fileSize, size: image.fileSize) {
            findings.add(
                ELFCheck.outside,
                "The template (\(size) at offset \(block.offset.hexText)) reaches past the end of the file "
                    + "(\(image.fileSize) bytes).", at: place(block), severity: severity)
        }
        let holder = image.segments.first {
            $0.type == ELFSegment.load
                && liesInside(block.address, block.fileSize, start: $0.address, size: $0.fileSize)
        }
        guard let holder else {
            return findings.add(
                ELFCheck.outside,
                "The template (\(size) at address \(block.address.hexText)) lies in no loaded segment's file part.",
                at: place(block), severity: severity)
        }
        let loaded = holder.offset &+ (block.address - holder.address)
        // A difference that is no multiple of the alignment is TLS-E02's.
        guard loaded != block.offset, block.address % max(block.alignment, 1) == block.offset % max(block.alignment, 1)
        else { return }
        findings.add(
            ELFCheck.outside,
            "File tools read the template at offset \(block.offset.hexText), the loader at \(loaded.hexText): "
                + "p_vaddr and p_offset disagree.", at: place(block), severity: severity ?? .medium)
    }

    static func huge(_ block: ELFSegment, _ findings: inout FindingCollector) {
        guard block.memorySize > hugeBlock else { return }
        findings.add(
            ELFCheck.huge, "Every thread would get \(block.memorySize) bytes (more than \(hugeBlock >> 20) MiB).",
            at: place(block))
    }

    static func executable(_ block: ELFSegment, _ findings: inout FindingCollector) {
        guard block.isExecutable else { return }
        findings.add(
            ELFCheck.executable, "p_flags \(block.flags) has the X bit; no linker sets it on PT_TLS.", at: place(block))
    }

    static func several(_ blocks: [ELFSegment], _ findings: inout FindingCollector) {
        guard blocks.count > 1, let last = blocks.last else { return }
        let indexes = blocks.prefix(8).map { String($0.index) }.joined(separator: ", ")
        findings.add(
            ELFCheck.several,
            "\(blocks.count) PT_TLS headers (numbers \(indexes)); there is at most one, and loaders take the last.",
            at: place(last))
    }

    static func overlap(_ block: ELFSegment, _ image: ELFImage, _ findings: inout FindingCollector) {
        guard block.fileSize > 0, let dynamic = image.dynamic else { return }
        var ranges: [(String, UInt64, UInt64)] = []
        if let segment = image.segments.last(where: { $0.type == ELFSegment.dynamic }) {
            ranges.append((".dynamic", segment.address, segment.memorySize))
        }
        if let start = dynamic[.initArray] { ranges.append((".init_array", start, dynamic[.initArraySize] ?? 0)) }
        if let start = dynamic[.finiArray] { ranges.append((".fini_array", start, dynamic[.finiArraySize] ?? 0)) }
        for (name, start, size) in ranges where size > 0 {
            guard start < block.address &+ block.fileSize, block.address < start &+ size else { continue }
            findings.add(
                ELFCheck.overlap,
                "The template \(block.address.hexText)+\(block.fileSize) covers \(name) \(start.hexText)+\(size).",
                at: place(block))
        }
    }

    // MARK: - Structure

    static func segmentFiles(_ image: ELFImage, _ findings: inout FindingCollector) {
        for segment in image.segments where segment.type == ELFSegment.load {
            if !liesInside(segment.offset, segment.fileSize, size: image.fileSize) {
                findings.add(
                    ELFCheck.segmentFile,
                    "Segment \(segment.index): \(segment.fileSize) bytes at \(segment.offset.hexText), the file has "
                        + "\(image.fileSize).", at: place(segment), severity: image.isDebugCompanion ? .low : nil)
            } else if segment.fileSize > segment.memorySize {
                findings.add(
                    ELFCheck.segmentFile,
                    "Segment \(segment.index): p_filesz \(segment.fileSize) is above p_memsz \(segment.memorySize).",
                    at: place(segment))
            } else if segment.address.addingReportingOverflow(segment.memorySize).overflow {
                findings.add(
                    ELFCheck.segmentFile,
                    "Segment \(segment.index): \(segment.address.hexText)+\(segment.memorySize) leaves the address "
                        + "space.",
                    at: place(segment))
            }
        }
    }

    static func segmentOverlaps(_ image: ELFImage, _ findings: inout FindingCollector) {
        let loads = image.segments.filter { $0.type == ELFSegment.load && $0.memorySize > 0 }
            .sorted { ($0.address, $0.index) < ($1.address, $1.index) }
        for (low, high) in zip(loads, loads.dropFirst()) where high.address - low.address < low.memorySize {
            findings.add(
                ELFCheck.segmentOverlap,
                "Segment \(low.index) (\(low.address.hexText)+\(low.memorySize)) covers segment \(high.index) "
                    + "(\(high.address.hexText)+\(high.memorySize)).", at: place(high))
        }
    }

    static func place(_ segment: ELFSegment) -> Finding.Place {
        Finding.Place(
            fileOffset: segment.offset, address: segment.address, region: "program header \(segment.index)")
    }
}
