public import Events

/// A container's place in a network for a time: what `connect` and `disconnect` bound, with the address that snapshots tell.
public struct ContainerEndpoint: Hashable, Sendable {
    /// The container, as far as its id is known.
    public var container: ContainerID
    /// Id of the network; empty where only its name is known.
    public var network: String
    /// Name of the network. Adversary text.
    public var networkName = ""
    /// Id of the endpoint; empty if unknown.
    public var id = ""
    /// IPv4 address; empty if unknown.
    public var address = ""
    /// IPv6 address; empty if unknown.
    public var address6 = ""
    /// MAC address; empty if unknown.
    public var mac = ""
    /// Gateway; empty if unknown.
    public var gateway = ""
    /// When it was connected; nil if not recorded.
    public var connected: Timestamp?
    /// When it was disconnected; nil while it is connected or if not recorded.
    public var disconnected: Timestamp?
    /// Kinds of records that tell of it.
    public var sources: [FactSource] = []

    /// Whether it was connected at `time`, as far as the records tell.
    public func holds(at time: Timestamp) -> Bool {
        (connected ?? Timestamp(nanoseconds: .min)) <= time && time < (disconnected ?? Timestamp(nanoseconds: .max))
    }
}

extension ContainerEndpoint: Comparable {
    /// By container, time, network and address.
    public static func < (left: ContainerEndpoint, right: ContainerEndpoint) -> Bool {
        if left.container != right.container { return left.container < right.container }
        let (first, second) = (left.connected ?? .unknown, right.connected ?? .unknown)
        if first != second { return first < second }
        return (left.networkName, left.network, left.address, left.id, left.mac)
            < (right.networkName, right.network, right.address, right.id, right.mac)
    }
}

extension ContainerEndpoint {
    /// A snapshot names the start of a container; it was connected shortly before.
    static let startSlack: Int64 = 10_000_000_000
    /// Snapshots of one container in one network that are looked at: the first in order.
    static let factLimit = 1024

    /// The endpoints of one container.
    ///
    ///     connect ───────── disconnect    connect ──────────
    ///          └ StartedAt: address a          └ StartedAt: address b
    static func all(
        _ happenings: [(happening: Happening, place: EventPlace)], _ facts: [EndpointFact], of container: ContainerID
    ) -> [ContainerEndpoint] {
        var names: [String: String] = [:]
        var changes: [String: [Happening]] = [:]
        for entry in happenings where [.connected, .disconnected].contains(entry.happening.verb) {
            changes[entry.happening.object, default: []].append(entry.happening)
            if !entry.happening.text.isEmpty { names[entry.happening.object] = entry.happening.text }
        }
        var byNetwork: [String: [EndpointFact]] = [:]
        for fact in facts.sorted() {
            // Inspect of a stopped container names the network but has no address.
            let network = fact.network.isEmpty ? names.first { $0.value == fact.networkName }?.key ?? "" : fact.network
            byNetwork[network, default: []].append(fact)
            if !fact.networkName.isEmpty, names[network] == nil { names[network] = fact.networkName }
        }
        var all: [ContainerEndpoint] = []
        for network in Set(changes.keys).union(byNetwork.keys) {
            var intervals = intervals((changes[network] ?? []).sorted(), network, container)
            // Facts with a time first: they tell which interval an endpoint's id belongs to.
            for fact in (byNetwork[network] ?? []).prefix(factLimit).sorted(by: { ($1.anchor, $0) < ($0.anchor, $1) }) {
                place(fact, in: &intervals, container, network)
            }
            for index in intervals.indices where intervals[index].networkName.isEmpty {
                intervals[index].networkName = names[network] ?? ""
            }
            all += intervals
        }
        return all.sorted()
    }

    private static func intervals(
        _ changes: [Happening], _ network: String, _ container: ContainerID
    ) -> [ContainerEndpoint] {
        var all: [ContainerEndpoint] = []
        for change in changes {
            if change.verb == .connected {
                all.append(ContainerEndpoint(container: container, network: network, connected: change.time))
            } else if let last = all.indices.last, all[last].disconnected == nil {
                all[last].disconnected = change.time
            } else {
                all.append(ContainerEndpoint(container: container, network: network, disconnected: change.time))
            }
            if let last = all.indices.last, !all[last].sources.contains(change.source) {
                all[last].sources.append(change.source)
            }
        }
        return all
    }

    private static func place(
        _ fact: EndpointFact, in intervals: inout [ContainerEndpoint], _ container: ContainerID, _ network: String
    ) {
        let index =
            intervals.firstIndex { !fact.endpointID.isEmpty && $0.id == fact.endpointID }
            ?? intervals.firstIndex {
                fact.anchor != .unknown && $0.agrees(with: fact) && $0.holds(nearly: fact.anchor)
            }
            ?? intervals.lastIndex { fact.anchor == .unknown && $0.agrees(with: fact) }
        if let index {
            intervals[index].fill(from: fact)
        } else {
            var endpoint = ContainerEndpoint(container: container, network: network)
            endpoint.fill(from: fact)
            intervals.append(endpoint)
        }
    }

    private func holds(nearly time: Timestamp) -> Bool {
        let start = connected.map { Container.minus($0.nanoseconds, ContainerEndpoint.startSlack) } ?? .min
        return start <= time.nanoseconds && time.nanoseconds < disconnected?.nanoseconds ?? .max
    }

    private func agrees(with fact: EndpointFact) -> Bool {
        func same(_ left: String, _ right: String) -> Bool { left.isEmpty || right.isEmpty || left == right }
        return same(id, fact.endpointID) && same(address, fact.address) && same(mac, fact.mac)
    }

    private mutating func fill(from fact: EndpointFact) {
        if id.isEmpty { id = fact.endpointID }
        if networkName.isEmpty { networkName = fact.networkName }
        if address.isEmpty { address = fact.address }
        if address6.isEmpty { address6 = fact.address6 }
        if mac.isEmpty { mac = fact.mac }
        if gateway.isEmpty { gateway = fact.gateway }
        if !sources.contains(fact.source) { sources = (sources + [fact.source]).sorted() }
    }
}
