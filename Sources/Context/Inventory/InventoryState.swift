public import Events

/// What existed and ran at a moment.
public struct InventoryState: Sendable {
    /// The moment.
    public var time: Timestamp
    /// Containers that existed or may have existed, by id.
    public var containers: [(container: Container, status: ContainerStatus)]
    /// Items that existed or may have existed.
    public var items: [(item: InventoryItem, state: ItemState)]
    /// Containers in networks.
    public var endpoints: [ContainerEndpoint]
    /// Execs that ran.
    public var execs: [ContainerExec]
}

extension ContainerInventory {
    /// What existed and ran at `time`. O(everything known).
    public func state(at time: Timestamp) -> InventoryState {
        InventoryState(
            time: time,
            containers: containers.compactMap { container in
                let status = container.status(at: time)
                return status.exists ? (container, status) : nil
            },
            items: items.compactMap { item in
                let state = item.state(at: time)
                return state.phase == .absent || state.phase == .removed ? nil : (item, state)
            },
            endpoints: endpoints.filter { $0.holds(at: time) },
            execs: execs.filter { exec in
                guard let start = exec.started ?? exec.created, start <= time else { return false }
                return exec.ended.map { time < $0 } ?? true
            })
    }

    /// What happened to a container, in order of time. O(happenings of the container).
    public func happenings(of id: ContainerID) -> [(happening: Happening, place: EventPlace)] {
        (happeningsOfContainer[id.text] ?? []).map { happenings[$0] }
    }

    /// The execs of a container, in order of time. O(log n).
    public func execs(of id: ContainerID) -> ArraySlice<ContainerExec> { execs.run(of: id, by: \.container) }

    /// The networks a container was in, in order of time. O(log n).
    public func endpoints(of id: ContainerID) -> ArraySlice<ContainerEndpoint> {
        endpoints.run(of: id, by: \.container)
    }

    /// Containers that had an address at a moment, as far as the records tell.
    public func endpoints(withAddress address: String, at time: Timestamp) -> [ContainerEndpoint] {
        endpoints.filter { ($0.address == address || $0.address6 == address) && $0.holds(at: time) }
    }

    /// Items of a kind.
    public func items(_ kind: ItemKind) -> [InventoryItem] { items.filter { $0.kind == kind } }
}

extension Array {
    /// The elements of an array sorted by a container's id that are of `id`. O(log n).
    fileprivate func run(of id: ContainerID, by container: KeyPath<Element, ContainerID>) -> ArraySlice<Element> {
        func bound(_ isBefore: (ContainerID) -> Bool) -> Int {
            var (low, high) = (0, count)
            while low < high {
                let middle = (low + high) / 2
                if isBefore(self[middle][keyPath: container]) { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return self[bound { $0 < id }..<bound { $0 <= id }]
    }
}
