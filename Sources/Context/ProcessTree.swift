public import Events

/// The processes of all hosts as their start and end records tell, immutable: who a process id was at a moment, and
/// whom it descends from.
///
/// Process ids are reused; a process is found by id *and* time, or by Sysmon's GUID. Bounded by the budget of
/// ``ContextBuilder``; ``evicted`` counts the starts that did not fit.
public struct ProcessTree: Sendable {
    /// An ancestor of a process.
    public struct Ancestor: Hashable, Sendable {
        /// Image path as the records write it. Adversary text.
        public var image: String
        /// Its process id; nil where only its image is known.
        public var processID: ProcessID?
        /// Whether its own start was recorded; else a child's record tells of it.
        public var startWasSeen: Bool
    }

    struct Process: Sendable, Hashable {
        var start: ProcessStart
        /// End as recorded; `.max` if not.
        var end: Int64
        /// Index of the parent, or -1.
        var parent: Int32
    }

    struct ProcessKey: Hashable, Sendable {
        var host: String
        var pid: ProcessID
    }

    struct GUIDKey: Hashable, Sendable {
        var host: String
        var guid: ProcessGUID
    }

    /// When each silo volume was in use, by the starts of processes on it.
    private(set) var volumeSpans: [Context.VolumeKey: SeenSpan] = [:]
    /// Sorted by host and time.
    private(set) var processes: [Process] = []
    private var byID: [ProcessKey: [Int32]] = [:]
    private var byGUID: [GUIDKey: Int32] = [:]
    /// Process starts that were kept.
    public var count: Int { processes.count }
    /// Process starts that did not fit into the budget.
    public let evicted: Int

    /// Two records of one start (Sysmon 1 and Security 4688) are so close.
    static let sameStart: Int64 = 2_000_000_000
    /// Events of a process may be written so long after its end record.
    static let endSlack: Int64 = 1_000_000_000
    /// Most generations that are followed.
    static let depthLimit = 64

    init(starts: [ProcessStart], ends: [ProcessEnd], evicted: Int) {
        self.evicted = evicted
        let sorted = Set(starts).sorted { left, right in
            if left.host != right.host { return left.host < right.host }
            if left.time != right.time { return left.time < right.time }
            return right.isKept(before: left)
        }
        processes.reserveCapacity(sorted.count)
        for start in sorted { add(start) }
        for end in ends.sorted(by: { $1.isKept(before: $0) }) {
            guard let index = find(end.pid, guid: end.guid, on: end.host, at: end.time) else { continue }
            processes[index].end = min(processes[index].end, end.time.nanoseconds)
        }
        for process in processes where process.start.isTelling { noteVolume(process.start) }
        for index in processes.indices { processes[index].parent = parent(of: processes[index].start) }
    }

    /// The ancestors of a process, nearest first, at most 64. Empty if the process is not known. O(depth).
    ///
    /// - Parameters:
    ///   - guid: Sysmon's GUID where the record has one.
    ///   - time: The moment of the record that names the process.
    public func ancestors(of pid: ProcessID, guid: ProcessGUID? = nil, on host: String, at time: Timestamp)
        -> [Ancestor]
    {
        guard let index = find(pid, guid: guid, on: ASCII.lowered(host), at: time) else { return [] }
        var ancestors: [Ancestor] = []
        var current = processes[index]
        while ancestors.count < ProcessTree.depthLimit {
            guard current.parent >= 0 else {
                if !current.start.parentImage.isEmpty {
                    ancestors.append(
                        Ancestor(
                            image: current.start.parentImage, processID: current.start.parentPID, startWasSeen: false))
                }
                break
            }
            current = processes[Int(current.parent)]
            ancestors.append(Ancestor(image: current.start.image, processID: current.start.pid, startWasSeen: true))
        }
        return ancestors
    }

    /// The image of a process at a moment; nil if its start is not known. O(log n).
    public func image(of pid: ProcessID, guid: ProcessGUID? = nil, on host: String, at time: Timestamp) -> String? {
        find(pid, guid: guid, on: ASCII.lowered(host), at: time).map { processes[$0].start.image }
    }

