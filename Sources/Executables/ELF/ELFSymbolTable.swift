import Bytes

/// A table of symbols in a file: where it is and how many there are.
struct ELFSymbolTable {
    /// Symbols looked at, at most.
    static let limit = 4_000_000

    var offset: Int
    var count: Int
    var encoding: ELFEncoding

    /// What the table says of thread-local symbols.
    struct TLSSymbols: Equatable {
        /// Symbols of type `STT_TLS` that this file defines.
        var defined = 0
        /// Of these, those in a section that has no bytes and no address (Go's `runtime.tlsg`).
        var placeless = 0
        /// Largest end (value + size), relative to the block.
        var end: UInt64 = 0
    }

    /// Clips `count` to what the file and the cap allow; nil when the offset is outside.
    init?(_ bytes: RawSpan, at offset: UInt64, count: UInt64, encoding: ELFEncoding) {
        guard let start = Int(exactly: offset), start < bytes.byteCount else { return nil }
        self.offset = start
        self.count = Int(min(count, UInt64(Self.limit), UInt64((bytes.byteCount - start) / encoding.symbolSize)))
        self.encoding = encoding
    }

    /// Whether the symbol is defined in this file (its section is not 0).
    func isDefined(_ bytes: RawSpan, _ index: Int) -> Bool {
        guard index > 0, index < count else { return index == 0 }
        return (encoding.uint16(bytes, at: offset + index * encoding.symbolSize + (encoding.is64 ? 6 : 14)) ?? 0) != 0
    }

    /// Counts thread-local symbols. O(symbols); one byte of each is touched.
    func tlsSymbols(_ bytes: RawSpan, placeless: Set<Int>) -> TLSSymbols {
        var result = TLSSymbols()
        let size = encoding.symbolSize
        let info = encoding.is64 ? 4 : 12
        var at = offset
        for _ in 0..<count {
            defer { at += size }
            // Low four bits: STT_TLS is 6.
            guard let byte = bytes.uint8(at: at + info), byte & 0xF == 6 else { continue }
            let section = Int(encoding.uint16(bytes, at: at + (encoding.is64 ? 6 : 14)) ?? 0)
            guard section != 0 else { continue }
            result.defined += 1
            if placeless.contains(section) { result.placeless += 1 }
            let value = encoding.word(bytes, at: at + (encoding.is64 ? 8 : 4)) ?? 0
            let extent = encoding.word(bytes, at: at + (encoding.is64 ? 16 : 8)) ?? 0
            result.end = max(result.end, value &+ extent)
        }
        return result
    }
}

extension ELFImage {
    /// The table of symbols that the loader uses, by the dynamic section; by the sections when that does not tell the
    /// count.
    func dynamicSymbols(_ bytes: RawSpan) -> ELFSymbolTable? {
        if let dynamic, let address = dynamic[.symbolTable], let offset = fileOffset(of: address) {
            let count = dynamicSymbolCount(bytes)
            if count > 0 { return ELFSymbolTable(bytes, at: offset, count: count, encoding: encoding) }
        }
        return symbols(bytes, type: ELFSection.dynamicSymbols)
    }

    /// The full table of symbols, if the file was not stripped.
    func symbols(_ bytes: RawSpan, type: UInt32 = ELFSection.symbolTable) -> ELFSymbolTable? {
        guard let section = sections.first(where: { $0.type == type }) else { return nil }
        return ELFSymbolTable(
            bytes, at: section.offset, count: section.size / UInt64(encoding.symbolSize), encoding: encoding)
    }

    /// Number of dynamic symbols, from the hash tables (there is no tag for it). 0 when they do not tell.
    private func dynamicSymbolCount(_ bytes: RawSpan) -> UInt64 {
        if let address = dynamic?[.hash], let offset = fileOffset(of: address, length: 8).flatMap(Int.init(exactly:)),
            machine != 22 || !encoding.is64
        {
            // Word 1 is the length of the chain table. (s390x and Alpha have 64-bit words here.)
            return UInt64(encoding.uint32(bytes, at: offset + 4) ?? 0)
        }
        guard let address = dynamic?[.gnuHash],
            let offset = fileOffset(of: address, length: 16).flatMap(Int.init(exactly:))
        else { return 0 }
        return gnuHashCount(bytes, at: offset)
    }

    /// Highest symbol of a GNU hash table, plus one: the largest bucket's chain, followed to its end (lowest bit set).
    private func gnuHashCount(_ bytes: RawSpan, at offset: Int) -> UInt64 {
        guard let buckets = encoding.uint32(bytes, at: offset), let first = encoding.uint32(bytes, at: offset + 4),
            let bloom = encoding.uint32(bytes, at: offset + 8)
        else { return 0 }
        let bucketStart = offset + 16 + Int(bloom) * encoding.wordSize
        guard bytes.holds(Int(buckets) * 4, at: bucketStart) else { return 0 }
        var highest: UInt32 = 0
        for index in 0..<Int(buckets) {
            highest = max(highest, encoding.uint32(bytes, at: bucketStart + 4 * index) ?? 0)
        }
        guard highest >= first else { return UInt64(first) }
        let chains = bucketStart + Int(buckets) * 4
        var symbol = Int(highest)
        while symbol < ELFSymbolTable.limit, let hash = encoding.uint32(bytes, at: chains + 4 * (symbol - Int(first))) {
            symbol += 1
            if hash & 1 != 0 { break }
        }
        return UInt64(symbol)
    }
}
