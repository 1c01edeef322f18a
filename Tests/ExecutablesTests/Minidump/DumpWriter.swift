/// Writes minidumps: streams of modules, threads, memory and regions, in either list of memory.
struct DumpWriter {
    /// Pages with their bytes; each one region and one range.
    struct Pages {
        var start: UInt64
        var bytes: [UInt8]
        var protection: UInt32 = 4
        var type: UInt32 = 0x20000
        var allocation: UInt64?
    }

    struct Module {
        var base: UInt64
        var size: UInt32
        var time: UInt32
        var path: String
    }

    var architecture: UInt16 = 9
    var platform: UInt32 = 2
    var build: UInt32 = 19_045
    var modules: [Module] = []
    var threads: [(id: UInt32, teb: UInt64)] = []
    var pages: [Pages] = []
    /// Stream types that are left out.
    var omitted: Set<UInt32> = []
    /// Memory in the list with 32-bit places instead of the one with 64-bit sizes.
    var usesSmallList = false
    /// Only rows of memory that are not all zero are kept.
    var isSparse = false
    /// Four bytes between a count and its entries, as some writers have it.
    var isPadded = false

    /// Changes bytes of the process.
    mutating func poke(_ address: UInt64, _ value: UInt64, width: Int) {
        guard
            let index = pages.firstIndex(where: { address >= $0.start && address < $0.start + UInt64($0.bytes.count) })
        else { preconditionFailure("no page at \(address)") }
        for byte in 0..<width {
            pages[index].bytes[Int(address - pages[index].start) + byte] = UInt8(
                truncatingIfNeeded: value >> UInt64(8 * byte))
        }
    }

    /// Changes the region at an address.
    mutating func region(at address: UInt64, _ change: (inout Pages) -> Void) {
        for index in pages.indices
        where address >= pages[index].start && address < pages[index].start + UInt64(pages[index].bytes.count) {
            change(&pages[index])
        }
    }

    func bytes() -> [UInt8] {
        var output = ByteWriter()
        var streams: [UInt32] = [7, 4, 3, 16, usesSmallList ? 5 : 9]
        streams.removeAll { omitted.contains($0) }
        output.bytes = Array("MDMP".utf8)
        output.put(0xA793, 4)
        output.put(UInt64(streams.count + 1), 4)
        output.put(32, 4)
        output.put(0, 8)
        output.put(2, 8)
        // The directory, with one unused entry.
        output.bytes += [UInt8](repeating: 0, count: 12 * (streams.count + 1))
        for (index, stream) in streams.enumerated() {
            let start = output.bytes.count
            switch stream {
            case 7: system(&output)
            case 4: moduleList(&output)
            case 3: threadList(&output)
            case 16: infoList(&output)
            case 5: smallMemory(&output)
            default: fullMemory(&output)
            }
            // Names and memory behind a list are not part of its stream.
            let sizes: [UInt32: Int] = [4: listSize, 5: 4 + 16 * ranges.count, 9: 16 + 16 * ranges.count]
            output.set(UInt64(stream), 4, at: 32 + 12 * index)
            output.set(UInt64(sizes[stream] ?? output.bytes.count - start), 4, at: 36 + 12 * index)
            output.set(UInt64(start), 4, at: 40 + 12 * index)
        }
        return output.bytes
    }

    private var listSize: Int { 4 + (isPadded ? 4 : 0) + 108 * modules.count }

    private func system(_ output: inout ByteWriter) {
        output.put(UInt64(architecture), 2)
        output.put(0, 6)
        output.put(10, 4)
        output.put(0, 4)
        output.put(UInt64(build), 4)
        output.put(UInt64(platform), 4)
        output.bytes += [UInt8](repeating: 0, count: 32)
    }

    private func moduleList(_ output: inout ByteWriter) {
        let start = output.bytes.count
        output.put(UInt64(modules.count), 4)
        if isPadded { output.put(0, 4) }
        for module in modules {
            output.put(module.base, 8)
            output.put(UInt64(module.size), 4)
            output.put(0, 4)
            output.put(UInt64(module.time), 4)
            output.bytes += [UInt8](repeating: 0, count: 88)
        }
        for (index, module) in modules.enumerated() {
            output.set(UInt64(output.bytes.count), 4, at: start + (isPadded ? 8 : 4) + 108 * index + 20)
            output.put(UInt64(module.path.utf16.count * 2), 4)
            for unit in module.path.utf16 { output.put(UInt64(unit), 2) }
        }
    }

    private func threadList(_ output: inout ByteWriter) {
        output.put(UInt64(threads.count), 4)
        if isPadded { output.put(0, 4) }
        for thread in threads {
            output.put(UInt64(thread.id), 4)
            output.bytes += [UInt8](repeating: 0, count: 12)
            output.put(thread.teb, 8)
            output.bytes += [UInt8](repeating: 0, count: 24)
        }
    }

    private func infoList(_ output: inout ByteWriter) {
        output.put(16, 4)
        output.put(48, 4)
        output.put(UInt64(pages.count), 8)
        for page in pages {
            output.put(page.start, 8)
            output.put(page.allocation ?? page.start, 8)
            output.put(UInt64(page.type == 0x100_0000 ? 0x80 : 4), 8)
            output.put(UInt64(page.bytes.count), 8)
            output.put(0x1000, 4)
            output.put(UInt64(page.protection), 4)
            output.put(UInt64(page.type), 8)
        }
    }

    /// The memory that is kept.
    private var ranges: [Pages] {
        guard isSparse else { return pages }
        let row = 64
        return pages.flatMap { page in
            stride(from: 0, to: page.bytes.count, by: row).compactMap { at in
                let bytes = Array(page.bytes[at..<min(at + row, page.bytes.count)])
                return bytes.allSatisfy { $0 == 0 } ? nil : Pages(start: page.start + UInt64(at), bytes: bytes)
            }
        }
    }

    private func fullMemory(_ output: inout ByteWriter) {
        output.put(UInt64(ranges.count), 8)
        output.put(UInt64(output.bytes.count + 8 + 16 * ranges.count), 8)
        for page in ranges {
            output.put(page.start, 8)
            output.put(UInt64(page.bytes.count), 8)
        }
        for page in ranges { output.bytes += page.bytes }
    }

    private func smallMemory(_ output: inout ByteWriter) {
        var at = output.bytes.count + 4 + 16 * ranges.count
        output.put(UInt64(ranges.count), 4)
        for page in ranges {
            output.put(page.start, 8)
            output.put(UInt64(page.bytes.count), 4)
            output.put(UInt64(at), 4)
            at += page.bytes.count
        }
        for page in ranges { output.bytes += page.bytes }
    }
}

/// Little-endian numbers one after the other.
struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func put(_ value: UInt64, _ width: Int) {
        for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
    }

    mutating func set(_ value: UInt64, _ width: Int, at offset: Int) {
        for index in 0..<width { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
    }
}
