import Events

/// Which container an address belonged to, and what is known of networks.
struct AddressBook: Sendable {
    /// Who an address belongs to at a moment.
    struct Owner: Hashable, Sendable {
        /// Index in the inventory.
        var container: Int
        var network: String
        /// Percent.
        var confidence: Int
        /// Other containers that had it at other times, or may have run then.
        var others: Int
    }

    /// The container is the only one that ever had the address, and ran.
    static let sure = 90
    /// Others had the address, but only this one ran then.
    static let reused = 75
    /// Not recorded to have run or not then; nobody else had the address.
    static let unproven = 60

    private var tenants: [NetworkAddress: AddressTenants] = [:]
    private(set) var networksOf: [Int: [String]] = [:]
    private(set) var addressesOf: [Int: [NetworkAddress]] = [:]
    /// Addresses of hosts: gateways of container networks, and what hosts' own logs call local.
    private(set) var hostAddresses: Set<NetworkAddress> = []
    /// Names of networks by their subnets, the narrowest first.
    private var subnets: [(bits: Int, networks: [NetworkAddress: String])] = []
    private(set) var traits: [Int: Traits] = [:]

    /// What descriptions of a container say that matters for its talk.
    struct Traits: Hashable, Sendable {
        var declaredPorts: Set<UInt16> = []
        var commandPorts: Set<UInt16> = []
        var program = ""
        var networkMode = ""
        var project = ""
        var hasHealthCheck = false
    }

    /// Whether nothing is known.
    var isEmpty: Bool { tenants.isEmpty }

    init() {}

    init(_ gatherer: AddressBookGatherer, _ inventory: ContainerInventory) {
        let indices = Dictionary(
            inventory.containers.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        func index(_ id: ContainerID) -> Int? {
            if let index = indices[id] { return index }
            if case .one(let container) = inventory.resolve(id) { return indices[container.id] }
            return nil
        }
        var networks: [Int: Set<String>] = [:]
        var addresses: [Int: Set<NetworkAddress>] = [:]
        var found: [NetworkAddress: [AddressTenants.Tenant]] = [:]
        for endpoint in gatherer.endpoints.sorted() {
            guard let container = index(endpoint.container) else { continue }
            if found[endpoint.address]?.last?.container != container {
                found[endpoint.address, default: []].append(
                    AddressTenants.Tenant(container: container, network: endpoint.network))
            }
            networks[container, default: []].insert(endpoint.network)
            addresses[container, default: []].insert(endpoint.address)
        }
        networksOf = networks.mapValues { $0.sorted() }
        addressesOf = addresses.mapValues { $0.sorted() }
        tenants = found.mapValues { AddressTenants($0, inventory) }
        hostAddresses = gatherer.gateways
        var byLength: [Int: [NetworkAddress: String]] = [:]
        // Of two networks with one subnet, the smaller name.
        for subnet in gatherer.subnets.sorted().reversed() {
            let bits = subnet.prefix.bits
            byLength[bits, default: [:]][subnet.prefix.address.masked(bits)] = subnet.network
        }
        subnets = byLength.sorted { $0.key > $1.key }.map { (bits: $0.key, networks: $0.value) }
        // What a host's log calls its own and no engine gave away or may give away.
        hostAddresses.formUnion(gatherer.locals.filter { tenants[$0] == nil && network(of: $0) == nil })
        for trait in gatherer.traits.sorted() {
            guard let container = index(trait.container) else { continue }
            traits[container, default: Traits()].take(trait)
        }
    }

    /// The container that had `address` at `time`: the only one that ran then, or the only one that ever had it.
    /// Nothing is guessed between two. O(log n + containers that ran then) of those that ever had it.
    func owner(of address: NetworkAddress, at time: Timestamp, on host: String, _ context: Context) -> Owner? {
        guard let all = tenants[address] else { return nil }
        var running = all.tenants(at: time).filter {
            mayBe(context.inventory.containers[$0.container], on: host, context)
        }
        // Namespaces may be shared: the container whose own address it is comes first.
        let own = running.filter { !isGuest($0.container) }
        if !own.isEmpty { running = own }
        if running.count > 1 {
            // Slack lets a container and its successor overlap: then the one that ran by the exact times.
            running = running.filter { context.inventory.containers[$0.container].ran(exactlyAt: time) }
        }
        guard let owner = running.first, running.count == 1 else { return unproven(all, at: time, on: host, context) }
        let others = others(all, on: host, context) - 1
        return Owner(
            container: owner.container, network: owner.network,
            confidence: others > 0 ? AddressBook.reused : AddressBook.sure, others: max(others, 0))
    }

    /// Where no run tells: the only one that ever had the address.
    private func unproven(_ all: AddressTenants, at time: Timestamp, on host: String, _ context: Context) -> Owner? {
        guard let only = all.all.first, all.all.count == 1,
            mayBe(context.inventory.containers[only.container], on: host, context),
            context.inventory.containers[only.container].state(at: time) == .unknown
        else { return nil }
        return Owner(container: only.container, network: only.network, confidence: AddressBook.unproven, others: 0)
    }

    /// Tenants that are looked at one by one to tell whether an address was given again on this host.
    private static let lookedAt = 16

    private func others(_ all: AddressTenants, on host: String, _ context: Context) -> Int {
        guard all.all.count <= AddressBook.lookedAt else { return all.all.count }
        return all.all.count {
            !isGuest($0.container) && mayBe(context.inventory.containers[$0.container], on: host, context)
        }
    }

    /// Whether it lives in the network namespace of another container.
    private func isGuest(_ container: Int) -> Bool {
        traits[container]?.networkMode.hasPrefix("container:") ?? false
    }

    /// A host's log tells of its own containers only; a sensor without a host, or an engine without one, of any.
    private func mayBe(_ container: Container, on host: String, _ context: Context) -> Bool {
        guard !host.isEmpty, !HostJoin.isContainerName(host) else { return true }
        if container.engines.allSatisfy(\.isEmpty), container.hosts.isEmpty { return true }
        return context.join.mayRun(container, on: host)
    }

    /// The network whose subnet holds `address`, the narrowest. O(lengths of prefixes).
    func network(of address: NetworkAddress) -> String? {
        for (bits, networks) in subnets {
            if let network = networks[address.masked(bits)] { return network }
        }
        return nil
    }
}

extension AddressBook.Traits {
    fileprivate mutating func take(_ trait: AddressBookGatherer.Trait) {
        switch trait.kind {
        case .declaredPort: if let port = UInt16(trait.text) { declaredPorts.insert(port) }
        case .commandPort: if let port = UInt16(trait.text) { commandPorts.insert(port) }
        case .program: program = trait.text
        case .networkMode: networkMode = trait.text
        case .project: project = trait.text
        case .healthCheck: hasHealthCheck = true
        }
    }
}

extension Container {
    /// Whether a run covers `time` without any slack.
    fileprivate func ran(exactlyAt time: Timestamp) -> Bool {
        runs.contains { ($0.start ?? created ?? .unknown) <= time && time <= ($0.end ?? destroyed ?? time) }
    }
}
