import Events

extension InventoryFacts {
    /// One event of the Docker Engine. Attributes other than name and image may be a label's invention (moby copies labels
    /// over them); what comes of it (exit codes, exec ids) is checked against other records where there are some.
    mutating func observeDockerEvent(_ view: EventView) {
        let event = DockerEvent(view.fields)
        switch event.type {
        case "container":
            guard let id = event.container else { return }
            addContainerEvent(event, id, view)
        case "network": addNetworkEvent(event, view)
        case "volume": addVolumeEvent(event, view)
        case "image": addImageEvent(event, view)
        case "daemon":
            let verb: HappeningVerb = event.verb == "reload" ? .reloaded : .other
            update(ItemKey(.engine, scope: view.host, id: InventoryFacts.engineID)) {
                $0.saw(.dockerEvents, at: view.time)
                $0.state(.name, event.name, at: view.time)
            }
            add(
                Happening(
                    verb, of: InventoryFacts.engineID, kind: .engine, scope: view.host, at: view.time,
                    text: event.verb, source: .dockerEvents), at: view.place)
        default: break
        }
    }

    /// The one engine of a scope.
    static let engineID = "docker"

    private mutating func addContainerEvent(_ event: DockerEvent, _ id: ContainerID, _ view: EventView) {
        guard let verb = InventoryFacts.containerVerbs[event.verb] ?? InventoryFacts.unknownVerb(event.verb) else {
            return
        }
        var happening = Happening(
            verb, of: id.text, scope: view.host, at: view.time, text: InventoryFacts.detail(of: view, verb),
            source: .dockerEvents)
        switch verb {
        case .ended, .execEnded: happening.code = view.number("Actor.Attributes.exitCode")
        case .renamed:
            happening.object = NeutralText.cut(DockerEvent.withoutSlash(event.oldName), to: ItemKey.idLimit)
            happening.text = NeutralText.cut(DockerEvent.withoutSlash(event.name), to: Happening.textLimit)
        case .committed:
            happening.object = NeutralText.cut(view.text("Actor.Attributes.imageID"), to: ItemKey.idLimit)
            happening.text = NeutralText.cut(view.text("Actor.Attributes.imageRef"), to: Happening.textLimit)
            addCommit(of: id, image: happening.object, view)
        case .killed: happening.text = NeutralText.cut(view.text("Actor.Attributes.signal"), to: 64)
        default: break
        }
        if verb.isOfExec {
            happening.object = NeutralText.cut(view.text("Actor.Attributes.execID"), to: ItemKey.idLimit)
        }
        add(happening, at: view.place)
    }

    private mutating func addCommit(of container: ContainerID, image: String, _ view: EventView) {
        guard image.hasPrefix("sha256:") else { return }
        update(ItemKey(.image, scope: view.host, id: image)) {
            $0.saw(.dockerEvents, at: view.time)
            $0.state(.builtFrom, container.text, at: view.time)
        }
        add(
            Happening(
                .created, of: image, kind: .image, scope: view.host, at: view.time, object: container.text,
                text: "commit", source: .dockerEvents), at: view.place)
    }

    private static let containerVerbs: [String: HappeningVerb] = [
        "create": .created, "start": .started, "restart": .restarted, "stop": .stopped, "pause": .paused,
        "unpause": .unpaused, "attach": .attached, "detach": .detached, "update": .updated, "rename": .renamed,
        "kill": .killed, "die": .ended, "oom": .outOfMemory, "destroy": .destroyed, "commit": .committed,
        "copy": .copiedIn, "archive-path": .copiedOut, "extract-to-dir": .copiedIn, "export": .exported,
        "top": .listed, "exec_create": .execCreated, "exec_start": .execStarted, "exec_detach": .execDetached,
        "exec_die": .execEnded, "health_status": .health,
    ]

    /// Verbs that change nothing (`resize`, `prune` has no container) are left out; any other is kept as it is written.
    private static func unknownVerb(_ verb: String) -> HappeningVerb? {
        verb.isEmpty || verb == "resize" || verb == "prune" ? nil : .other
    }

