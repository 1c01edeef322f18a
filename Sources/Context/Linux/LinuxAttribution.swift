import Events

extension Context {
    /// The strongest evidence on a Linux event: what its record names, its control group, its process and its ancestors.
    func linuxEvidence(of view: EventView) -> [Evidence] {
        var all: [Evidence] = []
        let node = linux.node(of: view)
        // A helper's record names the container it serves: it is not in it. Sensors look at the process itself.
        if let node, LinuxFeed(view.origin) != .sensor, linux.tree.nodes[node].role.isHostSide, !linux.isMember(node) {
            return linux.containerSetUp(by: node).map { [LinuxEvidence.settingUp($0)] } ?? []
        }
        if let id = named(by: view) { all.append(LinuxEvidence.named(id)) }
        if let id = view.first(.cgroup).flatMap({ LinuxContainerText.group($0) }) {
            all.append(LinuxEvidence.group(id))
        }
        let ofProcess = linux.evidence(of: view, node)
        return all.isEmpty ? ofProcess : Evidence.strongest(all + ofProcess)
    }

    private func named(by view: EventView) -> ContainerID? {
        (view.first(.containerID) ?? view.fields.first { $0.name == "ContainerId" }?.value).flatMap { ContainerID($0) }
    }
}
