import Events

/// Works out which Linux processes are in containers. See ``LinuxEvidence`` for the table and ``LinuxRole`` for the step
/// from the host's side into a container.
struct LinuxLineage: Sendable {
    private let tree: LinuxTree
    /// Per node: index in `memberships`, or -1.
    private(set) var membershipOfNode: [Int32]
    private(set) var memberships: [[Evidence]] = []
    /// Nodes of the first process of a container's run.
    private(set) var entries: Set<Int32> = []
    /// Per node on the host's side: the container it serves, as an index of a node that names it; or -1.
    private var servedByNode: [Int32]
    private var inheritedOf: [Int32: Int32] = [:]
    private var numbers: [[Evidence]: Int32] = [:]
    private var sharedShims: Set<Int32> = []
    /// Evidence that is joined to a node from elsewhere.
    private var joined: [Int32: [Evidence]] = [:]
    private var firsts: Set<Int32> = []

    private static let open: Int32 = -2
    private static let none: Int32 = -1
    /// Forks of `runc init` that are followed up to `runc create`.
    private static let initialDepth = 8

    init(_ tree: LinuxTree) {
        self.tree = tree
        membershipOfNode = Array(repeating: LinuxLineage.open, count: tree.nodes.count)
        servedByNode = Array(repeating: LinuxLineage.none, count: tree.nodes.count)
    }

    /// Settles all nodes: by lineage and the runtime's ids first, then by file systems learned from these.
    mutating func infer(_ claims: [LinuxClaim]) {
        (joined, firsts) = LinuxClaims(tree).joined(claims)
        findSharedShims()
        inferAll()
        let roots = LinuxRoots(tree, membershipOfNode, memberships).joined()
        guard !roots.isEmpty else { return }
        for (node, evidence) in roots { joined[node, default: []].append(evidence) }
        for index in membershipOfNode.indices where membershipOfNode[index] == LinuxLineage.none {
            membershipOfNode[index] = LinuxLineage.open
        }
        inferAll()
    }

    private mutating func inferAll() {
        for index in tree.nodes.indices where membershipOfNode[index] == LinuxLineage.open { infer(index) }
    }

    /// The container that `runc init` sets up, per node of it.
    var settingUp: [Int32: ContainerID] {
        var found: [Int32: ContainerID] = [:]
        for (index, node) in tree.nodes.enumerated() where node.role == .initial && servedByNode[index] >= 0 {
            found[Int32(index)] = tree.nodes[Int(servedByNode[index])].container
        }
        return found
    }

    /// Whom a node gets its container from: itself before, else its parent.
    private func origin(_ index: Int) -> Int32 {
        let node = tree.nodes[index]
        return node.previous >= 0 ? node.previous : node.parent
    }

    /// No recursion: depth is the adversary's. A circle ends where it meets itself.
    private mutating func infer(_ index: Int) {
        var path: [Int] = []
        var current = index
        while membershipOfNode[current] == LinuxLineage.open {
            membershipOfNode[current] = LinuxLineage.none
            path.append(current)
            let next = Int(origin(current))
            guard next >= 0 else { break }
            current = next
        }
        for node in path.reversed() { settle(node) }
    }

    private mutating func settle(_ index: Int) {
        let node = tree.nodes[index]
        let origin = origin(index)
        let above = origin >= 0 ? membershipOfNode[Int(origin)] : LinuxLineage.none
        var evidence = joined[Int32(index)] ?? []
        // What the runtime's init executes is the container's, be it an engine or a client of one.
        let isEntry = node.previous >= 0 && tree.nodes[Int(node.previous)].role == .initial && node.role != .initial
        if node.role == .plain || above >= 0 || isEntry {
            if node.role == .plain, let id = node.container { evidence.append(LinuxEvidence.named(id).inherited()) }
        } else {
            serve(index, origin)
            return
        }
        if above < 0, origin >= 0, let entry = entry(Int(origin), index) {
            evidence.append(entry)
            if isFirst(Int(origin)) { entries.insert(Int32(index)) }
        }
        if firsts.contains(Int32(index)) || (node.previous >= 0 && entries.contains(node.previous)) {
            entries.insert(Int32(index))
        }
        guard !evidence.isEmpty else {
            guard above >= 0 else { return }
            if !isParentDoubtful(node) {
                membershipOfNode[index] = node.previous >= 0 ? above : inherited(from: above)
                return
            }
            evidence = memberships[Int(above)].map { LinuxEvidence.doubtful($0.inherited()) }
            membershipOfNode[index] = add(evidence)
            return
        }
        if above >= 0 {
            let all = memberships[Int(above)]
            evidence += node.previous >= 0 ? all : all.map { $0.inherited() }
        }
        membershipOfNode[index] = add(evidence)
    }

    /// The number of a membership: equal ones are one.
    private mutating func add(_ evidence: [Evidence]) -> Int32 {
        let strongest = Evidence.strongest(evidence)
        if let known = numbers[strongest] { return known }
        memberships.append(strongest)
        numbers[strongest] = Int32(memberships.count - 1)
        return Int32(memberships.count - 1)
    }

    /// Whether the parent's id may be one that was reused by a process that nobody told of: its program lies in a container's
    /// file system, the child's on a disk of the host.
    private func isParentDoubtful(_ node: LinuxTree.Node) -> Bool {
        guard node.previous < 0, node.parent >= 0, node.isStart, node.device >> 20 != 0 else { return false }
        return LinuxRoots.isAnonymous(tree.nodes[Int(node.parent)].device)
    }

    /// A helper serves the container it names, else the one that whoever started it serves.
    private mutating func serve(_ index: Int, _ origin: Int32) {
        if tree.nodes[index].container != nil {
            servedByNode[index] = Int32(index)
        } else if origin >= 0, tree.nodes[Int(origin)].role.isHostSide {
            servedByNode[index] = servedByNode[Int(origin)]
        }
    }

    private func entry(_ origin: Int, _ index: Int) -> Evidence? {
        let role = tree.nodes[origin].role
        if tree.nodes[index].previous < 0, role.isShortLived,
            tree.nodes[index].start - tree.nodes[origin].start > LinuxTreeBuilder.forkToExec
        {
            return nil
        }
        let served = servedByNode[origin]
        return LinuxEvidence.entry(
            role, served: served >= 0 ? tree.nodes[Int(served)].container : nil,
            isShared: sharedShims.contains(Int32(origin)))
    }

    /// Whether `runc init` was started by `runc create` and not by `runc exec`.
    private func isFirst(_ origin: Int) -> Bool {
        var current = origin
        for _ in 0..<LinuxLineage.initialDepth {
            switch tree.nodes[current].role {
            case .create: return true
            case .initial: break
            default: return false
            }
            let next = self.origin(current)
            guard next >= 0 else { return false }
            current = Int(next)
        }
        return false
    }

    /// Shims whose runtimes name other containers than the shim: one shim for all of a pod.
    private mutating func findSharedShims() {
        for node in tree.nodes where (node.role == .create || node.role == .execute) && node.parent >= 0 {
            let parent = tree.nodes[Int(node.parent)]
            guard parent.role == .shim, let id = node.container, let shim = parent.container, id != shim else {
                continue
            }
            sharedShims.insert(node.parent)
        }
    }

    private mutating func inherited(from above: Int32) -> Int32 {
        if let known = inheritedOf[above] { return known }
        let all = memberships[Int(above)].map { $0.inherited() }
        let index = all == memberships[Int(above)] ? above : add(all)
        inheritedOf[above] = index
        return index
    }
}
