import Bytes

/// The headers and the TLS directory of a PE image, seen through its relative virtual addresses: the same view of an
/// image in a process and of the file it came from, so that the two can be compared.
///
/// Offsets: fact sheet tls.md, sections 1.1 and 1.2. The word size follows the magic, not the machine.
struct MappedImage: Sendable {
    /// Sections kept (the loader takes 96).
    static let sectionLimit = 96
    /// Callbacks kept.
    static let callbackLimit = 4096
    /// The 64-bit magic, and index 9: the TLS directory.
    private static let magic64: UInt64 = 0x20B
    private static let tlsIndex: UInt64 = 9

    var source: any ImageSource
    var machine: UInt16
    var timeStamp: UInt32
    /// Whether the image is PE32+.
    var is64: Bool
    /// `ImageBase` of the header (the loader writes the real one into it).
    var statedBase: UInt64
    var sizeOfImage: UInt64
    var sections: [Section]
    /// Where the data-directory entry of TLS stands (relative), and what it says.
    var tlsEntry: UInt64
    var tlsAddress: UInt64
    var tlsSize: UInt64
    /// The directory, when the entry names one and its bytes are there.
    var tls: TLSDirectory?

    /// Bytes of a pointer.
    var word: Int { is64 ? 8 : 4 }
    /// Whether the entry names a directory (the size does not decide).
    var hasTLS: Bool { tlsAddress != 0 }

    /// A section header.
    struct Section: Sendable {
        var address: UInt64
        var size: UInt64
        var fileOffset: UInt64
        var fileSize: UInt64
        var characteristics: UInt32

        var isWritable: Bool { characteristics & 0x8000_0000 != 0 }

        func contains(_ rva: UInt64) -> Bool { rva >= address && rva - address < max(size, fileSize) }
    }

    /// `IMAGE_TLS_DIRECTORY`; the first four fields are virtual addresses.
    struct TLSDirectory: Sendable, Equatable {
        var start: UInt64
        var end: UInt64
        var index: UInt64
        var callbacks: UInt64
        var zeroFill: UInt64
        var characteristics: UInt64
    }

    /// Reads the headers; nil when they are not there or not a PE image's. O(sections).
    init?(_ source: some ImageSource) {
        guard source.integer(at: 0, width: 2) == 0x5A4D, let header = source.integer(at: 0x3C, width: 4),
            source.integer(at: header, width: 4) == 0x4550, let machine = source.integer(at: header + 4, width: 2),
            let count = source.integer(at: header + 6, width: 2), let time = source.integer(at: header + 8, width: 4),
            let optionalSize = source.integer(at: header + 20, width: 2),
            let magic = source.integer(at: header + 24, width: 2), magic == 0x10B || magic == Self.magic64
        else { return nil }
        let optional = header + 24
        let is64 = magic == Self.magic64
        guard let base = source.integer(at: optional + (is64 ? 24 : 28), width: is64 ? 8 : 4),
            let size = source.integer(at: optional + 56, width: 4),
            let directories = source.integer(at: optional + (is64 ? 108 : 92), width: 4)
        else { return nil }
        self.source = source
        self.machine = UInt16(truncatingIfNeeded: machine)
        self.is64 = is64
        timeStamp = UInt32(truncatingIfNeeded: time)
        statedBase = base
        sizeOfImage = size
        sections = Self.readSections(source, at: optional + optionalSize, count: Int(count))
        tlsEntry = optional + (is64 ? 112 : 96) + 8 * Self.tlsIndex
        tlsAddress = 0
        tlsSize = 0
        guard directories > Self.tlsIndex else { return }
        tlsAddress = source.integer(at: tlsEntry, width: 4) ?? 0
        tlsSize = source.integer(at: tlsEntry + 4, width: 4) ?? 0
        readDirectory()
    }

    /// The image of a file.
    init?(file storage: ByteStorage) {
        guard let headers = MappedImage(FileImageSource(storage: storage)) else { return nil }
        self.init(FileImageSource(storage: storage, sections: headers.sections), headers: headers)
    }

    /// The same headers with another source for what lies in sections.
    private init(_ source: FileImageSource, headers: MappedImage) {
        self = headers
        self.source = source
        readDirectory()
    }

    private mutating func readDirectory() {
        tls = nil
        guard tlsAddress != 0 else { return }
        let word = UInt64(word)
        func field(_ offset: UInt64, _ width: Int) -> UInt64? { source.integer(at: tlsAddress + offset, width: width) }
        guard let start = field(0, self.word), let end = field(word, self.word), let index = field(2 * word, self.word),
            let callbacks = field(3 * word, self.word), let zero = field(4 * word, 4),
            let characteristics = field(4 * word + 4, 4)
        else { return }
        tls = TLSDirectory(
            start: start, end: end, index: index, callbacks: callbacks, zeroFill: zero, characteristics: characteristics
        )
    }

    private static func readSections(_ source: some ImageSource, at table: UInt64, count: Int) -> [Section] {
        var sections: [Section] = []
        for index in 0..<min(count, sectionLimit) {
            let at = table + UInt64(40 * index)
            guard let size = source.integer(at: at + 8, width: 4), let address = source.integer(at: at + 12, width: 4),
                let fileSize = source.integer(at: at + 16, width: 4),
                let offset = source.integer(at: at + 20, width: 4),
                let characteristics = source.integer(at: at + 36, width: 4)
            else { break }
            sections.append(
                Section(
                    // The loader rounds the file offset down to a disk sector.
                    address: address, size: size, fileOffset: offset & ~511, fileSize: fileSize,
                    characteristics: UInt32(truncatingIfNeeded: characteristics)))
        }
        return sections
    }

    /// The callbacks of the array at relative address `rva`, up to the terminating zero; `isComplete` is false when
    /// bytes are missing before it or the cap is reached.
    func callbacks(at rva: UInt64, limit: Int = callbackLimit) -> (targets: [UInt64], isComplete: Bool) {
        var targets: [UInt64] = []
        while targets.count < min(limit, Self.callbackLimit) {
            let (at, overflow) = rva.addingReportingOverflow(UInt64(targets.count * word))
            guard !overflow, let target = source.integer(at: at, width: word) else { return (targets, false) }
            if target == 0 { return (targets, true) }
            targets.append(target)
        }
        return (targets, false)
    }

    /// Whether one file holds two views (ARM64X): its header may lawfully differ in memory. Told by the CHPE metadata
    /// of the load configuration (directory 10, pointer at 0xC8).
    var isHybrid: Bool {
        guard machine == 0xAA64, let rva = source.integer(at: tlsEntry + 8, width: 4), rva != 0,
            let size = source.integer(at: rva, width: 4), size >= 0xD0
        else { return false }
        return (source.integer(at: rva + 0xC8, width: 8) ?? 0) != 0
    }
}
