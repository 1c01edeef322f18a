/// Works out which processes are in containers, by their own start and by their ancestors.
struct Lineage {
    private let tree: ProcessTree
    private(set) var membershipOfProcess: [Int32]
    private(set) var memberships: [[Evidence]] = []
    private(set) var memberBits = [UInt64](repeating: 0, count: 1024)
    /// Membership of a child that shows nothing itself, by its parent's.
    private var inheritedOf: [Int32: Int32] = [:]
    private var numbers: [[Evidence]: Int32] = [:]

    private static let open: Int32 = -2
    private static let none: Int32 = -1

    init(_ tree: ProcessTree) {
        self.tree = tree
        membershipOfProcess = Array(repeating: Lineage.open, count: tree.count)
    }

    mutating func infer() {
        for index in tree.starts.indices where membershipOfProcess[index] == Lineage.open { infer(index) }
        for (index, membership) in membershipOfProcess.enumerated() where membership >= 0 {
            let bit = Int(tree.starts[index].pid.number >> 2 & 0xFFFF)
            memberBits[bit >> 6] |= 1 << UInt64(bit & 63)
        }
    }

    /// Follows the parents up to one that is settled, then settles on the way back. No recursion: depth is the
    /// adversary's.
    private mutating func infer(_ index: Int) {
        var path: [Int] = []
        var current = index
        while membershipOfProcess[current] == Lineage.open {
            // Settled as none meanwhile: a circle of records ends here.
            membershipOfProcess[current] = Lineage.none
            path.append(current)
            let parent = Int(tree.parents[current])
            guard parent >= 0 else { break }
            current = parent
        }
        for process in path.reversed() { settle(process) }
    }

    private mutating func settle(_ index: Int) {
        let start = tree.starts[index]
        let above = tree.parents[index]
        let parent = above >= 0 ? membershipOfProcess[Int(above)] : Lineage.none
        var evidence: [Evidence] = []
        if start.isTelling {
            evidence += EvidenceRules.path(start.image, as: .image)
            evidence += EvidenceRules.parent(start.parentImage, of: start.image, shimID: start.shimID)
            if start.hasContainerUser { evidence.append(EvidenceRules.user(start.containerUser)) }
        }
        if evidence.isEmpty {
            membershipOfProcess[index] = parent >= 0 ? inherited(from: parent) : Lineage.none
            return
        }
        if parent >= 0 { evidence += memberships[Int(parent)].map { $0.inherited() } }
        membershipOfProcess[index] = add(evidence)
    }

    private mutating func inherited(from parent: Int32) -> Int32 {
        if let known = inheritedOf[parent] { return known }
        let all = memberships[Int(parent)].map { $0.inherited() }
        let index = all == memberships[Int(parent)] ? parent : add(all)
        inheritedOf[parent] = index
        return index
    }

    /// The number of a membership: processes that show the same have the same one.
    private mutating func add(_ evidence: [Evidence]) -> Int32 {
        let strongest = Evidence.strongest(evidence)
        if let known = numbers[strongest] { return known }
        let number = Int32(memberships.count)
        memberships.append(strongest)
        numbers[strongest] = number
        return number
    }
}

extension Evidence {
    /// Most pieces of evidence that are kept of one event: a tree that leads through ever other silos shows no more than one
    /// that leads through some.
    static let limit = 16

    /// The strongest of each code and subject, in a fixed order; of more than ``limit`` the weightiest.
    static func strongest(_ all: [Evidence]) -> [Evidence] {
        var best: [Evidence] = []
        for item in all {
            guard let index = best.firstIndex(where: { $0.code == item.code && $0.subject == item.subject }) else {
                best.append(item)
                continue
            }
            if (best[index].weight, item.reason) < (item.weight, best[index].reason) { best[index] = item }
        }
        if best.count > limit {
            best.sort { ($0.weight, $1.reason, $1.code) > ($1.weight, $0.reason, $0.code) }
            best.removeSubrange(limit...)
        }
        return best.sorted {
            ($0.code, -$0.weight, $0.reason, $0.isInherited ? 1 : 0) < (
                $1.code, -$1.weight, $1.reason, $1.isInherited ? 1 : 0
            )
        }
    }
}
