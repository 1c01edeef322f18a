import Events

/// Who talked to whom.
struct FlowKnowledge: Sendable {
    /// What was found that no single record shows.
    var derived: [DerivedEvent] = []
    /// Who talked to which port of whom, sorted.
    private(set) var edges: [FlowEdge] = []
    /// Addresses, networks and ports of containers.
    private(set) var book = AddressBook()
    /// Edges and names that did not fit into memory.
    private(set) var evicted = 0
    private var newEdges: Set<FlowEdge.Identity> = []

    init() {}

    init(_ gatherer: FlowGatherer, _ context: Context) {
        book = AddressBook(gatherer.book, context.inventory)
        evicted = gatherer.evicted + gatherer.names.evicted + gatherer.book.evicted
        var graph = FlowGraph(context, book)
        edges = graph.build(gatherer.edges)
        newEdges = Set(edges.filter { $0.novelty.isNew }.map(\.identity))
        derived = FlowFindings(context: context, book: book, edges: edges).all(names: gatherer.names)
    }

    /// Numbers for the report of a hunt.
    var remarks: [String] {
        evicted == 0 ? [] : ["\(evicted) edges, names or addresses of the flow graph did not fit into memory"]
    }

    /// The container that had `address`, by engines' descriptions, with a confidence. O(containers that ever had it).
    func container(ofAddress address: NetworkAddress, at time: Timestamp, on host: String, _ context: Context)
        -> AddressBook.Owner?
    { book.owner(of: address, at: time, on: ASCII.lowered(host), context) }

    /// Appends what is to be said of one event. O(1) when nothing is.
    func addFields(
        of view: EventView, _ container: ContainerAttribution?, _ context: Context, to fields: inout [FactField]
    ) {
        guard view.kind == .flow || view.kind == .connection || view.kind == .linuxRecord, !book.isEmpty,
            let record = FlowRecord(view), !record.destination.isLoopback
        else { return }
        let host = ASCII.lowered(view.host)
        let destination = book.end(record.destination, at: view.time, on: host, context)
        var source = FlowEnd(kind: .external)
        if let container, record.origin == .process, !record.isReceived,
            let end = book.end(of: container, on: host, context)
        {
            source = end
        } else if record.source != .none {
            source = book.end(record.source, at: view.time, on: host, context)
        } else {
            return
        }
        guard source.kind == .container || destination.kind == .container else { return }
        if destination.container >= 0 {
            let other = context.inventory.containers[destination.container]
            fields.append(FactField("Flow.DestinationContainer", other.id.text))
            fields.append(FactField("Flow.DestinationName", other.name(at: view.time)))
        }
        fields.append(FactField("Flow.Direction", "\(source.kind.name)-\(destination.kind.name)"))
        let identity = FlowEdge.Identity(
            source: source, destination: destination, port: record.destinationPort, transport: record.transport)
        fields.append(FactField("Flow.NewEdge", newEdges.contains(identity)))
    }
}