    /// What follows the verb in `Action`: a command, a health; the whole action of one that is not known.
    private static func detail(of view: EventView, _ verb: HappeningVerb) -> String {
        let action = view.text("Action").isEmpty ? view.text("status") : view.text("Action")
        if verb == .other { return action }
        guard let colon = action.utf8.firstIndex(of: UInt8(ascii: ":")) else { return "" }
        let rest = action[action.utf8.index(after: colon)...]
        return rest.hasPrefix(" ") ? String(rest.dropFirst()) : String(rest)
    }

    private mutating func addNetworkEvent(_ event: DockerEvent, _ view: EventView) {
        let id = view.text("Actor.ID")
        update(ItemKey(.network, scope: view.host, id: id)) {
            $0.saw(.dockerEvents, at: view.time)
            $0.state(.name, event.name, at: view.time)
            $0.state(.driver, view.text("Actor.Attributes.type"), at: view.time)
        }
        if event.verb == "connect" || event.verb == "disconnect" {
            guard let container = event.container else { return }
            add(
                Happening(
                    event.verb == "connect" ? .connected : .disconnected, of: container.text, scope: view.host,
                    at: view.time, object: id, text: event.name, source: .dockerEvents), at: view.place)
            return
        }
        let verbs: [String: HappeningVerb] = [
            "create": .created, "destroy": .destroyed, "remove": .destroyed, "update": .updated,
        ]
        addItemEvent(.network, id, verbs[event.verb] ?? .other, event.name, view)
    }

    private mutating func addVolumeEvent(_ event: DockerEvent, _ view: EventView) {
        let name = view.text("Actor.ID")
        update(ItemKey(.volume, scope: view.host, id: name)) {
            $0.saw(.dockerEvents, at: view.time)
            $0.state(.driver, view.text("Actor.Attributes.driver"), at: view.time)
            $0.state(.usedBy, event.container?.text ?? "", at: view.time)
        }
        if event.verb == "mount" || event.verb == "unmount" {
            guard let container = event.container else { return }
            add(
                Happening(
                    event.verb == "mount" ? .mounted : .unmounted, of: container.text, scope: view.host,
                    at: view.time, object: name, text: view.text("Actor.Attributes.destination"),
                    source: .dockerEvents), at: view.place)
            return
        }
        let verbs: [String: HappeningVerb] = ["create": .created, "destroy": .destroyed, "remove": .destroyed]
        addItemEvent(.volume, name, verbs[event.verb] ?? .other, "", view)
    }

    private mutating func addImageEvent(_ event: DockerEvent, _ view: EventView) {
        let verbs: [String: HappeningVerb] = [
            "create": .created, "tag": .tagged, "untag": .untagged, "pull": .pulled, "push": .pushed,
            "load": .loaded, "import": .imported, "save": .saved, "delete": .deleted,
        ]
        let id = view.text("Actor.ID").isEmpty ? view.text("id") : view.text("Actor.ID")
        // `prune` names no image.
        guard !id.isEmpty else { return }
        // A tag's event has the reference as name; others have the id again.
        let reference = event.name.hasPrefix("sha256:") || event.name == id ? "" : event.name
        update(ItemKey(.image, scope: view.host, id: id)) {
            $0.saw(.dockerEvents, at: view.time)
            if event.verb == "tag" { $0.state(.tag, reference, at: view.time) }
        }
        addItemEvent(.image, id, verbs[event.verb] ?? .other, reference, view)
    }

    private mutating func addItemEvent(
        _ kind: ItemKind, _ id: String, _ verb: HappeningVerb, _ text: String, _ view: EventView
    ) {
        let text = verb == .other ? view.text("Action") : text
        add(
            Happening(
                verb, of: id, kind: kind, scope: view.host, at: view.time, text: text, source: .dockerEvents),
            at: view.place)
    }
}
