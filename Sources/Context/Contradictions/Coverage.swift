import Events

/// Whether a source was there at a moment, so that its silence means something.
struct Coverage {
    private let processSlices: [String: Set<Int64>]
    /// Hosts with process starts, by the first part of their names.
    private let hosts: [String: [String]]
    /// Engines by the first part of their names: when their first and last records were written, and the records by time.
    private let engines: [String: [Engine]]
    private let soleHost: String?

    private struct Engine {
        var name: String
        var span: SeenSpan
        var records: [EngineRecord]
    }

    init(_ slices: [CoverageSlice], _ records: [EngineRecord], _ context: Context) {
        var processes: [String: Set<Int64>] = [:]
        for slice in slices where slice.isProcesses { processes[slice.host, default: []].insert(slice.number) }
        processSlices = processes
        hosts = Dictionary(grouping: processes.keys.sorted(), by: Coverage.label)
        var engines: [String: [Engine]] = [:]
        for (name, own) in Dictionary(grouping: records, by: \.engine).sorted(by: { $0.key < $1.key }) {
            // Only lives of containers count: a stream that was asked for images alone covers no containers.
            let lives = own.filter { [.create, .start, .die].contains($0.verb) }
            guard let first = lives.first, let last = lives.last else { continue }
            var span = SeenSpan(first.time)
            span.formUnion(SeenSpan(last.time))
            engines[Coverage.label(name), default: []].append(Engine(name: name, span: span, records: own))
        }
        self.engines = engines
        soleHost = context.join.soleHost
    }

    private static func label(_ name: String) -> String { String(name.prefix { $0 != "." }) }

    /// Engines that are the host's, as far as is known.
    private func engines(of host: String) -> [Engine] {
        let named = (engines[Coverage.label(host)] ?? []).filter { !$0.name.isEmpty && isEngine($0.name, of: host) }
        return soleHost == host ? named + (engines[""] ?? []).filter(\.name.isEmpty) : named
    }

    /// Whether process starts of `host` are known around `time`: some in the ten minutes before or after.
    func hasProcesses(of host: String, at time: Timestamp) -> Bool {
        guard let slices = processSlices[host] else { return false }
        let number = CoverageSlice.number(time)
        return slices.contains(number) || (slices.contains(number - 1) && slices.contains(number + 1))
    }

    /// Whether an engine of `host` had its say before and after `time`.
    func hasEngine(of host: String, at time: Timestamp) -> Bool {
        engines(of: host).contains { $0.span.first <= time && time <= $0.span.last }
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
        return hosts[Coverage.label(engine)]?.first { isEngine(engine, of: $0) }
    }

    /// Records of the host's engine within `distance` of `time`. O(log n + found).
    func records(of host: String, around time: Timestamp, within distance: Int64) -> [EngineRecord] {
        let from = Container.minus(time.nanoseconds, distance)
        let to = Container.plus(time.nanoseconds, distance)
        var found: [EngineRecord] = []
        for engine in engines(of: host) {
            let first = engine.records.lowerBound(where: { $0.time.nanoseconds >= from })
            found += engine.records[first...].prefix { $0.time.nanoseconds <= to }
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
