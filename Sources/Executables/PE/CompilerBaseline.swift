import Bytes

/// Which toolchain made an image, as far as its headers show, and where that toolchain puts TLS structures (tls.md,
/// 1.5).
///
/// A baseline explains; it never excuses a high finding. All marks can be forged.
public struct CompilerBaseline: Sendable, Hashable {
    /// The toolchains that are told apart.
    public enum Toolchain: String, Sendable, CaseIterable {
        /// Microsoft's compiler and linker.
        case msvc
        /// GCC with GNU ld (MinGW, Cygwin).
        case mingw
        /// LLVM's linker.
        case lld
        /// Rust, with any linker.
        case rust
        /// Delphi, C++Builder.
        case delphi
        /// Go.
        case go
        /// .NET, managed code only.
        case dotnet
        /// A packer or protector by its section names.
        case packer
        /// None of the above.
        case unknown
    }

    /// The toolchain.
    public var toolchain: Toolchain
    /// What it was recognised by, in words.
    public var evidence: String

    /// Sections that packers and protectors leave.
    static let packerSections: Set<String> = [
        "UPX0", "UPX1", "UPX2", ".aspack", ".adata", ".ASPack", ".petite", ".MPRESS1", ".MPRESS2", "PEC2", "pec1",
        "PEC2MO", ".nsp0", ".nsp1", "nsp0", "nsp1", ".vmp0", ".vmp1", ".vmp2", ".themida", ".winlice", ".enigma1",
        ".enigma2", ".perplex", "FSG!", ".packed", ".RLPack", ".Upack", "kkrunchy", ".yP", ".svkp", ".mackt", ".neolit",
    ]

    /// Whether this toolchain puts callback arrays into writable sections of this name.
    public func putsArray(inWritable section: String) -> Bool {
        switch toolchain {
        case .mingw, .rust: section == ".CRT" || section == ".tls"
        case .delphi: section == ".tls" || section == ".data" || section == "DATA"
        default: false
        }
    }

    /// Whether a directory in a section of this name is what this toolchain does; true when nothing is known.
    public func putsDirectory(in section: String) -> Bool {
        switch toolchain {
        case .msvc, .lld: section == ".rdata" || section == ".data" || section == ".text"
        // GNU ld before 2.3x keeps the directory with the template.
        case .mingw, .rust: section == ".rdata" || section == ".data" || section == ".tls"
        case .delphi: section == ".rdata" || section == ".tls"
        case .go, .dotnet, .packer, .unknown: true
        }
    }

    /// Recognises the toolchain. O(sections), and a search through at most ``PELimits/markBytes`` of read-only data.
    public init(_ image: PEImage, _ bytes: RawSpan, limits: PELimits = PELimits()) {
        let names = Set(image.sections.map(\.name))
        let version = "linker \(image.linkerVersion.major).\(image.linkerVersion.minor)"
        (toolchain, evidence) = (.unknown, version)
        if let packer = image.sections.first(where: { Self.packerSections.contains($0.name) }) {
            (toolchain, evidence) = (.packer, "section \(packer.name)")
        } else if Self.isManaged(image, bytes) {
            (toolchain, evidence) = (.dotnet, "CLR header, managed code only")
        } else if Self.isGo(image, bytes) {
            (toolchain, evidence) = (.go, "Go build id")
        } else if image.timeDateStamp == 0x2A42_5E19 || names.isSuperset(of: [".itext", ".didata"])
            || names.isSuperset(of: ["CODE", "DATA", "BSS"])
        {
            (toolchain, evidence) = (.delphi, "Borland's section names or time stamp, \(version)")
        } else if Self.isRust(image, bytes, limits) {
            (toolchain, evidence) = (.rust, "paths of the Rust library, \(version)")
        } else if image.hasRichHeader {
            (toolchain, evidence) = (.msvc, "Rich header, \(version)")
        } else if image.linkerVersion.major == 2 && (names.contains(".CRT") || names.contains(".idata")) {
            (toolchain, evidence) = (.mingw, "GNU ld: \(version), section .idata")
        } else if image.linkerVersion.major == 14 {
            (toolchain, evidence) = (.lld, "\(version) without Rich header")
        }
    }

    /// `COMIMAGE_FLAGS_ILONLY` in the CLR header: managed code without native parts.
    static func isManaged(_ image: PEImage, _ bytes: RawSpan) -> Bool {
        guard let directory = image[.comDescriptor], let size = image.uint32(bytes, atRVA: UInt64(directory.rva)),
            size >= 0x48, size < 0x1000, let flags = image.uint32(bytes, atRVA: UInt64(directory.rva) + 16)
        else { return false }
        return flags & 1 != 0
    }

    /// Go's linker puts `\xFF Go build ID: "` at the start of .text.
    private static func isGo(_ image: PEImage, _ bytes: RawSpan) -> Bool {
        guard let text = image.sections.first(where: \.isExecutable) else { return false }
        return bytes.equals(
            Array("\u{FF} Go build ID:".unicodeScalars.map { UInt8($0.value) }),
            at: image.rawStart(of: text), from: 0, length: 14)
    }

    /// Messages of panics name files under `/rustc/HASH/library` (or `library\std\src` in local builds).
    private static func isRust(_ image: PEImage, _ bytes: RawSpan, _ limits: PELimits) -> Bool {
        guard let data = image.sections.first(where: { $0.name == ".rdata" }) else { return false }
        let start = image.rawStart(of: data)
        let end = start + min(Int(image.fileBackedSize(of: data)), limits.markBytes)
        let mark = Array("/rustc/".utf8)
        guard let span = bytes.slice(at: start, length: max(0, end - start)) else { return false }
        var at = 0
        while let slash = span.firstOffset(of: mark[0], from: at) {
            if span.equals(mark, at: slash, from: 0, length: mark.count) { return true }
            at = slash + 1
        }
        return false
    }
}
