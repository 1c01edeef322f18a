public import Events

/// What the whole evidence says of containers and processes, immutable: the second pass asks it for each event.
public struct Context: Sendable {
    /// The containers.
    public let inventory: ContainerInventory
    /// The processes.
    public let tree: ProcessTree
    let join: HostJoin
    /// Per process of ``tree``: index in `memberships`, or -1.
    let membershipOfProcess: [Int32]
    /// What the starts of processes, and of their ancestors, show.
    let memberships: [[Evidence]]
    let volumes: [VolumeKey: VolumeOwner]
    /// When containers ran, by host.
    let timelines: [String: RunTimeline]
    /// Hosts of which a process start shows a silo path; lower case.
    let hostsWithSiloPaths: Set<String>
    /// The Linux processes.
    var linux = LinuxProcesses()
    /// The silos that the kernels of Windows hosts told of, by host and time.
    public internal(set) var silos: [SiloRecord] = []
    var silosOverflowed = false
    /// By ``SiloRecord/Key``: index of the only container that started when the silo did.
    var containerOfSilo: [SiloRecord.Key: Int] = [:]
    /// The first process that each execution agent of a silo started: indices of ``tree``.
    let entryProcesses: Set<Int32>
    /// Who talked to whom.
    var flows = FlowKnowledge()
    /// Which programs are usual where.
    var programs = ProgramKnowledge()
    /// What addresses in processes are.
    var threads = ThreadKnowledge()
    /// Containers that sources are named after.
    var owners = SourceOwners()
    /// What parts without knowledge of their own had to leave out.
    var partRemarks: [String] = []
    /// What no single record shows, sorted.
    public internal(set) var derived: [DerivedEvent] = []
    /// Bit (pid / 4) mod 65536 is set when a process with such an id is in a container.
    let memberBits: [UInt64]

    /// One object for a context and its copies, so that they can be told from others.
    let identity = Identity()

    final class Identity: Sendable {}

    struct VolumeKey: Hashable, Sendable {
        var host: String
        var guid: String
    }

    init(inventory: ContainerInventory, tree: ProcessTree, hosts: Set<String>) {
        self.inventory = inventory
        self.tree = tree
        join = HostJoin(hosts: hosts, inventory: inventory)
        var lineage = Lineage(tree)
        lineage.infer()
        membershipOfProcess = lineage.membershipOfProcess
        memberships = lineage.memberships
        memberBits = lineage.memberBits
        entryProcesses = tree.firstOfAgents
        hostsWithSiloPaths = Set(tree.volumesInUse.map(\.host))
        timelines = RunTimeline.all(of: inventory, join: join)
        volumes = VolumeOwner.all(of: tree, inventory: inventory, timelines: timelines)
    }

    /// A context that knows nothing: events are still attributed by what they show themselves.
    public init() {
        self.init(
            inventory: InventoryBuilder().finish(), tree: ProcessTree(starts: [], ends: [], evicted: 0), hosts: [])
    }

    /// Whether nothing was learned in the first pass. *Not* a reason to skip an event: a silo path, a container SID
    /// and a computer name speak for themselves.
    public var isEmpty: Bool { inventory.isEmpty && tree.count == 0 }

    /// Whether events of this kind can belong to a container.
    public static func concerns(_ kind: EventKind) -> Bool { kind != .other }

    /// Whether what events of this origin are about is known only from other records, so that the evidence has to be learned
    /// before it is matched: the container of a Linux process, the target of an act on memory. O(1); cache it per origin.
    public static func needsLearning(_ origin: Origin) -> Bool {
        switch EventKind(origin) {
        case .linuxProcess, .linuxRecord: true
        case .memory: ThreadReading.holdsActs(origin)
        default: false
        }
    }

    /// Whether this context has anything to say of events of a kind. O(1).
    func mayConcern(_ kind: EventKind) -> Bool {
        switch kind {
        case .linuxProcess: !inventory.isEmpty || linux.knowsContainers
        case .linuxRecord: !inventory.isEmpty || linux.knowsContainers || threads.sawLinux
        case .flow: knowsAddresses
        default: true
        }
    }

    /// Whether addresses of containers are known.
    var knowsAddresses: Bool { !flows.book.isEmpty }

    /// Whether a process with this id was, at some time, on some host, in a container by its start or its ancestors.
    /// May say yes for others (ids are folded), never no for such a process. O(1).
    @inline(__always)
    public func mayBelong(_ pid: ProcessID) -> Bool {
        Context.holds(pid, memberBits.span)
    }

    @inline(__always)
    static func holds(_ pid: ProcessID, _ memberBits: Span<UInt64>) -> Bool {
        let bit = Int(pid.number >> 2 & 0xFFFF)
        return memberBits[bit >> 6] >> UInt64(bit & 63) & 1 != 0
    }

    /// Numbers for the report of a hunt, with what they mean.
    public var remarks: [String] {
        var all: [String] = []
        if tree.evicted > 0 {
            all.append("\(tree.evicted) process starts did not fit into memory: lineage may be incomplete")
        }
        if inventory.overflowed {
            all.append("more than \(InventoryBuilder.containerLimit) containers: the rest is left out")
        }
        all += inventory.omissions
        for (prefix, ids) in inventory.ambiguousPrefixes.sorted(by: { $0.key < $1.key }) {
            all.append("id \(prefix.text) fits \(ids.count) containers: its facts are given to none")
        }
        all += partRemarks
        all += programs.remarks
        all += flows.remarks
        all += linux.remarks
        all += threads.remarks
        if silosOverflowed { all.append("more than \(SiloGatherer.siloLimit) silos: the rest is left out") }
        if !inventory.isEmpty, join.soleHost == nil, !join.windowsHosts.isEmpty { all.append(join.reasonAgainst) }
        return all
    }
}
