import Bytes

/// What is in an ELF file, and what is odd about it.
public struct ELFReport: Sendable, Hashable {
    /// The headers; nil when not even they could be read (a finding says why).
    public var image: ELFImage?
    /// The thread-local block, by the header that loaders take (the last).
    public var tls: ELFTLS?
    /// What was found, the most severe first.
    public var findings: [Finding]

    /// Reads a file. Nil when `bytes` do not begin with the ELF magic; anything else gives a report.
    ///
    /// Touches headers, the dynamic section and, where the question needs them, symbols and relocations: O(headers +
    /// tables), independent of the size of code and data. Never copies the file.
    public init?(_ bytes: RawSpan) {
        guard ELFImage.recognises(bytes) else { return nil }
        var collector = FindingCollector()
        let image = ELFImage(bytes, findings: &collector)
        self.image = image
        if let image {
            tls = image.segments.last { $0.type == ELFSegment.tls }.map { ELFTLS($0, image: image, bytes: bytes) }
            ELFRules.check(image, bytes, tls: tls, findings: &collector)
        }
        findings = collector.sorted()
    }
}
