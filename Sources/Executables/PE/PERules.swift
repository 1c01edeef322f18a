/// The static checks, flat: code, title, severity, what ordinary software looks the same, and the function. Sources:
/// tls.md, sections 6 (TLS-P) and 1 (layout); PE-F checks tell where the file itself is not what its headers say.
enum PERules {
    static let all: [PERule] = [
        PERule(
            code: "TLS-P01", title: "TLS callback outside the image", severity: .high,
            falsePositives: "old protectors with fixed addresses; broken tools that write RVAs", check: outsideImage),
        PERule(
            code: "TLS-P02", title: "TLS callback is not in code", severity: .high,
            falsePositives: "packers that make the section executable at run time", check: notInCode),
        PERule(
            code: "TLS-P03", title: "TLS callback in writable code", severity: .medium,
            falsePositives: "UPX, VMProtect, Themida and other packers", check: inWritableCode),
        PERule(
            code: "TLS-P04", title: "TLS directory out of place", severity: .high,
            falsePositives: "truncated downloads", check: directoryPlace),
        PERule(
            code: "TLS-P05", title: "TLS directory of unusual size", severity: .low,
            falsePositives: "some linkers give a larger size; the loader does not look at it", check: directorySize),
        PERule(
            code: "TLS-P06", title: "TLS callback array without end", severity: .high, falsePositives: "",
            check: arrayEnd),
        PERule(
            code: "TLS-P07", title: "TLS callback array outside the image", severity: .high, falsePositives: "",
            check: arrayPlace),
        PERule(
            code: "TLS-P08", title: "TLS callback array in a writable section", severity: .informational,
            falsePositives: "every program built by MinGW GCC", check: arrayWritable),
        PERule(
            code: "TLS-P09", title: "TLS callback array overlaps the imports", severity: .high, falsePositives: "",
            check: arrayOverImports),
        PERule(
            code: "TLS-P10", title: "TLS index where the loader cannot or must not write", severity: .medium,
            falsePositives: "", check: index),
        PERule(
            code: "TLS-P11", title: "TLS template or flags out of bounds", severity: .medium,
            falsePositives: "very large thread-local arrays; Windows ignores SizeOfZeroFill", check: template),
        PERule(
            code: "TLS-P12", title: "Machine, magic and TLS size disagree", severity: .medium,
            falsePositives: "", check: wordSizes),
        PERule(
            code: "TLS-P13", title: "TLS addresses are not relocated once each", severity: .medium,
            falsePositives: "hand-made installers; tools that add TLS and forget .reloc", check: relocations),
        PERule(
            code: "TLS-P14", title: "TLS callback repeated or equal to the entry point", severity: .low,
            falsePositives: "", check: repeated),
        PERule(
            code: "TLS-P15", title: "TLS section or entry that the loader does not see", severity: .low,
            falsePositives: "remnants in Delphi programs", check: noDirectory),
        PERule(
            code: "TLS-P16", title: "TLS callbacks without an entry point", severity: .medium,
            falsePositives: "DLLs without DllMain", check: noEntryPoint),
        PERule(
            code: "TLS-P17", title: "TLS callbacks in a .NET file", severity: .medium,
            falsePositives: "C++/CLI mixed mode", check: managed),
        PERule(
            code: "TLS-P18", title: "DLL with TLS callbacks", severity: .informational,
            falsePositives: "DLLs by MinGW or Rust, and C++ with thread_local", check: library),
        PERule(
            code: "PE-F01", title: "File is shorter than its headers say", severity: .low,
            falsePositives: "truncated downloads; carved files", check: truncated),
        PERule(
            code: "PE-F02", title: "Sections overlap or are out of order", severity: .low,
            falsePositives: "hand-made and packed files", check: overlapping),
        PERule(
            code: "PE-F03", title: "Section table not read to its end", severity: .low, falsePositives: "",
            check: sectionTable),
        PERule(
            code: "PE-F04", title: "Section outside the image", severity: .low, falsePositives: "hand-made files",
            check: sectionsOutside),
        PERule(
            code: "PE-F05", title: "Entry point is not in code", severity: .low,
            falsePositives: "packers; drivers with writable INIT sections", check: entryPoint),
        PERule(
            code: "PE-F06", title: "Writable and executable section", severity: .informational,
            falsePositives: "packers, self-modifying runtimes, old linkers", check: writableCode),
        PERule(
            code: "PE-F07", title: "Relocation table is broken", severity: .low, falsePositives: "truncated files",
            check: relocationTable),
        PERule(
            code: "PE-F08", title: "Null TLS word is relocated", severity: .low,
            falsePositives: "callbacks removed by hand", check: relocatedNull),
    ]

    /// All findings, most severe first, then by code. O(what the report holds).
    static func findings(of report: PEReport) -> [Finding] {
        all.compactMap { $0.finding(in: report) }.sorted {
            $0.severity == $1.severity ? $0.code < $1.code : $0.severity > $1.severity
        }
    }

    /// Hits for what a check found. A hostile file has thousands of offenders and a finding names the first few: only
    /// those get words.
    static func tell<Offender>(
        _ offenders: some Collection<Offender>, _ words: (Offender) -> PERule.Hit
    ) -> [PERule.Hit] {
        let told = offenders.prefix(PEText.listed).map(words)
        // Those without words must not decide the severity.
        let untold = PERule.Hit(severity: .informational, why: "")
        return told + [PERule.Hit](repeating: untold, count: offenders.count - told.count)
    }

    /// Place of a TLS structure by its RVA.
    static func place(_ rva: UInt64, _ report: PEReport) -> Finding.Place {
        let image = report.image
        return Finding.Place(
            fileOffset: image.fileRange(atRVA: rva).map { UInt64($0.lowerBound) }, address: image.address(ofRVA: rva),
            region: describe(image.region(atRVA: rva), image))
    }

    /// A region with its preposition.
    static func locate(_ region: PERegion, _ image: PEImage) -> String {
        region == .outside ? "outside the image" : "in \(describe(region, image))"
    }

    /// A region in words.
    static func describe(_ region: PERegion, _ image: PEImage) -> String {
        switch region {
        case .headers: "headers"
        case .section(let index): PEText.name(image.sections[index])
        case .slack(let index): "slack behind \(PEText.name(image.sections[index]))"
        case .gap: "gap between sections"
        case .outside: "outside the image"
        }
    }
}
