import Bytes

/// A small Windows process, sound in every way, to be changed by tests; and the file of its program.
///
/// ```
///   program  base … +0x5000   headers │ code (RX) │ directory, array (R) │ index (RW) │ template (RW)
///   ntdll    0x6000_0000      headers │ data (RW): loader list head +0x100, global of fiber storage +0x200
///   heap     0x20_0000 (RW)   loader entries, their copies of the directory, vectors, blocks, fiber storage
///   blocks   0x30_0000 (RW)   process block, then one page pair for each thread
/// ```
struct ProcessWriter {
    /// Offsets of one word size, as documented; written down again here on purpose.
    struct Offsets {
        var word: Int
        var tebSelf: UInt64
        var vector: UInt64
        var peb: UInt64
        var slots: UInt64
        var expansion: UInt64
        var fls: UInt64
        var container: UInt64
        var loader: UInt64
        var bits: UInt64
        var expansionBits: UInt64
        var list: UInt64
        var entryBase: UInt64
        var entryTLS: UInt64
        var copyDirectory: UInt64
        var copyEntry: UInt64
        var global: UInt64
        var fiber: UInt64
    }

    static let wide = Offsets(
        word: 8, tebSelf: 0x30, vector: 0x58, peb: 0x60, slots: 0x1480, expansion: 0x1780, fls: 0x17C8,
        container: 0x1828, loader: 0x18, bits: 0x80, expansionBits: 0x240, list: 0x10, entryBase: 0x30, entryTLS: 0x6E,
        copyDirectory: 0x10, copyEntry: 0x38, global: 0x40, fiber: 0x10)
    static let narrow = Offsets(
        word: 4, tebSelf: 0x18, vector: 0x2C, peb: 0x30, slots: 0xE10, expansion: 0xF94, fls: 0xFB4, container: 0xFF0,
        loader: 0x0C, bits: 0x44, expansionBits: 0x154, list: 0x0C, entryBase: 0x18, entryTLS: 0x3A, copyDirectory: 8,
        copyEntry: 0x20, global: 0x20, fiber: 8)

    let is64: Bool
    let offsets: Offsets
    let base: UInt64
    let ntdll: UInt64 = 0x6000_0000
    let heap: UInt64 = 0x20_0000
    let peb: UInt64 = 0x30_0000
    var dump = DumpWriter()

    /// Where the parts of the program are.
    var directory: UInt64 { base + 0x2000 }
    var array: UInt64 { base + 0x2100 }
    var index: UInt64 { base + 0x3000 }
    var entry: UInt64 { heap + 0x100 }
    var copy: UInt64 { heap + 0x400 }
    var chunk: UInt64 { heap + 0x600 }
    var word: Int { offsets.word }
    static let callbacks: [UInt64] = [0x1010, 0x1050, 0x1090]

    func teb(_ thread: Int) -> UInt64 { peb + 0x2000 + UInt64(thread) * 0x2000 }
    func vector(_ thread: Int) -> UInt64 { heap + 0x1000 + UInt64(thread) * 0x200 }
    func block(_ thread: Int) -> UInt64 { heap + 0x1100 + UInt64(thread) * 0x200 }
    /// The file was linked for another place than it is loaded at.
    var preferred: UInt64 { base - 0x20_0000 }

    init(is64: Bool) {
        self.is64 = is64
        offsets = is64 ? Self.wide : Self.narrow
        base = is64 ? 0x1_4000_0000 : 0x40_0000
        dump.architecture = is64 ? 9 : 0
        dump.modules = [
            .init(base: base, size: 0x5000, time: 0x1234_5678, path: "C:\\app\\program.exe"),
            .init(base: ntdll, size: 0x2000, time: 1, path: "C:\\Windows\\System32\\ntdll.dll"),
        ]
        dump.threads = [(10, teb(0)), (11, teb(1))]
        addProgram()
        addLibrary()
        dump.pages.append(.init(start: heap, bytes: [UInt8](repeating: 0, count: 0x2000)))
        dump.pages.append(.init(start: peb, bytes: [UInt8](repeating: 0, count: 0x1_0000)))
        addBlocks()
        addLoader()
        addFibers()
    }

    mutating func put(_ address: UInt64, _ value: UInt64) { dump.poke(address, value, width: word) }

    private mutating func addProgram() {
        let image = imageBytes(at: base, isFile: false)
        let protections: [UInt32] = [2, 0x20, 2, 4, 4]
        for (page, protection) in protections.enumerated() {
            dump.pages.append(
                .init(
                    start: base + UInt64(page * 0x1000), bytes: Array(image[page * 0x1000..<(page + 1) * 0x1000]),
                    protection: protection, type: 0x100_0000, allocation: base))
        }
    }

    private mutating func addLibrary() {
        var headers = [UInt8](repeating: 0, count: 0x1000)
        Self.writeHeaders(&headers, base: ntdll, is64: is64, size: 0x2000, tls: 0, isFile: false)
        dump.pages.append(.init(start: ntdll, bytes: headers, protection: 2, type: 0x100_0000, allocation: ntdll))
        dump.pages.append(
            .init(
                start: ntdll + 0x1000, bytes: [UInt8](repeating: 0, count: 0x1000), protection: 4, type: 0x100_0000,
                allocation: ntdll))
    }

