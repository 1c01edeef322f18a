import Events

extension InventoryFacts {
    /// A container of `docker inspect`, `config.v2.json` or `docker ps`: its addresses. What it says of the container itself
    /// is kept with the container (``ContainerRecord``).
    mutating func observeDockerInspect(_ view: EventView) {
        guard let id = ContainerID(view.text("Id")) else { return }
        let prefix = "NetworkSettings.Networks."
        // A network's name may hold dots: it is what lies between the prefix and a member that is known.
        var byNetwork: [String: EndpointFact] = [:]
        let started = DockerEvent.moment(view.text("State.StartedAt")) ?? .unknown
        for field in view.fields where field.name.hasPrefix(prefix) {
            guard let (member, path) = InventoryFacts.networkMembers.first(where: { field.name.hasSuffix($0.0) }),
                field.name.utf8.count > prefix.utf8.count + member.utf8.count
            else { continue }
            let name = String(field.name.dropFirst(prefix.count).dropLast(member.count))
            var fact =
                byNetwork[name]
                ?? EndpointFact(container: id.text, scope: view.host, anchor: started, source: .dockerInspect)
            fact.networkName = name
            fact[keyPath: path] = field.value
            byNetwork[name] = fact
        }
        for fact in byNetwork.values { saw(fact) }
        addVolumes(view, of: id, at: started)
    }

    /// Volumes among the mounts, flattened: a member that the current mount already has begins the next one.
    private mutating func addVolumes(_ view: EventView, of id: ContainerID, at time: Timestamp) {
        var current: [String: String] = [:]
        func note(_ facts: inout InventoryFacts) {
            guard let name = current["Name"], current["Type"] ?? "volume" == "volume" else { return }
            facts.update(ItemKey(.volume, scope: view.host, id: name)) {
                $0.saw(.dockerInspect, at: time)
                $0.state(.usedBy, id.text, at: time)
                $0.state(.driver, current["Driver"] ?? "", at: time)
                $0.state(.mountpoint, current["Source"] ?? "", at: time)
            }
        }
        for field in view.fields where field.name.hasPrefix("Mounts.") {
            let member = String(field.name.dropFirst("Mounts.".count))
            if current[member] != nil {
                note(&self)
                current = [:]
            }
            current[member] = field.value
        }
        note(&self)
    }

    private static var networkMembers: [(String, WritableKeyPath<EndpointFact, String>)] {
        [
            (".NetworkID", \.network), (".EndpointID", \.endpointID), (".IPAddress", \.address),
            (".GlobalIPv6Address", \.address6), (".MacAddress", \.mac), (".Gateway", \.gateway),
        ]
    }

    /// An image, network or volume, or the state of the engine.
    mutating func observeDockerObject(_ view: EventView) {
        switch view.origin.service {
        case "image": observeImage(view, .dockerImage)
        case "network": observeNetwork(view)
        case "volume":
            update(ItemKey(.volume, scope: view.host, id: view.text("Name"))) { sheet in
                sheet.saw(.dockerVolume, at: view.time)
                sheet.state(.driver, view.text("Driver"), at: view.time)
                sheet.state(.mountpoint, view.text("Mountpoint"), at: view.time)
                sheet.state(.created, view.text("CreatedAt"), at: view.time)
            }
        case "info", "version", "daemon-config": observeEngine(view)
        default: break
        }
    }

