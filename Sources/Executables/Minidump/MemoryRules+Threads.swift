/// Rules on threads: TLS-M04, M05, M07, M11.
extension MemoryRules {
    // MARK: - TLS-M11

    mutating func threadBlocks() {
        for block in state.blocks {
            let name = "thread \(block.thread.id)"
            if block.selfPointer != block.address {
                findings.add(
                    MemoryCheck.block,
                    "The block of \(name) at \(block.address.hexText) names \(block.selfPointer.hexText) as itself.",
                    at: place(block.address &+ block.layout.tebSelf, region: name))
            }
            if let region = state.dump.region(at: block.address), !region.isPrivate {
                findings.add(
                    MemoryCheck.block, "The block of \(name) at \(block.address.hexText) lies in \(region.text).",
                    at: place(block.address, region: name))
            }
        }
    }

    // MARK: - TLS-M04

    mutating func slots() {
        for block in state.blocks {
            guard let process = state.process(block.layout) else { continue }
            let expansion =
                state.memory.integer(at: block.address &+ block.layout.tebExpansion, width: block.layout.word) ?? 0
            let last = ProcessLayout.slotCount + (expansion == 0 ? 0 : ProcessLayout.expansionCount)
            for slot in 0..<last where process.isAllocated(slot) == false {
                let address = block.slotAddress(slot, expansion: expansion)
                guard let value = state.memory.integer(at: address, width: block.layout.word), value != 0 else {
                    continue
                }
                orphan(slot, value, at: address, block, process)
            }
        }
    }

    private mutating func orphan(
        _ slot: Int, _ value: UInt64, at address: UInt64, _ block: ThreadBlock, _ process: ProcessBlock
    ) {
        let target = state.dump.region(at: value)
        let isCode = target.map { $0.isPrivate && $0.isExecutable } ?? false
        let bits =
            slot < ProcessLayout.slotCount
            ? "the bitmap is \((process.bits?.first ?? 0).hexText)" : "its bit of the expansion bitmap is clear"
        let meaning = isCode ? "; it points to executable private memory" : ""
        findings.add(
            MemoryCheck.orphanSlot,
            "Slot \(slot) of thread \(block.thread.id) holds \(value.hexText) and was never given out "
                + "(\(bits))\(meaning).",
            at: place(address, region: "thread \(block.thread.id)"), severity: isCode ? .high : nil)
    }

    // MARK: - TLS-M05

    mutating func vectors() {
        let wide = state.indexed(.wide, limit: Self.moduleLimit)
        let narrow = state.indexed(.narrow, limit: Self.moduleLimit)
        var owners: [UInt64: UInt32] = [:]
        for block in state.blocks where block.tlsPointer != 0 {
            let vector = block.tlsPointer
            // Its own address: no module has thread-local data.
            guard vector != block.address &+ block.layout.tebTLSPointer else { continue }
            let at = block.address &+ block.layout.tebTLSPointer
            let name = "thread \(block.thread.id)"
            if let owner = owners[vector] {
                findings.add(
                    MemoryCheck.vector, "Threads \(owner) and \(block.thread.id) share the vector \(vector.hexText).",
                    at: place(at, region: name))
            }
            owners[vector] = block.thread.id
            if let wrong = notHeap(vector) {
                findings.add(
                    MemoryCheck.vector, "The vector of \(name) is at \(vector.hexText), \(wrong).",
                    at: place(at, region: name))
                continue
            }
            for (image, _, index) in block.layout.word == 8 ? wide : narrow { data(of: image, index, vector, block) }
        }
    }

    /// Why an address is not in memory that a heap would use; nil when it is, or when the dump does not tell.
    private func notHeap(_ address: UInt64) -> String? {
        guard !state.dump.regions.isEmpty else {
            return state.image(at: address).map { "in the image \($0.module.name)" }
        }
        guard let region = state.dump.region(at: address) else { return "in no memory of the process" }
        if region.isPrivate, region.isWritable, !region.isExecutable { return nil }
        return "in \(region.text)" + (state.image(at: address).map { " of \($0.module.name)" } ?? "")
    }

    /// The thread's block of a module.
    private mutating func data(of image: ProcessState.Image, _ index: UInt64, _ vector: UInt64, _ block: ThreadBlock) {
        let word = block.layout.word
        let at = vector &+ index &* UInt64(word)
        guard index < vectorCount(vector, block) ?? 4096, let data = state.memory.integer(at: at, width: word) else {
            return
        }
        let region = "thread \(block.thread.id)"
        if data == 0 {
            // Threads that skip attach, and modules that are being loaded, have none.
            findings.add(
                MemoryCheck.vector, "Thread \(block.thread.id) has no block of \(image.module.name) (index \(index)).",
                at: place(at, region: region), severity: .low, confidence: .possible)
        } else if let wrong = notHeap(data) {
            findings.add(
                MemoryCheck.vector,
                "The block of \(image.module.name) (index \(index)) of thread \(block.thread.id) is at "
                    + "\(data.hexText), "
                    + "\(wrong).", at: place(at, region: region))
        }
    }

    // MARK: - TLS-M07

    /// Entries of a vector: the count before it, when what stands there can be one (Wine and old loaders keep none).
    private func vectorCount(_ vector: UInt64, _ block: ThreadBlock) -> UInt64? {
        let header = block.layout.vectorHeader
        guard !state.isWine, vector > header, let count = state.memory.integer(at: vector - header, width: 4),
            let previous = state.memory.integer(
                at: vector - UInt64(block.layout.word), width: block.layout.word),
            1...4096 ~= count, previous == 0 || state.memory.range(at: previous) != nil
        else { return nil }
        return count
    }

    mutating func indexes() {
        for layout in [ProcessLayout.wide, .narrow] {
            var modules = state.indexed(layout, limit: Self.moduleLimit)
            for block in state.blocks where block.layout == layout && !modules.isEmpty {
                let vector = block.tlsPointer
                guard vector != 0, vector != block.address &+ layout.tebTLSPointer,
                    let count = vectorCount(vector, block)
                else { continue }
                for (image, tls, index) in modules where index >= count {
                    findings.add(
                        MemoryCheck.index,
                        "The index at \(tls.index.hexText) is \(index); the vector of thread \(block.thread.id) has "
                            + "\(count).", at: place(tls.index, image), confidence: .likely)
                }
                // Once is enough of each.
                modules.removeAll { $0.index >= count }
            }
        }
    }
}
