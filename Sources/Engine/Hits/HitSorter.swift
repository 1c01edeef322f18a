import Foundation

/// Sorts hit events in bounded memory: full buffers are sorted and spilled to temporary files, and a merge reads all
/// runs side by side.
///
///     worker 0 ─ buffer ─ run ─ run ┐
///     worker 1 ─ buffer ─ run ──────┴─ k-way merge → time order
///
/// Each worker fills its own ``HitRuns``; the merge takes all of them. Keys are unique, so the result is the same on any
/// number of workers.
struct HitRuns: Sendable {
    /// One hit, encoded.
    struct Entry: Sendable {
        var key: HitEvent.Key
        var payload: [UInt8]
    }

    private var buffer: [Entry] = []
    private var bufferedBytes = 0
    private let memory: Int
    private let folder: URL
    private let prefix: String
    private(set) var spilled: [URL] = []

    /// Runs that spill into `folder` under names beginning with `prefix` when more than `memory` bytes are held.
    init(memory: Int, folder: URL, prefix: String) {
        self.memory = memory
        self.folder = folder
        self.prefix = prefix
    }

    /// Takes a hit. O(1), now and then O(n log n) and a file.
    mutating func append(_ hit: HitEvent) throws {
        let payload = hit.encodedPayload()
        bufferedBytes += payload.count + 96
        buffer.append(Entry(key: hit.key, payload: payload))
        if bufferedBytes > memory { try spill() }
    }

    private mutating func spill() throws {
        buffer.sort { $0.key < $1.key }
        var writer = ByteRecordWriter()
        for entry in buffer {
            writer.append(entry.key.time)
            writer.append(entry.key.source)
            writer.append(entry.key.offset)
            writer.append(entry.key.record)
            writer.append(UInt32(entry.payload.count))
            writer.bytes.append(contentsOf: entry.payload)
        }
        let url = folder.appending(path: "\(prefix)-\(spilled.count).run")
        try Data(writer.bytes).write(to: url)
        spilled.append(url)
        buffer.removeAll(keepingCapacity: true)
        bufferedBytes = 0
    }

    /// The hits still in memory, sorted.
    consuming func remaining() -> [Entry] {
        buffer.sort { $0.key < $1.key }
        return buffer
    }
}

/// Merges runs into one stream in key order.
struct HitMerge {
    private var sources: [Run]
    /// Indices of runs that still have an entry, as a binary heap by their next key.
    private var heap: [Int] = []

    /// A merge of everything the workers hold. O(runs).
    init(_ workers: [HitRuns]) throws {
        sources = []
        for worker in workers {
            for url in worker.spilled { sources.append(try Run(file: url)) }
            sources.append(Run(entries: worker.remaining()))
        }
        for index in sources.indices where sources[index].next != nil { push(index) }
    }

    /// The next hit in order, or nil at the end. O(log runs).
    mutating func next() throws -> HitEvent? {
        guard let index = popFirst(), let entry = sources[index].next else { return nil }
        try sources[index].advance()
        if sources[index].next != nil { push(index) }
        return HitEvent(key: entry.key, payload: entry.payload)
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        guard let first = sources[left].next, let second = sources[right].next else { return false }
        return first.key < second.key
    }

    private mutating func push(_ index: Int) {
        heap.append(index)
        var child = heap.count - 1
        while child > 0, precedes(heap[child], heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func popFirst() -> Int? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { break }
            let right = left + 1
            let smaller = right < heap.count && precedes(heap[right], heap[left]) ? right : left
            guard precedes(heap[smaller], heap[parent]) else { break }
            heap.swapAt(parent, smaller)
            parent = smaller
        }
        return first
    }
}

extension HitMerge {
    /// One sorted run: in memory, or in a file that is read in pieces.
    private struct Run {
        private(set) var next: HitRuns.Entry?
        private var entries: [HitRuns.Entry] = []
        private var index = 0
        private var file: FileHandle?
        private var window: [UInt8] = []
        private var position = 0
        private static let headerSize = 8 + 4 + 8 + 8 + 4
        private static let readSize = 256 << 10

        init(entries: [HitRuns.Entry]) {
            self.entries = entries
            next = entries.first
            index = 1
        }

        init(file url: URL) throws {
            file = try FileHandle(forReadingFrom: url)
            try advance()
        }

        mutating func advance() throws {
            guard file != nil else {
                next = index < entries.count ? entries[index] : nil
                index += 1
                return
            }
            guard try fill(Run.headerSize) else {
                next = nil
                try file?.close()
                return
            }
            var reader = ByteRecordReader(window, at: position)
            let key = HitEvent.Key(
                time: reader.integer(), source: reader.integer(), offset: reader.integer(), record: reader.integer())
            let length = Int(reader.integer(UInt32.self))
            position = reader.position
            guard try fill(length) else {
                next = nil
                return
            }
            next = HitRuns.Entry(key: key, payload: Array(window[position..<position + length]))
            position += length
        }

        /// Makes sure that `count` bytes lie from `position` on.
        private mutating func fill(_ count: Int) throws -> Bool {
            while window.count - position < count {
                window.removeFirst(position)
                position = 0
                guard let more = try file?.read(upToCount: max(count, Run.readSize)), !more.isEmpty else {
                    return false
                }
                window.append(contentsOf: more)
            }
            return true
        }
    }
}
