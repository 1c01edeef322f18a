import Bytes

/// Rules on what the loader keeps: TLS-M06, M08, M09.
extension MemoryRules {
    /// Bytes of heap searched for the loader's copies.
    private static let searchLimit: UInt64 = 64 << 20
    /// Words that may belong to a copy, looked at closer.
    private static let hitLimit = 1 << 16

    // MARK: - TLS-M09

    mutating func loaderFlags() {
        // Before Vista, modules loaded at run time got no thread-local data.
        guard state.dump.system.map({ $0.major >= 6 }) ?? true else { return }
        for process in state.processes {
            for entry in process.entries {
                guard let index = entry.tlsIndex, let image = state.image(at: entry.base),
                    image.module.base == entry.base,
                    let mapped = image.mapped, image.belongs(to: process.layout)
                else { continue }
                // Load reason 9: a hot patch, which gets none.
                guard entry.loadReason != 9 else { continue }
                // Windows marks with 0xFFFF; Wine keeps the index, and 0xFFFF for none.
                let isMarked = state.isWine ? index != 0xFFFF : index != 0
                guard isMarked != mapped.hasTLS else { continue }
                let severity: Finding.Severity? = isMarked ? .low : nil
                findings.add(
                    MemoryCheck.loaderFlag,
                    "TlsIndex of \(image.module.name) is \(index.hexText) and the module has "
                        + "\(mapped.hasTLS ? "a" : "no") TLS directory"
                        + (isMarked ? "." : ": its callbacks are not called."),
                    at: place(entry.address &+ process.layout.entryTLSIndex, image), severity: severity,
                    confidence: .likely)
            }
        }
    }

    // MARK: - TLS-M08

    /// The loader keeps a copy of every directory beside the address of the module's entry: find the entries' addresses
    /// on the heap they lie in, and look at what stands before.
    mutating func loaderCopies() {
        for process in state.processes {
            var images: [UInt64: ProcessState.Image] = [:]
            var left = Self.searchLimit
            for entry in process.entries {
                guard let image = state.image(at: entry.base), image.mapped?.tls != nil,
                    image.belongs(to: process.layout)
                else { continue }
                images[entry.address] = image
            }
            guard let low = images.keys.min(), let high = images.keys.max() else { continue }
            var hitsLeft = Self.hitLimit
            var allocations: Set<UInt64> = []
            var searched: Set<UInt64> = []
            // The whole allocation an entry lies in, if the dump tells; else the range of memory.
            for address in images.keys.sorted() {
                let region = state.dump.region(at: address)
                if let region, !allocations.insert(region.allocationBase).inserted { continue }
                for range in heap(around: address, region) where left > 0 && searched.insert(range.start).inserted {
                    let length = min(range.size, left)
                    left -= length
                    let hits = pointers(in: range, length: length, layout: process.layout, from: low, through: high)
                    for hit in hits.prefix(hitsLeft) {
                        if let image = images[hit.value] { copy(at: hit.address, of: image, process.layout) }
                    }
                    hitsLeft -= min(hits.count, hitsLeft)
                }
            }
        }
    }

    private func heap(around address: UInt64, _ region: Minidump.Region?) -> [ProcessMemory.Range] {
        guard let region else { return state.memory.range(at: address).map { [$0] } ?? [] }
        let ranges = state.memory.ranges
        let regions = state.dump.regions
        var found: [ProcessMemory.Range] = []
        let first = regions.partitionPoint { $0.base < region.allocationBase }
        for part in regions[first...].prefix(while: { $0.allocationBase == region.allocationBase }).prefix(1024)
        where part.isPrivate {
            var index = ranges.partitionPoint { $0.start < part.base }
            while index < ranges.count, found.count < 4096, part.contains(ranges[index].start) {
                found.append(ranges[index])
                index += 1
            }
        }
        if let own = state.memory.range(at: address), !found.contains(own) { found.append(own) }
        return found
    }

    /// Aligned words in `low ... high`, where they stand and what they are. O(length).
    private func pointers(
        in range: ProcessMemory.Range, length: UInt64, layout: ProcessLayout, from low: UInt64, through high: UInt64
    ) -> [(address: UInt64, value: UInt64)] {
        guard let start = Int(exactly: range.offset), let count = Int(exactly: length) else { return [] }
        var hits: [(UInt64, UInt64)] = []
        let bytes = state.dump.storage.bytes
        // The address decides the alignment, not the place in the file.
        var at = Int((UInt64(layout.word) &- range.start % UInt64(layout.word)) % UInt64(layout.word))
        while at + layout.word <= count, hits.count < 4096 {
            let value = layout.word == 8 ? bytes.uint64(at: start + at) : bytes.uint32(at: start + at).map(UInt64.init)
            if let value, value >= low, value <= high { hits.append((range.start &+ UInt64(at), value)) }
            at += layout.word
        }
        return hits
    }

    /// Compares a copy whose module pointer stands at `address`. It is one only when two of three other fields agree.
    private mutating func copy(at address: UInt64, of image: ProcessState.Image, _ layout: ProcessLayout) {
        guard let tls = image.mapped?.tls, address >= layout.tlsEntryModule else { return }
        let start = address - layout.tlsEntryModule + layout.tlsEntryDirectory
        func field(_ index: UInt64) -> UInt64? {
            state.memory.integer(at: start &+ index &* UInt64(layout.word), width: layout.word)
        }
        guard let first = field(0), let end = field(1), let index = field(2), let callbacks = field(3) else { return }
        let agreeing = [first == tls.start, end == tls.end, index == tls.index && index != 0].filter { $0 }.count
        guard agreeing >= 2, index != 0, callbacks != tls.callbacks else { return }
        findings.add(
            MemoryCheck.loaderCopy,
            "The loader calls the array \(callbacks.hexText) (\(state.text(callbacks))) for \(image.module.name); "
                + "the module's "
                + "directory names \(tls.callbacks.hexText).",
            at: place(start &+ 3 &* UInt64(layout.word), image), confidence: .likely)
    }

    // MARK: - TLS-M06

    mutating func fiberCallbacks() {
        for layout in [ProcessLayout.wide, .narrow] {
            let blocks = state.blocks.filter { $0.layout == layout }
            guard !blocks.isEmpty else { continue }
            let loaders = state.loaders
            let memory = state.memory
            let storage = blocks.lazy.prefix(64).compactMap { block in
                FiberStorage(block, memory: memory) { address in loaders.contains { $0.contains(address) } }
            }.first
            guard let storage else {
                findings.add(
                    MinidumpCheck.absent,
                    "The table of fiber-local callbacks was not found (older than Windows 10 1903, or not in the dump)."
                )
                continue
            }
            for callback in storage.callbacks { fiber(callback) }
        }
    }

    private mutating func fiber(_ callback: FiberStorage.Callback) {
        let region = state.dump.region(at: callback.target)
        let why: String
        var severity: Finding.Severity?
        var confidence = Finding.Confidence.certain
        if let home = state.image(at: callback.target) {
            guard let region, !region.isExecutable || !region.isImage else { return }
            why = "in \(home.module.name), but in \(region.text)"
        } else if let region {
            why = "in no image, but in \(region.text)"
            if !region.isExecutable || region.isImage { severity = .medium }
        } else {
            why = "in no image"
            confidence = .likely
        }
        findings.add(
            MemoryCheck.fiberCallback,
            "Fiber-local index \(callback.index) calls \(callback.target.hexText) at thread exit: \(why).",
            at: place(callback.address, region: "fiber-local storage"), severity: severity, confidence: confidence)
    }
}
