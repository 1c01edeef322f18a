/// The bytes of an image that decide what its TLS callbacks do: what a write into a process has to hit to be tampering
/// with TLS (tls.md, 9). As RVAs, so that they fit wherever the image was loaded.
extension PETLS {
    /// What stands in a range.
    public enum RangeKind: String, Sendable, CaseIterable {
        /// Entry 9 of the data-directory table, 8 bytes. Works only before the loader has run.
        case entry
        /// The directory, 24 or 40 bytes. Works only before the loader has run.
        case directory
        /// The callback array with its terminator. Works at any time: the loader reads it live.
        case array
        /// The index, 4 bytes, written by the loader itself.
        case index
        /// The template: initial values for new threads.
        case template
        /// The first bytes of a callback.
        case callbackCode = "callback-code"
    }

    /// Bytes of a callback that count as its start: an entry patch is shorter.
    static let entryLength: UInt64 = 16

    /// The ranges, in the order of ``RangeKind``; only what can be read is there. O(callbacks).
    public func ranges(in image: PEImage) -> [(kind: RangeKind, rvas: Range<UInt64>)] {
        let slot = UInt64(image.directoriesOffset + PEDataDirectory.Kind.tls.rawValue * 8)
        var ranges: [(kind: RangeKind, rvas: Range<UInt64>)] = [(.entry, slot..<(slot + 8))]
        if directory != nil {
            let rva = UInt64(entry.rva)
            ranges.append((.directory, rva..<(rva + UInt64(Self.directorySize(wordSize: image.wordSize)))))
        }
        if let array, !array.range(wordSize: image.wordSize).isEmpty {
            ranges.append((.array, array.range(wordSize: image.wordSize)))
        }
        if let indexRVA { ranges.append((.index, indexRVA..<(indexRVA + 4))) }
        if let template = template(in: image), !template.isEmpty { ranges.append((.template, template)) }
        for callback in callbacks where callback.liesInCode {
            if let rva = callback.rva { ranges.append((.callbackCode, rva..<(rva + Self.entryLength))) }
        }
        return ranges
    }

    /// What a write of `length` bytes at an RVA hits first, in the order of ``RangeKind``; nil when it hits none of
    /// TLS.
    public func target(ofWriteAtRVA rva: UInt64, length: UInt64, in image: PEImage) -> RangeKind? {
        guard length > 0 else { return nil }
        let (end, wraps) = rva.addingReportingOverflow(length)
        let write = rva..<(wraps ? .max : end)
        return ranges(in: image).first { $0.rvas.overlaps(write) }?.kind
    }
}
