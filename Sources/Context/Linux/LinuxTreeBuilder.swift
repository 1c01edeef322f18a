import Events

/// Builds the ``LinuxTree``: goes through all sightings of a host and feed in the order of time and keeps who each
/// process id is at the moment.
///
/// | sighting | what it does |
/// |---|---|
/// | of an id that is not known | a new process; its parent is the one it tells, else whoever forked it |
/// | a program is executed | a new node of the same process |
/// | it tells another parent, that is an ancestor | the parent ended and it was taken over |
/// | it tells another parent, that is none | the id was reused: a new process |
/// | a parent that is not known | a process of which only its children tell |
/// | a fork | the child is expected: by its number, else (the call was made in another pid namespace) by its turn |
struct LinuxTreeBuilder {
    private(set) var tree = LinuxTree()
    private var current: [UInt32: Int32] = [:]
    private var forks = LinuxForks()
    private var world: Int32 = -1

    /// Most hosts and feeds.
    static let worldLimit = 1 << 12
    /// A process of which only its children told executes a program itself at most so long after.
    static let forkToExec: Int64 = 10_000_000_000
    /// Generations that are looked through for a parent that took over.
    private static let takeoverDepth = 16

    /// Takes in all sightings and finishes the tree. O(n log n).
    mutating func build(_ sightings: consuming [LinuxSighting]) {
        sightings.sort(by: LinuxTreeBuilder.isBefore)
        tree.nodes.reserveCapacity(sightings.count + sightings.count / 8)
        var last: LinuxSighting?
        for sighting in sightings {
            var anywhere = sighting
            anywhere.source = .none
            // The same call in two copies of a trace.
            if last == anywhere { continue }
            last = anywhere
            guard enter(sighting) else { continue }
            apply(sighting)
        }
        current = [:]
        forks = LinuxForks()
        tree.index()
    }

    private static func isBefore(_ left: LinuxSighting, _ right: LinuxSighting) -> Bool {
        if left.host != right.host { return left.host < right.host }
        if left.feed != right.feed { return left.feed.rawValue < right.feed.rawValue }
        if left.time != right.time { return left.time < right.time }
        if left.order != right.order { return left.order < right.order }
        if left.act != right.act { return left.act.turn < right.act.turn }
        if left.role != right.role { return left.role.rawValue < right.role.rawValue }
        if left.pid != right.pid { return left.pid < right.pid }
        if left.other != right.other { return left.other < right.other }
        if left.image != right.image { return left.image < right.image }
        if left.comm != right.comm { return left.comm < right.comm }
        if left.parentImage != right.parentImage { return left.parentImage < right.parentImage }
        let names = (left.container?.text ?? "", right.container?.text ?? "")
        if names.0 != names.1 { return names.0 < names.1 }
        return (left.device, left.source) < (right.device, right.source)
    }

    /// Makes the sighting's host and feed the current ones.
    private mutating func enter(_ sighting: LinuxSighting) -> Bool {
        let here = LinuxTree.World(host: sighting.host, feed: sighting.feed)
        if tree.worlds.last == here { return world >= 0 }
        guard tree.worlds.count < LinuxTreeBuilder.worldLimit else { return false }
        world = tree.add(here)
        current.removeAll(keepingCapacity: true)
        forks = LinuxForks()
        return true
    }

    private mutating func apply(_ sighting: LinuxSighting) {
        let parentPID = sighting.act == .fork ? 0 : sighting.other
        let parent = parentPID == 0 || parentPID == sighting.pid ? -1 : known(parentPID, of: sighting)
        let index: Int
        if let found = current[sighting.pid].map({ Int($0) }), continues(found, sighting, parent) {
            index = proceed(found, sighting, parent)
        } else {
            index = begin(sighting, parent)
        }
        switch sighting.act {
        case .fork: forks.expect(sighting.other, of: Int32(index), at: sighting.time, in: sighting.source)
        case .end: tree.nodes[index].end = sighting.time
        case .start, .seen: break
        }
    }

    /// The node of a parent, made up where only this child tells of it.
    private mutating func known(_ pid: UInt32, of child: LinuxSighting) -> Int32 {
        if let index = current[pid], tree.nodes[Int(index)].end >= child.time {
            if tree.nodes[Int(index)].image.isEmpty { tree.nodes[Int(index)].image = child.parentImage }
            return index
        }
        var node = LinuxTree.Node(pid: pid, world: world, start: child.time, order: child.order)
        node.isSeen = false
        node.image = child.parentImage
        return append(node)
    }

    private mutating func append(_ node: LinuxTree.Node) -> Int32 {
        let index = Int32(tree.nodes.count)
        tree.nodes.append(node)
        current[node.pid] = index
        return index
    }

