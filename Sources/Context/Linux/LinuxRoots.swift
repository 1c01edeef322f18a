/// Learns which file system is a container's root: the device that audit gives for the program of processes whose container
/// is known. Root file systems of containers have devices without a disk (major 0), which are reused after a container's end:
/// the nearest starts before and after count, and both must be of one container.
struct LinuxRoots {
    private struct Start: Hashable {
        var time: Int64
        /// Nil: a helper on the host.
        var container: ContainerID?
    }

    private struct Device: Hashable {
        var world: Int32
        var device: UInt32
    }

    private let tree: LinuxTree
    private var known: [Device: [Start]] = [:]
    private let membershipOfNode: [Int32]

    init(_ tree: LinuxTree, _ membershipOfNode: [Int32], _ memberships: [[Evidence]]) {
        self.tree = tree
        self.membershipOfNode = membershipOfNode
        for (index, node) in tree.nodes.enumerated() where LinuxRoots.isAnonymous(node.device) {
            let membership = membershipOfNode[index]
            guard membership >= 0 || node.role.isHostSide else { continue }
            let ids = membership >= 0 ? LinuxRoots.ids(memberships[Int(membership)]) : []
            guard membership < 0 || ids.count == 1 else { continue }
            known[Device(world: node.world, device: node.device), default: []]
                .append(Start(time: node.start, container: ids.first))
        }
        for device in known.keys {
            known[device]?.sort { ($0.time, $0.container?.text ?? "") < ($1.time, $1.container?.text ?? "") }
        }
    }

    /// Evidence for programs whose parent nobody tells of.
    func joined() -> [Int32: Evidence] {
        var all: [Int32: Evidence] = [:]
        guard !known.isEmpty else { return all }
        for (index, node) in tree.nodes.enumerated()
        where node.role == .plain && node.isStart && membershipOfNode[index] < 0 && LinuxRoots.isAnonymous(node.device)
        {
            guard node.previous < 0 || tree.nodes[Int(node.previous)].role == .plain, isOrphan(node),
                let starts = known[Device(world: node.world, device: node.device)]
            else { continue }
            all[Int32(index)] = LinuxRoots.nearest(starts, node.start)
        }
        return all
    }

    /// Whether no record of the parent itself was seen, or one whose program lies elsewhere: the id was reused.
    private func isOrphan(_ node: LinuxTree.Node) -> Bool {
        // The host sees the files of containers under such folders.
        guard node.parent >= 0, !node.image.contains("/merged/"), !node.image.contains("/rootfs/") else {
            return node.parent < 0
        }
        let parent = tree.nodes[Int(node.parent)]
        if parent.role == .plain, parent.device != 0, parent.device != node.device { return true }
        return !parent.isSeen && parent.parent < 0
    }

    static func isAnonymous(_ device: UInt32) -> Bool { device != 0 && device >> 20 == 0 }

    private static func ids(_ evidence: [Evidence]) -> Set<ContainerID> {
        Set(
            evidence.compactMap { item in
                if case .container(let id) = item.subject { return id }
                return nil
            })
    }

    private static func nearest(_ starts: [Start], _ time: Int64) -> Evidence? {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        let before = low > 0 ? starts[low - 1] : nil
        let after = low < starts.count ? starts[low] : nil
        guard let id = (before ?? after)?.container else { return nil }
        if let before, let after {
            return before.container == after.container ? LinuxEvidence.root(id, isBetween: true) : nil
        }
        return LinuxEvidence.root(id, isBetween: false)
    }
}