    /// Index of the process that had `pid` on `host` (lower case) at `time`. O(log n).
    func find(_ pid: ProcessID, guid: ProcessGUID?, on host: String, at time: Timestamp) -> Int? {
        if let guid, let index = byGUID[GUIDKey(host: host, guid: guid)] { return Int(index) }
        guard let all = byID[ProcessKey(host: host, pid: pid)] else { return nil }
        guard time != .unknown else {
            guard all.count == 1, let only = all.first else { return nil }
            return agrees(Int(only), guid) ? Int(only) : nil
        }
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            if processes[Int(all[middle])].start.time <= time { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let index = Int(all[low - 1])
        guard time.nanoseconds <= Container.plus(processes[index].end, ProcessTree.endSlack) else { return nil }
        return agrees(index, guid) ? index : nil
    }

    /// The first process that each execution agent started: the first one of its container's run. O(n).
    var firstOfAgents: Set<Int32> {
        struct Agent: Hashable {
            var host: String
            var index: Int32
            var pid: ProcessID?
            var guid: ProcessGUID?
        }
        var seen: Set<Agent> = []
        var firsts: Set<Int32> = []
        for (index, process) in processes.enumerated() where process.start.isTelling {
            guard EvidenceRules.isAgent(process.start.parentImage) else { continue }
            let isKnown = process.parent >= 0
            let agent = Agent(
                host: process.start.host, index: process.parent, pid: isKnown ? nil : process.start.parentPID,
                guid: isKnown ? nil : process.start.parentGUID)
            if seen.insert(agent).inserted { firsts.insert(Int32(index)) }
        }
        return firsts
    }

    /// The silo volumes that process starts show.
    var volumesInUse: some Collection<Context.VolumeKey> { volumeSpans.keys }

    /// Whether process starts on that silo volume of a host are known.
    func uses(_ volume: String, on host: String) -> Bool {
        volumeSpans[Context.VolumeKey(host: host, guid: volume)] != nil
    }

    private mutating func noteVolume(_ start: ProcessStart) {
        guard start.time != .unknown else { return }
        switch SiloPath(start.image) {
        case .virtualDisk(let guid), .systemVolume(let guid):
            let key = Context.VolumeKey(host: start.host, guid: guid)
            let span = SeenSpan(start.time)
            if volumeSpans[key]?.formUnion(span) == nil { volumeSpans[key] = span }
        default: break
        }
    }

    private func agrees(_ index: Int, _ guid: ProcessGUID?) -> Bool {
        guard let guid, let known = processes[index].start.guid else { return true }
        return guid == known
    }

    private mutating func add(_ start: ProcessStart) {
        let key = ProcessKey(host: start.host, pid: start.pid)
        if let last = byID[key]?.last, isSame(processes[Int(last)].start, start) {
            processes[Int(last)].start.fill(from: start)
            if let guid = start.guid { byGUID[GUIDKey(host: start.host, guid: guid)] = last }
            return
        }
        let index = Int32(processes.count)
        processes.append(Process(start: start, end: .max, parent: -1))
        byID[key, default: []].append(index)
        if let guid = start.guid { byGUID[GUIDKey(host: start.host, guid: guid)] = index }
    }

    /// Whether two records tell of one start: same image, close in time, no two GUIDs.
    private func isSame(_ known: ProcessStart, _ other: ProcessStart) -> Bool {
        guard known.time != .unknown, other.time.nanoseconds - known.time.nanoseconds <= ProcessTree.sameStart,
            known.image.isEmpty || other.image.isEmpty || ASCII.equal(known.image, other.image)
        else { return false }
        guard let left = known.guid, let right = other.guid else { return true }
        return left == right
    }

    /// The parent as recorded, when the record of the child agrees on the program: else the id was reused by a process
    /// whose start is missing, and only the child's word on the image is left.
    private func parent(of start: ProcessStart) -> Int32 {
        guard let pid = start.parentPID,
            let index = find(pid, guid: start.parentGUID, on: start.host, at: start.time)
        else { return -1 }
        let parent = processes[index].start
        guard parent != start, parent.time <= start.time else { return -1 }
        let names = (ASCII.lastComponent(parent.image), ASCII.lastComponent(start.parentImage))
        guard start.parentImage.isEmpty || parent.image.isEmpty || ASCII.equal(names.0, names.1) else { return -1 }
        return Int32(index)
    }
}

extension ProcessStart {
    /// Takes over what a second record of the same start knows more.
    fileprivate mutating func fill(from other: ProcessStart) {
        if image.isEmpty { image = other.image }
        if parentImage.isEmpty { parentImage = other.parentImage }
        if parentPID == nil { parentPID = other.parentPID }
        if guid == nil { guid = other.guid }
        if parentGUID == nil { parentGUID = other.parentGUID }
        if containerUser.isEmpty { containerUser = other.containerUser }
        if shimID.isEmpty { shimID = other.shimID }
        isTelling = isTelling || other.isTelling
    }
}
