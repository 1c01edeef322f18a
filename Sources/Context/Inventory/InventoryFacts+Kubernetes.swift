import Events

extension InventoryFacts {
    /// A request to a Kubernetes API server that made, removed or entered a pod, as the server answered it. A pod is known by
    /// namespace and name there; containerd knows its sandboxes by ids that the audit log does not have.
    mutating func observeKubernetesRequest(_ view: EventView) {
        let stage = view.text("stage")
        let code: Int = view.number("responseStatus.code") ?? 0
        // 101 is the answer to exec and attach.
        guard stage.isEmpty || stage == "ResponseComplete" || stage == "ResponseStarted", code < 300,
            view.text("objectRef.resource") == "pods"
        else { return }
        var name = view.text("objectRef.name")
        if name.isEmpty { name = view.text("responseObject.metadata.name") }
        if name.isEmpty { name = view.text("requestObject.metadata.name") }
        let namespace = view.text("objectRef.namespace")
        guard !name.isEmpty, let verb = InventoryFacts.podVerb(view) else { return }
        let id = namespace + "/" + name
        update(ItemKey(.pod, scope: "", id: id)) { sheet in
            sheet.saw(.kubernetesAudit, at: view.time)
            sheet.state(.name, name, at: view.time)
            sheet.state(.namespace, namespace, at: view.time)
            for image in view.texts("requestObject.spec.containers.image") { sheet.state(.image, image, at: view.time) }
            sheet.state(.hosts, view.text("requestObject.spec.nodeName"), at: view.time)
        }
        add(
            Happening(
                verb, of: id, kind: .pod, scope: "", at: view.time, object: view.text("user.username"),
                text: view.text("Exec.Command"), source: .kubernetesAudit), at: view.place)
    }

    private static func podVerb(_ view: EventView) -> HappeningVerb? {
        switch (view.text("objectRef.subresource"), view.text("verb")) {
        case ("", "create"): .created
        case ("", "delete"): .deleted
        // `get` is how the newer protocol asks for it.
        case ("exec", "create"), ("exec", "get"): .execCreated
        case ("attach", "create"), ("attach", "get"): .attached
        default: nil
        }
    }
}
