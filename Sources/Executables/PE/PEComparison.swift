import Bytes

/// What changed between a file and its reference: the same path in the image layer, the vendor's file, yesterday's
/// copy.
///
/// Change is stronger than presence: an honest program may well have TLS callbacks, but it does not get new ones.
///
///     let comparison = PEComparison(of: new, newBytes, against: old, oldBytes)
///     comparison.relation   // .patched
///     comparison.findings   // TLS-C03 …
public struct PEComparison: Sendable {
    /// How the two relate.
    public var relation: PERelation
    /// What changed, most severe first, then by code. Places are those in the new file.
    public var findings: [Finding] = []
    /// Blocks of 512 bytes of executable sections that differ, and how many there are in the larger of the two.
    public var changedCode: (blocks: Int, of: Int) = (0, 0)

    /// Compares two inspected files. The bytes must be those the reports were made of. O(bytes).
    public init(
        of new: PEReport, _ newBytes: RawSpan, against old: PEReport, _ oldBytes: RawSpan
    ) {
        relation = .identical
        if newBytes.byteCount == oldBytes.byteCount,
            newBytes.equals(oldBytes, at: 0, otherOffset: 0, length: newBytes.byteCount)
        {
            return
        }
        changedCode = Self.changedCode(new, newBytes, old, oldBytes)
        relation = Self.relation(new, newBytes, old, oldBytes, changedCode)
        var log = PEChangeLog(new: new, relation: relation)
        switch relation {
        case .identical: break
        case .stampsOnly: log.add(.stamps, "code, data and TLS are the same")
        case .unrelated: log.add(.unrelated, Self.kinds(new.image, old.image))
        case .patched, .rebuilt:
            log.compareTLS(old, newBytes, oldBytes)
            log.compareFile(old, newBytes, oldBytes)
        }
        findings = log.findings.sorted {
            $0.severity == $1.severity ? $0.code < $1.code : $0.severity > $1.severity
        }
    }

    private static func relation(
        _ new: PEReport, _ newBytes: RawSpan, _ old: PEReport, _ oldBytes: RawSpan, _ code: (blocks: Int, of: Int)
    ) -> PERelation {
        guard new.image.machine == old.image.machine, new.image.wordSize == old.image.wordSize,
            new.image.isDLL == old.image.isDLL
        else { return .unrelated }
        if PEDifference.isStampsOnly(new, newBytes, old, oldBytes) { return .stampsOnly }
        // A new build moves functions about; somebody who edits a file touches a few blocks of code, or none.
        let isFew = code.blocks <= max(2, code.of / 16) && code.blocks * 2 <= code.of
        return isFew || isSameLink(new.image, old.image) ? .patched : .rebuilt
    }

    /// Whether both came out of one run of the linker: the same stamp and the same room for code.
    private static func isSameLink(_ new: PEImage, _ old: PEImage) -> Bool {
        guard new.timeDateStamp == old.timeDateStamp, let a = new.sections.first(where: \.isExecutable),
            let b = old.sections.first(where: \.isExecutable)
        else { return false }
        return a.rva == b.rva && a.virtualSize == b.virtualSize && a.rawSize == b.rawSize
    }

    private static func changedCode(
        _ new: PEReport, _ newBytes: RawSpan, _ old: PEReport, _ oldBytes: RawSpan
    ) -> (blocks: Int, of: Int) {
        var total = (blocks: 0, of: 0)
        var budget = PEDifference.budget(newBytes, oldBytes)
        for section in old.image.sections where section.isExecutable {
            let range = fileRange(of: section, old.image)
            let twin = new.image.sections.first { $0.rva == section.rva && $0.isExecutable }
            let other = twin.map { fileRange(of: $0, new.image) } ?? 0..<0
            let result = PEDifference.blocks(newBytes, other, oldBytes, range, budget: &budget)
            total.blocks += result.changed
            total.of += result.of
        }
        return total
    }

    static func fileRange(of section: PESection, _ image: PEImage) -> Range<Int> {
        let start = image.rawStart(of: section)
        return start..<(start + Int(image.fileBackedSize(of: section)))
    }

    private static func kinds(_ new: PEImage, _ old: PEImage) -> String {
        func kind(_ image: PEImage) -> String {
            "\(image.machine.name) \(image.isPE32Plus ? "PE32+" : "PE32") \(image.isDLL ? "DLL" : "program")"
        }
        return "\(kind(new)), the reference is \(kind(old))"
    }
}
