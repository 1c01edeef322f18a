import Events

/// Gathers what records tell of images, networks, volumes, execs, pods, compute systems, machines, silos and
/// distributions, and what happened to containers. Any order, any number of parts, the same result.
struct InventoryFacts: Sendable, Codable {
    /// Bytes of happenings to containers that are kept: about 100 000.
    static let containerBudget = 32 << 20
    /// Bytes of happenings to everything else.
    static let itemBudget = 16 << 20

    private(set) var items = ItemTable()
    private(set) var ofContainers = HappeningLog(budget: InventoryFacts.containerBudget)
    private(set) var ofItems = HappeningLog(budget: InventoryFacts.itemBudget)
    private(set) var endpoints = EndpointTable()

    mutating func merge(_ other: InventoryFacts) {
        items.merge(other.items)
        ofContainers.merge(other.ofContainers)
        ofItems.merge(other.ofItems)
        endpoints.merge(other.endpoints)
    }

    /// Cuts everything to its bounds.
    mutating func trim() {
        items.trim()
        ofContainers.trim()
        ofItems.trim()
        endpoints.trim()
    }

    mutating func add(_ happening: Happening, at place: EventPlace) {
        if happening.kind == nil {
            ofContainers.append(happening, at: place)
        } else {
            ofItems.append(happening, at: place)
        }
    }

    mutating func update(_ key: ItemKey, _ change: (inout FactSheet) -> Void) { items.update(key, change) }

    mutating func saw(_ endpoint: EndpointFact) { endpoints.insert(endpoint) }

    /// Takes in one event; kinds that tell nothing are ignored. O(fields).
    mutating func observe(_ view: EventView) {
        switch view.kind {
        case .dockerEvent: observeDockerEvent(view)
        case .dockerInspect: observeDockerInspect(view)
        case .dockerObject: observeDockerObject(view)
        case .containerdEvent: observeContainerdEvent(view)
        case .runtimeListing: observeListing(view)
        case .kubernetesAudit: observeKubernetesRequest(view)
        case .hostCompute: observeComputeSystem(view)
        case .hostRecord: observeHostRecord(view)
        case .registryValue: observeRegistryValue(view)
        case .silo: observeSilo(view)
        case .processStart: observeGuestTool(view)
        default: break
        }
    }
}

extension EventView {
    /// The first value of a field of a record that is read whole; empty if there is none. O(fields).
    func text(_ name: String) -> String {
        for field in fields where field.name == name { return field.value }
        return ""
    }

    /// All values of a field of a record that is read whole. O(fields).
    func texts(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// A number in a field; nil if there is none.
    func number<Number: FixedWidthInteger>(_ name: String) -> Number? { Number(text(name)) }
}
