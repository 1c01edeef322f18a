import Events

extension Context {
    /// The strongest evidence on a Linux event: what its record names, its control group, its process and its ancestors.
    func linuxEvidence(of view: EventView, _ tie: Tie) -> [Evidence] {
        var all: [Evidence] = []
        if let id = named(by: view) { all.append(LinuxEvidence.named(id)) }
        if let id = view.first(.cgroup).flatMap({ LinuxContainerText.group($0) }) {
            all.append(LinuxEvidence.group(id))
        }
        let ofProcess = linux.evidence(of: tie)
        return all.isEmpty ? ofProcess : Evidence.strongest(all + ofProcess)
    }

    private func named(by view: EventView) -> ContainerID? {
        (view.first(.containerID) ?? view.fields.first { $0.name == "ContainerId" }?.value).flatMap { ContainerID($0) }
    }
}
