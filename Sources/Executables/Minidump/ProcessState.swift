import Bytes

/// Everything of a dump that the memory rules look at, gathered once.
struct ProcessState: Sendable {
    /// A module with its headers in memory, and the file it came from when that was given.
    struct Image: Sendable {
        var module: Minidump.Module
        /// The headers in memory; nil when the dump has them not.
        var mapped: MappedImage?
        /// The file's, when one was given and is the same build.
        var file: MappedImage?
        /// Whether a file was given that is another build.
        var isFileForeign = false

        /// What is added to the file's addresses in memory.
        var delta: UInt64 { file.map { module.base &- $0.statedBase } ?? 0 }

        /// Whether pointers of a thread's block are as wide as this image's.
        func belongs(to layout: ProcessLayout) -> Bool { mapped?.word == layout.word }
    }

    var dump: Minidump
    var images: [Image]
    /// Indexes of ``images`` by base address.
    private var byBase: [Int]
    var blocks: [ThreadBlock] = []
    /// One for each word size that occurs.
    var processes: [ProcessBlock] = []
    /// The modules named as the loader is (a WOW64 process has two), at most four.
    var loaders: [Minidump.Module] = []
    /// Whether the process ran under Wine, whose loader keeps some structures otherwise.
    var isWine = false

    var memory: ProcessMemory { dump.memory }

    init(_ dump: Minidump, file: (Minidump.Module) -> ByteStorage?) {
        self.dump = dump
        let images = dump.modules.map { Self.image($0, memory: dump.memory, file: file($0)) }
        self.images = images
        byBase = images.indices.sorted { (images[$0].module.base, $0) < (images[$1].module.base, $1) }
        let program = images.first?.mapped
        let wordSize = dump.system?.wordSize ?? program?.word ?? 8
        // A block belongs to one thread: of several that name it the first counts.
        var seen: Set<UInt64> = [0]
        for thread in dump.threads where seen.insert(thread.teb).inserted {
            blocks += ThreadBlock.blocks(of: thread, wordSize: wordSize, memory: dump.memory)
        }
        for layout in [ProcessLayout.wide, .narrow] {
            let addresses = blocks.lazy.filter { $0.layout == layout && $0.peb != 0 }.map(\.peb)
            // The one most threads name: one thread's block may have been tampered with.
            var votes: [UInt64: Int] = [:]
            for address in addresses { votes[address, default: 0] += 1 }
            guard let peb = votes.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key else { continue }
            processes.append(ProcessBlock(at: peb, layout: layout, memory: dump.memory))
        }
        loaders = Array(dump.modules.lazy.filter { $0.name.lowercased() == "ntdll.dll" }.prefix(4))
        // "Wine builtin DLL" follows the DOS header.
        isWine = loaders.contains { dump.memory.integer(at: $0.base &+ 0x40, width: 8) == 0x6975_6220_656E_6957 }
    }

    private static func image(_ module: Minidump.Module, memory: ProcessMemory, file: ByteStorage?) -> Image {
        var image = Image(module: module, mapped: MappedImage(MemoryImageSource(memory: memory, base: module.base)))
        guard let file, let mapped = image.mapped else { return image }
        guard let given = MappedImage(file: file), given.timeStamp == mapped.timeStamp, given.machine == mapped.machine,
            given.is64 == mapped.is64, given.sizeOfImage == mapped.sizeOfImage
        else {
            image.isFileForeign = true
            return image
        }
        image.file = given
        return image
    }

    /// The image an address lies in. O(log n).
    func image(at address: UInt64) -> Image? {
        let index = byBase.partitionPoint { images[$0].module.base <= address } - 1
        guard index >= 0, images[byBase[index]].module.contains(address) else { return nil }
        return images[byBase[index]]
    }

    /// Modules with thread-local data of a word size, each with the index the loader gave it; at most `limit`.
    func indexed(_ layout: ProcessLayout, limit: Int) -> [(image: Image, tls: MappedImage.TLSDirectory, index: UInt64)]
    {
        var found: [(image: Image, tls: MappedImage.TLSDirectory, index: UInt64)] = []
        for image in images where found.count < limit && image.belongs(to: layout) {
            guard let tls = image.mapped?.tls, tls.index != 0, let index = memory.integer(at: tls.index, width: 4)
            else {
                continue
            }
            found.append((image, tls, index))
        }
        return found
    }

    /// The process block of a thread's word size.
    func process(_ layout: ProcessLayout) -> ProcessBlock? { processes.first { $0.layout == layout } }

    /// Where an address lies, in words.
    func text(_ address: UInt64) -> String {
        if let image = image(at: address) { return image.module.name }
        return dump.region(at: address)?.text ?? "no module"
    }
}
