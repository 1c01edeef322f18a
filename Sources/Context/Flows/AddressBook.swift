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

    private var owners: [NetworkAddress: [(container: Int, network: String)]] = [:]
    private(set) var networksOf: [Int: [String]] = [:]
    private(set) var addressesOf: [Int: [NetworkAddress]] = [:]
    /// Addresses of hosts: gateways of container networks, and what hosts' own logs call local.
    private(set) var hostAddresses: Set<NetworkAddress> = []
    private(set) var subnets: [AddressBookGatherer.Subnet] = []
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
    var isEmpty: Bool { owners.isEmpty }

    init() {}

    init(_ gatherer: AddressBookGatherer, _ inventory: ContainerInventory) {
        let indices = Dictionary(
            inventory.containers.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        func index(_ id: ContainerID) -> Int? {
            if let index = indices[id] { return index }
            if case .one(let container) = inventory.resolve(id) { return indices[container.id] }
            return nil
        }
        for endpoint in gatherer.endpoints.sorted() {
            guard let container = index(endpoint.container) else { continue }
            if owners[endpoint.address, default: []].last?.container != container {
                owners[endpoint.address, default: []].append((container, endpoint.network))
            }
            if networksOf[container, default: []].contains(endpoint.network) == false {
                networksOf[container, default: []].append(endpoint.network)
            }
            addressesOf[container, default: []].append(endpoint.address)
        }
        for container in networksOf.keys { networksOf[container]?.sort() }
        for container in addressesOf.keys { addressesOf[container] = Set(addressesOf[container] ?? []).sorted() }
        hostAddresses = gatherer.gateways
        subnets = gatherer.subnets.sorted()
        // What a host's log calls its own and no engine gave away or may give away.
        hostAddresses.formUnion(gatherer.locals.filter { owners[$0] == nil && network(of: $0) == nil })
        for trait in gatherer.traits.sorted() {
            guard let container = index(trait.container) else { continue }
            traits[container, default: Traits()].take(trait)
        }
    }

    /// The container that had `address` at `time`: the only one that ran then, or the only one that ever had it.
    /// Nothing is guessed between two. O(containers that ever had it).
    func owner(of address: NetworkAddress, at time: Timestamp, on host: String, _ context: Context) -> Owner? {
        guard let all = owners[address] else { return nil }
        var known = all.filter { mayBe(context.inventory.containers[$0.container], on: host, context) }
        // Namespaces may be shared: the container whose own address it is comes first.
        let own = known.filter { !(traits[$0.container]?.networkMode.hasPrefix("container:") ?? false) }
        if !own.isEmpty { known = own }
        var running: [(container: Int, network: String)] = []
        var unknown: [(container: Int, network: String)] = []
        for owner in known {
            switch context.inventory.containers[owner.container].state(at: time) {
            case .running: running.append(owner)
            case .unknown: unknown.append(owner)
            case .notRunning: break
            }
        }
        if running.count > 1 {
            // Slack lets a container and its successor overlap: then the one that ran by the exact times.
            let exact = running.filter { context.inventory.containers[$0.container].ran(exactlyAt: time) }
            guard exact.count == 1 else { return nil }
            running = exact
        }
        if let owner = running.first {
            let confidence = known.count == 1 ? AddressBook.sure : AddressBook.reused
            return Owner(
                container: owner.container, network: owner.network, confidence: confidence, others: known.count - 1)
        }
        guard known.count == 1, let owner = unknown.first else { return nil }
        return Owner(container: owner.container, network: owner.network, confidence: AddressBook.unproven, others: 0)
    }

    /// A host's log tells of its own containers only; a sensor without a host, or an engine without one, of any.
    private func mayBe(_ container: Container, on host: String, _ context: Context) -> Bool {
        guard !host.isEmpty, !HostJoin.isContainerName(host) else { return true }
        if container.engines.allSatisfy(\.isEmpty), container.hosts.isEmpty { return true }
        return context.join.mayRun(container, on: host)
    }

    /// The network whose subnet holds `address`, the narrowest. O(subnets).
    func network(of address: NetworkAddress) -> String? {
        subnets.filter { $0.prefix.contains(address) }.max {
            ($0.prefix.bits, $1.network) < ($1.prefix.bits, $0.network)
        }?.network
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
