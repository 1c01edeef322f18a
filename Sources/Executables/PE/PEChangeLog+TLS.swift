import Bytes

/// Changes of thread-local storage. Everything is compared by RVA, so a changed image base alone is no change.
extension PEChangeLog {
    mutating func compareTLS(_ old: PEReport, _ newBytes: RawSpan, _ oldBytes: RawSpan) {
        // The other view of an ARM64X file may have other directories: say so, do not accuse.
        let isHybrid = new.image.hybrid == .arm64X || old.image.hybrid == .arm64X
        let ceiling: Finding.Severity = isHybrid ? .informational : .high
        guard let after = new.tls else {
            if let before = old.tls { add(.vanished, "was at RVA \(PEText.hex(before.entry.rva))", ceiling: ceiling) }
            return
        }
        guard let before = old.tls else {
            add(
                .appeared,
                "at RVA \(PEText.hex(after.entry.rva)) in \(PERules.describe(after.region, new.image)), with "
                    + "\(after.callbacks.count) callbacks", at: UInt64(after.entry.rva), ceiling: ceiling)
            return
        }
        compareDirectory(after, before, old, ceiling)
        compareCallbacks(after, before, old, ceiling)
        compareCallbackCode(after, before, old, newBytes, oldBytes)
        compareTemplate(after, before, old, newBytes, oldBytes)
    }

    /// In a new build addresses differ anyway: there only another section counts.
    private func moved(_ after: UInt64?, _ before: UInt64?, _ old: PEReport) -> String? {
        guard after != before else { return nil }
        let sections = (sectionName(after, new.image), sectionName(before, old.image))
        if relation == .rebuilt && sections.0 == sections.1 { return nil }
        func text(_ rva: UInt64?, _ section: String) -> String {
            rva.map { "\(PEText.hex($0)) in \(section)" } ?? "nowhere"
        }
        return "from RVA \(text(before, sections.1)) to \(text(after, sections.0))"
    }

    private func sectionName(_ rva: UInt64?, _ image: PEImage) -> String {
        PERules.describe(rva.map { image.region(atRVA: $0) } ?? .outside, image)
    }

    private mutating func compareDirectory(
        _ after: PETLS, _ before: PETLS, _ old: PEReport, _ ceiling: Finding.Severity
    ) {
        let rva = UInt64(after.entry.rva)
        if let text = moved(rva, UInt64(before.entry.rva), old) {
            add(.directoryMoved, text, at: rva, ceiling: ceiling)
        }
        if let text = moved(after.array?.rva, before.array?.rva, old), after.array != nil {
            add(.arrayMoved, text, at: after.array?.rva, ceiling: ceiling)
        }
        if let text = moved(after.indexRVA, before.indexRVA, old) {
            add(.indexMoved, text, at: after.indexRVA, ceiling: ceiling)
        }
    }

    private mutating func compareCallbacks(
        _ after: PETLS, _ before: PETLS, _ old: PEReport, _ ceiling: Finding.Severity
    ) {
        let known = Set(before.callbacks.compactMap(\.rva))
        let kept = min(after.callbacks.count, before.callbacks.count)
        for (callback, former) in zip(after.callbacks, before.callbacks) {
            // An address outside both images has no RVA: compare what stands there.
            guard callback.rva != former.rva || (callback.rva == nil && callback.address != former.address) else {
                continue
            }
            let sameSection = callback.section == former.section && callback.liesInCode
            if relation == .rebuilt && sameSection { continue }
            add(
                .retargeted,
                "callback \(callback.slot) was \(PEText.hex(former.address)) in \(former.section), is "
                    + "\(PEText.hex(callback.address)) in \(PERules.describe(callback.region, new.image))"
                    + (callback.rva.map(known.contains) == true ? ", which was a callback before" : ""),
                at: callback.slotRVA, ceiling: ceiling)
        }
        for callback in after.callbacks.dropFirst(kept) {
            add(
                .added,
                "callback \(callback.slot) is \(PEText.hex(callback.address)) in "
                    + "\(PERules.describe(callback.region, new.image))", at: callback.slotRVA, ceiling: ceiling)
        }
        for callback in before.callbacks.dropFirst(kept) {
            add(.removed, "callback \(callback.slot) was \(PEText.hex(callback.address))", ceiling: ceiling)
        }
    }

    /// Bytes of a callback that are compared: an entry patch is shorter.
    static let codeLength = 32

    private mutating func compareCallbackCode(
        _ after: PETLS, _ before: PETLS, _ old: PEReport, _ newBytes: RawSpan, _ oldBytes: RawSpan
    ) {
        // Absolute addresses in the code follow the base: with another base the bytes say nothing.
        guard relation == .patched, new.image.imageBase == old.image.imageBase else { return }
        let known = Set(before.callbacks.compactMap(\.rva))
        var seen: Set<UInt64> = []
        for callback in after.callbacks {
            guard let rva = callback.rva, known.contains(rva), seen.insert(rva).inserted,
                let a = new.image.fileRange(atRVA: rva), let b = old.image.fileRange(atRVA: rva)
            else { continue }
            let length = min(Self.codeLength, a.count, b.count)
            if !newBytes.equals(oldBytes, at: a.lowerBound, otherOffset: b.lowerBound, length: length) {
                add(.codeChanged, "first \(length) bytes at \(PEText.hex(callback.address)) differ", at: rva)
            }
        }
    }

    private mutating func compareTemplate(
        _ after: PETLS, _ before: PETLS, _ old: PEReport, _ newBytes: RawSpan, _ oldBytes: RawSpan
    ) {
        let ranges = (after.template(in: new.image), before.template(in: old.image))
        guard let a = ranges.0, let b = ranges.1 else {
            if (ranges.0 == nil) != (ranges.1 == nil) { add(.template, "one of the two templates is not in the image") }
            return
        }
        if a.count != b.count {
            add(.template, "\(b.count) bytes before, \(a.count) now", at: a.lowerBound)
            return
        }
        let files = (new.image.fileRange(atRVA: a.lowerBound), old.image.fileRange(atRVA: b.lowerBound))
        guard let here = files.0, let there = files.1 else { return }
        let length = min(here.count, there.count, a.count)
        if !newBytes.equals(oldBytes, at: here.lowerBound, otherOffset: there.lowerBound, length: length) {
            add(.template, "its \(length) bytes differ", at: a.lowerBound)
        }
    }
}
