import Bytes

/// The headers of a PE file (x86, x64, ARM, ARM64 and hybrids), read as the Windows loader reads them.
///
/// The value holds numbers only, none of the bytes; whatever reads further gets the bytes again. All integers in the
/// file are little-endian. Source of layout and rules: tls.md, section 1, and Microsoft's PE format specification.
public struct PEImage: Sendable, Hashable {
    /// Bytes of the file.
    public var fileSize: Int
    /// `e_lfanew`: file offset of `PE\0\0`.
    public var headerOffset: Int
    /// `Machine`.
    public var machine: PEMachine
    /// Whether the optional header is PE32+ (magic 0x20B), that is addresses of 8 bytes.
    public var isPE32Plus: Bool
    /// `TimeDateStamp`: seconds since 1970, or a hash for reproducible builds.
    public var timeDateStamp: UInt32
    /// `Characteristics` of the file header.
    public var characteristics: UInt16
    /// `PointerToSymbolTable`: file offset of the COFF symbols, 0 = none.
    public var symbolTableOffset: Int
    /// `NumberOfSymbols` as declared.
    public var symbolCount: Int
    /// `SizeOfOptionalHeader`.
    public var optionalHeaderSize: Int
    /// `NumberOfSections` as declared; ``sections`` may hold fewer.
    public var declaredSectionCount: Int
    /// `MajorLinkerVersion` and `MinorLinkerVersion`.
    public var linkerVersion: LinkerVersion
    /// `AddressOfEntryPoint`; 0 = none.
    public var entryPoint: UInt32
    /// `ImageBase`: the preferred address.
    public var imageBase: UInt64
    /// `SectionAlignment` in bytes.
    public var sectionAlignment: UInt32
    /// `FileAlignment` in bytes.
    public var fileAlignment: UInt32
    /// `SizeOfImage` in bytes.
    public var sizeOfImage: UInt32
    /// `SizeOfHeaders` in bytes.
    public var sizeOfHeaders: UInt32
    /// `CheckSum`.
    public var checksum: UInt32
    /// `Subsystem`.
    public var subsystem: UInt16
    /// `DllCharacteristics`.
    public var dllCharacteristics: UInt16
    /// `NumberOfRvaAndSizes` as declared; the loader knows at most 16.
    public var declaredDirectoryCount: UInt32
    /// The directories the loader sees: at most 16, fewer when fewer are declared.
    public var directories: [PEDataDirectory]
    /// Section headers in table order, at most ``PELimits/sections``.
    public internal(set) var sections: [PESection]
    /// The sections' places in memory, for look-ups: numbers only, in table order.
    var extents: [Extent] = []
    /// Whether the table of sections was cut by the end of the file or a limit.
    public var sectionsIncomplete: Bool
    /// Whether the file has code for two architectures.
    public var hybrid: PEHybrid = .none
    /// Whether a `Rich` header of Microsoft's linker stands before the PE header.
    public var hasRichHeader: Bool

    /// Where a section lies in memory: what it claims, and what is mapped with it.
    struct Extent: Sendable, Hashable {
        var start: UInt64
        var claimedEnd: UInt64
        var mappedEnd: UInt64
    }

    /// Version of the linker as the header tells it.
    public struct LinkerVersion: Sendable, Hashable {
        /// `MajorLinkerVersion`.
        public var major: UInt8
        /// `MinorLinkerVersion`.
        public var minor: UInt8
    }

    /// Bytes of an address in the structures of this image: 4 or 8; decided by the magic, not by the machine.
    public var wordSize: Int { isPE32Plus ? 8 : 4 }
    /// Whether the file is a DLL.
    public var isDLL: Bool { characteristics & 0x2000 != 0 }
    /// Whether relocations were stripped: the image can only lie at its base.
    public var relocationsStripped: Bool { characteristics & 0x0001 != 0 }
    /// Whether the image asks to be moved (`DYNAMIC_BASE`).
    public var isDynamicBase: Bool { dllCharacteristics & 0x0040 != 0 }
    /// Whether only debug information was kept (`objcopy --only-keep-debug`): the sections of a program, but no byte of code.
    /// Nothing of it can run.
    public var isDebugCompanion: Bool {
        let code = sections.filter(\.isExecutable)
        guard !code.isEmpty, code.allSatisfy({ $0.rawSize == 0 }) else { return false }
        return sections.contains { $0.rawSize > 0 && ($0.name.hasPrefix("/") || $0.name.hasPrefix(".debug")) }
    }
    /// File offset of the optional header.
    public var optionalHeaderOffset: Int { headerOffset + 24 }
    /// File offset (and RVA, for headers are mapped as they are) of the table of directories.
    public var directoriesOffset: Int { optionalHeaderOffset + (isPE32Plus ? 112 : 96) }
    /// File offset of the section table.
    public var sectionTableOffset: Int { optionalHeaderOffset + optionalHeaderSize }

    /// A region in a word, for fields: the name of the section (written by whoever made the file), or `(headers)`, `(gap)`,
    /// `(outside)`.
    public func name(of region: PERegion) -> String {
        switch region {
        case .headers: "(headers)"
        case .section(let index), .slack(let index): sections[index].name
        case .gap: "(gap)"
        case .outside: "(outside)"
        }
    }

    /// A directory as the loader finds it: nil when there is no such entry or its RVA is 0.
    public subscript(kind: PEDataDirectory.Kind) -> PEDataDirectory? {
        guard kind.rawValue < directories.count, directories[kind.rawValue].rva != 0 else { return nil }
        return directories[kind.rawValue]
    }

    /// Bytes after the last section's data (installers, certificates); empty when there are none.
    public var overlay: Range<Int> {
        var end = Int(sizeOfHeaders)
        for section in sections where section.rawSize > 0 {
            end = max(end, rawStart(of: section) + Int(section.rawSize))
        }
        return min(end, fileSize)..<fileSize
    }
}
