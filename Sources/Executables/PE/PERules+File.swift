/// Checks of the file as a whole: what the headers promise against what is there.
extension PERules {
    static func truncated(_ report: PEReport) -> [PERule.Hit] {
        let image = report.image
        // What the loader maps; alignment padding at the end of a file may be missing.
        func end(_ section: PESection) -> UInt64 {
            UInt64(image.rawStart(of: section)) + min(UInt64(section.rawSize), section.claimedSize)
        }
        return tell(image.sections.filter { $0.rawSize > 0 && end($0) > UInt64(image.fileSize) }) { section in
            PERule.Hit(
                why: "\(PEText.name(section)) ends at file offset \(PEText.hex(end(section))), the file at "
                    + PEText.hex(image.fileSize),
                place: Finding.Place(
                    fileOffset: UInt64(image.rawStart(of: section)), region: PEText.name(section)))
        }
    }

    static func overlapping(_ report: PEReport) -> [PERule.Hit] {
        let sections = report.image.sections
        let inMemory = zip(sections, sections.dropFirst()).filter { $0.claimed.upperBound > UInt64($1.rva) }
        let ordered = sections.filter { $0.rawSize > 0 }.sorted { $0.rawOffset < $1.rawOffset }
        let inFile = zip(ordered, ordered.dropFirst()).filter {
            UInt64($0.rawOffset) + UInt64($0.rawSize) > UInt64($1.rawOffset)
        }
        return tell(inMemory) { section, next in
            PERule.Hit(
                why: "\(PEText.name(section)) ends at RVA \(PEText.hex(section.claimed.upperBound)), the next section "
                    + "\(PEText.name(next)) starts at \(PEText.hex(next.rva))", place: place(UInt64(next.rva), report))
        }
            + tell(inFile) { section, next in
                PERule.Hit(
                    why: "\(PEText.name(section)) and \(PEText.name(next)) share bytes from file offset "
                        + PEText.hex(next.rawOffset),
                    place: Finding.Place(fileOffset: UInt64(next.rawOffset), region: PEText.name(next)))
            }
    }

    static func sectionTable(_ report: PEReport) -> [PERule.Hit] {
        guard report.image.sectionsIncomplete else { return [] }
        return [
            PERule.Hit(
                why: "\(report.image.declaredSectionCount) sections declared, \(report.image.sections.count) read",
                place: Finding.Place(fileOffset: UInt64(report.image.sectionTableOffset), region: "headers"))
        ]
    }

    static func sectionsOutside(_ report: PEReport) -> [PERule.Hit] {
        let image = report.image
        return tell(image.sections.filter { $0.claimed.upperBound > UInt64(image.sizeOfImage) }) { section in
            PERule.Hit(
                why: "\(PEText.name(section)) ends at RVA \(PEText.hex(section.claimed.upperBound)), the image at "
                    + PEText.hex(image.sizeOfImage),
                place: Finding.Place(address: image.address(ofRVA: UInt64(section.rva)), region: PEText.name(section)))
        }
    }

    static func entryPoint(_ report: PEReport) -> [PERule.Hit] {
        let image = report.image
        guard image.entryPoint != 0 else { return [] }
        let region = image.region(atRVA: UInt64(image.entryPoint))
        let why: String
        if case .section(let index) = region {
            let section = image.sections[index]
            guard !section.isExecutable || section.isWritable else { return [] }
            why = "in \(PEText.name(section)), which is \(section.rights)"
        } else {
            why = locate(region, image)
        }
        return [
            PERule.Hit(
                why: "entry point at RVA \(PEText.hex(image.entryPoint)) \(why)",
                place: place(UInt64(image.entryPoint), report))
        ]
    }

    static func writableCode(_ report: PEReport) -> [PERule.Hit] {
        tell(report.image.sections.filter { $0.isWritable && $0.isExecutable }) {
            PERule.Hit(why: "\(PEText.name($0)) is \($0.rights)", place: place(UInt64($0.rva), report))
        }
    }

    static func relocatedNull(_ report: PEReport) -> [PERule.Hit] {
        guard report.image.isDynamicBase, !report.image.relocationsStripped else { return [] }
        return (report.relocations?.nullWords ?? []).map {
            PERule.Hit(
                why: "the null at RVA \(PEText.hex($0)) becomes an address when the image is moved",
                place: place($0, report))
        }
    }

    static func relocationTable(_ report: PEReport) -> [PERule.Hit] {
        guard let table = report.relocations else { return [] }
        if !table.defect.isEmpty { return [PERule.Hit(why: table.defect)] }
        return table.isIncomplete ? [PERule.Hit(why: "the limit of blocks or entries was reached")] : []
    }
}