    /// Whether the sighting is of the process that had the id before, and not of one that reuses it.
    private func continues(_ index: Int, _ sighting: LinuxSighting, _ parent: Int32) -> Bool {
        let node = tree.nodes[index]
        // The end of a process's last thread may come after its own.
        guard sighting.time <= Container.plus(node.end, sighting.act == .end ? LinuxTree.endSlack : 0) else {
            return false
        }
        guard parent >= 0 else { return true }
        let isSoon = sighting.time - node.start <= LinuxTreeBuilder.forkToExec
        if node.parent < 0 { return isSoon || node.isSeen || !(sighting.act == .start || sighting.role.isShortLived) }
        let pid = tree.nodes[Int(parent)].pid
        if tree.nodes[Int(node.parent)].pid == pid {
            // Neighbouring ids are reused together.
            return isSoon || sighting.act != .start || tree.nodes[Int(node.parent)].isSeen
        }
        let isSameProgram = sighting.act != .start && sighting.image == node.image
        if isSameProgram, pid == 1 || node.role.isHostSide { return true }
        // Another program and another parent is most often another process, but for the runtime's last step.
        if sighting.act == .start, node.role != .initial, !isSoon { return false }
        return mayTakeOver(pid, node)
    }

    /// Whether `pid` is an ancestor that orphans go to. A shim takes over the orphans of its container: what is above it
    /// never does.
    private func mayTakeOver(_ pid: UInt32, _ node: LinuxTree.Node) -> Bool {
        var ancestor = node.parent
        for _ in 0..<LinuxTreeBuilder.takeoverDepth {
            guard ancestor >= 0 else { return false }
            if tree.nodes[Int(ancestor)].pid == pid { return true }
            if tree.nodes[Int(ancestor)].role == .shim, node.role == .plain { return false }
            ancestor = tree.nodes[Int(ancestor)].parent
        }
        return false
    }

    /// A process that was not known.
    private mutating func begin(_ sighting: LinuxSighting, _ parent: Int32) -> Int {
        var node = LinuxTree.Node(
            pid: sighting.pid, world: world, start: sighting.time, order: sighting.order)
        var parent = parent
        if parent < 0, let actor = forks.take(sighting.pid, at: sighting.time, in: sighting.source) {
            parent = actor
            // A fork is its parent's program until it executes one.
            let origin = tree.nodes[Int(actor)]
            (node.role, node.container, node.image, node.comm) = (
                origin.role, origin.container, origin.image, origin.comm
            )
            node.parent = parent
            let index = Int(append(node))
            return sighting.act == .start ? execute(index, sighting, parent) : index
        }
        node.parent = parent
        fill(&node, sighting)
        return Int(append(node))
    }

    /// A known process goes on: with another program, or the same.
    private mutating func proceed(_ index: Int, _ sighting: LinuxSighting, _ parent: Int32) -> Int {
        if tree.nodes[index].parent < 0, parent >= 0, parent != Int32(index) { tree.nodes[index].parent = parent }
        let node = tree.nodes[index]
        if sighting.act == .start {
            return node.isSeen || !node.image.isEmpty
                ? execute(index, sighting, parent) : adopt(index, sighting)
        }
        if node.image.isEmpty, node.comm.isEmpty { return adopt(index, sighting) }
        let isOther = !sighting.image.isEmpty && sighting.image != node.image
        if isOther, sighting.role != node.role || sighting.role == .plain {
            return execute(index, sighting, parent)
        }
        if node.container == nil, node.role == sighting.role { tree.nodes[index].container = sighting.container }
        return index
    }

    /// Takes over what the sighting says of a process of which nothing was known.
    private mutating func adopt(_ index: Int, _ sighting: LinuxSighting) -> Int {
        let (role, container) = (tree.nodes[index].role, tree.nodes[index].container)
        fill(&tree.nodes[index], sighting)
        if !sighting.role.isHostSide, role.isHostSide, sighting.act != .start { tree.nodes[index].role = role }
        if tree.nodes[index].container == nil { tree.nodes[index].container = container }
        return index
    }

    private func fill(_ node: inout LinuxTree.Node, _ sighting: LinuxSighting) {
        node.isSeen = true
        node.isStart = node.isStart || sighting.act == .start
        if !sighting.image.isEmpty { node.image = sighting.image }
        if !sighting.comm.isEmpty { node.comm = sighting.comm }
        node.role = sighting.role
        if let container = sighting.container { node.container = container }
        if sighting.device != 0 { node.device = sighting.device }
    }

    /// Another program in the same process.
    private mutating func execute(_ index: Int, _ sighting: LinuxSighting, _ parent: Int32) -> Int {
        var node = LinuxTree.Node(
            pid: sighting.pid, world: world, start: sighting.time, order: sighting.order)
        node.previous = Int32(index)
        node.parent = parent >= 0 ? parent : tree.nodes[index].parent
        fill(&node, sighting)
        return Int(append(node))
    }
}

extension LinuxSighting.Act {
    /// Which comes first of one moment.
    fileprivate var turn: Int {
        switch self {
        case .fork: 0
        case .start: 1
        case .seen: 2
        case .end: 3
        }
    }
}
