import Events

/// The Linux processes of all hosts and feeds, immutable: who a process id was at a moment.
///
/// A process that executes one program after the other is several nodes, one for each program:
///
///     pid 42   [runc init]──previous──[sh]──previous──[nginx]
///                  │ parent              │ parent (the shim took it over)
///              [runc create]           [shim]
struct LinuxTree: Sendable {
    struct Node: Sendable {
        var pid: UInt32
        /// Index of the host and feed.
        var world: Int32
        /// Nanoseconds since 1970, and the order within one moment.
        var start: Int64
        var order: UInt32
        /// When the process ended; `.max` if not recorded.
        var end = Int64.max
        var parent: Int32 = -1
        /// The same process before it executed this program; -1 for its first.
        var previous: Int32 = -1
        var device: UInt32 = 0
        var role = LinuxRole.plain
        /// Whether the start of the program was recorded.
        var isStart = false
        /// Whether a record of its own was seen; else only a child's record tells of it.
        var isSeen = true
        var image = ""
        var comm = ""
        var container: ContainerID?
    }

    /// A namespace of process ids.
    struct World: Hashable, Sendable {
        var host: String
        var feed: LinuxFeed
    }

    /// Events of a process may be written so long after its end.
    static let endSlack: Int64 = 1_000_000_000
    /// Most generations that are followed.
    static let depthLimit = 64

    private(set) var worlds: [World] = []
    private var numbers: [World: Int32] = [:]
    var nodes: [Node] = []
    /// Nodes by world, process id and start; with the first two as one number.
    private var sorted: [Int32] = []
    private var keys: [UInt64] = []

    /// Adds a namespace that is not there yet, and gives its number.
    mutating func add(_ world: World) -> Int32 {
        let number = Int32(worlds.count)
        worlds.append(world)
        numbers[world] = number
        return number
    }

    /// To be called once all nodes are there. O(n log n).
    mutating func index() {
        func key(_ node: Node) -> UInt64 { UInt64(UInt32(bitPattern: node.world)) << 32 | UInt64(node.pid) }
        sorted = nodes.indices.map { Int32($0) }
        sorted.sort { left, right in
            let (first, second) = (nodes[Int(left)], nodes[Int(right)])
            let (leftKey, rightKey) = (key(first), key(second))
            if leftKey != rightKey { return leftKey < rightKey }
            return (first.start, first.order, left) < (second.start, second.order, right)
        }
        keys = sorted.map { key(nodes[Int($0)]) }
    }

    /// Number of a world, or nil. O(1).
    func world(_ host: String, _ feed: LinuxFeed) -> Int32? { numbers[World(host: host, feed: feed)] }

    /// All nodes of a process id, oldest first. O(log n).
    func all(of pid: UInt32, in world: Int32) -> ArraySlice<Int32> {
        let key = UInt64(UInt32(bitPattern: world)) << 32 | UInt64(pid)
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        let start = low
        high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] <= key { low = middle + 1 } else { high = middle }
        }
        return sorted[start..<low]
    }

    /// The nodes of a process id that began from `first` to `last`, at most `limit`, oldest first. O(log n + limit).
    func all(of pid: UInt32, in world: Int32, from first: Int64, to last: Int64, limit: Int) -> [Int32] {
        let nodes = all(of: pid, in: world)
        var low = nodes.startIndex
        var high = nodes.endIndex
        while low < high {
            let middle = (low + high) / 2
            if self.nodes[Int(nodes[middle])].start < first { low = middle + 1 } else { high = middle }
        }
        return nodes[low...].prefix(limit).filter { self.nodes[Int($0)].start <= last }
    }

    /// The node that `pid` was at a moment. O(log n).
    func find(_ pid: UInt32, in world: Int32, at time: Timestamp, order: UInt32 = .max) -> Int? {
        let key = UInt64(UInt32(bitPattern: world)) << 32 | UInt64(pid)
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            let isBefore: Bool
            if keys[middle] != key {
                isBefore = keys[middle] < key
            } else {
                let index = Int(sorted[middle])
                let start = nodes[index].start
                isBefore = start != time.nanoseconds ? start < time.nanoseconds : nodes[index].order <= order
            }
            if isBefore { low = middle + 1 } else { high = middle }
        }
        guard low > 0, keys[low - 1] == key else { return nil }
        let index = Int(sorted[low - 1])
        let end = nodes[index].end
        return time.nanoseconds <= Container.plus(end, LinuxTree.endSlack) ? index : nil
    }
}
