/// Joins the process ids that runtimes name to processes, where nothing says that the numbers are of two namespaces.
struct LinuxClaims {
    private let tree: LinuxTree

    /// Hosts among which a claim that names none is looked for: with more it is of none.
    static let hostLimit = 64
    /// Processes, or claims, of one number that are compared.
    static let candidateLimit = 64

    init(_ tree: LinuxTree) { self.tree = tree }

    /// Evidence by node, and the nodes that are a container's first process.
    func joined(_ claims: [LinuxClaim]) -> (evidence: [Int32: [Evidence]], firsts: Set<Int32>) {
        var evidence: [Int32: [Evidence]] = [:]
        var firsts: Set<Int32> = []
        var paths: [ContainerID: String] = [:]
        for claim in claims where !claim.path.isEmpty {
            paths[claim.container] = min(paths[claim.container] ?? claim.path, claim.path)
        }
        func join(_ node: Int32, _ claim: LinuxClaim, isSeen: Bool) {
            let item = LinuxEvidence.claimed(claim, isSeen: isSeen)
            if evidence[node]?.contains(item) != true { evidence[node, default: []].append(item) }
            if claim.isFirst { firsts.insert(node) }
        }
        let byHost = Dictionary(grouping: claims.sorted { $1.isKept(before: $0) }) { $0.host }
        let isOfAnyHost = Set(tree.worlds.map(\.host)).count <= LinuxClaims.hostLimit
        for world in tree.worlds.indices {
            let host = tree.worlds[world].host
            let unnamed = isOfAnyHost ? byHost[""] ?? [] : []
            let here = host.isEmpty ? byHost.keys.sorted().flatMap { byHost[$0] ?? [] } : unnamed + (byHost[host] ?? [])
            for claim in here {
                let nodes = tree.all(
                    of: claim.pid, in: Int32(world), from: Container.minus(claim.time, LinuxClaim.closeness),
                    to: Container.plus(claim.time, LinuxClaim.closeness), limit: LinuxClaims.candidateLimit)
                for index in nodes where agrees(tree.nodes[Int(index)], claim, paths[claim.container] ?? "") {
                    join(index, claim, isSeen: true)
                }
            }
            guard tree.worlds[world].feed == .trace else { continue }
            let byPID = Dictionary(grouping: here.filter(\.isFirst)) { $0.pid }
            for pid in byPID.keys.sorted() {
                let claims = (byPID[pid] ?? []).suffix(LinuxClaims.candidateLimit)
                let nodes = tree.all(of: pid, in: Int32(world)).lazy.filter { isUnseen(tree.nodes[Int($0)]) }
                for index in nodes.prefix(LinuxClaims.candidateLimit) {
                    guard let claim = claim(Array(claims), at: tree.nodes[Int(index)].start) else { continue }
                    join(index, claim, isSeen: false)
                }
            }
        }
        return (evidence, firsts)
    }

    /// Whether a process whose start was seen is the claimed one: started then, and for all but a trace by the program too.
    private func agrees(_ node: LinuxTree.Node, _ claim: LinuxClaim, _ path: String) -> Bool {
        guard node.role == .plain, node.isStart else { return false }
        if tree.worlds[Int(node.world)].feed == .trace, !claim.isFirst || path.isEmpty { return true }
        guard claim.isFirst, !path.isEmpty else { return false }
        let name = LinuxRole.name(path)
        return name == LinuxRole.name(node.image) || (!node.comm.isEmpty && name.utf8.starts(with: node.comm.utf8))
    }

    /// Whether a process was there before the trace began, and does nothing that only the host's side does.
    private func isUnseen(_ node: LinuxTree.Node) -> Bool {
        node.role == .plain && !node.isStart && node.parent < 0 && node.previous < 0 && node.isSeen
    }

    /// The last claim before `time`; of one container only, any.
    private func claim(_ claims: [LinuxClaim], at time: Int64) -> LinuxClaim? {
        let before = claims.filter { $0.time <= time }.max { ($0.time, $1.container) < ($1.time, $0.container) }
        if let before { return before }
        return Set(claims.map(\.container)).count == 1 ? claims.first : nil
    }
}
