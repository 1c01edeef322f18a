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

    /// Appends what is to be said of one event. O(1) when nothing is.
    func addFields(of view: EventView, _ container: ContainerAttribution?, to fields: inout [FactField]) {}

    /// The node of the event's process. O(log n).
    func node(of view: EventView) -> Int? {
        guard !tree.nodes.isEmpty, let pid = LinuxFields.number(view.first(.processID)),
            let world = tree.world(ASCII.lowered(view.host), LinuxFeed(view.origin))
        else { return nil }
        let isAudit = tree.worlds[Int(world)].feed == .audit
        let order = isAudit ? UInt32(truncatingIfNeeded: view.place.record) : .max
        return tree.find(pid, in: world, at: view.time, order: order)
    }

    /// What the lineage of the event's process shows. O(log n).
    func evidence(of view: EventView, _ node: Int?) -> [Evidence] {
        if let node {
            let membership = membershipOfNode[node]
            return membership >= 0 ? memberships[Int(membership)] : []
        }
        // A process that did not fit into memory still has its parent.
        guard let parent = view.first(.parentProcessID).flatMap({ ProcessID($0) }),
            let world = tree.world(ASCII.lowered(view.host), LinuxFeed(view.origin)),
            let node = tree.find(parent.number, in: world, at: view.time), membershipOfNode[node] >= 0
        else { return [] }
        return memberships[Int(membershipOfNode[node])].map { $0.inherited() }
    }

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
