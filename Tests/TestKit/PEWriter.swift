/// Writes a small, well-formed PE image with two TLS callbacks, of which every part can be changed before it is laid
/// out.
///
///     RVA     file    section
///     0x0000  0x000   headers
///     0x1000  0x400   .text   r-x  entry point, callbacks at 0x1010 and 0x1020
///     0x2000  0x600   .rdata  r--  IAT 0x2000, TLS directory 0x2040, callback array 0x2080, imports 0x20C0…
///     0x3000  0x800   .data   rw-  TLS index 0x3010
///     0x4000  0xA00   .tls    rw-  template, 16 bytes
///     0x5000  0xC00   .reloc  r--  one relocation for each TLS address
package struct PEWriter {
    package struct Section {
        package var name: String
        package var rva: UInt32
        package var virtualSize: UInt32 = 0x200
        package var data: [UInt8] = []
        package var characteristics: UInt32

        package init(
            name: String, rva: UInt32, virtualSize: UInt32 = 0x200, data: [UInt8] = [], characteristics: UInt32
        ) {
            self.name = name
            self.rva = rva
            self.virtualSize = virtualSize
            self.data = data
            self.characteristics = characteristics
        }
    }

    package struct Relocation: Equatable {
        package var rva: UInt32
        package var type: UInt16

        package init(rva: UInt32, type: UInt16) {
            self.rva = rva
            self.type = type
        }
    }

    package static let text: UInt64 = 0x1000
    package static let importAddresses: UInt64 = 0x2000
    package static let directory: UInt64 = 0x2040
    package static let array: UInt64 = 0x2080
    package static let imports: UInt64 = 0x20C0

    package var machine: UInt16
    package var isPE32Plus: Bool
    package var imageBase: UInt64
    package var timeDateStamp: UInt32 = 0x6000_0000
    package var entryPoint: UInt32 = 0x1000
    package var characteristics: UInt16 = 0x0022
    package var dllCharacteristics: UInt16 = 0x8160
    package var linker: (UInt8, UInt8) = (14, 0)
    package var sizeOfImage: UInt32 = 0x6000
    package var directoryCount: UInt32 = 16
    package var directories = [(UInt32, UInt32)](repeating: (0, 0), count: 16)
    package var sections: [Section]

    /// The TLS directory, as virtual addresses.
    package var start: UInt64
    package var end: UInt64
    package var index: UInt64
    package var callbacks: UInt64
    package var zeroFill: UInt32 = 0
    package var alignment: UInt32 = 0x0050_0000
    /// The array's words, without terminator.
    package var slots: [UInt64]
    package var terminates = true
    /// Where directory and array are put; an RVA in .rdata.
    package var directoryRVA: UInt64 = PEWriter.directory
    package var arrayRVA: UInt64 = PEWriter.array
    package var relocations: [Relocation]
    package var overlay: [UInt8] = []
    /// Bytes put over the finished file.
    package var patches: [(Int, [UInt8])] = []

    package var wordSize: Int { isPE32Plus ? 8 : 4 }

    package init(machine: UInt16 = 0x8664) {
        self.machine = machine
        isPE32Plus = machine != 0x014C
        imageBase = isPE32Plus ? 0x1_4000_0000 : 0x40_0000
        let base = imageBase
        (start, end) = (base + 0x4000, base + 0x4010)
        (index, callbacks) = (base + 0x3010, base + PEWriter.array)
        slots = [base + 0x1010, base + 0x1020]
        var code = [UInt8](repeating: 0xC3, count: 0x200)
        for at in code.indices where at % 16 != 0 { code[at] = UInt8(truncatingIfNeeded: at % 29) }
        sections = [
            Section(name: ".text", rva: 0x1000, data: code, characteristics: 0x6000_0020),
            Section(name: ".rdata", rva: 0x2000, characteristics: 0x4000_0040),
            Section(
                name: ".data", rva: 0x3000, data: [UInt8](repeating: 0, count: 0x200), characteristics: 0xC000_0040),
            Section(name: ".tls", rva: 0x4000, data: Array(1...16), characteristics: 0xC000_0040),
            Section(name: ".reloc", rva: 0x5000, characteristics: 0x4200_0040),
        ]
        let word = isPE32Plus ? 8 : 4
        let type: UInt16 = isPE32Plus ? 10 : 3
        let fields = (0..<4).map { UInt32(PEWriter.directory) + UInt32($0 * word) }
        let array = (0..<2).map { UInt32(PEWriter.array) + UInt32($0 * word) }
        relocations = (fields + array).map { Relocation(rva: $0, type: type) }
        directories[1] = (UInt32(PEWriter.imports), 40)
        directories[5] = (0x5000, 0)
        directories[9] = (UInt32(PEWriter.directory), UInt32(isPE32Plus ? 40 : 24))
        directories[12] = (UInt32(PEWriter.importAddresses), UInt32(3 * word))
    }

    /// The finished file.
    package func bytes() -> [UInt8] {
        var sections = sections
        sections[1].data = readOnlyData(sections[1].data)
        let table = relocationTable()
        sections[4].data = table
        var directories = directories
        if directories[5].0 != 0 && directories[5].1 == 0 { directories[5].1 = UInt32(table.count) }

        var file = header(sections, directories)
        var body: [UInt8] = []
        for section in sections {
            body += section.data + [UInt8](repeating: 0, count: (512 - section.data.count % 512) % 512)
        }
        file += [UInt8](repeating: 0, count: max(0, 0x400 - file.count)) + body + overlay
        for (offset, patch) in patches {
            for (index, byte) in patch.enumerated() where offset + index < file.count { file[offset + index] = byte }
        }
        return file
    }

    package func little(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    package func word(_ value: UInt64) -> [UInt8] { little(value, wordSize) }

    /// The directory structure.
    package func directoryBytes() -> [UInt8] {
        word(start) + word(end) + word(index) + word(callbacks) + little(UInt64(zeroFill), 4)
            + little(UInt64(alignment), 4)
    }

    private func readOnlyData(_ given: [UInt8]) -> [UInt8] {
        var data = given + [UInt8](repeating: 0, count: max(0, 0x200 - given.count))
        func put(_ bytes: [UInt8], at rva: UInt64) {
            for (index, byte) in bytes.enumerated() {
                let at = Int(rva) - 0x2000 + index
                if data.indices.contains(at) { data[at] = byte }
            }
        }
        let names = word(0x2140) + word(0x2158)
        put(names + word(0), at: PEWriter.importAddresses)
        put(names + word(0), at: 0x2100)
        let descriptor = little(0x2100, 4) + little(0, 8) + little(0x2170, 4) + little(PEWriter.importAddresses, 4)
        put(descriptor, at: PEWriter.imports)
        put([0, 0] + Array("TlsAlloc".utf8), at: 0x2140)
        put([0, 0] + Array("Sleep".utf8), at: 0x2158)
        put(Array("KERNEL32.dll".utf8), at: 0x2170)
        put(slots.flatMap(word) + (terminates ? word(0) : []), at: arrayRVA)
        put(directoryBytes(), at: directoryRVA)
        return data
    }

    private func relocationTable() -> [UInt8] {
        var table: [UInt8] = []
        let pages = Set(relocations.map { $0.rva & ~0xFFF }).sorted()
        for page in pages {
            var entries = relocations.filter { $0.rva & ~0xFFF == page }.flatMap {
                little(UInt64($0.type << 12 | UInt16($0.rva & 0xFFF)), 2)
            }
            if entries.count % 4 != 0 { entries += [0, 0] }
            table += little(UInt64(page), 4) + little(UInt64(8 + entries.count), 4) + entries
        }
        return table
    }

    private func header(_ sections: [Section], _ directories: [(UInt32, UInt32)]) -> [UInt8] {
        var file: [UInt8] = [0x4D, 0x5A] + [UInt8](repeating: 0, count: 58) + little(0x80, 4)
        file += [UInt8](repeating: 0, count: 0x80 - file.count)
        let optionalSize: UInt64 = isPE32Plus ? 240 : 224
        file += [0x50, 0x45, 0, 0] + little(UInt64(machine), 2) + little(UInt64(sections.count), 2)
        file += little(UInt64(timeDateStamp), 4) + little(0, 8) + little(optionalSize, 2)
        file += little(UInt64(characteristics), 2)
        file += little(isPE32Plus ? 0x20B : 0x10B, 2) + [linker.0, linker.1] + little(0x200, 4) + little(0x600, 4)
        file += little(0, 4) + little(UInt64(entryPoint), 4) + little(0x1000, 4)
        file += isPE32Plus ? little(imageBase, 8) : little(0x2000, 4) + little(imageBase, 4)
        file += little(0x1000, 4) + little(0x200, 4) + little(6, 4) + little(0, 4) + little(6, 4) + little(0, 4)
        file += little(UInt64(sizeOfImage), 4) + little(0x400, 4) + little(0, 4) + little(3, 2)
        file += little(UInt64(dllCharacteristics), 2)
        for size: UInt64 in [0x10_0000, 0x1000, 0x10_0000, 0x1000] { file += word(size) }
        file += little(0, 4) + little(UInt64(directoryCount), 4)
        for (rva, size) in directories { file += little(UInt64(rva), 4) + little(UInt64(size), 4) }
        var offset: UInt64 = 0x400
        for section in sections {
            let size = UInt64((section.data.count + 511) / 512 * 512)
            let name = Array(section.name.utf8.prefix(8))
            file += name + [UInt8](repeating: 0, count: 8 - name.count) + little(UInt64(section.virtualSize), 4)
            file += little(UInt64(section.rva), 4) + little(size, 4) + little(size == 0 ? 0 : offset, 4)
            file += little(0, 12) + little(UInt64(section.characteristics), 4)
            offset += size
        }
        return file
    }
}
