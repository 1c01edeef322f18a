import Bytes

extension Minidump {
    /// Reads the tables. Nil when the file does not begin as a minidump; what else is wrong goes to `findings`.
    init?(_ storage: ByteStorage, findings: inout FindingCollector) {
        guard Self.recognises(storage.bytes) else { return nil }
        self.storage = storage
        memory = ProcessMemory(storage: storage)
        guard let count = storage.bytes.uint32(at: 8), let directory = storage.bytes.uint32(at: 12),
            storage.bytes.holds(32, at: 0)
        else {
            findings.add(
                MinidumpCheck.directory, "The file ends after \(storage.count) bytes, inside its header.")
            return
        }
        timeStamp = storage.bytes.uint32(at: 20) ?? 0
        flags = storage.bytes.uint64(at: 24) ?? 0
        readDirectory(count: count, at: Int(directory), &findings)
        readSystem()
        readModules(&findings)
        readThreads(&findings)
        readMemory(&findings)
        readRegions(&findings)
    }

    private mutating func readDirectory(count: UInt32, at start: Int, _ findings: inout FindingCollector) {
        if count > UInt32(Self.streamLimit) {
            findings.add(
                MinidumpCheck.count, "\(count) streams are stated; the first \(Self.streamLimit) are looked at.")
        }
        var seen: Set<UInt32> = []
        for index in 0..<Int(min(count, UInt32(Self.streamLimit))) {
            let at = start + 12 * index
            guard let type = storage.bytes.uint32(at: at), let size = storage.bytes.uint32(at: at + 4),
                let offset = storage.bytes.uint32(at: at + 8)
            else {
                findings.add(
                    MinidumpCheck.directory,
                    "\(count) streams at \(start.hexText) are stated; the file of \(storage.count) bytes holds "
                        + "\(index).",
                    at: .init(fileOffset: UInt64(start)))
                return
            }
            guard type != 0 else { continue }
            let room = UInt64(max(0, storage.count - Int(offset)))
            if UInt64(size) > room {
                findings.add(
                    MinidumpCheck.stream,
                    "Stream \(type): \(size) bytes at \(offset.hexText), the file has \(storage.count).",
                    at: .init(fileOffset: UInt64(offset)))
            }
            if !seen.insert(type).inserted, StreamType(rawValue: type) != nil {
                findings.add(
                    MinidumpCheck.twice, "Stream \(type) is there again at \(offset.hexText); the first counts.",
                    at: .init(fileOffset: UInt64(offset)))
            }
            streams.append(Stream(type: type, size: min(UInt64(size), room), offset: UInt64(offset)))
        }
    }

    private mutating func readSystem() {
        guard let stream = stream(.systemInfo), stream.size >= 24 else { return }
        let at = Int(stream.offset)
        system = System(
            architecture: storage.bytes.uint16(at: at) ?? 0xFFFF, major: storage.bytes.uint32(at: at + 8) ?? 0,
            minor: storage.bytes.uint32(at: at + 12) ?? 0, build: storage.bytes.uint32(at: at + 16) ?? 0,
            platform: storage.bytes.uint32(at: at + 20) ?? 0)
    }

    /// Offsets of the entries of a list with a 32-bit count, as many as the stream and the cap allow. Some writers
    /// align the entries to 8 bytes after the count; the size of the stream tells.
    private func entries(
        _ type: StreamType, size entry: Int, limit: Int, _ findings: inout FindingCollector
    ) -> (first: Int, count: Int) {
        guard let stream = stream(type), stream.size >= 4, let stated = storage.bytes.uint32(at: Int(stream.offset))
        else {
            return (0, 0)
        }
        let bytes = stream.size - 4
        let wanted = UInt64(stated) * UInt64(entry)
        let isPadded =
            bytes == wanted + 4
            || (bytes != wanted && bytes >= 4 && bytes % UInt64(entry) != 0 && (bytes - 4) % UInt64(entry) == 0)
        let room = (bytes - (isPadded ? 4 : 0)) / UInt64(entry)
        check(stated: UInt64(stated), room: room, limit: limit, of: stream, &findings)
        return (Int(stream.offset) + (isPadded ? 8 : 4), Int(min(UInt64(stated), room, UInt64(limit))))
    }

    private func check(
        stated: UInt64, room: UInt64, limit: Int, of stream: Stream, _ findings: inout FindingCollector
    ) {
        if stated > room {
            findings.add(
                MinidumpCheck.count, "Stream \(stream.type) states \(stated) entries and has room for \(room).",
                at: .init(fileOffset: stream.offset), severity: .medium)
        } else if stated > UInt64(limit) {
            findings.add(
                MinidumpCheck.count, "Stream \(stream.type) has \(stated) entries; the first \(limit) are looked at.",
                at: .init(fileOffset: stream.offset))
        }
    }

    private mutating func readModules(_ findings: inout FindingCollector) {
        let list = entries(.moduleList, size: 108, limit: Self.moduleLimit, &findings)
        modules.reserveCapacity(list.count)
        for index in 0..<list.count {
            let at = list.first + 108 * index
            guard let base = storage.bytes.uint64(at: at), let size = storage.bytes.uint32(at: at + 8),
                let checksum = storage.bytes.uint32(at: at + 12), let time = storage.bytes.uint32(at: at + 16),
                let name = storage.bytes.uint32(at: at + 20)
            else { return }
            modules.append(
                Module(base: base, size: UInt64(size), timeStamp: time, checksum: checksum, path: text(at: Int(name))))
        }
    }