    /// An image by inspect, or a row of a listing (`Repository` and `Tag`).
    mutating func observeImage(_ view: EventView, _ source: FactSource) {
        var id = view.text("Id").isEmpty ? view.text("ID") : view.text("Id")
        guard !id.isEmpty else { return }
        if !id.hasPrefix("sha256:"), ContainerID(id) != nil { id = "sha256:" + id }
        var tags = view.texts("RepoTags")
        let repository = view.text("Repository")
        if !repository.isEmpty, repository != "<none>" {
            let tag = view.text("Tag")
            tags.append(tag.isEmpty || tag == "<none>" ? repository : repository + ":" + tag)
        }
        update(ItemKey(.image, scope: view.host, id: id)) { sheet in
            sheet.saw(source, at: view.time)
            for tag in tags where tag != "<none>:<none>" { sheet.state(.tag, tag, at: view.time) }
            for digest in view.texts("RepoDigests") { sheet.state(.digest, digest, at: view.time) }
            sheet.state(.parent, view.text("Parent"), at: view.time)
            sheet.state(.created, view.text("Created"), at: view.time)
            sheet.state(.builtFrom, view.text("Container"), at: view.time)
            sheet.state(.os, view.text("Os"), at: view.time)
            sheet.state(.architecture, view.text("Architecture"), at: view.time)
            sheet.state(.user, view.text("Config.User"), at: view.time)
            let entry = view.texts("Config.Entrypoint") + view.texts("Config.Cmd")
            sheet.state(.command, InventoryFacts.joined(entry), at: view.time)
        }
    }

    /// A command of several words as one text, words with blanks in quotes.
    static func joined(_ words: [String]) -> String {
        words.map { word in
            word.isEmpty || word.utf8.contains(where: { $0 == 0x20 || $0 == 0x22 }) ? "\"\(word)\"" : word
        }.joined(separator: " ")
    }

    private mutating func observeNetwork(_ view: EventView) {
        // Podman writes members in lower case; the map has given the common names.
        let id = view.text("Id").isEmpty ? view.text("ID") : view.text("Id")
        update(ItemKey(.network, scope: view.host, id: id)) { sheet in
            sheet.saw(.dockerNetwork, at: view.time)
            sheet.state(.name, view.text("Name"), at: view.time)
            sheet.state(.driver, view.text("Driver"), at: view.time)
            sheet.state(.created, view.text("Created"), at: view.time)
            for subnet in view.texts("IPAM.Config.Subnet") { sheet.state(.subnet, subnet, at: view.time) }
            for gateway in view.texts("IPAM.Config.Gateway") { sheet.state(.gateway, gateway, at: view.time) }
        }
        var byContainer: [ContainerID: EndpointFact] = [:]
        for field in view.fields where field.name.hasPrefix("Containers.") {
            let rest = field.name.dropFirst("Containers.".count)
            guard let dot = rest.firstIndex(of: "."), let container = ContainerID(rest[..<dot]) else { continue }
            var fact =
                byContainer[container]
                ?? EndpointFact(container: container.text, scope: view.host, anchor: .unknown, source: .dockerNetwork)
            (fact.network, fact.networkName) = (id, view.text("Name"))
            let address = String(field.value.prefix { $0 != "/" })
            switch rest[rest.index(after: dot)...] {
            case "EndpointID": fact.endpointID = field.value
            case "MacAddress": fact.mac = field.value
            case "IPv4Address": fact.address = address
            case "IPv6Address": fact.address6 = address
            default: break
            }
            byContainer[container] = fact
        }
        for fact in byContainer.values { saw(fact) }
    }

    private mutating func observeEngine(_ view: EventView) {
        update(ItemKey(.engine, scope: view.host, id: InventoryFacts.engineID)) { sheet in
            sheet.saw(view.origin.service == "daemon-config" ? .dockerConfiguration : .dockerInfo, at: view.time)
            func state(_ attribute: ItemAttribute, _ names: String...) {
                for name in names { for text in view.texts(name) { sheet.state(attribute, text, at: view.time) } }
            }
            state(.name, "Name")
            state(.version, "ServerVersion", "Server.Engine.Version")
            state(.os, "OperatingSystem")
            state(.driver, "Driver", "storage-driver")
            state(.logDriver, "LoggingDriver", "log-driver")
            state(.dataRoot, "DockerRootDir", "data-root")
            state(.liveRestore, "LiveRestoreEnabled", "live-restore")
            state(.hosts, "hosts")
        }
    }
}
