import Bytes

/// Changes of the file as a whole: sections, entry point, randomisation.
extension PEChangeLog {
    mutating func compareFile(_ old: PEReport, _ newBytes: RawSpan, _ oldBytes: RawSpan) {
        let after = new.image
        let before = old.image
        if after.entryPoint != before.entryPoint {
            add(
                .entryPoint, "RVA \(PEText.hex(before.entryPoint)) before, \(PEText.hex(after.entryPoint)) now",
                at: UInt64(after.entryPoint))
        }
        if before.isDynamicBase && !before.relocationsStripped && (!after.isDynamicBase || after.relocationsStripped) {
            add(.fixed, "DYNAMIC_BASE was set; the image now stays at \(PEText.hex(after.imageBase))")
        }
        compareOverlays(after.overlay, before.overlay, newBytes, oldBytes)
        var budget = PEDifference.budget(newBytes, oldBytes)
        // Sections are told by name and order: linkers give the same name twice.
        var former = Dictionary(grouping: before.sections, by: \.name)
        for section in after.sections {
            guard var list = former[section.name], !list.isEmpty else {
                add(
                    .sectionAdded,
                    "\(PEText.name(section)) at RVA \(PEText.hex(section.rva)), \(section.claimedSize) bytes, "
                        + section.rights, at: UInt64(section.rva))
                continue
            }
            let twin = list.removeFirst()
            former[section.name] = list
            compare(section, twin, old, newBytes, oldBytes, budget: &budget)
        }
        for section in before.sections where former[section.name]?.contains(section) == true {
            add(.sectionResized, "\(PEText.name(section)) is gone")
        }
    }

    private mutating func compareOverlays(
        _ here: Range<Int>, _ there: Range<Int>, _ newBytes: RawSpan, _ oldBytes: RawSpan
    ) {
        let isSame =
            here.count == there.count
            && newBytes.equals(
                oldBytes, at: here.lowerBound, otherOffset: there.lowerBound, length: here.count)
        if !isSame { add(.overlay, "\(there.count) bytes behind the sections before, \(here.count) now") }
    }

    private mutating func compare(
        _ section: PESection, _ former: PESection, _ old: PEReport, _ newBytes: RawSpan, _ oldBytes: RawSpan,
        budget: inout Int
    ) {
        let name = PEText.name(section)
        let gains = (section.isWritable && !former.isWritable) || (section.isExecutable && !former.isExecutable)
        if gains { add(.rights, "\(name) was \(former.rights), is \(section.rights)", at: UInt64(section.rva)) }
        if section.claimedSize != former.claimedSize || section.rva != former.rva {
            add(
                .sectionResized,
                "\(name) was \(former.claimedSize) bytes at RVA \(PEText.hex(former.rva)), "
                    + "is \(section.claimedSize) at " + PEText.hex(section.rva), at: UInt64(section.rva))
        }
        let here = PEComparison.fileRange(of: section, new.image)
        let there = PEComparison.fileRange(of: former, old.image)
        let result = PEDifference.blocks(newBytes, here, oldBytes, there, budget: &budget)
        if result.changed > 0 {
            add(
                .content, "\(name): \(result.changed) of \(result.of) blocks of 512 bytes differ",
                at: UInt64(section.rva))
        }
    }
}
