import Events

/// Findings on all that one container does, and on what containers share.
extension FlowFindings {
    /// Nanoseconds in which the targets of a scan are counted.
    static let scanWindow: Int64 = 60_000_000_000
    /// Fewest targets that are told of.
    static let fewestTargets = 5

    /// Many ports or addresses, for the first time or in vain, in a short time: one event for each source, at its
    /// widest.
    func scans(_ edges: [FlowEdge]) -> [DerivedEvent] {
        var ofSource: [FlowEnd: [(time: Int64, edge: Int, failed: Bool, place: EventPlace)]] = [:]
        for (index, edge) in edges.enumerated() where edge.identity.transport != .icmp {
            // A target counts once: when it was first tried, and whether that ever failed.
            guard let first = edge.connections.first else { continue }
            let failure = edge.connections.first { $0.hasFailed }
            ofSource[edge.source, default: []].append((first.start, index, failure != nil, first.place))
        }
        return ofSource.keys.sorted().compactMap { source in
            widest(ofSource[source] ?? []).flatMap { scan(edges, $0) }
        }
    }

    private func widest(_ tries: [(time: Int64, edge: Int, failed: Bool, place: EventPlace)])
        -> ArraySlice<(time: Int64, edge: Int, failed: Bool, place: EventPlace)>?
    {
        let sorted = tries.sorted { ($0.time, $0.edge) < ($1.time, $1.edge) }
        var best = sorted[0..<0]
        var low = 0
        for high in sorted.indices {
            while sorted[high].time - sorted[low].time > FlowFindings.scanWindow { low += 1 }
            if high - low + 1 > best.count { best = sorted[low...high] }
        }
        return best.count >= FlowFindings.fewestTargets ? best : nil
    }

    private func scan(
        _ edges: [FlowEdge], _ tries: ArraySlice<(time: Int64, edge: Int, failed: Bool, place: EventPlace)>
    ) -> DerivedEvent? {
        guard let first = tries.first, let last = tries.last else { return nil }
        let touched = tries.map { edges[$0.edge] }
        let hosts = Set(touched.map(\.destination)).sorted()
        let ports = Set(touched.map(\.identity.port)).sorted()
        let failed = tries.count { $0.failed }
        let source = touched[0].source
        let time = Timestamp(nanoseconds: first.time)
        let targets = hosts.prefix(8).map { name($0, at: time) }
        let certain = tries[tries.startIndex + FlowFindings.fewestTargets - 1].time
        let seconds = Double(last.time - first.time) / 1e9
        var fields = common(touched[0]).filter {
            ["Flow.SourceContainer", "Flow.SourceName", "Flow.SourceImage", "Flow.SourceIp"].contains($0.name)
        }
        fields += [
            FactField("Flow.DestinationName", targets),
            FactField("Flow.DestinationPort", ports.prefix(64).map { String($0) }),
            FactField("Flow.FirstSeen", FlowFindings.moment(first.time)),
            FactField("Flow.LastSeen", FlowFindings.moment(last.time)),
            FactField("Flow.Connections", tries.count), FactField("Scan.Targets", tries.count),
            FactField("Scan.Hosts", hosts.count), FactField("Scan.Ports", ports.count),
            FactField("Scan.Failed", failed), FactField("Scan.Seconds", seconds),
            FactField("Flow.SourceKnownFor", Double(touched[0].novelty.sourceKnownFor / 1_000_000_000)),
        ]
        return DerivedEvent(
            time: Timestamp(nanoseconds: certain), host: touched[0].host, service: .flows, finding: "fan-out",
            container: id(source),
            detail:
                "\(NeutralText.quoted(name(source, at: time))) tried \(tries.count) targets, \(ports.count) ports of "
                + "\(hosts.count) addresses, in \(FlowFindings.tenths(seconds)) s; \(failed) failed",
            fields: fields, places: tries.map(\.place))
    }

    /// Fewest names of a zone that are looked at.
    static let fewestNames = 16

