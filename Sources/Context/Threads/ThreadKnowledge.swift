import Events

/// What addresses in processes are: built once from everything gathered, then asked for each act.
struct ThreadKnowledge: Sendable {
    /// Most steps from a copied handle to the one it is of, and from a thread to its process: both are written by the
    /// adversary, and may go in circles.
    static let chainLimit = 8
    /// Most threads of one process whose pointers are compared.
    static let threadLimit = 4096
    /// Most entries of one kind for one process id: each act looks through them, and the adversary writes both. The first in
    /// time; a busy Windows process loads some hundred modules and has some hundred threads.
    static let entryLimit = 4096

    struct ProcessKey: Hashable, Sendable {
        var host: String
        var pid: UInt32
    }

    /// A process in a trace that makes calls.
    struct CallerKey: Hashable, Sendable {
        var host: String
        var source: SourceNumber
        var pid: UInt32
    }

    struct HandleKey: Hashable, Sendable {
        var caller: CallerKey
        var handle: UInt64
        var isDescriptor: Bool
    }

    struct WordKey: Hashable, Sendable {
        var host: String
        var source: SourceNumber
        var thread: UInt32
        var address: UInt64
    }

    var timelines: [ProcessKey: ProcessTimeline] = [:]
    /// By handle, in order of time.
    var handles: [HandleKey: [ThreadRecord]] = [:]
    /// What was read at an address, in order of time.
    var words: [WordKey: [(at: TracePoint, value: UInt64)]] = [:]
    /// The thread that made a thread, in order of time.
    var makers: [ProcessKey: [(at: TracePoint, maker: UInt32)]] = [:]
    /// Threads of a process.
    var threads: [ProcessKey: [UInt32]] = [:]
    /// Processes of Windows threads.
    var owners: [ProcessKey: UInt32] = [:]
    /// When a caller first read as many bytes as a TLS directory has, by their address.
    var glances: [CallerKey: [UInt64: TracePoint]] = [:]
    /// Processes that a caller made suspended, in order of time.
    var children: [CallerKey: [ThreadRecord]] = [:]
    /// Pointers that a tracer read of threads whose process no record tells, by trace.
    var strays: [SourceNumber: [ProcessTimeline.Pointer]] = [:]
    /// Of files in the evidence, sorted.
    let layouts: [ModuleLayout]
    /// The same by name.
    private(set) var layoutsByName: [String: [ModuleLayout]] = [:]
    /// Maps of processes, and by trace those beside it that do not tell whose they are.
    var maps: [ProcessKey: MemoryMap] = [:]
    var mapsBesideTraces: [SourceNumber: MemoryMap] = [:]
    var acts: [MemoryAct] = []
    private(set) var sawLinux = false
    private(set) var overflowed = false

    /// Knows nothing.
    init() { layouts = [] }

    init(
        _ records: [ThreadRecord], acts: [MemoryAct], layouts: [ModuleLayout], sources: [SourceNote] = [],
        sawLinux: Bool, overflowed: Bool
    ) {
        self.acts = acts
        self.sawLinux = sawLinux
        self.overflowed = overflowed
        self.layouts = layouts
        for layout in layouts { layoutsByName[layout.name, default: []].append(layout) }
        // A total order, so that equal moments give equal answers however the evidence was cut.
        let ordered = records.sorted(by: ThreadKnowledge.isOrdered)
        for record in ordered { add(record) }
        gatherMaps(ordered.filter { $0.kind == .region }, sources)
        for (key, all) in makers {
            guard let last = all.last else { continue }
            let process = ProcessKey(host: key.host, pid: self.process(of: key.pid, on: key.host, at: last.at))
            threads[process, default: []].append(key.pid)
        }
        for key in threads.keys {
            threads[key] = threads[key].map { Array($0.sorted().prefix(ThreadKnowledge.threadLimit)) }
        }
        gatherStrays()
    }

    private static func isOrdered(_ left: ThreadRecord, _ right: ThreadRecord) -> Bool {
        if left.moment != right.moment { return left.moment < right.moment }
        return left.isKept(before: right)
    }

    /// What people should know of the limits.
    var remarks: [String] {
        overflowed
            ? ["not all records of memory, threads and handles fit into memory: some addresses may be unresolved"] : []
    }

