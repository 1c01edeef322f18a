import Events

/// Findings on one edge each.
extension FlowFindings {
    /// Where a source that had talked for a while talks to something for the first time.
    func newEdge(_ edge: FlowEdge) -> DerivedEvent {
        let known = edge.novelty.sourceKnownFor / 1_000_000_000
        return event(
            "new-edge", edge, at: edge.first,
            "never before, though the source had talked for \(known) s (novelty \(edge.novelty.score))",
            [FactField("Flow.Novel", true)])
    }

    /// A regular beat; certain at its eighth.
    func beacon(_ edge: FlowEdge) -> DerivedEvent? {
        let moments = edge.connections.map(\.start)
        guard let beat = BeaconDetector.beat(in: moments), beat.score > 0 else { return nil }
        let sizes = edge.connections.map { Double($0.bytesOut) }
        let median = FlowFindings.median(sizes)
        let spread = FlowFindings.median(sizes.map { abs($0 - median) })
        let certain = moments[BeaconDetector.fewest - 1]
        return event(
            "beacon", edge, at: certain,
            "every \(FlowFindings.tenths(beat.period)) s, \(beat.count) times, \(beat.missed) missed, "
                + "jitter \(Int((beat.jitter * 100).rounded())) % (score \(beat.score))",
            [
                FactField("Beacon.Period", beat.period), FactField("Beacon.Jitter", beat.jitter),
                FactField("Beacon.Count", beat.count), FactField("Beacon.Missed", beat.missed),
                FactField("Beacon.Score", beat.score), FactField("Beacon.Bytes", median),
                FactField("Beacon.SizeVariation", median > 0 ? spread / median : 0),
            ])
    }

    /// Fewest bytes one way that count as a transfer, and how many times the other way.
    static let bulk: Int64 = 1_000_000
    static let asymmetry: Double = 10

    /// Far more bytes one way than the other; certain when the edge's sum passes ``bulk``.
    func transfer(_ edge: FlowEdge) -> DerivedEvent? {
        guard edge.identity.transport != .icmp else { return nil }
        let isOut = edge.bytesOut >= edge.bytesIn
        let (more, less) = isOut ? (edge.bytesOut, edge.bytesIn) : (edge.bytesIn, edge.bytesOut)
        let ratio = Double(more) / Double(max(less, 1))
        guard more >= FlowFindings.bulk, ratio >= FlowFindings.asymmetry else { return nil }
        let sizes = edge.connections.map { Double(isOut ? $0.bytesOut : $0.bytesIn) }
        let usual = FlowFindings.median(sizes)
        let largest = sizes.max() ?? 0
        var sum: Int64 = 0
        let certain = edge.connections.first {
            sum += isOut ? $0.bytesOut : $0.bytesIn
            return sum >= FlowFindings.bulk
        }
        let most = edge.connections.enumerated().max { (sizes[$0.offset], -$0.offset) < (sizes[$1.offset], -$1.offset) }
        return event(
            "bulk-transfer", edge, at: certain?.end ?? edge.last,
            "\(more) bytes \(isOut ? "out" : "in"), \(less) the other way",
            [
                FactField("Transfer.BytesOut", Double(edge.bytesOut)),
                FactField("Transfer.BytesIn", Double(edge.bytesIn)), FactField("Transfer.Ratio", min(ratio, 1e9)),
                FactField("Transfer.Direction", isOut ? "out" : "in"), FactField("Transfer.Largest", largest),
                FactField("Transfer.Usual", usual),
                FactField("Transfer.TimesUsual", edge.connections.count > 1 ? largest / max(usual, 1) : 1),
            ], places: [certain?.place, most?.element.place].compactMap { $0 })
    }

    /// Nanoseconds after which a connection is long.
    static let long: Int64 = 600_000_000_000

