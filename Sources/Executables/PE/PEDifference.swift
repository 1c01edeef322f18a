import Bytes

/// Where the bytes of two files differ.
enum PEDifference {
    /// Granularity of ``blocks(_:_:_:_:)``, in bytes.
    static let block = 512

    /// Bytes that are compared over all sections. Sections of an honest file share no bytes; a thousand forged ones
    /// that all cover the file must not cost a thousand times its size.
    static func budget(_ left: RawSpan, _ right: RawSpan) -> Int { 2 * max(left.byteCount, right.byteCount) }

    /// Number of blocks of two ranges that differ, and the number of blocks of the longer one. O(bytes), a memcmp a
    /// block. Past the budget everything counts as the same.
    static func blocks(
        _ left: RawSpan, _ a: Range<Int>, _ right: RawSpan, _ b: Range<Int>, budget: inout Int
    ) -> (changed: Int, of: Int) {
        budget -= max(a.count, b.count)
        guard budget >= 0 else { return (0, 0) }
        let longer = max(a.count, b.count)
        let common = min(a.count, b.count)
        var changed = (longer - common + block - 1) / block
        var at = 0
        while at < common {
            let length = min(block, common - at)
            if !left.equals(right, at: a.lowerBound + at, otherOffset: b.lowerBound + at, length: length) {
                changed += 1
            }
            at += length
        }
        return (changed, (longer + block - 1) / block)
    }

    /// Whether two files are the same outside of what stamping and signing changes. O(bytes).
    static func isStampsOnly(
        _ new: PEReport, _ newBytes: RawSpan, _ old: PEReport, _ oldBytes: RawSpan
    ) -> Bool {
        let ends = (contentEnd(new.image), contentEnd(old.image))
        guard ends.0 == ends.1, new.image.headerOffset == old.image.headerOffset else { return false }
        let masks = stamps(new, newBytes)
        // Both files must place their stamps alike, or a mask of one could hide a change in the other.
        guard masks == stamps(old, oldBytes) else { return false }
        var at = 0
        for mask in masks {
            guard mask.lowerBound >= at else {
                at = max(at, mask.upperBound)
                continue
            }
            if !newBytes.equals(oldBytes, at: at, otherOffset: at, length: min(mask.lowerBound, ends.0) - at) {
                return false
            }
            at = mask.upperBound
        }
        return at >= ends.0 || newBytes.equals(oldBytes, at: at, otherOffset: at, length: ends.0 - at)
    }

    /// End of what was linked: the certificate table is appended behind it.
    private static func contentEnd(_ image: PEImage) -> Int {
        guard let table = image[.security], Int(table.rva) >= image.overlay.lowerBound, Int(table.rva) <= image.fileSize
        else { return image.fileSize }
        return Int(table.rva)
    }

    /// File ranges that carry stamps, sorted. None of them may lie over code or TLS: the file says where they are, and
    /// the file is written by the adversary.
    private static func stamps(_ report: PEReport, _ bytes: RawSpan) -> [Range<Int>] {
        let image = report.image
        let header = image.headerOffset
        var ranges = [(header + 8)..<(header + 12), (header + 88)..<(header + 92)]
        if image.directories.count > PEDataDirectory.Kind.security.rawValue {
            let security = image.directoriesOffset + PEDataDirectory.Kind.security.rawValue * 8
            ranges.append(security..<(security + 8))
        }
        func add(rva: UInt64, length: Int) {
            guard let index = image.region(atRVA: rva).sectionIndex, !image.sections[index].isExecutable,
                let file = image.fileRange(atRVA: rva), file.count >= length, !touchesTLS(rva, length, report)
            else { return }
            ranges.append(file.lowerBound..<(file.lowerBound + length))
        }
        if let export = image[.export] { add(rva: UInt64(export.rva) + 4, length: 4) }
        if let debug = image[.debug] {
            for index in 0..<min(Int(debug.size) / 28, 16) {
                let entry = UInt64(debug.rva) + UInt64(index * 28)
                guard let type = image.uint32(bytes, atRVA: entry + 12),
                    let size = image.uint32(bytes, atRVA: entry + 16),
                    let data = image.uint32(bytes, atRVA: entry + 20)
                else { break }
                add(rva: entry + 4, length: 4)
                // CodeView (GUID, age and path of the symbol file) and the hash of reproducible builds; both are small.
                if type == 2 || type == 16, size <= 1024 { add(rva: UInt64(data), length: Int(size)) }
            }
        }
        return ranges.sorted { $0.lowerBound < $1.lowerBound }
    }

    private static func touchesTLS(_ rva: UInt64, _ length: Int, _ report: PEReport) -> Bool {
        guard let tls = report.tls else { return false }
        let range = rva..<(rva + UInt64(length))
        let wordSize = report.image.wordSize
        let directory =
            UInt64(tls.entry.rva)..<(UInt64(tls.entry.rva) + UInt64(PETLS.directorySize(wordSize: wordSize)))
        return range.overlaps(directory) || range.overlaps(tls.array?.range(wordSize: wordSize) ?? 0..<0)
            || range.overlaps(tls.template(in: report.image) ?? 0..<0)
    }
}
