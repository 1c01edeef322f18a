import Bytes

/// Everything `inspect` knows about one PE file.
///
///     let report = try PEReport(inspecting: file.bytes)
///     for finding in report.findings where finding.severity >= .medium { … }
public struct PEReport: Sendable {
    /// The headers.
    public var image: PEImage
    /// Thread-local storage; nil when the loader sees no TLS directory.
    public var tls: PETLS?
    /// What the relocations do to TLS; nil without a directory.
    public var relocations: PERelocations?
    /// Thread-local calls imported by name.
    public var imports: PEImports
    /// Which toolchain made it, as far as the headers show.
    public var baseline: CompilerBaseline
    /// What makes the TLS picture more or less ordinary; for scoring, not for alerting.
    public var hints: [PEHint]
    /// What somebody should look at, most severe first, then by code.
    public var findings: [Finding] = []

    /// Reads and judges a PE image as it stands in a file. Touches headers, TLS structures, relocation block headers,
    /// imported names and a little read-only data; never the code as a whole. Nothing is copied.
    /// - Throws: ``PEError`` when the bytes are not a PE image or end inside the headers.
    public init(inspecting bytes: RawSpan, limits: PELimits = PELimits()) throws(PEError) {
        let image = try PEImage(bytes, limits: limits)
        self.image = image
        tls = PETLS(image, bytes, limits: limits)
        relocations = tls.map { PERelocations(around: $0, in: image, bytes, limits: limits) }
        imports = PEImports(image, bytes, limits: limits)
        baseline = CompilerBaseline(image, bytes, limits: limits)
        hints = []
        if let tls { hints = PEHint.all(tls, image, baseline, bytes, limits: limits) }
        hiddenDirectory = Self.hiddenDirectory(image, bytes)
        isManagedOnly = CompilerBaseline.isManaged(image, bytes)
        isMixedMode = !isManagedOnly && Self.hasCLRHeader(image, bytes)
        findings = PERules.findings(of: self)
    }

    /// A TLS entry that stands in the optional header although `NumberOfRvaAndSizes` says it does not.
    var hiddenDirectory: PEDataDirectory?
    /// Whether the CLR header says "managed code only".
    var isManagedOnly = false
    /// Whether a CLR header is there that allows native code (C++/CLI).
    var isMixedMode = false

    private static func hiddenDirectory(_ image: PEImage, _ bytes: RawSpan) -> PEDataDirectory? {
        let kind = PEDataDirectory.Kind.tls.rawValue
        let at = image.directoriesOffset + kind * 8
        guard image.directories.count <= kind, at + 8 <= image.sectionTableOffset, let rva = bytes.uint32(at: at),
            let size = bytes.uint32(at: at + 4), rva != 0
        else { return nil }
        return PEDataDirectory(rva: rva, size: size)
    }

    private static func hasCLRHeader(_ image: PEImage, _ bytes: RawSpan) -> Bool {
        guard let directory = image[.comDescriptor], let size = image.uint32(bytes, atRVA: UInt64(directory.rva)) else {
            return false
        }
        return size >= 0x48 && size < 0x1000
    }
}
