import Events

/// Findings on what containers share without any packet.
extension FlowFindings {
    /// A container in the network namespace of another: they talk by loopback, and share an address.
    func sharedNamespaces() -> [DerivedEvent] {
        book.traits.keys.sorted().compactMap { index -> DerivedEvent? in
            guard let mode = book.traits[index]?.networkMode, mode.hasPrefix("container:") else { return nil }
            let reference = String(mode.dropFirst("container:".count))
            let other = ContainerID(reference).flatMap { id -> Int? in
                guard case .one(let found) = context.inventory.resolve(id) else { return nil }
                return context.inventory.index(of: found.id)
            }
            return shared("shared-namespace", index, other, "in the network namespace of", reference, isWritten: true)
        }
    }

    /// Sharers of one path that are compared; with more it is common ground.
    static let sharerLimit = 16

    /// Two containers of different projects that both can write to the same volume or folder of a host.
    func sharedVolumes() -> [DerivedEvent] {
        var sharers: [String: [Int]] = [:]
        for (index, container) in context.inventory.containers.enumerated() {
            let sources = container.mounts.filter { $0.isWritable == true && FlowFindings.isChannel($0) }.map(\.source)
            for source in Set(sources) { sharers[source, default: []].append(index) }
        }
        var found: [DerivedEvent] = []
        for path in sharers.keys.sorted() {
            guard let all = sharers[path], all.count > 1, all.count <= FlowFindings.sharerLimit else { continue }
            let ordered = all.sorted { created($0) == created($1) ? $0 < $1 : created($0) < created($1) }
            for (position, index) in ordered.enumerated().dropFirst() {
                let others = ordered[..<position].filter { !isSameProject($0, index) && maySee($0, index) }
                guard let other = others.first else { continue }
                found.append(
                    shared(
                        "shared-volume", index, other, "can write \(NeutralText.quoted(path)), as can", "", path: path))
            }
        }
        return found
    }

    /// Files and folders; sockets and pipes are no place to leave something.
    private static func isChannel(_ mount: ContainerMount) -> Bool {
        guard mount.type == "bind" || mount.type == "volume" else { return false }
        return !mount.source.isEmpty && !mount.source.hasSuffix(".sock") && !mount.source.hasPrefix("\\\\.\\pipe\\")
            && !mount.source.hasPrefix("/dev/") && !mount.source.hasPrefix("/etc/localtime")
    }

    private func created(_ index: Int) -> Timestamp {
        let container = context.inventory.containers[index]
        return container.created ?? container.runs.first?.start ?? .unknown
    }

    /// Whether both were there at one time, on hosts that can be the same.
    private func maySee(_ first: Int, _ second: Int) -> Bool {
        let (left, right) = (context.inventory.containers[first], context.inventory.containers[second])
        return left.engines == right.engines && (left.destroyed.map { $0 >= created(second) } ?? true)
    }

    private func isSameProject(_ first: Int, _ second: Int) -> Bool {
        let (left, right) = (book.traits[first]?.project ?? "", book.traits[second]?.project ?? "")
        return left == right && !left.isEmpty
    }

    private func shared(
        _ finding: String, _ index: Int, _ other: Int?, _ words: String, _ reference: String, path: String = "",
        isWritten: Bool = true
    ) -> DerivedEvent {
        let container = context.inventory.containers[index]
        let time = created(index)
        let peer = other.map { context.inventory.containers[$0] }
        let peerName = peer.map { $0.name(at: time) } ?? reference
        var fields: [FactField] = []
        func add(_ name: String, _ text: String) { if !text.isEmpty { fields.append(FactField(name, text)) } }
        add("Flow.SourceContainer", container.id.text)
        add("Flow.SourceName", container.name(at: time))
        add("Flow.SourceImage", container.image)
        add("Flow.DestinationContainer", peer?.id.text ?? "")
        add("Flow.DestinationName", peerName)
        add("Flow.DestinationImage", peer?.image ?? "")
        add("Shared.Path", path)
        fields.append(FactField("Shared.SameProject", other.map { isSameProject(index, $0) } ?? false))
        if let other, created(other) != .unknown, time != .unknown {
            let after = Double((time.nanoseconds &- created(other).nanoseconds) / 1_000_000_000)
            fields.append(FactField("Shared.SecondsAfter", after))
        }
        return DerivedEvent(
            time: time, host: container.hosts.first ?? container.engines.first ?? "", service: .flows,
            finding: finding, container: container.id,
            detail: "\(NeutralText.quoted(container.name(at: time))) \(words) \(NeutralText.quoted(peerName))",
            fields: fields)
    }
}

extension ContainerInventory {
    /// Where a container with all of this id stands. O(log n).
    func index(of id: ContainerID) -> Int? {
        var low = 0
        var high = containers.count
        while low < high {
            let middle = (low + high) / 2
            if containers[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < containers.count && containers[low].id == id ? low : nil
    }
}
