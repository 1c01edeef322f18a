import Bytes

/// A circumstance of the TLS picture that honest files share with malicious ones: good for a score, too weak for a
/// finding (tls.md, 6: scoring hints).
public struct PEHint: Sendable, Hashable {
    /// What it is.
    public enum Kind: String, Sendable, CaseIterable {
        /// A callback lies in the last section of the file, where appended code goes.
        case callbackInLastSection = "callback-in-last-section"
        /// A callback lies in a section with a packer's name.
        case callbackInPackerSection = "callback-in-packer-section"
        /// A callback lies in a section whose bytes look random.
        case callbackInRandomSection = "callback-in-random-section"
        /// A callback's first instruction jumps into another section.
        case callbackJumpsAway = "callback-jumps-away"
        /// More than 16 callbacks.
        case manyCallbacks = "many-callbacks"
        /// The directory lies where this toolchain does not put it.
        case directoryOutOfPlace = "directory-out-of-place"
        /// The certificate table starts before the end of the sections.
        case certificateInsideSections = "certificate-inside-sections"
    }

    /// What it is.
    public var kind: Kind
    /// In words, with the numbers.
    public var detail: String

    static func all(
        _ tls: PETLS, _ image: PEImage, _ baseline: CompilerBaseline, _ bytes: RawSpan, limits: PELimits
    ) -> [PEHint] {
        var hints: [PEHint] = []
        func add(_ kind: Kind, _ detail: String) { hints.append(PEHint(kind: kind, detail: detail)) }
        let last = image.sections.last { $0.rawSize > 0 && !$0.isDiscardable }
        var seen: Set<Int> = []
        for callback in tls.callbacks where !callback.isImportSlot {
            if callback.jumpsAway, !hints.contains(where: { $0.kind == .callbackJumpsAway }) {
                add(.callbackJumpsAway, "callback \(callback.slot) at \(PEText.hex(callback.address))")
            }
            guard let index = callback.region.sectionIndex, seen.insert(index).inserted else { continue }
            let section = image.sections[index]
            if index == last?.index, index > 0 { add(.callbackInLastSection, PEText.name(section)) }
            if CompilerBaseline.packerSections.contains(section.name) { add(.callbackInPackerSection, section.name) }
            let entropy = Self.entropy(of: section, image, bytes, limit: limits.entropyBytes)
            if entropy > 7.2 {
                let tenths = Int((entropy * 10).rounded())
                add(.callbackInRandomSection, "\(PEText.name(section)): \(tenths / 10).\(tenths % 10) bits a byte")
            }
        }
        if tls.callbacks.count > 16 { add(.manyCallbacks, "\(tls.callbacks.count) callbacks") }
        if let index = tls.region.sectionIndex, !baseline.putsDirectory(in: image.sections[index].name) {
            add(.directoryOutOfPlace, "\(PEText.name(image.sections[index])), toolchain \(baseline.toolchain.rawValue)")
        }
        if let table = image[.security], Int(table.rva) < image.overlay.lowerBound {
            add(.certificateInsideSections, "at file offset \(PEText.hex(table.rva))")
        }
        return hints
    }

    /// Shannon entropy of a section's first bytes, in bits a byte. O(limit).
    static func entropy(of section: PESection, _ image: PEImage, _ bytes: RawSpan, limit: Int) -> Double {
        let count = min(Int(image.fileBackedSize(of: section)), limit)
        guard count > 256, let span = bytes.slice(at: image.rawStart(of: section), length: count) else { return 0 }
        var histogram = [Int](repeating: 0, count: 256)
        var offset = 0
        while let byte = span.uint8(at: offset) {
            histogram[Int(byte)] += 1
            offset += 1
        }
        var bits = 0.0
        for times in histogram where times > 0 {
            let share = Double(times) / Double(count)
            bits -= share * PELogarithm.base2(share)
        }
        return bits
    }
}

extension PESection {
    /// Whether the loader may throw it away after loading (.reloc).
    var isDiscardable: Bool { characteristics & 0x0200_0000 != 0 }
}
