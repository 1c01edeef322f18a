import Events

extension Context {
    /// Who talked to whom, as Mermaid text; names in it are neutralised. O(edges log edges).
    public var flowDiagram: String { FlowDiagram(context: self).mermaid() }

    /// The container of a connection by its addresses: of a flow the side that opened it, else the other; of a
    /// connection in a host's log the side that the log's process is on. O(containers that ever had the address).
    func attributionByAddress(of view: EventView) -> ContainerAttribution? {
        guard let record = FlowRecord(view) else { return nil }
        let sides: [NetworkAddress]
        switch view.kind {
        case .flow: sides = [record.source, record.destination]
        case .connection: sides = [record.isReceived ? record.destination : record.source]
        default: return nil
        }
        for address in sides where address != .none {
            guard let owner = flows.container(ofAddress: address, at: view.time, on: view.host, self) else { continue }
            let container = inventory.containers[owner.container]
            var attribution = ContainerAttribution.Draft(
                id: container.id.text, confidence: owner.confidence, evidence: [.address],
                reasons: [reason(address, owner)])
            attribution.describe(container, at: view.time)
            return ContainerAttribution(attribution)
        }
        return nil
    }

    private func reason(_ address: NetworkAddress, _ owner: AddressBook.Owner) -> String {
        let network = owner.network.isEmpty ? "" : " on network \(NeutralText.quoted(owner.network))"
        let text = "the engine gave it the address \(address.text)\(network)"
        switch owner.confidence {
        case AddressBook.unproven: return text + "; whether it ran then is not recorded"
        case AddressBook.reused:
            return text + "; \(owner.others) other container(s) had it at other times"
        default: return text
        }
    }
}