    /// Many long names that look like data, of one zone. Zones of a client are joined over all servers it asked.
    func tunnels(_ log: NameLog) -> [DerivedEvent] {
        var zones: [NameLog.Zone: [String: NameLog.Query]] = [:]
        for zone in log.zones.keys.sorted() {
            guard let first = log.zones[zone]?.values.map(\.first).min() else { continue }
            let time = Timestamp(nanoseconds: first)
            let end = book.end(zone.client, at: time, on: "", context)
            // Outside of containers there are other hunters; the context only tells of its own.
            guard end.kind == .container else { continue }
            zones[zone, default: [:]].merge(log.zones[zone] ?? [:]) { left, _ in left }
        }
        return zones.keys.sorted().compactMap { tunnel($0, zones[$0] ?? [:]) }
    }

    private func tunnel(_ zone: NameLog.Zone, _ names: [String: NameLog.Query]) -> DerivedEvent? {
        guard names.count >= FlowFindings.fewestNames else { return nil }
        let longest = names.keys.sorted().map { $0.utf8.split(separator: 0x2E).max { $0.count < $1.count } ?? [] }
        let mean = Double(longest.reduce(0) { $0 + $1.count }) / Double(longest.count)
        let entropy = longest.reduce(0) { $0 + FlowFindings.entropy(Array($1)) } / Double(longest.count)
        guard mean >= 12, entropy >= 2.5 else { return nil }
        let ordered = names.values.sorted { ($0.first, $0.place) < ($1.first, $1.place) }
        guard let first = ordered.first, let last = ordered.last else { return nil }
        let time = Timestamp(nanoseconds: first.first)
        let source = book.end(zone.client, at: time, on: "", context)
        let server = book.end(zone.server, at: time, on: "", context)
        let texts = names.values.count { $0.isText }
        var fields: [FactField] = []
        func add(_ name: String, _ text: String) { if !text.isEmpty { fields.append(FactField(name, text)) } }
        add("Flow.SourceContainer", id(source)?.text ?? "")
        add("Flow.SourceName", name(source, at: time))
        add("Flow.SourceImage", container(source)?.image ?? "")
        add("Flow.SourceIp", zone.client.text)
        add("Flow.DestinationContainer", id(server)?.text ?? "")
        add("Flow.DestinationName", server.kind == .container ? name(server, at: time) : "")
        add("Flow.DestinationIp", zone.server.text)
        add("Flow.FirstSeen", FlowFindings.moment(first.first))
        add("Flow.LastSeen", FlowFindings.moment(last.last))
        add("Tunnel.Zone", zone.name)
        fields += [
            FactField("Flow.DestinationPort", 53), FactField("Flow.Protocol", "udp"),
            FactField("Flow.Direction", "\(source.kind.name)-\(server.kind.name)"),
            FactField("Tunnel.Names", names.count), FactField("Tunnel.MeanLabel", mean),
            FactField("Tunnel.Entropy", entropy), FactField("Tunnel.TxtShare", Double(texts) / Double(names.count)),
            FactField("Tunnel.Seconds", Double((last.first - first.first) / 1_000_000_000)),
        ]
        return DerivedEvent(
            time: Timestamp(nanoseconds: ordered[FlowFindings.fewestNames - 1].first), host: first.host,
            service: .flows, finding: "dns-tunnel", container: id(source),
            detail: "\(NeutralText.quoted(name(source, at: time))) asked for \(names.count) names of "
                + "\(NeutralText.quoted(zone.name)), \(FlowFindings.tenths(mean)) characters long",
            fields: fields, places: ordered.map(\.place))
    }

    /// Shannon's, bits a character.
    static func entropy(_ bytes: [UInt8]) -> Double {
        var counts: [UInt8: Int] = [:]
        for byte in bytes { counts[byte, default: 0] += 1 }
        // Sorted, so that the sum is the same on every run.
        return counts.sorted { $0.key < $1.key }.reduce(0) { sum, entry in
            let share = Double(entry.value) / Double(bytes.count)
            return sum - share * logarithm(share)
        }
    }

    /// Log₂ of a number in (0, 1], to within 1e-9: by halving and squaring, so that no library has a say in the digits.
    private static func logarithm(_ number: Double) -> Double {
        var value = number
        var whole = 0.0
        while value < 1 {
            value *= 2
            whole -= 1
        }
        var fraction = 0.0
        var bit = 0.5
        for _ in 0..<30 {
            value *= value
            if value >= 2 {
                value /= 2
                fraction += bit
            }
            bit /= 2
        }
        return whole + fraction
    }
}
