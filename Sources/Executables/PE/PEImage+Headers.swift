import Bytes

extension PEImage {
    /// Reads the headers. O(sections); touches the header pages only.
    /// - Throws: ``PEError`` when the bytes are not a PE image or end inside the headers.
    public init(_ bytes: RawSpan, limits: PELimits = PELimits()) throws(PEError) {
        guard bytes.uint16(at: 0) == 0x5A4D else { throw PEError(.noDOSHeader, offset: 0, "no MZ") }
        guard let pointer = bytes.uint32(at: 0x3C) else {
            throw PEError(.truncatedHeader, offset: bytes.byteCount, "the file ends inside the DOS header")
        }
        let header = Int(pointer)
        guard let signature = bytes.uint32(at: header) else {
            throw PEError(.headerOutside, offset: 0x3C, "e_lfanew is \(PEText.hex(pointer)), outside the file")
        }
        guard signature == 0x0000_4550 else {
            throw PEError(.noSignature, offset: header, "\(PEText.hex(signature)) instead of PE\\0\\0")
        }
        let optional = header + 24
        guard let magic = bytes.uint16(at: optional) else {
            throw PEError(.truncatedHeader, offset: optional, "the file ends before the optional header")
        }
        guard magic == 0x10B || magic == 0x20B else {
            throw PEError(.unknownMagic, offset: optional, "magic \(PEText.hex(magic))")
        }
        let plus = magic == 0x20B
        guard
            let file = FileHeader(bytes, at: header + 4),
            let fields = OptionalHeader(bytes, at: optional, isPE32Plus: plus)
        else { throw PEError(.truncatedHeader, offset: bytes.byteCount, "the file ends inside the optional header") }

        fileSize = bytes.byteCount
        headerOffset = header
        machine = file.machine
        isPE32Plus = plus
        timeDateStamp = file.timeDateStamp
        characteristics = file.characteristics
        optionalHeaderSize = file.optionalHeaderSize
        symbolTableOffset = file.symbolTableOffset
        symbolCount = file.symbolCount
        declaredSectionCount = file.sectionCount
        linkerVersion = fields.linkerVersion
        entryPoint = fields.entryPoint
        imageBase = fields.imageBase
        sectionAlignment = fields.sectionAlignment
        fileAlignment = fields.fileAlignment
        sizeOfImage = fields.sizeOfImage
        sizeOfHeaders = fields.sizeOfHeaders
        checksum = fields.checksum
        subsystem = fields.subsystem
        dllCharacteristics = fields.dllCharacteristics
        declaredDirectoryCount = fields.directoryCount
        directories = Self.directories(bytes, at: optional + (plus ? 112 : 96), count: fields.directoryCount)
        sections = Self.sections(
            bytes, at: optional + file.optionalHeaderSize, count: min(file.sectionCount, limits.sections))
        sectionsIncomplete = sections.count < file.sectionCount
        hasRichHeader = Self.richHeader(bytes, before: header)
        extents = sections.map {
            PEImage.Extent(
                start: UInt64($0.rva), claimedEnd: $0.claimed.upperBound,
                mappedEnd: UInt64($0.rva) + mappedSize(of: $0))
        }
        hybrid = hybridMark(bytes)
    }

    /// The loader looks at `NumberOfRvaAndSizes` only, not at the size of the optional header.
    private static func directories(_ bytes: RawSpan, at start: Int, count: UInt32) -> [PEDataDirectory] {
        var result: [PEDataDirectory] = []
        for index in 0..<Int(min(count, 16)) {
            guard let rva = bytes.uint32(at: start + index * 8), let size = bytes.uint32(at: start + index * 8 + 4)
            else { break }
            result.append(PEDataDirectory(rva: rva, size: size))
        }
        return result
    }

    private static func sections(_ bytes: RawSpan, at start: Int, count: Int) -> [PESection] {
        var result: [PESection] = []
        for index in 0..<count {
            let at = start + index * 40
            guard let header = bytes.slice(at: at, length: 40),
                let virtualSize = header.uint32(at: 8), let rva = header.uint32(at: 12),
                let rawSize = header.uint32(at: 16), let rawOffset = header.uint32(at: 20),
                let characteristics = header.uint32(at: 36)
            else { break }
            result.append(
                PESection(
                    index: index, name: PEText.terminated(header, at: 0, limit: 8), rva: rva, virtualSize: virtualSize,
                    rawSize: rawSize,
                    rawOffset: rawOffset, characteristics: characteristics))
        }
        return result
    }

