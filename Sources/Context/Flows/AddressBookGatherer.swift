import Events

/// What engines say of addresses, networks and ports of containers: sets, in any order.
///
/// Bounded: ``limit`` facts of each kind, the smallest.
struct AddressBookGatherer: Sendable, Codable {
    /// Most facts of a kind.
    static let limit = 1 << 17

    /// An address that a container had on a network.
    struct Endpoint: Hashable, Comparable, Sendable, Codable {
        var address: NetworkAddress
        var container: ContainerID
        /// The network's name. Adversary text.
        var network: String

        static func < (left: Endpoint, right: Endpoint) -> Bool {
            if left.address != right.address { return left.address < right.address }
            return (left.container, left.network) < (right.container, right.network)
        }
    }

    /// A subnet of a network.
    struct Subnet: Hashable, Comparable, Sendable, Codable {
        var prefix: NetworkPrefix
        var network: String

        static func < (left: Subnet, right: Subnet) -> Bool {
            left.prefix == right.prefix ? left.network < right.network : left.prefix < right.prefix
        }
    }

    /// Something a container's description says, as a code and a text.
    struct Trait: Hashable, Comparable, Sendable, Codable {
        enum Kind: Int, Sendable, Codable {
            /// A port that it exposes or publishes.
            case declaredPort
            /// A number in its command that can be a port.
            case commandPort
            /// Its first program, without folder.
            case program
            /// `NetworkMode`.
            case networkMode
            /// Label of a compose project.
            case project
            /// Its image runs a health check.
            case healthCheck
        }
        var container: ContainerID
        var kind: Kind
        var text: String

        static func < (left: Trait, right: Trait) -> Bool {
            if left.container != right.container { return left.container < right.container }
            return (left.kind.rawValue, left.text) < (right.kind.rawValue, right.text)
        }
    }

    private(set) var endpoints: Set<Endpoint> = []
    private(set) var subnets: Set<Subnet> = []
    private(set) var gateways: Set<NetworkAddress> = []
    private(set) var traits: Set<Trait> = []
    /// Addresses at which a Windows host's own log places processes.
    private(set) var locals: Set<NetworkAddress> = []
    private(set) var evicted = 0

    mutating func observe(_ view: EventView) {
        switch view.kind {
        case .dockerInspect:
            let id = view.fields.first { $0.name == "Id" }.flatMap { ContainerID($0.value) }
            if let id { observeContainer(id, view.fields) }
        case .dockerObject where view.origin.service == "network": observeNetwork(view.fields)
        default: return
        }
        if max(endpoints.count, subnets.count, gateways.count, traits.count) > 2 * AddressBookGatherer.limit { trim() }
    }

    /// Takes in where a connection of a host's log ends on that host. O(1).
    mutating func observe(_ record: FlowRecord, _ view: EventView) {
        guard view.kind == .connection, !HostJoin.isContainerName(view.host) else { return }
        let local = record.isReceived ? record.destination : record.source
        guard local != .none, !local.isLoopback, locals.insert(local).inserted else { return }
        if locals.count > 2 * AddressBookGatherer.limit { trim() }
    }

    mutating func merge(_ other: AddressBookGatherer) {
        locals.formUnion(other.locals)
        endpoints.formUnion(other.endpoints)
        subnets.formUnion(other.subnets)
        gateways.formUnion(other.gateways)
        traits.formUnion(other.traits)
        evicted += other.evicted
        let largest = max(endpoints.count, subnets.count, gateways.count, traits.count, locals.count)
        if largest > 2 * AddressBookGatherer.limit { trim() }
    }

    mutating func trim() {
        AddressBookGatherer.trim(&endpoints, &evicted)
        AddressBookGatherer.trim(&subnets, &evicted)
        AddressBookGatherer.trim(&gateways, &evicted)
        AddressBookGatherer.trim(&traits, &evicted)
        AddressBookGatherer.trim(&locals, &evicted)
    }

    private static func trim<Fact: Hashable & Comparable>(_ facts: inout Set<Fact>, _ evicted: inout Int) {
        guard facts.count > limit else { return }
        evicted += facts.count - limit
        facts = Set(facts.sorted().prefix(limit))
    }
}

extension AddressBookGatherer {
    private static let networks = "NetworkSettings.Networks."

