import Events

extension InventoryFacts {
    /// One event of containerd (`ctr events`).
    mutating func observeContainerdEvent(_ view: EventView) {
        let topic = view.text("Topic")
        if topic.hasPrefix("/sandboxes/") { return addSandbox(topic, view) }
        if topic.hasPrefix("/images/") { return addImage(topic, view) }
        let id = view.text("ContainerId")
        guard !id.isEmpty else { return }
        let process = view.text("id")
        let isExec = topic == "/tasks/exit" && !process.isEmpty && process != id
        guard var verb = isExec ? .execEnded : InventoryFacts.containerdVerbs[topic] else { return }
        // Docker makes a container of containerd at each start and removes it at each end.
        if view.text("Namespace") == "moby", verb == .created || verb == .destroyed {
            verb = verb == .created ? .prepared : .released
        }
        let isContainer = ContainerID(id)?.isFull == true
        if !isContainer { addTask(id, view, source: .containerdEvents) }
        var happening = Happening(
            verb, of: isContainer ? ASCII.lowered(id) : InventoryFacts.taskID(id, view),
            kind: isContainer ? nil : .task, scope: view.host, at: view.time, source: .containerdEvents)
        if verb.isOfExec {
            let exec = view.text("exec_id")
            happening.object = NeutralText.cut(exec.isEmpty ? process : exec, to: ItemKey.idLimit)
        }
        // Protocol buffers leave out a zero.
        if verb == .ended || verb == .execEnded { happening.code = view.number("ExitStatus") ?? 0 }
        happening.pid = view.number("pid")
        if topic == "/containers/create" {
            happening.text = NeutralText.cut(view.text("ContainerImage"), to: Happening.textLimit)
        }
        add(happening, at: view.place)
    }

    private static let containerdVerbs: [String: HappeningVerb] = [
        "/containers/create": .created, "/containers/update": .updated, "/containers/delete": .destroyed,
        "/tasks/start": .started, "/tasks/exit": .ended, "/tasks/exec-added": .execCreated,
        "/tasks/exec-started": .execStarted, "/tasks/oom": .outOfMemory, "/tasks/paused": .paused,
        "/tasks/resumed": .unpaused,
    ]

    /// Ids that are no hex ids are names that people give: they repeat across namespaces.
    private static func taskID(_ id: String, _ view: EventView) -> String {
        let namespace = view.text("Namespace")
        return namespace.isEmpty ? id : namespace + "/" + id
    }

    private mutating func addTask(_ id: String, _ view: EventView, source: FactSource) {
        update(ItemKey(.task, scope: view.host, id: InventoryFacts.taskID(id, view))) {
            $0.saw(source, at: view.time)
            $0.state(.namespace, view.text("Namespace"), at: view.time)
            $0.state(.image, view.text("ContainerImage"), at: view.time)
            $0.state(.state, view.text("Status"), at: view.time)
        }
    }

    private mutating func addSandbox(_ topic: String, _ view: EventView) {
        let id = view.text("SandboxId")
        let verbs: [String: HappeningVerb] = [
            "/sandboxes/create": .created, "/sandboxes/start": .started, "/sandboxes/exit": .ended,
            "/sandboxes/delete": .destroyed,
        ]
        guard let verb = verbs[topic], !id.isEmpty else { return }
        update(ItemKey(.pod, scope: view.host, id: id)) {
            $0.saw(.containerdEvents, at: view.time)
            $0.state(.namespace, view.text("Namespace"), at: view.time)
        }
        add(
            Happening(
                verb, of: id, kind: .pod, scope: view.host, at: view.time,
                code: verb == .ended ? view.number("ExitStatus") ?? 0 : nil, source: .containerdEvents),
            at: view.place)
    }

    private mutating func addImage(_ topic: String, _ view: EventView) {
        let verbs: [String: HappeningVerb] = [
            "/images/create": .created, "/images/update": .updated, "/images/delete": .deleted,
        ]
        let name = view.text("name")
        guard let verb = verbs[topic], !name.isEmpty else { return }
        update(ItemKey(.image, scope: view.host, id: name)) {
            $0.saw(.containerdEvents, at: view.time)
            $0.state(.namespace, view.text("Namespace"), at: view.time)
        }
        add(
            Happening(
                verb, of: name, kind: .image, scope: view.host, at: view.time, source: .containerdEvents),
            at: view.place)
    }

    /// A row of `ctr containers`, `ctr tasks`, `crictl ps`, `crictl pods` or `crictl images`.
    mutating func observeListing(_ view: EventView) {
        let pod = view.text("SandboxId")
        if !pod.isEmpty {
            let ofPod = view.origin.service == "pods"
            update(ItemKey(.pod, scope: view.host, id: pod)) {
                $0.saw(.listing, at: view.time)
                $0.state(.name, view.text("PodName"), at: view.time)
                $0.state(.namespace, view.text("PodNamespace"), at: view.time)
                if ofPod { $0.state(.state, view.text("State"), at: view.time) }
            }
        }
        if view.origin.service == "image" { return observeImage(view, .listing) }
        let id = view.text("ContainerId")
        if !id.isEmpty, ContainerID(id) == nil { addTask(id, view, source: .listing) }
    }
}
