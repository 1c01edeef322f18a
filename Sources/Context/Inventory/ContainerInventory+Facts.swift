import Events

extension ContainerInventory {
    /// Takes in what was gathered beside the containers. O(n log n).
    mutating func take(_ facts: InventoryFacts) {
        let told = facts.ofContainers.places.map { (resolved($0.key), $0.value) }
        happenings = Dictionary(told) { HappeningLog.first($0, $1) }
            .map { (happening: $0.key, place: $0.value) }.sorted { $0.happening < $1.happening }
        for (index, entry) in happenings.enumerated() {
            happeningsOfContainer[entry.happening.id, default: []].append(index)
        }
        takeContainers(facts)
        items = ItemAssembly(facts).items.map { linked($0) }
        linkSystems()
        note(facts)
    }

    /// The happening under the full id of its container, where there is one.
    private func resolved(_ happening: Happening) -> Happening {
        guard let id = ContainerID(happening.id), !id.isFull, case .one(let container) = resolve(id) else {
            return happening
        }
        var full = happening
        full.id = container.id.text
        return full
    }

    private mutating func takeContainers(_ facts: InventoryFacts) {
        var addresses: [String: [EndpointFact]] = [:]
        for fact in facts.endpoints.facts {
            var id = fact.container
            if let known = ContainerID(id), case .one(let container) = resolve(known) { id = container.id.text }
            addresses[id, default: []].append(fact)
        }
        for index in containers.indices {
            let told = happenings(of: containers[index].id)
            containers[index].details.take(told.map(\.happening))
        }
        for text in Set(happeningsOfContainer.keys).union(addresses.keys) {
            guard let id = ContainerID(text) else { continue }
            let told = happenings(of: id)
            execs += ContainerExec.all(told, of: id)
            endpoints += ContainerEndpoint.all(told, addresses[text] ?? [], of: id)
        }
        execs.sort()
        endpoints.sort()
    }

    /// The item with the container it is, by id.
    private func linked(_ item: InventoryItem) -> InventoryItem {
        guard item.kind == .system || item.kind == .image || item.kind == .pod else { return item }
        var item = item
        let told = item.kind == .image ? item[.builtFrom] : item.id
        if let id = told.flatMap({ ContainerID($0) }), case .one(let container) = resolve(id) {
            item.container = container.id
        }
        return item
    }

    /// Silos and machines that a listed system of a container names as its own.
    private mutating func linkSystems() {
        var owners: [String: ContainerID] = [:]
        for system in items where system.kind == .system {
            guard let container = system.container else { continue }
            for id in system.values(.runtimeID) { owners[id] = container }
        }
        for index in items.indices where items[index].kind == .silo || items[index].kind == .machine {
            items[index].container = owners[items[index].id]
        }
    }

    private mutating func note(_ facts: InventoryFacts) {
        for kind in ItemKind.allCases {
            let evicted = facts.items.evicted(kind)
            if evicted > 0 {
                omissions.append(
                    "more than \(kind.limit) items of kind \(kind.rawValue): about \(evicted) are left out")
            }
        }
        for (log, what) in [(facts.ofContainers, "containers"), (facts.ofItems, "images, networks and other items")]
        where log.evicted > 0 {
            omissions.append("about \(log.evicted) events of \(what) did not fit into memory: stories are incomplete")
        }
        if facts.endpoints.overflowed {
            omissions.append("more than \(EndpointTable.limit) addresses of containers: the rest is left out")
        }
    }
}

extension ContainerDetails {
    /// Takes in what happened to the container, in order of time.
    fileprivate mutating func take(_ happenings: [Happening]) {
        var exit: (rank: Int, time: Timestamp, code: Int)?
        for happening in happenings {
            switch happening.verb {
            case .paused where pauses.last.map { $0.end != nil } ?? true:
                pauses.append(RunInterval(start: happening.time, end: nil))
            case .unpaused, .ended, .destroyed:
                if let last = pauses.indices.last, pauses[last].end == nil { pauses[last].end = happening.time }
            case .updated: updates.append(happening.time)
            default: break
            }
            if happening.verb == .ended, let code = happening.code {
                let rank = happening.source == .containerdEvents ? 1 : 0
                // One end is told by both within moments; the latest end counts.
                if let known = exit, known.rank > rank,
                    Container.minus(happening.time.nanoseconds, ContainerRecord.sameEnd) < known.time.nanoseconds
                {
                    continue
                }
                exit = (rank, happening.time, code)
            }
        }
        if let exit, exit.rank == 1 || exitCode == nil { exitCode = exit.code }
    }
}