    /// One connection that stays open; certain after ``long``.
    func longLived(_ edge: FlowEdge) -> DerivedEvent? {
        let longest = edge.connections.max { $0.end - $0.start < $1.end - $1.start }
        guard let longest, longest.end - longest.start >= FlowFindings.long, edge.identity.transport != .icmp else {
            return nil
        }
        let lengths = edge.connections.map { Double($0.end - $0.start) / 1e9 }
        let seconds = Double(longest.end - longest.start) / 1e9
        return event(
            "long-lived", edge, at: Container.plus(longest.start, FlowFindings.long),
            "open for \(Int(seconds)) s",
            [
                FactField("Flow.Duration", seconds), FactField("Flow.UsualDuration", FlowFindings.median(lengths)),
            ], places: [longest.place])
    }

    /// Echoes of ordinary size are 56 or 32 bytes; many or large ones carry something.
    func icmpTunnel(_ edge: FlowEdge) -> DerivedEvent? {
        guard edge.identity.transport == .icmp else { return nil }
        let packets = edge.connections.reduce(0) { $0 + $1.packets }
        let bytes = edge.bytesOut + edge.bytesIn
        let largest = edge.connections.map(\.largest).max() ?? 0
        let mean = packets > 0 ? Double(bytes) / Double(packets) : 0
        guard (packets >= 10 && max(mean, Double(largest)) > 128) || packets >= 600 else { return nil }
        let end = edge.connections.map(\.end).max() ?? edge.last
        return event(
            "icmp-tunnel", edge, at: end, "\(packets) packets of \(Int(mean)) bytes",
            [
                FactField("Tunnel.Packets", Double(packets)), FactField("Tunnel.Bytes", Double(bytes)),
                FactField("Tunnel.MeanSize", mean), FactField("Tunnel.LargestSize", Double(largest)),
                FactField("Tunnel.Seconds", Double((end - edge.first) / 1_000_000_000)),
            ])
    }

    /// Talk between containers that share no network.
    func crossing(_ edge: FlowEdge) -> DerivedEvent? {
        guard crossesNetworks(edge) else { return nil }
        return event(
            "crossing-networks", edge, at: edge.first, "the two share no network",
            [FactField("Flow.CrossesNetworks", true)])
    }

    /// Whether both ends are containers of known networks, and share none.
    func crossesNetworks(_ edge: FlowEdge) -> Bool {
        guard edge.source.kind == .container, edge.destination.kind == .container else { return false }
        let (mine, theirs) = (networks(edge.source), networks(edge.destination))
        guard !mine.isEmpty, !theirs.isEmpty else { return false }
        return Set(mine).isDisjoint(with: theirs)
    }

    /// Talk to the host, to the address of the cloud's metadata or to an engine, wherever it is.
    func toHost(_ edge: FlowEdge) -> DerivedEvent? {
        let port = edge.identity.port
        let service = FlowService.hostService(port)
        let isHost = edge.destination.kind == .host || edge.destination.kind == .metadata
        guard isHost || service == "engine" || service == "kubelet" else { return nil }
        let named: String
        if edge.destination.address == AddressBook.metadata {
            named = "cloud-metadata"
        } else {
            named = service.isEmpty ? FlowService.name(port) : service
        }
        return event(
            "container-to-host", edge, at: edge.first, named.isEmpty ? "a listener of the host" : named,
            [FactField("Flow.HostService", named.isEmpty ? "unknown" : named)])
    }

    /// An address of a container network that belonged to nobody then. A container that came and went between two
    /// descriptions has an address that nobody wrote down: how many could it have been is told.
    func unowned(_ edge: FlowEdge) -> DerivedEvent? {
        guard edge.destination.kind == .unowned else { return nil }
        let time = Timestamp(nanoseconds: edge.first)
        let candidates = addressless.filter { context.inventory.containers[$0].state(at: time) != .notRunning }
        return event(
            "unknown-endpoint", edge, at: edge.first, "no container is known to have had that address then",
            [FactField("Flow.Candidates", candidates.count)])
    }

    static func tenths(_ value: Double) -> String {
        let tenths = Int((min(value, 1e12) * 10).rounded())
        return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
    }
}
