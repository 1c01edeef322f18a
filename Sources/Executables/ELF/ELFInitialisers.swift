import Bytes

/// The functions that the dynamic loader calls before and after `main`: `.preinit_array`'s younger sisters `DT_INIT_ARRAY`
/// and `DT_FINI_ARRAY`. Where an ELF file has no TLS callbacks, this is where code runs before the entry point.
///
/// What a slot holds is what the loader leaves there: of relocations with addends the last one that hits it, whatever the file's
/// own bytes say (gABI, "Relocation"; linkers write the same number into both, a patcher need not).
public struct ELFInitialisers: Sendable, Hashable {
    /// Entries of one array looked at.
    static let limit = 256
    /// Relocations looked at, of each table.
    static let relocationLimit = 1 << 20

    /// One entry.
    public struct Entry: Sendable, Hashable {
        /// Place in the array, from 0.
        public var slot: Int
        /// Address of the entry itself.
        public var slotAddress: UInt64
        /// The function; nil when only the loader knows (a symbol of another file).
        public var target: UInt64?
        /// Whether the target lies in an executable segment; true when the target is not known.
        public var isInCode: Bool
    }

    /// `DT_INIT_ARRAY`.
    public var initialisers: [Entry] = []
    /// `DT_FINI_ARRAY`.
    public var finalisers: [Entry] = []
    /// Whether an array has more entries than are looked at.
    public var isCut = false

    /// Reads both arrays, and the relocations with addends. O(relocations).
    public init(_ image: ELFImage, _ bytes: RawSpan) {
        guard let dynamic = image.dynamic else { return }
        let first = words(image, bytes, at: dynamic[.initArray], size: dynamic[.initArraySize])
        let last = words(image, bytes, at: dynamic[.finiArray], size: dynamic[.finiArraySize])
        let slots = Set((first + last).lazy.map(\.address))
        let relocated = slots.isEmpty ? [:] : Self.relocated(image, bytes, at: slots)
        initialisers = Self.entries(first, relocated, image)
        finalisers = Self.entries(last, relocated, image)
    }

    private mutating func words(
        _ image: ELFImage, _ bytes: RawSpan, at address: UInt64?, size: UInt64?
    ) -> [(address: UInt64, value: UInt64)] {
        guard let address, let size, size > 0 else { return [] }
        let word = image.encoding.wordSize
        let stated = size / UInt64(word)
        if stated > UInt64(Self.limit) { isCut = true }
        var words: [(address: UInt64, value: UInt64)] = []
        for index in 0..<Int(min(stated, UInt64(Self.limit))) {
            let (at, overflow) = address.addingReportingOverflow(UInt64(index * word))
            guard !overflow, let offset = image.fileOffset(of: at, length: UInt64(word)).flatMap(Int.init(exactly:)),
                let value = image.encoding.word(bytes, at: offset)
            else { break }
            words.append((at, value))
        }
        return words
    }

    private static func entries(
        _ words: [(address: UInt64, value: UInt64)], _ relocated: [UInt64: UInt64?], _ image: ELFImage
    ) -> [Entry] {
        words.enumerated().map { slot, word in
            let isSet = word.value != 0 && word.value != ~0
            let target = relocated[word.address] ?? (isSet ? word.value : nil)
            let isInCode = target.map { target in
                image.segments.contains {
                    $0.type == ELFSegment.load && $0.isExecutable
                        && liesInside(target, 1, start: $0.address, size: $0.memorySize)
                }
            }
            return Entry(slot: slot, slotAddress: word.address, target: target, isInCode: isInCode ?? true)
        }
    }

    /// Type of a relative relocation of a machine (psABI supplements).
    private static func relativeType(_ machine: UInt16) -> UInt64? {
        switch machine {
        case 62: 8
        case 183: 1027
        case 243, 258: 3
        case 21, 20: 22
        case 22: 12
        default: nil
        }
    }

    /// What relocations with addends put at these addresses; nil where only the loader knows.
    private static func relocated(_ image: ELFImage, _ bytes: RawSpan, at wanted: Set<UInt64>) -> [UInt64: UInt64?] {
        guard let dynamic = image.dynamic, let type = relativeType(image.machine) else { return [:] }
        var found: [UInt64: UInt64?] = [:]
        var tables = [(dynamic[.rela], dynamic[.relaSize])]
        // 7 is DT_RELA: those of the procedure linkage table have addends too.
        if dynamic[.pltRelocationKind] == 7 { tables.append((dynamic[.pltRelocations], dynamic[.pltRelocationSize])) }
        let word = image.encoding.wordSize
        for case (let address?, let size?) in tables {
            guard let start = image.fileOffset(of: address).flatMap(Int.init(exactly:)) else { continue }
            let stated = min(size, image.available(at: address)) / UInt64(3 * word)
            for index in 0..<Int(min(stated, UInt64(relocationLimit))) {
                let at = start + index * 3 * word
                guard let place = image.encoding.word(bytes, at: at) else { break }
                guard wanted.contains(place), let info = image.encoding.word(bytes, at: at + word),
                    let addend = image.encoding.word(bytes, at: at + 2 * word)
                else { continue }
                let kind = image.encoding.is64 ? info & 0xFFFF_FFFF : info & 0xFF
                found.updateValue(kind == type ? addend : nil, forKey: place)
            }
        }
        return found
    }
}