    private mutating func add(_ record: ThreadRecord) {
        let key = ProcessKey(host: record.host, pid: record.pid)
        let at = record.point
        switch record.kind {
        case .start:
            keep(
                .init(at: at, image: record.text, parent: record.other), in: \.starts, of: key)
        case .load:
            keep(
                .init(
                    at: at, base: record.address, size: record.size, timestamp: UInt32(record.value >> 32),
                    checksum: UInt32(truncatingIfNeeded: record.value), name: ModuleLayout.fileName(record.text)),
                in: \.loads, of: key)
        case .block:
            keep(
                .init(at: at, base: record.address, isNarrow: record.value == 4), in: \.blocks, of: key)
            owners[ProcessKey(host: record.host, pid: record.other)] = record.pid
        case .pointer, .pointerSeen:
            keep(
                .init(
                    at: at, thread: record.pid, address: record.address, stackEnd: record.size,
                    isSet: record.kind == .pointer), in: \.pointers, of: key)
        case .segment:
            let end = record.address.addingReportingOverflow(record.size)
            guard !end.overflow else { return }
            keep(
                .init(
                    at: at, base: record.address, end: end.partialValue, file: ModuleLayout.fileName(record.text)),
                in: \.segments, of: key)
        case .threadStart: keep(at, in: \.threadStarts, of: key)
        case .thread:
            if makers[key]?.count ?? 0 < ThreadKnowledge.entryLimit {
                makers[key, default: []].append((at, record.other))
            } else {
                overflowed = true
            }
        case .fork: timelines[key, default: ProcessTimeline()].forkedFrom = (at, record.other)
        case .processHandle, .threadHandle, .copiedHandle:
            handles[handleKey(record, isDescriptor: false), default: []].append(record)
        case .descriptor: handles[handleKey(record, isDescriptor: true), default: []].append(record)
        case .closed:
            for isDescriptor in [false, true] {
                let key = handleKey(record, isDescriptor: isDescriptor)
                if handles[key] != nil { handles[key]?.append(record) }
            }
        case .suspendedChild:
            children[record.caller, default: []].append(record)
        case .word:
            words[
                WordKey(host: record.host, source: record.source, thread: record.other, address: record.address),
                default: []
            ].append((at, record.value))
        case .region: break
        case .glance:
            if glances[record.caller]?[record.address] == nil {
                glances[record.caller, default: [:]][record.address] = at
            }
        }
    }

    /// Of several maps of one process the first source counts: they were taken at different times.
    private mutating func gatherMaps(_ regions: [ThreadRecord], _ sources: [SourceNote]) {
        guard !regions.isEmpty else { return }
        let bySource = Dictionary(grouping: regions, by: \.source)
        let paths = Dictionary(sources.map { ($0.source, $0.stem) }) { first, _ in first }
        let tracesByStem = Dictionary(grouping: sources, by: \.stem).mapValues { $0.map(\.source) }
        for source in bySource.keys.sorted(by: >) {
            guard let records = bySource[source], let first = records.first else { continue }
            let map = MemoryMap(
                records.compactMap { record in
                    let end = record.address.addingReportingOverflow(record.size)
                    guard !end.overflow else { return nil }
                    return .init(
                        base: record.address, end: end.partialValue, permissions: record.value, file: record.text)
                })
            guard first.pid == 0 else {
                maps[ProcessKey(host: first.host, pid: first.pid)] = map
                continue
            }
            // A file beside it that has its name but for the extension: `poke.maps` and `poke.strace`.
            for trace in paths[source].flatMap({ tracesByStem[$0] }) ?? [] { mapsBesideTraces[trace] = map }
        }
    }

    private mutating func keep<Entry>(
        _ entry: Entry, in entries: WritableKeyPath<ProcessTimeline, [Entry]>, of key: ProcessKey
    ) {
        var timeline = timelines.removeValue(forKey: key) ?? ProcessTimeline()
        if timeline[keyPath: entries].count < ThreadKnowledge.entryLimit {
            timeline[keyPath: entries].append(entry)
        } else {
            overflowed = true
        }
        timelines[key] = timeline
    }

    private func handleKey(_ record: ThreadRecord, isDescriptor: Bool) -> HandleKey {
        HandleKey(caller: record.caller, handle: record.address, isDescriptor: isDescriptor)
    }

    private mutating func gatherStrays() {
        for (key, timeline) in timelines where timeline.starts.isEmpty && makers[key] == nil {
            for pointer in timeline.pointers where !pointer.isSet {
                strays[pointer.at.source, default: []].append(pointer)
            }
        }
        for source in strays.keys {
            strays[source]?.sort { ($0.at.moment, $0.thread, $0.address) < ($1.at.moment, $1.thread, $1.address) }
            if let count = strays[source]?.count, count > ThreadKnowledge.threadLimit {
                strays[source]?.removeLast(count - ThreadKnowledge.threadLimit)
            }
        }
    }

    // MARK: - Whose

    /// The process of a Linux thread: itself where no record says that another made it as a thread.
    func process(of thread: UInt32, on host: String, at point: TracePoint) -> UInt32 {
        var current = thread
        for _ in 0..<ThreadKnowledge.chainLimit {
            guard let all = makers[ProcessKey(host: host, pid: current)],
                let made = all.last(where: { $0.at.isAtOrBefore(point) }), made.maker != current
            else { return current }
            current = made.maker
        }
        return current
    }

    /// What a handle of the caller stands for at the moment of an act.
    func holder(of handle: UInt64, isDescriptor: Bool = false, in act: MemoryAct) -> ThreadRecord? {
        var handle = handle
        var point = act.point
        for _ in 0..<ThreadKnowledge.chainLimit {
            let key = HandleKey(caller: act.callerKey, handle: handle, isDescriptor: isDescriptor)
            guard let entry = handles[key]?.lastBefore(point, \.point) else { return nil }
            switch entry.kind {
            case .copiedHandle:
                handle = entry.value
                point = entry.point
            case .closed: return nil
            default: return entry
            }
        }
        return nil
    }

    /// The path of the program of a process, where a record of its start was seen.
    func image(of pid: UInt32, on host: String, at point: TracePoint, _ context: Context) -> String? {
        let known = timelines[ProcessKey(host: host, pid: pid)]?.life(at: point).begin?.image
        if let known, !known.isEmpty { return known }
        return context.tree.image(
            of: ProcessID(pid), on: host, at: Timestamp(nanoseconds: point.moment.time)
        ).flatMap { $0.isEmpty ? nil : $0 }
    }
}
