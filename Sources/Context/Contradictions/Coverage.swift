import Events

/// Whether a source was there at a moment, so that its silence means something.
struct Coverage {
    /// The records of engines by time, sorted.
    let records: [EngineRecord]
    private let processSlices: [String: Set<Int64>]
    /// By engine: when its first and its last record were written.
    private let engineSpans: [String: SeenSpan]
    private let soleHost: String?

    init(_ slices: [CoverageSlice], _ records: [EngineRecord], _ context: Context) {
        self.records = records
        var processes: [String: Set<Int64>] = [:]
        for slice in slices where slice.isProcesses { processes[slice.host, default: []].insert(slice.number) }
        processSlices = processes
        // Only lives of containers count: a stream that was asked for images alone covers no containers.
        var spans: [String: SeenSpan] = [:]
        for record in records where record.verb == .create || record.verb == .start || record.verb == .die {
            if spans[record.engine]?.formUnion(SeenSpan(record.time)) == nil {
                spans[record.engine] = SeenSpan(record.time)
            }
        }
        engineSpans = spans
        soleHost = context.join.soleHost
    }

    /// Whether process starts of `host` are known around `time`: some in the ten minutes before or after.
    func hasProcesses(of host: String, at time: Timestamp) -> Bool {
        guard let slices = processSlices[host] else { return false }
        let number = CoverageSlice.number(time)
        return slices.contains(number) || (slices.contains(number - 1) && slices.contains(number + 1))
    }

    /// Whether an engine of `host` had its say before and after `time`.
    func hasEngine(of host: String, at time: Timestamp) -> Bool {
        engineSpans.contains { isEngine($0.key, of: host) && $0.value.first <= time && time <= $0.value.last }
    }

    /// Whether an engine, by the name its records give, is the host's.
    func isEngine(_ engine: String, of host: String) -> Bool {
        if engine.isEmpty { return soleHost == host }
        if engine == host { return true }
        return engine.prefix { $0 != "." } == host.prefix { $0 != "." }
            && (!engine.contains(".") || !host.contains("."))
    }

    /// The host of an engine, where it is known which one it is.
    func host(ofEngine engine: String) -> String? {
        if engine.isEmpty { return soleHost }
        return processSlices.keys.filter { isEngine(engine, of: $0) }.min()
    }

    /// Records of the host's engine within `distance` of `time`. O(log n + found).
    func records(of host: String, around time: Timestamp, within distance: Int64) -> [EngineRecord] {
        let from = Container.minus(time.nanoseconds, distance)
        let to = Container.plus(time.nanoseconds, distance)
        var found: [EngineRecord] = []
        var index = records.lowerBound(where: { $0.time.nanoseconds >= from })
        while index < records.count, records[index].time.nanoseconds <= to {
            if isEngine(records[index].engine, of: host) { found.append(records[index]) }
            index += 1
        }
        return found
    }
}

extension Array {
    /// Index of the first element for which `isBehind` holds, which holds for all after it; the count if for none.
    /// O(log n).
    func lowerBound(where isBehind: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