    /// `MINIDUMP_STRING`: length in bytes, then UTF-16; cut at 1024 units.
    private func text(at offset: Int) -> String {
        guard let length = storage.bytes.uint32(at: offset) else { return "" }
        let held = min(Int(length), 2048, storage.count - offset - 4)
        guard let units = storage.bytes.slice(at: offset + 4, length: held) else { return "" }
        var output: [UInt8] = []
        UTF16LE.appendUTF8(units, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private mutating func readThreads(_ findings: inout FindingCollector) {
        let list = entries(.threadList, size: 48, limit: Self.threadLimit, &findings)
        threads.reserveCapacity(list.count)
        for index in 0..<list.count {
            let at = list.first + 48 * index
            guard let id = storage.bytes.uint32(at: at), let suspended = storage.bytes.uint32(at: at + 4),
                let teb = storage.bytes.uint64(at: at + 16), let stack = storage.bytes.uint64(at: at + 24),
                let size = storage.bytes.uint32(at: at + 32)
            else { return }
            threads.append(Thread(id: id, suspendCount: suspended, teb: teb, stackStart: stack, stackSize: size))
        }
    }

    private mutating func readMemory(_ findings: inout FindingCollector) {
        var ranges: [ProcessMemory.Range] = []
        let small = entries(.memoryList, size: 16, limit: Self.rangeLimit, &findings)
        for index in 0..<small.count {
            let at = small.first + 16 * index
            guard let start = storage.bytes.uint64(at: at), let size = storage.bytes.uint32(at: at + 8),
                let offset = storage.bytes.uint32(at: at + 12)
            else { break }
            append(start, UInt64(size), at: UInt64(offset), to: &ranges, .memoryList, &findings)
        }
        appendFullMemory(to: &ranges, &findings)
        memory = ProcessMemory(storage: storage, ranges: ranges)
        if memory.overlaps > 0 {
            findings.add(
                MinidumpCheck.overlap,
                "\(memory.overlaps) of \(ranges.count) ranges of memory lie in others; the one that begins lower "
                    + "counts."
            )
        }
    }

    /// `MINIDUMP_MEMORY64_LIST`: the bytes of all ranges stand one after the other from one offset on.
    private func appendFullMemory(to ranges: inout [ProcessMemory.Range], _ findings: inout FindingCollector) {
        guard let stream = stream(.memory64List), stream.size >= 16,
            let stated = storage.bytes.uint64(at: Int(stream.offset)),
            var offset = storage.bytes.uint64(at: Int(stream.offset) + 8)
        else { return }
        let room = (stream.size - 16) / 16
        check(stated: stated, room: room, limit: Self.rangeLimit, of: stream, &findings)
        for index in 0..<Int(min(stated, room, UInt64(Self.rangeLimit))) {
            let at = Int(stream.offset) + 16 + 16 * index
            guard let start = storage.bytes.uint64(at: at), let size = storage.bytes.uint64(at: at + 8) else { return }
            append(start, size, at: offset, to: &ranges, .memory64List, &findings)
            let (next, overflow) = offset.addingReportingOverflow(size)
            guard !overflow, next <= UInt64(storage.count) else { return }
            offset = next
        }
    }

    private func append(
        _ start: UInt64, _ size: UInt64, at offset: UInt64, to ranges: inout [ProcessMemory.Range], _ type: StreamType,
        _ findings: inout FindingCollector
    ) {
        let room = offset < UInt64(storage.count) ? UInt64(storage.count) - offset : 0
        if size > room {
            findings.add(
                MinidumpCheck.stream,
                "Memory \(start.hexText)+\(size.hexText) of stream \(type.rawValue) is said to stand at "
                    + "\(offset.hexText); "
                    + "the file has \(storage.count) bytes.", at: .init(fileOffset: offset, address: start))
        }
        guard min(size, room) > 0 else { return }
        ranges.append(ProcessMemory.Range(start: start, size: min(size, room), offset: offset))
    }

    private mutating func readRegions(_ findings: inout FindingCollector) {
        guard let stream = stream(.memoryInfoList), stream.size >= 16,
            let header = storage.bytes.uint32(at: Int(stream.offset)),
            let entry = storage.bytes.uint32(at: Int(stream.offset) + 4),
            let stated = storage.bytes.uint64(at: Int(stream.offset) + 8)
        else { return }
        guard header >= 16, entry >= 48, entry <= 4096, UInt64(header) <= stream.size else {
            findings.add(
                MinidumpCheck.count,
                "Stream 16 states a header of \(header) and entries of \(entry) bytes (16 and 48).",
                at: .init(fileOffset: stream.offset), severity: .medium)
            return
        }
        let room = (stream.size - UInt64(header)) / UInt64(entry)
        check(stated: stated, room: room, limit: Self.rangeLimit, of: stream, &findings)
        let count = Int(min(stated, room, UInt64(Self.rangeLimit)))
        regions.reserveCapacity(count)
        for index in 0..<count {
            let at = Int(stream.offset) + Int(header) + Int(entry) * index
            guard let base = storage.bytes.uint64(at: at), let allocation = storage.bytes.uint64(at: at + 8),
                let size = storage.bytes.uint64(at: at + 24), let state = storage.bytes.uint32(at: at + 32),
                let protection = storage.bytes.uint32(at: at + 36), let type = storage.bytes.uint32(at: at + 40)
            else { break }
            regions.append(
                Region(
                    base: base, size: size, allocationBase: allocation, state: state, protection: protection, type: type
                ))
        }
        if !zip(regions, regions.dropFirst()).allSatisfy({ $0.base <= $1.base }) {
            regions = regions.indices.sorted { (regions[$0].base, $0) < (regions[$1].base, $1) }.map { regions[$0] }
        }
    }
}
