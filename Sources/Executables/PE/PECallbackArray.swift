import Bytes

/// The null-terminated array that `AddressOfCallBacks` points to.
public struct PECallbackArray: Sendable, Hashable {
    /// How the walk ended.
    public enum End: String, Sendable {
        /// A null word in the file, or zero fill behind the section's data.
        case terminated
        /// The section's data ended without a null word.
        case sectionEnd = "end of section"
        /// The file ended inside the section's data.
        case fileEnd = "end of file"
        /// ``PELimits/callbacks`` slots without a null word.
        case limit
        /// The array's address is not mapped at all.
        case unmapped
    }

    /// RVA of the first slot; nil when the address lies outside the image.
    public var rva: UInt64?
    /// What lies there.
    public var region: PERegion
    /// Its slots in order, without the terminator.
    public var callbacks: [PECallback]
    /// How the walk ended.
    public var end: End

    /// RVAs from the first slot to the end of the terminator; empty when nothing is mapped.
    public func range(wordSize: Int) -> Range<UInt64> {
        guard let rva, end != .unmapped else { return 0..<0 }
        return rva..<(rva + UInt64((callbacks.count + (end == .terminated ? 1 : 0)) * wordSize))
    }

    init(at address: UInt64, in image: PEImage, _ bytes: RawSpan, limits: PELimits) {
        rva = image.rva(ofAddress: address)
        callbacks = []
        end = .unmapped
        guard let start = rva else {
            region = .outside
            return
        }
        region = image.region(atRVA: start)
        walk(from: start, image, bytes, limit: limits.callbacks)
        let wanted = Set(callbacks.compactMap { $0.liesInCode ? $0.rva : nil })
        let names = PESymbols.names(at: wanted, in: image, bytes, limits: limits)
        guard !names.isEmpty else { return }
        for index in callbacks.indices { callbacks[index].symbol = callbacks[index].rva.flatMap { names[$0] } }
    }

    private mutating func walk(from start: UInt64, _ image: PEImage, _ bytes: RawSpan, limit: Int) {
        let size = UInt64(image.wordSize)
        // One look for the whole run: slots are then read without asking the section table again.
        let run = image.fileRange(atRVA: start) ?? 0..<0
        let imports = image[.importAddresses]?.range ?? 0..<0
        var at = start
        while callbacks.count < limit {
            let offset = run.lowerBound + Int(at - start)
            let inRun = !run.isEmpty && offset + Int(size) <= run.upperBound
            let read: UInt64? =
                if inRun {
                    image.isPE32Plus ? bytes.uint64(at: offset) : bytes.uint32(at: offset).map(UInt64.init)
                } else {
                    image.word(bytes, atRVA: at)
                }
            guard let address = read else {
                end = at == start ? .unmapped : endWithoutTerminator(at: at, image)
                return
            }
            if address == 0 {
                end = .terminated
                return
            }
            callbacks.append(
                PECallback(
                    slot: callbacks.count, slotRVA: at, address: address, isImportSlot: imports.contains(at), image,
                    bytes))
            at += size
        }
        end = .limit
    }

    /// A section that says it has more bytes in the file than the file has was cut; else its data simply ended.
    private func endWithoutTerminator(at rva: UInt64, _ image: PEImage) -> End {
        guard let index = region.sectionIndex else { return .sectionEnd }
        let section = image.sections[index]
        let declared = min(UInt64(section.rawSize), image.mappedSize(of: section))
        return image.fileBackedSize(of: section) < declared && rva < UInt64(section.rva) + declared
            ? .fileEnd : .sectionEnd
    }
}

extension PECallback {
    init(
        slot: Int, slotRVA: UInt64, address: UInt64, isImportSlot: Bool, _ image: PEImage, _ bytes: RawSpan
    ) {
        self.slot = slot
        self.slotRVA = slotRVA
        self.address = address
        self.isImportSlot = isImportSlot
        rva = image.rva(ofAddress: address)
        region = rva.map { image.region(atRVA: $0) } ?? .outside
        let section = region.sectionIndex.map { image.sections[$0] }
        self.section = section?.name ?? ""
        isExecutable = section?.isExecutable ?? false
        isWritable = section?.isWritable ?? false
        fileOffset = rva.flatMap { image.fileRange(atRVA: $0)?.lowerBound }
        jumpsAway = false
        if let rva, let section { jumpsAway = Self.jumps(from: rva, outOf: section, image, bytes) }
    }

    /// `jmp rel32`, `jmp rel8` (x86, x64) or `b` (ARM64) as first instruction, into another section. Jumps inside a
    /// section are the thunks of incremental linking.
    private static func jumps(from rva: UInt64, outOf section: PESection, _ image: PEImage, _ bytes: RawSpan) -> Bool {
        guard let offset = image.fileRange(atRVA: rva)?.lowerBound else { return false }
        let target: Int64
        switch image.machine {
        case .x86, .x64:
            switch bytes.uint8(at: offset) {
            case 0xE9:
                guard let distance = bytes.uint32(at: offset + 1) else { return false }
                target = Int64(rva) + 5 + Int64(Int32(bitPattern: distance))
            case 0xEB:
                guard let distance = bytes.uint8(at: offset + 1) else { return false }
                target = Int64(rva) + 2 + Int64(Int8(bitPattern: distance))
            default: return false
            }
        case .arm64:
            // Bits 31…26 are 000101, the rest is a signed count of instructions.
            guard let code = bytes.uint32(at: offset), code >> 26 == 0b000101 else { return false }
            target = Int64(rva) + Int64(Int32(bitPattern: code << 6) >> 6) * 4
        default: return false
        }
        guard target >= 0 else { return true }
        return !section.claimed.contains(UInt64(target))
    }
}
