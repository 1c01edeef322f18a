/// Checks of index, template, word sizes and relocations.
extension PERules {
    static func index(_ report: PEReport) -> [PERule.Hit] {
        guard let tls = report.tls, let directory = tls.directory else { return [] }
        let image = report.image
        let name = "AddressOfIndex is \(PEText.hex(directory.index))"
        guard let rva = tls.indexRVA else {
            return [
                PERule.Hit(
                    why: "\(name), outside the image",
                    place: Finding.Place(address: directory.index, region: "outside the image"))
            ]
        }
        let word = rva..<(rva + 4)
        let size = UInt64(PETLS.directorySize(wordSize: image.wordSize))
        if let slots = tls.array?.range(wordSize: image.wordSize), slots.overlaps(word) {
            return [
                PERule.Hit(
                    severity: .high, why: "\(name), in the callback array: the loader itself rewrites a callback",
                    place: place(rva, report))
            ]
        }
        let region = image.region(atRVA: rva)
        var why: String?
        if word.overlaps(UInt64(tls.entry.rva)..<(UInt64(tls.entry.rva) + size)) {
            why = "in the directory itself"
        } else if let section = region.sectionIndex.map({ image.sections[$0] }) {
            if !section.isWritable { why = "in \(PEText.name(section)), which is \(section.rights)" }
        } else {
            why = locate(region, image)
        }
        return why.map { [PERule.Hit(why: "\(name), \($0)", place: place(rva, report))] } ?? []
    }

    /// Largest template that needs no explanation, in bytes.
    static let largeTemplate: UInt64 = 16 << 20
    /// Largest zero fill that needs no explanation, in bytes.
    static let largeZeroFill: UInt32 = 64 << 20

    static func template(_ report: PEReport) -> [PERule.Hit] {
        guard let tls = report.tls, let directory = tls.directory else { return [] }
        let at = place(UInt64(tls.entry.rva), report)
        var reasons: [String] = []
        let range = "template \(PEText.hex(directory.start))–\(PEText.hex(directory.end))"
        if directory.end < directory.start {
            reasons.append("\(range) ends before it starts: Windows refuses to load it")
        } else if directory.start != directory.end || directory.start != 0 {
            let end = report.image.imageBase &+ UInt64(report.image.sizeOfImage)
            // An empty template may stand at the very end of the image.
            if directory.start < report.image.imageBase || directory.end > end {
                reasons.append("\(range) is not in the image, which ends at \(PEText.hex(end))")
            }
            if directory.end - directory.start > largeTemplate {
                reasons.append("every thread would get \(directory.end - directory.start) bytes")
            }
        }
        if directory.zeroFill > largeZeroFill { reasons.append("SizeOfZeroFill is \(directory.zeroFill) bytes") }
        let reserved = directory.characteristics & ~0x00F0_0000
        if reserved != 0 { reasons.append("reserved bits \(PEText.hex(reserved)) of Characteristics are set") }
        if directory.characteristics & 0x00F0_0000 == 0x00F0_0000 { reasons.append("alignment 15 does not exist") }
        return reasons.map { PERule.Hit(why: $0, place: at) }
    }

    static func wordSizes(_ report: PEReport) -> [PERule.Hit] {
        let image = report.image
        var hits: [PERule.Hit] = []
        if let expected = image.machine.wordSize, expected != image.wordSize {
            hits.append(
                PERule.Hit(
                    why: "machine \(image.machine.name) has \(expected)-byte addresses, the optional header is "
                        + (image.isPE32Plus ? "PE32+" : "PE32"),
                    place: Finding.Place(fileOffset: UInt64(image.headerOffset + 4), region: "headers")))
        }
        if let tls = report.tls, Int(tls.entry.size) == PETLS.directorySize(wordSize: 12 - image.wordSize) {
            hits.append(
                PERule.Hit(
                    why: "TLS directory size \(tls.entry.size) is that of a \(image.wordSize == 8 ? 32 : 64)-bit image",
                    place: place(UInt64(tls.entry.rva), report)))
        }
        return hits
    }

    static func relocations(_ report: PEReport) -> [PERule.Hit] {
        guard let tls = report.tls, let table = report.relocations, report.image.isDynamicBase,
            !report.image.relocationsStripped, tls.directory != nil
        else { return [] }
        // A directory in the headers is out of reach for relocations: P04 says what is wrong with it.
        let slots = table.slots.filter { tls.region != .headers || $0.role != .field }
        let twice = slots.filter { $0.count > 1 }
        let wrong = slots.filter { $0.wrongType != nil }
        // With a limit reached or a broken table, counts may be too low.
        let isWhole = !table.isIncomplete && table.defect.isEmpty
        let none = slots.filter { $0.count == 0 && $0.wrongType == nil && isWhole }
        // Without any relocation the loader cannot move the image, and nothing is wrong with the addresses.
        let missing: Finding.Severity = table.isPresent ? .medium : .low
        return tell(twice) { hit(.high, "\($0.name) is relocated \($0.count) times", $0.rva, report) }
            + tell(table.strays) {
                hit(.high, "a relocation at RVA \(PEText.hex($0)) changes TLS bytes that are no address", $0, report)
            }
            + tell(wrong) { hit(.medium, "\($0.name) has a relocation of type \($0.wrongType ?? 0)", $0.rva, report) }
            + tell(none) { hit(missing, "\($0.name) is not relocated", $0.rva, report) }
    }

    private static func hit(
        _ severity: Finding.Severity, _ why: String, _ rva: UInt64, _ report: PEReport
    ) -> PERule.Hit {
        PERule.Hit(severity: severity, why: why, place: place(rva, report))
    }
}
