import Bytes
import Events

/// Turns edges into derived events: one for each edge and finding. What is wrong with one is for rules to say.
struct FlowFindings {
    let context: Context
    let book: AddressBook
    /// Those that containers opened, by when they were first seen.
    let edges: [FlowEdge]
    /// Containers that ran without an address that anybody wrote down.
    let addressless: [Int]

    /// Most events of one finding, the first in order: hostile records can name any number of edges.
    static let limit = 10_000
    /// The same for new edges that nobody answered, of which a scan makes thousands.
    static let unansweredLimit = 1_000
    /// Containers that are looked at for an address that nobody had.
    static let addresslessLimit = 1024

    init(context: Context, book: AddressBook, edges: [FlowEdge]) {
        self.context = context
        self.book = book
        self.edges = edges.filter { $0.source.kind == .container }
            .sorted { ($0.first, $0.identity) < ($1.first, $1.identity) }
        let own = context.inventory.containers.indices.lazy.filter { index in
            guard book.addressesOf[index] == nil else { return false }
            let mode = book.traits[index]?.networkMode ?? ""
            return mode != "host" && mode != "none" && !mode.hasPrefix("container:")
        }
        addressless = Array(own.prefix(FlowFindings.addresslessLimit))
    }

    func all(names: NameLog) -> [DerivedEvent] {
        var all: [DerivedEvent] = []
        func add(_ limit: Int = FlowFindings.limit, _ finding: (FlowEdge) -> DerivedEvent?) {
            all += edges.lazy.compactMap(finding).prefix(limit)
        }
        add { $0.novelty.isNew && $0.failed < $0.connections.count ? newEdge($0) : nil }
        add(FlowFindings.unansweredLimit) {
            $0.novelty.isNew && $0.failed == $0.connections.count ? newEdge($0) : nil
        }
        add { beacon($0) }
        add { transfer($0) }
        add { longLived($0) }
        add { icmpTunnel($0) }
        add { crossing($0) }
        add { toHost($0) }
        add { unowned($0) }
        for events in [scans(edges), tunnels(names), sharedNamespaces(), sharedVolumes()] {
            all += events.sorted().prefix(FlowFindings.limit)
        }
        return all.sorted()
    }

    // MARK: What all have

    func container(_ end: FlowEnd) -> Container? {
        end.container < 0 ? nil : context.inventory.containers[end.container]
    }

    func id(_ end: FlowEnd) -> ContainerID? { container(end)?.id ?? ContainerID(end.unlisted) }

    /// What people call an end.
    func name(_ end: FlowEnd, at time: Timestamp) -> String {
        guard end.kind == .container else { return end.address.text }
        guard let container = container(end) else { return end.unlisted }
        let name = container.name(at: time)
        return name.isEmpty ? container.id.short : name
    }

    func event(
        _ finding: String, _ edge: FlowEdge, at time: Int64, _ detail: String, _ fields: [FactField],
        places: [EventPlace]? = nil
    ) -> DerivedEvent {
        DerivedEvent(
            time: Timestamp(nanoseconds: time), host: edge.host, service: .flows, finding: finding,
            container: id(edge.source), detail: sentence(edge) + ": " + detail, fields: common(edge) + fields,
            places: places ?? edge.connections.prefix(DerivedEvent.placeLimit).map(\.place))
    }

    func sentence(_ edge: FlowEdge) -> String {
        let time = Timestamp(nanoseconds: edge.first)
        let to = NeutralText.quoted(name(edge.destination, at: time))
        let port = edge.identity.transport == .icmp ? "" : " port \(edge.identity.port)"
        return "\(NeutralText.quoted(name(edge.source, at: time))) to \(to)\(port) (\(edge.identity.transport.name))"
    }

