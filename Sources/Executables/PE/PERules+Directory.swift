/// Checks of the TLS directory and of its callback array.
extension PERules {
    static func directoryPlace(_ report: PEReport) -> [PERule.Hit] {
        guard let tls = report.tls else { return [] }
        let image = report.image
        let rva = UInt64(tls.entry.rva)
        let size = PETLS.directorySize(wordSize: image.wordSize)
        let reason: String
        if let overlay = tls.overlayOffset {
            reason = "makes sense only as file offset \(PEText.hex(overlay)), which is in the overlay"
        } else if case .section(let index) = tls.region {
            if tls.fileOffset != nil || image.isDebugCompanion { return [] }
            reason = "its \(size) bytes are not all in the file and in \(PEText.name(image.sections[index]))"
        } else {
            reason = "is \(locate(tls.region, image))"
        }
        return [PERule.Hit(why: "directory at RVA \(PEText.hex(rva)): \(reason)", place: place(rva, report))]
    }

    static func directorySize(_ report: PEReport) -> [PERule.Hit] {
        guard let tls = report.tls else { return [] }
        let size = PETLS.directorySize(wordSize: report.image.wordSize)
        guard Int(tls.entry.size) != size else { return [] }
        return [
            PERule.Hit(
                why: "size is \(tls.entry.size), the structure has \(size) bytes",
                place: place(UInt64(tls.entry.rva), report))
        ]
    }

    static func arrayEnd(_ report: PEReport) -> [PERule.Hit] {
        guard let tls = report.tls, let array = tls.array, let rva = array.rva, array.end != .terminated,
            array.end != .unmapped
        else { return [] }
        let count = array.callbacks.count
        return [
            PERule.Hit(
                why: "\(count) words from RVA \(PEText.hex(rva)) without a null, stopped at \(array.end.rawValue)",
                place: place(rva, report))
        ]
    }

    static func arrayPlace(_ report: PEReport) -> [PERule.Hit] {
        guard let array = report.tls?.array, let directory = report.tls?.directory else { return [] }
        let reason: String
        switch array.region {
        case .outside: reason = "outside the image"
        case .gap, .headers: reason = "in no section but \(locate(array.region, report.image))"
        case .section, .slack:
            guard array.end == .unmapped else { return [] }
            reason = "where the file has no bytes"
        }
        return [
            PERule.Hit(
                why: "AddressOfCallBacks is \(PEText.hex(directory.callbacks)), \(reason)",
                place: Finding.Place(
                    fileOffset: report.tls?.fileOffset.map(UInt64.init), address: directory.callbacks,
                    region: describe(array.region, report.image)))
        ]
    }

    static func arrayWritable(_ report: PEReport) -> [PERule.Hit] {
        guard let array = report.tls?.array, let rva = array.rva, !array.callbacks.isEmpty,
            let index = array.region.sectionIndex, report.image.sections[index].isWritable
        else { return [] }
        let section = report.image.sections[index]
        let usual = report.baseline.putsArray(inWritable: section.name)
        // For a DLL by such a toolchain, P18 tells the same story.
        if usual && report.image.isDLL { return [] }
        let toolchain = report.baseline.toolchain.rawValue
        return [
            PERule.Hit(
                why: "\(array.callbacks.count) callbacks in \(PEText.name(section)), which is \(section.rights); "
                    + (usual ? "\(toolchain) does that" : "not known of toolchain \(toolchain)"),
                place: place(rva, report))
        ]
    }

    static func arrayOverImports(_ report: PEReport) -> [PERule.Hit] {
        guard let array = report.tls?.array, let rva = array.rva else { return [] }
        var slots = array.range(wordSize: report.image.wordSize)
        // An array without an end runs into everything behind it: only where it starts was meant.
        if array.end != .terminated { slots = rva..<(rva + UInt64(report.image.wordSize)) }
        let tables: [(PEDataDirectory.Kind, String)] = [
            (.importAddresses, "import address table"), (.imports, "import directory"),
            (.delayImports, "delay-import directory"),
        ]
        return tables.compactMap { kind, name in
            guard let table = report.image[kind]?.range, table.overlaps(slots) else { return nil }
            return PERule.Hit(
                why:
                    "array at RVA \(PEText.hex(slots.lowerBound))–\(PEText.hex(slots.upperBound)) lies over the "
                    + "\(name) at "
                    + "\(PEText.hex(table.lowerBound))–\(PEText.hex(table.upperBound)): "
                    + "imported functions would be called",
                place: place(rva, report))
        }
    }

    static func noDirectory(_ report: PEReport) -> [PERule.Hit] {
        guard report.tls == nil else { return [] }
        let image = report.image
        var hits: [PERule.Hit] = []
        if let hidden = report.hiddenDirectory {
            hits.append(
                PERule.Hit(
                    why: "an entry for RVA \(PEText.hex(hidden.rva)) stands in the header, but NumberOfRvaAndSizes is "
                        + "\(image.declaredDirectoryCount)", place: place(UInt64(hidden.rva), report)))
        }
        if let section = image.sections.first(where: { $0.name == ".tls" }) {
            hits.append(
                PERule.Hit(
                    why: "section .tls at RVA \(PEText.hex(section.rva)), no TLS directory",
                    place: place(UInt64(section.rva), report)))
        }
        return hits
    }
}
