import Bytes

/// Relocations about thread-local storage, counted by kind.
public struct ELFTLSRelocations: Sendable, Hashable {
    /// Module number (`DTPMOD`): the general model.
    public var module = 0
    /// Offset in a module's block (`DTPOFF`, `DTPREL`).
    public var offset = 0
    /// Offset from the thread pointer (`TPOFF`, `TPREL`): the static model.
    public var threadPointer = 0
    /// Descriptors: pairs {function, argument} that are called (`TLSDESC`).
    public var descriptor = 0
    /// Of all these, those about this file's own block (no symbol, or one that it defines).
    public var own = 0

    /// All of them.
    public var total: Int { module + offset + threadPointer + descriptor }

    /// What a relocation type means on a machine.
    enum Kind { case module, offset, threadPointer, descriptor }

    /// Relocation types of the machines (psABI supplements; elf.h): {module, offset, thread pointer, descriptor}.
    private static let table: [UInt16: [Kind: [UInt32]]] = [
        62: [.module: [16], .offset: [17], .threadPointer: [18], .descriptor: [36]],
        3: [.module: [35], .offset: [36], .threadPointer: [14, 37], .descriptor: [41]],
        183: [.module: [1028], .offset: [1029], .threadPointer: [1030], .descriptor: [1031]],
        40: [.module: [17], .offset: [18], .threadPointer: [19], .descriptor: [13]],
        20: [.module: [68], .offset: [78], .threadPointer: [73]],
        21: [.module: [68], .offset: [78], .threadPointer: [73]],
        22: [.module: [54], .offset: [55], .threadPointer: [56]],
        243: [.module: [6, 7], .offset: [8, 9], .threadPointer: [10, 11], .descriptor: [12]],
        258: [.module: [6, 7], .offset: [8, 9], .threadPointer: [10, 11], .descriptor: [13, 14]],
    ]

    static func kinds(of machine: UInt16) -> [UInt32: Kind] {
        var kinds: [UInt32: Kind] = [:]
        for (kind, types) in table[machine] ?? [:] { for type in types { kinds[type] = kind } }
        return kinds
    }

    mutating func count(_ kind: Kind, own isOwn: Bool) {
        switch kind {
        case .module: module += 1
        case .offset: offset += 1
        case .threadPointer: threadPointer += 1
        case .descriptor: descriptor += 1
        }
        if isOwn { own += 1 }
    }
}

extension ELFImage {
    /// Relocations looked at, at most, in each table.
    static let relocationLimit = 8_000_000

    /// Counts the relocations about thread-local storage in the loader's tables. Relative ones (`DT_RELACOUNT`), which
    /// the loader applies without looking at their type, are skipped. O(relocations).
    func tlsRelocations(_ bytes: RawSpan) -> ELFTLSRelocations {
        var result = ELFTLSRelocations()
        let kinds = ELFTLSRelocations.kinds(of: machine)
        guard let dynamic, !kinds.isEmpty else { return result }
        let symbols = dynamicSymbols(bytes)
        let highest = kinds.keys.max() ?? 0
        func scan(_ address: UInt64?, _ size: UInt64?, hasAddend: Bool, skip: UInt64) {
            let word = encoding.wordSize
            let entry = hasAddend ? 3 * word : 2 * word
            guard let address, let size, let start = fileOffset(of: address).flatMap(Int.init(exactly:)) else { return }
            let held = min(size, available(at: address)) / UInt64(entry)
            let count = Int(min(held, UInt64(Self.relocationLimit)))
            var at = start + Int(min(skip, UInt64(count))) * entry
            let end = start + count * entry
            while at < end {
                guard let info = encoding.word(bytes, at: at + word) else { return }
                at += entry
                let type = encoding.is64 ? UInt32(truncatingIfNeeded: info) : UInt32(info & 0xFF)
                guard type <= highest, let kind = kinds[type] else { continue }
                let symbol = Int(encoding.is64 ? info >> 32 : info >> 8)
                result.count(kind, own: symbol == 0 || symbols?.isDefined(bytes, symbol) ?? false)
            }
        }
        scan(dynamic[.rela], dynamic[.relaSize], hasAddend: true, skip: dynamic[.relaCount] ?? 0)
        scan(dynamic[.rel], dynamic[.relSize], hasAddend: false, skip: dynamic[.relCount] ?? 0)
        let pltHasAddend = dynamic[.pltRelocationKind] ?? (encoding.is64 ? 7 : 17) == 7
        scan(dynamic[.pltRelocations], dynamic[.pltRelocationSize], hasAddend: pltHasAddend, skip: 0)
        return result
    }
}