    /// The fields of every event about an edge.
    func common(_ edge: FlowEdge) -> [FactField] {
        let time = Timestamp(nanoseconds: edge.first)
        var fields: [FactField] = []
        func add(_ name: String, _ text: String) { if !text.isEmpty { fields.append(FactField(name, text)) } }
        add("Flow.SourceContainer", id(edge.source)?.text ?? edge.source.unlisted)
        add("Flow.SourceName", edge.source.kind == .container ? name(edge.source, at: time) : "")
        add("Flow.SourceImage", container(edge.source)?.image ?? "")
        add("Flow.DestinationContainer", id(edge.destination)?.text ?? edge.destination.unlisted)
        add("Flow.DestinationName", edge.destination.kind == .container ? name(edge.destination, at: time) : "")
        add("Flow.DestinationImage", container(edge.destination)?.image ?? "")
        let sources = Set(edge.connections.map(\.source)).subtracting([.none]).sorted().prefix(8)
        if !sources.isEmpty { fields.append(FactField("Flow.SourceIp", sources.map(\.text))) }
        let destinations = Set(edge.connections.map(\.destination)).sorted().prefix(8)
        fields.append(FactField("Flow.DestinationIp", destinations.map(\.text)))
        fields.append(FactField("Flow.DestinationPort", Int(edge.identity.port)))
        fields.append(FactField("Flow.Protocol", edge.identity.transport.name))
        fields.append(FactField("Flow.Direction", "\(edge.source.kind.name)-\(edge.destination.kind.name)"))
        fields.append(FactField("Flow.Connections", edge.connections.count))
        fields.append(FactField("Flow.Failed", edge.failed))
        fields.append(FactField("Flow.IsAnswered", edge.failed < edge.connections.count))
        fields.append(FactField("Flow.BytesOut", Double(edge.bytesOut)))
        fields.append(FactField("Flow.BytesIn", Double(edge.bytesIn)))
        add("Flow.FirstSeen", FlowFindings.moment(edge.first))
        add("Flow.LastSeen", FlowFindings.moment(edge.last))
        fields.append(FactField("Flow.IsTruncated", edge.overflowed))
        fields += listening(edge) + novelty(edge)
        let networks = (network(edge.source), network(edge.destination))
        if !networks.0.isEmpty { fields.append(FactField("Flow.SourceNetwork", networks.0)) }
        if !networks.1.isEmpty { fields.append(FactField("Flow.DestinationNetwork", networks.1)) }
        if !edge.programs.isEmpty { fields.append(FactField("Flow.SourceProgram", edge.programs)) }
        return fields
    }

    func novelty(_ edge: FlowEdge) -> [FactField] {
        let novelty = edge.novelty
        return [
            FactField("Flow.NewEdge", novelty.isNew), FactField("Flow.Novelty", novelty.score),
            FactField("Flow.SourceKnownFor", Double(novelty.sourceKnownFor / 1_000_000_000)),
            FactField("Flow.EdgesBefore", novelty.edgesBefore),
            FactField("Flow.IsDestinationYounger", novelty.isDestinationYounger),
            FactField("Flow.IsKnownByImage", novelty.isKnownByImage),
            FactField("Flow.EdgeAge", Double((edge.last - edge.first) / 1_000_000_000)),
        ]
    }

    /// What tells an ordinary client from anything else: whether either side declares the port.
    func listening(_ edge: FlowEdge) -> [FactField] {
        let port = edge.identity.port
        let traits = book.traits[edge.destination.container] ?? AddressBook.Traits()
        let source = book.traits[edge.source.container] ?? AddressBook.Traits()
        let service = FlowService.name(port)
        let by: String
        if traits.declaredPorts.contains(port) {
            by = "declaration"
        } else if FlowService.ports(ofProgram: traits.program).contains(port) {
            by = "program"
        } else {
            by = traits.commandPorts.contains(port) ? "command" : "unknown"
        }
        var fields = [
            FactField("Flow.IsDeclaredPort", traits.declaredPorts.contains(port)),
            FactField("Flow.DestinationListensBy", by),
            FactField("Flow.IsPortInSourceCommand", source.commandPorts.contains(port)),
        ]
        if !service.isEmpty { fields.append(FactField("Flow.Service", service)) }
        if !source.program.isEmpty, !edge.programs.isEmpty {
            let isEntry = edge.programs.allSatisfy { FlowFindings.base($0) == source.program }
            fields.append(FactField("Flow.SourceIsEntryPoint", isEntry))
        }
        return fields
    }

    func networks(_ end: FlowEnd) -> [String] {
        guard end.container >= 0 else { return book.network(of: end.address).map { [$0] } ?? [] }
        // What events of the engine tell of later connections counts too.
        return Set(book.networksOf[end.container] ?? [])
            .union(context.inventory.containers[end.container].networks).sorted()
    }

    func network(_ end: FlowEnd) -> [String] { Array(networks(end).prefix(8)) }

    static func base(_ path: String) -> String {
        ASCII.lowered(path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? "")
    }

    /// RFC 3339 with milliseconds.
    static func moment(_ nanoseconds: Int64) -> String {
        var output: [UInt8] = []
        RFC3339.append(nanoseconds: nanoseconds, digits: 3, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}
