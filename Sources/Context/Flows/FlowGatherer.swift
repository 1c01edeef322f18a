import Events

/// Connections, names asked for and bytes moved, by edge.
///
/// Gathers in any order and merges in any order with the same result: all it keeps are sets with smallest and
/// largest values. The one exception are bytes of packets, which are added up within a source; a packet that stands
/// twice in one file counts twice, the same packets in two files count once.
///
/// Bounded: ``slotBudget`` connections in all, by order of their edges (private addresses first), and ``slotLimit`` an
/// edge, the earliest; ``NameLog/budget`` names. What is left out is counted.
struct FlowGatherer: Sendable, Codable {
    /// Most connections that are kept of all edges, about 200 bytes each; twice as many between two trims.
    static let slotBudget = 1 << 19
    /// Times that can be: 1970 to 2116.
    static let times: Range<Int64> = 0..<(1 << 62)
    /// Most connections that are kept of one edge.
    static let slotLimit = 1024

    private(set) var edges: [FlowAddressPair: FlowLog] = [:]
    private(set) var names = NameLog()
    private(set) var book = AddressBookGatherer()
    private var slots = 0
    /// Edges that did not fit.
    private(set) var evicted = 0

    /// Takes in one event; kinds that tell nothing are ignored.
    mutating func observe(_ view: EventView) {
        switch view.kind {
        case .dockerInspect, .dockerObject: book.observe(view)
        case .connection, .flow, .linuxRecord: observeFlow(view)
        default: return
        }
    }

    private mutating func observeFlow(_ view: EventView) {
        // Later sums and differences of times must fit.
        guard FlowGatherer.times.contains(view.time.nanoseconds), let record = FlowRecord(view) else { return }
        if view.kind == .flow, let name = view[.queryName], !name.isEmpty {
            names.observe(name, type: view[.recordType] ?? "", record, view)
        }
        book.observe(record, view)
        let pair = FlowAddressPair(record)
        let grown = edges[pair, default: FlowLog()].observe(record, view)
        slots += grown
        if slots > 2 * FlowGatherer.slotBudget { trim() }
    }

    /// Takes in what another part gathered.
    mutating func merge(_ other: FlowGatherer) {
        for (pair, log) in other.edges { slots += edges[pair, default: FlowLog()].merge(log) }
        names.merge(other.names)
        book.merge(other.book)
        evicted += other.evicted
        if slots > 2 * FlowGatherer.slotBudget { trim() }
    }

    /// What follows from everything gathered.
    consuming func finish(_ context: Context) -> FlowKnowledge {
        trim()
        names.trim()
        book.trim()
        return FlowKnowledge(self, context)
    }

    /// Keeps edges in their order while all slots up to them fit. An edge that a part drops has a budget's worth of
    /// slots before it, and has so in the whole.
    private mutating func trim() {
        for pair in edges.keys { edges[pair]?.trim() }
        slots = edges.values.reduce(0) { $0 + $1.cost }
        guard slots > FlowGatherer.slotBudget else { return }
        var total = 0
        for pair in edges.keys.sorted() {
            total += edges[pair]?.cost ?? 0
            if total > FlowGatherer.slotBudget {
                edges.removeValue(forKey: pair)
                evicted += 1
            }
        }
        slots = edges.values.reduce(0) { $0 + $1.cost }
    }
}