    /// `Rich` stands 4-aligned between the DOS program and the PE header, as cleartext end of an enciphered list.
    private static func richHeader(_ bytes: RawSpan, before header: Int) -> Bool {
        var offset = 0x80
        while offset < min(header, 0x400) {
            if bytes.uint32(at: offset) == 0x6863_6952 { return true }
            offset += 4
        }
        return false
    }

    /// `CHPEMetadataPointer` of the load configuration, if its own size field reaches that far.
    private func hybridMark(_ bytes: RawSpan) -> PEHybrid {
        let field: UInt32 = isPE32Plus ? 0xC8 : 0x7C
        guard machine.wordSize == wordSize, let directory = self[.loadConfiguration],
            let size = uint32(bytes, atRVA: UInt64(directory.rva)),
            size >= field + UInt32(wordSize), let pointer = word(bytes, atRVA: UInt64(directory.rva) + UInt64(field)),
            pointer != 0
        else { return .none }
        switch machine {
        case .arm64: return .arm64X
        case .x64: return .arm64EC
        case .x86: return .chpe
        default: return .none
        }
    }
}

/// `IMAGE_FILE_HEADER`, 20 bytes.
private struct FileHeader {
    let machine: PEMachine
    let sectionCount: Int
    let timeDateStamp: UInt32
    let symbolTableOffset: Int
    let symbolCount: Int
    let optionalHeaderSize: Int
    let characteristics: UInt16

    init?(_ bytes: RawSpan, at start: Int) {
        guard let machine = bytes.uint16(at: start), let sectionCount = bytes.uint16(at: start + 2),
            let stamp = bytes.uint32(at: start + 4), let symbols = bytes.uint32(at: start + 8),
            let symbolCount = bytes.uint32(at: start + 12), let size = bytes.uint16(at: start + 16),
            let characteristics = bytes.uint16(at: start + 18)
        else { return nil }
        self.machine = PEMachine(rawValue: machine)
        self.sectionCount = Int(sectionCount)
        timeDateStamp = stamp
        symbolTableOffset = Int(symbols)
        self.symbolCount = Int(symbolCount)
        optionalHeaderSize = Int(size)
        self.characteristics = characteristics
    }
}

/// `IMAGE_OPTIONAL_HEADER32/64` up to the directories. The two differ in the width of the base and of the stack and
/// heap sizes.
private struct OptionalHeader {
    let linkerVersion: PEImage.LinkerVersion
    let entryPoint: UInt32
    let imageBase: UInt64
    let sectionAlignment: UInt32
    let fileAlignment: UInt32
    let sizeOfImage: UInt32
    let sizeOfHeaders: UInt32
    let checksum: UInt32
    let subsystem: UInt16
    let dllCharacteristics: UInt16
    let directoryCount: UInt32

    init?(_ bytes: RawSpan, at start: Int, isPE32Plus: Bool) {
        guard let header = bytes.slice(at: start, length: isPE32Plus ? 112 : 96),
            let major = header.uint8(at: 2), let minor = header.uint8(at: 3), let entry = header.uint32(at: 16),
            let base = isPE32Plus ? header.uint64(at: 24) : header.uint32(at: 28).map(UInt64.init),
            let sectionAlignment = header.uint32(at: 32), let fileAlignment = header.uint32(at: 36),
            let sizeOfImage = header.uint32(at: 56), let sizeOfHeaders = header.uint32(at: 60),
            let checksum = header.uint32(at: 64), let subsystem = header.uint16(at: 68),
            let dllCharacteristics = header.uint16(at: 70),
            let directoryCount = header.uint32(at: isPE32Plus ? 108 : 92)
        else { return nil }
        linkerVersion = PEImage.LinkerVersion(major: major, minor: minor)
        entryPoint = entry
        imageBase = base
        self.sectionAlignment = sectionAlignment
        self.fileAlignment = fileAlignment
        self.sizeOfImage = sizeOfImage
        self.sizeOfHeaders = sizeOfHeaders
        self.checksum = checksum
        self.subsystem = subsystem
        self.dllCharacteristics = dllCharacteristics
        self.directoryCount = directoryCount
    }
}
