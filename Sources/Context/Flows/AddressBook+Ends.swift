import Events

extension AddressBook {
    /// Where Docker Desktop offered its engine to every container (CVE-2025-9074).
    static let desktopEngine = NetworkAddress(v4: 0xC0A8_4107)
    /// Where clouds give a machine its own credentials.
    static let metadata = NetworkAddress(v4: 0xA9FE_A9FE)

    /// What an address is at a moment.
    func end(_ address: NetworkAddress, at time: Timestamp, on host: String, _ context: Context) -> FlowEnd {
        if let owner = owner(of: address, at: time, on: host, context) {
            return FlowEnd(kind: .container, container: owner.container)
        }
        let kind: FlowEnd.Kind
        if hostAddresses.contains(address) {
            kind = .host
        } else if address == AddressBook.metadata || address == AddressBook.desktopEngine {
            kind = .metadata
        } else if network(of: address) != nil {
            kind = .unowned
        } else {
            kind = address.isPrivate || address.isLinkLocal || address.isLoopback ? .internalAddress : .external
        }
        return FlowEnd(kind: kind, address: address)
    }

    /// The end that an attribution stands for.
    func end(of attribution: ContainerAttribution, on host: String, _ context: Context) -> FlowEnd? {
        guard attribution.confidence >= 50 else { return nil }
        guard let id = ContainerID(attribution.id), case .one(let found) = context.inventory.resolve(id),
            let index = context.inventory.index(of: found.id)
        else {
            let isNamed = ContainerID(attribution.id) != nil || host.isEmpty
            return FlowEnd(kind: .container, unlisted: isNamed ? attribution.id : "\(attribution.id) on \(host)")
        }
        return FlowEnd(kind: .container, container: index)
    }
}