    private mutating func observeContainer(_ id: ContainerID, _ fields: [FieldValue]) {
        var arguments = 0
        for field in fields {
            let name = field.name
            if name.hasPrefix(AddressBookGatherer.networks) {
                observeEndpoint(id, name.dropFirst(AddressBookGatherer.networks.count), field.value)
            } else if name == "Config.ExposedPorts" {
                if let port = UInt16(field.value.prefix { $0 != "/" }), port != 0 {
                    insert(id, .declaredPort, String(port))
                }
            } else if name.hasPrefix("Config.ExposedPorts.") || name.hasPrefix("HostConfig.PortBindings.")
                || name.hasPrefix("NetworkSettings.Ports.")
            {
                // `8080/tcp`, and what is below it.
                let rest = name.split(separator: ".", maxSplits: 2)
                let port = rest.count == 3 ? rest[2].prefix { $0 != "/" } : ""
                if let port = UInt16(port), port != 0 { insert(id, .declaredPort, String(port)) }
            } else {
                observe(id, field, &arguments)
            }
        }
    }

    private mutating func observe(_ id: ContainerID, _ field: FieldValue, _ arguments: inout Int) {
        switch field.name {
        case "Path":
            let base = field.value.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last
            if let base { insert(id, .program, ASCII.lowered(base)) }
        case "Args", "Config.Cmd", "Config.Entrypoint":
            arguments += 1
            guard arguments <= 64 else { return }
            for port in AddressBookGatherer.ports(in: field.value) { insert(id, .commandPort, String(port)) }
        case "HostConfig.NetworkMode": insert(id, .networkMode, field.value)
        case "Config.Labels.com.docker.compose.project": insert(id, .project, field.value)
        case "Config.Healthcheck.Test" where field.value != "NONE": insert(id, .healthCheck, "")
        default: break
        }
    }

    private mutating func observeEndpoint(_ id: ContainerID, _ rest: Substring, _ value: String) {
        // Names of networks may hold dots.
        guard let dot = rest.lastIndex(of: ".") else { return }
        let network = NeutralText.cut(String(rest[..<dot]), to: 256)
        switch rest[rest.index(after: dot)...] {
        case "IPAddress", "GlobalIPv6Address":
            if let address = NetworkAddress(value), !address.isShared {
                endpoints.insert(Endpoint(address: address, container: id, network: network))
            }
        case "Gateway", "IPv6Gateway":
            if let address = NetworkAddress(value), !address.isShared { gateways.insert(address) }
        default: break
        }
    }

    private mutating func observeNetwork(_ fields: [FieldValue]) {
        let name = NeutralText.cut(fields.first { $0.name == "Name" }?.value ?? "", to: 256)
        for field in fields {
            switch field.name {
            case "IPAM.Config.Subnet":
                if let prefix = NetworkPrefix(field.value), prefix.bits > 96 || prefix.address.v4 == nil {
                    subnets.insert(Subnet(prefix: prefix, network: name))
                }
            case "IPAM.Config.Gateway":
                // Some write it with the length of the prefix.
                let text = field.value.prefix { $0 != "/" }
                if let address = NetworkAddress(String(text)), !address.isShared { gateways.insert(address) }
            default:
                guard field.name.hasPrefix("Containers."),
                    field.name.hasSuffix(".IPv4Address") || field.name.hasSuffix(".IPv6Address"),
                    let id = ContainerID(field.name.dropFirst("Containers.".count).prefix { $0 != "." }),
                    let address = NetworkAddress(String(field.value.prefix { $0 != "/" })), !address.isShared
                else { continue }
                endpoints.insert(Endpoint(address: address, container: id, network: name))
            }
        }
    }

    private mutating func insert(_ id: ContainerID, _ kind: Trait.Kind, _ text: String) {
        traits.insert(Trait(container: id, kind: kind, text: NeutralText.cut(text, to: 256)))
    }

    /// Numbers of a command that can be ports: two to five digits that nothing but punctuation touches. At most 16.
    static func ports(in text: String) -> Set<UInt16> {
        var found: Set<UInt16> = []
        var digits = 0
        var value = 0
        var isWord = false
        func isPart(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == 0x5F || byte == 0x2E }
        for byte in text.utf8.prefix(4096) + [0x20] {
            if byte &- 0x30 < 10 {
                digits += 1
                value = min(value * 10 + Int(byte - 0x30), 1 << 20)
                continue
            }
            if !isWord, (2...5).contains(digits), !isPart(byte), value > 0, value < 65536, found.count < 16 {
                found.insert(UInt16(value))
            }
            isWord = isPart(byte)
            (digits, value) = (0, 0)
        }
        return found
    }
}
