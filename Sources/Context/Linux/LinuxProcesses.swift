import Events

/// The Linux processes, and the containers they are in.
struct LinuxProcesses: Sendable {
    /// Whether a record of Linux shows a container.
    private(set) var knowsContainers = false
    /// What was found that no single record shows.
    var derived: [DerivedEvent] = []
    /// Numbers for the report of a hunt, with what they mean.
    private(set) var remarks: [String] = []

    let tree: LinuxTree
    private let membershipOfNode: [Int32]
    private let memberships: [[Evidence]]
    private let entries: Set<Int32>
    private let settingUp: [Int32: ContainerID]

    /// Ancestors that are told.
    static let ancestorLimit = 16

    /// Nothing is known, but perhaps that there are containers.
    init(knowsContainers: Bool = false) {
        tree = LinuxTree()
        (membershipOfNode, memberships, entries, settingUp) = ([], [], [], [:])
        self.knowsContainers = knowsContainers
    }

    init(tree: LinuxTree, _ lineage: LinuxLineage, overflowed: Bool, claimsOverflowed: Bool, knowsContainers: Bool) {
        self.tree = tree
        (membershipOfNode, memberships, entries) = (lineage.membershipOfNode, lineage.memberships, lineage.entries)
        settingUp = lineage.settingUp
        self.knowsContainers = knowsContainers || !memberships.isEmpty
        if overflowed {
            remarks.append("records of Linux processes did not fit into memory: lineage may be incomplete")
        }
        if claimsOverflowed {
            remarks.append("process ids of containers did not fit into memory: the oldest are left out")
        }
    }

    /// The node of the event's process. O(log n).
    func node(of view: EventView) -> Int? {
        guard !tree.nodes.isEmpty, let world = tree.world(ASCII.lowered(view.host), LinuxFeed(view.origin)) else {
            return nil
        }
        return node(of: view, in: world)
    }

    private func node(of view: EventView, in world: Int32) -> Int? {
        guard let pid = LinuxFields.number(view.first(.processID)) else { return nil }
        let isAudit = tree.worlds[Int(world)].feed == .audit
        let order = isAudit ? UInt32(truncatingIfNeeded: view.place.record) : .max
        return tree.find(pid, in: world, at: view.time, order: order)
    }

    /// What ties an event to the tree. O(log n).
    func tie(of view: EventView) -> Tie {
        var tie = Tie()
        guard !tree.nodes.isEmpty, let world = tree.world(ASCII.lowered(view.host), LinuxFeed(view.origin)) else {
            return tie
        }
        if let node = node(of: view, in: world) {
            tie.process = Int32(node)
            tie.membership = membershipOfNode[node]
        } else if let parent = view.first(.parentProcessID).flatMap({ ProcessID($0) }),
            let node = tree.find(parent.number, in: world, at: view.time)
        {
            // A process that did not fit into memory still has its parent.
            tie.parent = Int32(node)
            tie.membership = membershipOfNode[node]
        }
        return tie
    }

    /// What the lineage of the event's process shows.
    func evidence(of tie: Tie) -> [Evidence] {
        guard tie.membership >= 0 else { return [] }
        let all = memberships[Int(tie.membership)]
        return tie.process >= 0 ? all : all.map { $0.inherited() }
    }

    /// Whether the node is a runtime or a helper of one.
    func isHostSide(_ node: Int) -> Bool { tree.nodes[node].role.isHostSide }

    /// Whether the node is the first process of its container.
    func isEntry(_ node: Int) -> Bool { entries.contains(Int32(node)) }

    /// The container that the node sets up, where it is the runtime's init: in the container's namespaces, but not yet one
    /// of its programs.
    func containerSetUp(by node: Int) -> ContainerID? { settingUp[Int32(node)] }

    /// Whether the node is in a container.
    func isMember(_ node: Int) -> Bool { membershipOfNode[node] >= 0 }

    /// The ancestors of a node, nearest first, at most ``LinuxTree/depthLimit``.
    func ancestors(of node: Int) -> [Int] {
        var all: [Int] = []
        var current = tree.nodes[node].parent
        while current >= 0, all.count < LinuxTree.depthLimit {
            all.append(Int(current))
            current = tree.nodes[Int(current)].parent
        }
        return all
    }
}
