import Bytes

/// The dynamic section: what the file asks of the dynamic loader. Of every tag the last value counts, as in the loader.
public struct ELFDynamic: Sendable, Hashable {
    /// The tags that are read (`DT_…` of elf(5)).
    public enum Tag: UInt64, Sendable {
        case pltRelocationSize = 2
        case hash = 4
        case stringTable = 5
        case symbolTable = 6
        case rela = 7
        case relaSize = 8
        case relaEntrySize = 9
        case stringTableSize = 10
        case symbolEntrySize = 11
        case initialiser = 12
        case finaliser = 13
        case rel = 17
        case relSize = 18
        case relEntrySize = 19
        case pltRelocationKind = 20
        case pltRelocations = 23
        case bindNow = 24
        case initArray = 25
        case finiArray = 26
        case initArraySize = 27
        case finiArraySize = 28
        case flags = 30
        case gnuHash = 0x6FFF_FEF5
        case relaCount = 0x6FFF_FFF9
        case relCount = 0x6FFF_FFFA
        case flags1 = 0x6FFF_FFFB
    }

    /// Entries read at most.
    static let limit = 4096

    private var values: [Tag: UInt64] = [:]
    /// Entries before the terminator.
    public var count = 0
    /// Whether a `DT_NULL` ends it.
    public var isTerminated = false
    /// Libraries it needs (`DT_NEEDED`).
    public var neededCount = 0

    /// The value of a tag.
    public subscript(_ tag: Tag) -> UInt64? { values[tag] }

    /// `DF_STATIC_TLS`: its thread-local data must fit what was set aside at start-up.
    public var hasStaticTLS: Bool { (self[.flags] ?? 0) & 0x10 != 0 }
    /// Whether all symbols are bound at start-up (`DT_BIND_NOW`, `DF_BIND_NOW`, `DF_1_NOW`): with RELRO "full RELRO".
    public var bindsNow: Bool {
        self[.bindNow] != nil || (self[.flags] ?? 0) & 8 != 0 || (self[.flags1] ?? 0) & 1 != 0
    }

    /// Reads entries from `offset`, at most `length` bytes. O(entries).
    init(_ bytes: RawSpan, at offset: Int, length: Int, encoding: ELFEncoding) {
        let entry = 2 * encoding.wordSize
        var at = offset
        let end = offset + min(length, Self.limit * entry)
        while at + entry <= end, let tag = encoding.word(bytes, at: at),
            let value = encoding.word(bytes, at: at + encoding.wordSize)
        {
            at += entry
            if tag == 0 {
                isTerminated = true
                return
            }
            count += 1
            if tag == 1 { neededCount += 1 }
            if let known = Tag(rawValue: tag) { values[known] = value }
        }
    }
}