    private mutating func addBlocks() {
        for thread in 0..<2 {
            let teb = teb(thread)
            put(teb + offsets.tebSelf, teb)
            put(teb + offsets.peb, peb)
            put(teb + offsets.vector, vector(thread))
            put(teb + offsets.slots + UInt64(2 * word), 0x77)
            put(vector(thread), block(thread))
            // Count, then the vector that will be freed later.
            dump.poke(vector(thread) - UInt64(2 * word), 1, width: 4)
        }
        dump.poke(peb + offsets.bits, 0b0111, width: 8)
    }

    private mutating func addLoader() {
        let list = ntdll + 0x1100
        put(peb + offsets.loader, list - offsets.list)
        let second = entry + 0x180
        put(list, entry)
        put(entry, second)
        put(second, list)
        put(entry + offsets.entryBase, base)
        put(second + offsets.entryBase, ntdll)
        dump.poke(entry + offsets.entryTLS, 0xFFFF, width: 2)
        let fields = [base + 0x4000, base + 0x4010, index, array]
        for (number, field) in fields.enumerated() { put(copy + offsets.copyDirectory + UInt64(number * word), field) }
        put(copy + offsets.copyEntry, entry)
    }

    private mutating func addFibers() {
        let global = ntdll + 0x1200
        put(global, chunk)
        let head = global + offsets.global
        for thread in 0..<2 {
            let data = heap + 0x1800 + UInt64(thread) * 0x100
            put(teb(thread) + offsets.fls, data)
            put(data, thread == 0 ? heap + 0x1900 : head)
        }
        put(head, heap + 0x1800)
        setFiber(0, is64 ? .max : 0xFFFF_FFFF)
        setFiber(1, base + 0x1010)
    }

    mutating func setFiber(_ index: UInt64, _ target: UInt64) {
        put(chunk + offsets.fiber + index * UInt64(2 * word), target)
    }

    /// The program's bytes: as it lies in memory at `place`, or as its file.
    func imageBytes(at place: UInt64, isFile: Bool) -> [UInt8] {
        var image = [UInt8](repeating: 0, count: 0x5000)
        Self.writeHeaders(&image, base: place, is64: is64, size: 0x5000, tls: 0x2000, isFile: isFile)
        var output = ByteWriter(bytes: image)
        for (number, field) in [place + 0x4000, place + 0x4010, place + 0x3000, place + 0x2100].enumerated() {
            output.set(field, word, at: 0x2000 + number * word)
        }
        output.set(0x0040_0000, 4, at: 0x2000 + 4 * word + 4)
        for (number, callback) in Self.callbacks.enumerated() {
            output.set(place + callback, word, at: 0x2100 + number * word)
            output.set(0xC3 << 32 | 0x9090_9090, 8, at: Int(callback))
        }
        guard isFile else { return output.bytes }
        // Sections of the file follow each other: 0x400 bytes each after the headers.
        return output.bytes[..<0x400] + (1..<5).flatMap { output.bytes[$0 * 0x1000..<$0 * 0x1000 + 0x400] }
    }

    /// The file the program came from.
    var file: ByteStorage { ByteStorage(imageBytes(at: preferred, isFile: true)) }

    static func writeHeaders(_ image: inout [UInt8], base: UInt64, is64: Bool, size: UInt64, tls: UInt64, isFile: Bool)
    {
        var output = ByteWriter(bytes: image)
        output.set(0x5A4D, 2, at: 0)
        output.set(0x80, 4, at: 0x3C)
        output.set(0x4550, 4, at: 0x80)
        output.set(is64 ? 0x8664 : 0x14C, 2, at: 0x84)
        output.set(tls == 0 ? 0 : 4, 2, at: 0x86)
        output.set(0x1234_5678, 4, at: 0x88)
        output.set(is64 ? 240 : 224, 2, at: 0x94)
        output.set(is64 ? 0x20B : 0x10B, 2, at: 0x98)
        output.set(base, is64 ? 8 : 4, at: 0x98 + (is64 ? 24 : 28))
        output.set(size, 4, at: 0x98 + 56)
        output.set(0x400, 4, at: 0x98 + 60)
        output.set(16, 4, at: 0x98 + (is64 ? 108 : 92))
        let entry = 0x80 + (is64 ? 0xD0 : 0xC0)
        output.set(tls, 4, at: entry)
        output.set(tls == 0 ? 0 : (is64 ? 40 : 24), 4, at: entry + 4)
        let table = 0x98 + (is64 ? 240 : 224)
        let characteristics: [UInt64] = [0x6000_0020, 0x4000_0040, 0xC000_0040, 0xC000_0040]
        for section in 0..<4 where tls != 0 {
            let at = table + 40 * section
            output.set(0x1000, 4, at: at + 8)
            output.set(UInt64(0x1000 * (section + 1)), 4, at: at + 12)
            output.set(0x400, 4, at: at + 16)
            output.set(UInt64(0x400 * (section + 1)), 4, at: at + 20)
            output.set(characteristics[section], 4, at: at + 36)
        }
        image = output.bytes
    }
}
