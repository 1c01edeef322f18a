/// Writes small ELF files: one segment with everything, a thread-local template, a dynamic section, sections and
/// symbols.
///
/// ```
///   0     header, program headers          0x400  template (16 bytes)       0x600 dynamic symbols, hash
///   0x480 dynamic section                  0x500  relocations               0x700 section headers, 0x680 names
///   0x800 functions that run before main
/// ```
package struct ELFWriter {
    package struct Header {
        package var type: UInt32
        package var flags: UInt32
        package var offset: UInt64
        package var address: UInt64
        package var fileSize: UInt64
        package var memorySize: UInt64
        package var alignment: UInt64

        package init(
            type: UInt32, flags: UInt32, offset: UInt64, address: UInt64, fileSize: UInt64, memorySize: UInt64,
            alignment: UInt64
        ) {
            self.type = type
            self.flags = flags
            self.offset = offset
            self.address = address
            self.fileSize = fileSize
            self.memorySize = memorySize
            self.alignment = alignment
        }
    }

    package var is64 = true
    package var isBigEndian = false
    package var type: UInt16 = 3
    package var machine: UInt16 = 62
    /// Added to file offsets.
    package var base: UInt64 = 0x1_0000
    package var fileSize = 0x1000
    package var headers: [Header] = []
    /// Thread-local relocations: type and symbol.
    package var relocations: [(type: UInt64, symbol: UInt64)] = []
    /// Relocations anywhere, behind the thread-local ones.
    package var others: [(place: UInt64, type: UInt64, addend: UInt64)] = []
    /// The initialisers' array, as its bytes stand in the file.
    package var initialisers: [UInt64] = []
    /// Further dynamic entries.
    package var dynamic: [(tag: UInt64, value: UInt64)] = []
    /// Thread-local symbols: section (0 = undefined).
    package var symbols: [UInt16] = []
    package var hasTLSSections = false
    package var hasTerminator = true
    /// Bytes put over the result.
    package var template = [UInt8](0..<16)

    /// A sound shared object with a thread-local block.
    package init(is64: Bool = true, isBigEndian: Bool = false) {
        self.is64 = is64
        self.isBigEndian = isBigEndian
        if isBigEndian { machine = is64 ? 21 : 20 } else { machine = is64 ? 62 : 3 }
        headers = [
            Header(
                type: 1, flags: 5, offset: 0, address: base, fileSize: 0x1000, memorySize: 0x1000, alignment: 0x1000),
            Header(
                type: 2, flags: 6, offset: 0x480, address: base + 0x480, fileSize: 0x80, memorySize: 0x80, alignment: 8),
            Header(type: 7, flags: 4, offset: 0x400, address: base + 0x400, fileSize: 16, memorySize: 32, alignment: 8),
        ]
    }

    /// Changes the thread-local header.
    package func with(_ change: (inout Header) -> Void) -> ELFWriter {
        var copy = self
        if let index = copy.headers.firstIndex(where: { $0.type == 7 }) { change(&copy.headers[index]) }
        return copy
    }

    package func bytes() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: fileSize)
        let word = is64 ? 8 : 4
        func put(_ value: UInt64, _ width: Int, _ at: Int) {
            for index in 0..<width where at + index < bytes.count {
                bytes[at + index] = UInt8(
                    truncatingIfNeeded: value >> UInt64(8 * (isBigEndian ? width - 1 - index : index)))
            }
        }
        bytes.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, is64 ? 2 : 1, isBigEndian ? 2 : 1, 1])
        put(UInt64(type), 2, 16)
        put(UInt64(machine), 2, 18)
        put(1, 4, 20)
        put(UInt64(is64 ? 64 : 52), word, 24 + word)
        let counts = 24 + 3 * word + 6
        put(UInt64(is64 ? 56 : 32), 2, counts)
        put(UInt64(headers.count), 2, counts + 2)
        if hasTLSSections {
            put(0x700, word, 24 + 2 * word)
            put(UInt64(is64 ? 64 : 40), 2, counts + 4)
            put(4, 2, counts + 6)
            put(1, 2, counts + 8)
        }
        for (index, header) in headers.enumerated() {
            let at = (is64 ? 64 + 56 * index : 52 + 32 * index)
            put(UInt64(header.type), 4, at)
            put(UInt64(header.flags), 4, at + (is64 ? 4 : 24))
            let fields = [
                header.offset, header.address, header.address, header.fileSize, header.memorySize, header.alignment,
            ]
            let offsets = is64 ? [8, 16, 24, 32, 40, 48] : [4, 8, 12, 16, 20, 28]
            for (field, offset) in zip(fields, offsets) { put(field, word, at + offset) }
        }
        bytes.replaceSubrange(0x400..<0x400 + template.count, with: template)
        writeDynamic(put, word)
        writeSections(put, word)
        return bytes
    }

    private func writeDynamic(_ put: (UInt64, Int, Int) -> Void, _ word: Int) {
        var entries: [(UInt64, UInt64)] = [(6, base + 0x600), (4, base + 0x5C0)]
        let entry = 3 * word
        let count = relocations.count + others.count
        if count > 0 { entries += [(7, base + 0x500), (8, UInt64(count * entry)), (9, UInt64(entry))] }
        if !initialisers.isEmpty { entries += [(25, base + 0x800), (27, UInt64(initialisers.count * word))] }
        entries += dynamic.map { ($0.tag, $0.value) }
        for (index, value) in initialisers.enumerated() { put(value, word, 0x800 + index * word) }
        for (index, relocation) in others.enumerated() {
            let at = 0x500 + entry * (relocations.count + index)
            put(relocation.place, word, at)
            put(relocation.type, word, at + word)
            put(relocation.addend, word, at + 2 * word)
        }
        for (index, pair) in entries.enumerated() {
            put(pair.0, word, 0x480 + 2 * word * index)
            put(pair.1, word, 0x480 + 2 * word * index + word)
        }
        // Without terminator: a harmless tag (DT_DEBUG) to the end.
        for index in entries.count..<(0x80 / (2 * word)) where !hasTerminator {
            put(21, word, 0x480 + 2 * word * index)
        }
        for (index, relocation) in relocations.enumerated() {
            let info = is64 ? relocation.symbol << 32 | relocation.type : relocation.symbol << 8 | relocation.type
            put(base + 0x400, word, 0x500 + entry * index)
            put(info, word, 0x500 + entry * index + word)
        }
        put(1, 4, 0x5C0)
        put(UInt64(symbols.count + 1), 4, 0x5C4)
        for (index, section) in symbols.enumerated() {
            let at = 0x600 + (index + 1) * (is64 ? 24 : 16)
            put(0x16, 1, at + (is64 ? 4 : 12))
            put(UInt64(section), 2, at + (is64 ? 6 : 14))
        }
    }

    private func writeSections(_ put: (UInt64, Int, Int) -> Void, _ word: Int) {
        guard hasTLSSections else { return }
        for (index, byte) in "\0.tdata\0.tbss\0".utf8.enumerated() { put(UInt64(byte), 1, 0x6C0 + index) }
        func section(
            _ number: Int, name: UInt64, type: UInt64, flags: UInt64, address: UInt64, offset: UInt64, size: UInt64
        ) {
            let at = 0x700 + number * (is64 ? 64 : 40)
            put(name, 4, at)
            put(type, 4, at + 4)
            for (field, value) in [flags, address, offset, size].enumerated() {
                put(value, word, at + 8 + field * word)
            }
        }
        section(1, name: 0, type: 3, flags: 0, address: 0, offset: 0x6C0, size: 14)
        section(2, name: 1, type: 1, flags: 0x403, address: base + 0x400, offset: 0x400, size: 16)
        section(3, name: 8, type: 8, flags: 0x403, address: base + 0x410, offset: 0x410, size: 16)
    }
}
