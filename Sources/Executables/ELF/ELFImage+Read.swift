import Bytes

extension ELFImage {
    /// Reads the headers. Nil when `bytes` do not begin with the magic, or when word size or byte order is none that
    /// exists; what else is wrong goes to `findings`. O(headers).
    init?(_ bytes: RawSpan, findings: inout FindingCollector) {
        guard Self.recognises(bytes) else { return nil }
        guard let klass = bytes.uint8(at: 4), let order = bytes.uint8(at: 5), 1...2 ~= klass, 1...2 ~= order else {
            findings.add(
                ELFCheck.header,
                "Class \(bytes.uint8(at: 4) ?? 0) or byte order \(bytes.uint8(at: 5) ?? 0) is none that exists (1, 2).",
                at: .init(fileOffset: 4))
            return nil
        }
        let encoding = ELFEncoding(is64: klass == 2, isBigEndian: order == 2)
        let word = encoding.wordSize
        guard bytes.holds(encoding.headerSize, at: 0), let type = encoding.uint16(bytes, at: 16),
            let machine = encoding.uint16(bytes, at: 18), let entry = encoding.word(bytes, at: 24),
            let programHeaders = encoding.word(bytes, at: 24 + word),
            let sectionHeaders = encoding.word(bytes, at: 24 + 2 * word)
        else {
            findings.add(ELFCheck.header, "The file ends after \(bytes.byteCount) bytes, inside its header.")
            return nil
        }
        self.encoding = encoding
        self.type = type
        self.machine = machine
        self.entry = entry
        self.fileSize = UInt64(bytes.byteCount)
        let counts = 24 + 3 * word + 6
        func half(_ index: Int) -> Int { Int(encoding.uint16(bytes, at: counts + 2 * index) ?? 0) }
        let first = Int(exactly: sectionHeaders).flatMap { ELFSection(bytes, at: $0, encoding: encoding) }
        readSections(bytes, at: sectionHeaders, entrySize: half(2), stated: half(3), first: first, &findings)
        nameSection = half(4) == 0xFFFF ? Int(first?.link ?? 0) : half(4)
        // More than 65534 program headers: the count stands in the first section header (PN_XNUM).
        let segmentCount = half(1) == 0xFFFF ? Int(first?.info ?? 0xFFFF) : half(1)
        readSegments(bytes, at: programHeaders, entrySize: half(0), count: segmentCount, &findings)
        readDynamic(bytes, &findings)
    }

    private mutating func readSegments(
        _ bytes: RawSpan, at offset: UInt64, entrySize: Int, count: Int, _ findings: inout FindingCollector
    ) {
        guard count > 0 else { return }
        guard entrySize == encoding.programHeaderSize else {
            findings.add(
                ELFCheck.header,
                "A program header is said to be \(entrySize) bytes; it is \(encoding.programHeaderSize). No loader "
                    + "takes it."
            )
            return
        }
        if count > Self.segmentLimit {
            findings.add(ELFCheck.limits, "\(count) program headers; the first \(Self.segmentLimit) are looked at.")
        }
        segments.reserveCapacity(min(count, 64))
        for index in 0..<min(count, Self.segmentLimit) {
            let (at, overflow) = offset.addingReportingOverflow(UInt64(index * entrySize))
            guard !overflow, let place = Int(exactly: at),
                let segment = ELFSegment(bytes, at: place, index: index, encoding: encoding)
            else {
                findings.add(
                    ELFCheck.programHeaders,
                    "\(count) program headers from \(offset.hexText) are stated; the file of \(fileSize) bytes holds "
                        + "\(index).",
                    at: .init(fileOffset: offset))
                return
            }
            segments.append(segment)
        }
    }

    private mutating func readSections(
        _ bytes: RawSpan, at offset: UInt64, entrySize: Int, stated: Int, first: ELFSection?,
        _ findings: inout FindingCollector
    ) {
        guard offset != 0 else { return }
        guard let first, entrySize == encoding.sectionHeaderSize else {
            if stated > 0 {
                findings.add(
                    ELFCheck.sectionHeaders,
                    "\(stated) section headers of \(entrySize) bytes are stated at \(offset.hexText); the file has "
                        + "\(fileSize) bytes.", at: .init(fileOffset: offset))
            }
            return
        }
        // Zero with a table present: the real count stands in the first entry.
        let count = stated == 0 ? first.size : UInt64(stated)
        if count > UInt64(Self.sectionLimit) {
            findings.add(ELFCheck.limits, "\(count) section headers; the first \(Self.sectionLimit) are looked at.")
        }
        for index in 0..<Int(min(count, UInt64(Self.sectionLimit))) {
            let (at, overflow) = offset.addingReportingOverflow(UInt64(index * entrySize))
            guard !overflow, let place = Int(exactly: at),
                let section = ELFSection(bytes, at: place, encoding: encoding)
            else {
                findings.add(
                    ELFCheck.sectionHeaders,
                    "\(count) section headers from \(offset.hexText) are stated; the file of \(fileSize) bytes holds "
                        + "\(index).",
                    at: .init(fileOffset: offset))
                return
            }
            sections.append(section)
            if section.type == ELFSection.noBits, section.isAllocated, section.isExecutable, section.size > 0 {
                isDebugCompanion = true
            }
        }
    }

    private mutating func readDynamic(_ bytes: RawSpan, _ findings: inout FindingCollector) {
        // The loader goes by the address, tools by the offset; the last header counts.
        guard let segment = segments.last(where: { $0.type == ELFSegment.dynamic }), segment.fileSize > 0 else {
            return
        }
        let mapped = fileOffset(of: segment.address)
        let length = mapped == nil ? segment.fileSize : max(available(at: segment.address), 1)
        guard let offset = Int(exactly: mapped ?? segment.offset), let size = Int(exactly: min(length, fileSize)),
            offset < bytes.byteCount, size <= bytes.byteCount - offset
        else {
            let outside = !liesInside(segment.offset, segment.fileSize, size: fileSize)
            findings.add(
                ELFCheck.dynamic,
                "The dynamic section (\(segment.fileSize) bytes at \(segment.offset.hexText), address "
                    + "\(segment.address.hexText)) lies outside \(outside ? "the file" : "every loaded segment").",
                at: .init(fileOffset: segment.offset, address: segment.address),
                severity: isDebugCompanion ? .low : nil)
            return
        }
        let dynamic = ELFDynamic(bytes, at: offset, length: size, encoding: encoding)
        self.dynamic = dynamic
        // The loader reads to the terminator, whatever the header says of the size.
        let read = UInt64((dynamic.count + 1) * 2 * encoding.wordSize)
        if !dynamic.isTerminated || read > segment.fileSize, !isDebugCompanion {
            findings.add(
                ELFCheck.dynamic,
                "No DT_NULL within the \(segment.fileSize) bytes of the dynamic section: the loader reads past its "
                    + "end.",
                at: .init(fileOffset: UInt64(offset), address: segment.address))
        }
    }
}
