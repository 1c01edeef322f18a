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

    /// Where the starts of a process id are; `key` is the host's number and the id.
    private struct PlaceOfID: Sendable {
        var key: UInt64
        var index: Int32
    }

    /// Where the process of a GUID is; `order` is the place of its record among all records with one.
    private struct PlaceOfGUID: Sendable {
        var hash: UInt64
        var order: Int32
        var index: Int32
    }

    /// When each silo volume was in use, by the starts of processes on it.
    private(set) var volumeSpans: [Context.VolumeKey: SeenSpan] = [:]
    /// The starts of processes, sorted by host and time.
    private(set) var starts: [ProcessStart] = []
    /// Ends as recorded, by process; `.max` if not.
    private(set) var ends: [Int64] = []
    /// Indices of parents, by process; -1 if not known.
    private(set) var parents: [Int32] = []
    private var hostNumbers: [String: UInt32] = [:]
    /// Sorted by host, process id and start.
    private var ids: [PlaceOfID] = []
    private var guids: [PlaceOfGUID] = []
    /// Process starts that were kept.
    public var count: Int { starts.count }
    /// Process starts that did not fit into the budget.
    public let evicted: Int

    /// Two records of one start (Sysmon 1 and Security 4688) are so close.
    static let sameStart: Int64 = 2_000_000_000
    /// Events of a process may be written so long after its end record.
    static let endSlack: Int64 = 1_000_000_000
    /// Most generations that are followed.
    static let depthLimit = 64

    init(starts: consuming [ProcessStart], ends: consuming [ProcessEnd], evicted: Int) {
        self.evicted = evicted
        // In place, as all that follows: there may be a million.
        var sorted = starts
        sorted.sort { left, right in
            if left.host != right.host { return left.host < right.host }
            if left.time != right.time { return left.time < right.time }
            return right.isKept(before: left)
        }
        self.starts = sorted
        sorted = []
        join()
        index()
        self.ends = Array(repeating: .max, count: self.starts.count)
        // An end closes its process for those after it.
        var ends = ends
        ends.sort { $1.isKept(before: $0) }
        for end in ends {
            guard let index = find(end.pid, guid: end.guid, on: end.host, at: end.time) else { continue }
            self.ends[index] = min(self.ends[index], end.time.nanoseconds)
        }
        for start in self.starts where start.isTelling { noteVolume(start) }
        parents = self.starts.map { parent(of: $0) }
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
        var current = index
        while ancestors.count < ProcessTree.depthLimit {
            guard parents[current] >= 0 else {
                let start = starts[current]
                if !start.parentImage.isEmpty {
                    ancestors.append(
                        Ancestor(image: start.parentImage, processID: start.parentPID, startWasSeen: false))
                }
                break
            }
            current = Int(parents[current])
            let start = starts[current]
            ancestors.append(Ancestor(image: start.image, processID: start.pid, startWasSeen: true))
        }
        return ancestors
    }

    /// The image of a process at a moment; nil if its start is not known. O(log n).
    public func image(of pid: ProcessID, guid: ProcessGUID? = nil, on host: String, at time: Timestamp) -> String? {
        find(pid, guid: guid, on: ASCII.lowered(host), at: time).map { starts[$0].image }
    }

    /// Index of the process that had `pid` on `host` (lower case) at `time`. O(log n).
    func find(_ pid: ProcessID, guid: ProcessGUID?, on host: String, at time: Timestamp) -> Int? {
        guard let number = hostNumbers[host] else { return nil }
        if let guid, let index = find(guid, on: host) { return index }
        let key = ProcessTree.key(number, pid)
        guard time != .unknown else {
            let first = ids.firstIndex(notBefore: { $0.key < key })
            guard first < ids.count, ids[first].key == key, first + 1 == ids.count || ids[first + 1].key != key
            else { return nil }
            let only = Int(ids[first].index)
            return agrees(only, guid) ? only : nil
        }
        let after = ids.firstIndex(notBefore: { place in
            place.key != key ? place.key < key : starts[Int(place.index)].time <= time
        })
        guard after > 0, ids[after - 1].key == key else { return nil }
        let index = Int(ids[after - 1].index)
        guard time.nanoseconds <= Container.plus(ends[index], ProcessTree.endSlack) else { return nil }
        return agrees(index, guid) ? index : nil
    }

    /// Index of the process with a GUID. O(log n).
    private func find(_ guid: ProcessGUID, on host: String) -> Int? {
        let hash = ProcessTree.hash(guid)
        let found = guids.firstIndex(notBefore: { place in
            place.hash != hash ? place.hash < hash : isBefore(place, guid, host)
        })
        guard found < guids.count, guids[found].hash == hash else { return nil }
        let index = Int(guids[found].index)
        return starts[index].guid == guid && starts[index].host == host ? index : nil
    }

    private func isBefore(_ place: PlaceOfGUID, _ guid: ProcessGUID, _ host: String) -> Bool {
        let start = starts[Int(place.index)]
        guard let known = start.guid, known == guid else { return (start.guid ?? guid) < guid }
        return start.host < host
    }

    private static func key(_ host: UInt32, _ pid: ProcessID) -> UInt64 { UInt64(host) << 32 | UInt64(pid.number) }

    private static func hash(_ guid: ProcessGUID) -> UInt64 {
        var value = guid.high ^ (guid.low << 32 | guid.low >> 32)
        value = (value ^ value >> 31) &* 0x9E37_79B9_7F4A_7C15
        return value ^ value >> 29
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
        for (index, start) in starts.enumerated() where start.isTelling {
            guard EvidenceRules.isAgent(start.parentImage) else { continue }
            let isKnown = parents[index] >= 0
            let agent = Agent(
                host: start.host, index: parents[index], pid: isKnown ? nil : start.parentPID,
                guid: isKnown ? nil : start.parentGUID)
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
        guard let guid, let known = starts[index].guid else { return true }
        return guid == known
    }

    /// Drops doubles, and makes one of two records of one start. In place: what is kept moves to the front.
    private mutating func join() {
        var lastOfID: [ProcessID: Int] = [:]
        var last: ProcessStart?
        var count = 0
        for position in starts.indices {
            let start = starts[position]
            defer { last = start }
            if start == last { continue }
            if last?.host != start.host {
                lastOfID.removeAll(keepingCapacity: true)
                hostNumbers[start.host] = UInt32(hostNumbers.count)
            }
            var index = count
            if let known = lastOfID[start.pid], isSame(starts[known], start) {
                starts[known].fill(from: start)
                index = known
            } else {
                starts[count] = start
                lastOfID[start.pid] = count
                count += 1
            }
            if let guid = start.guid {
                guids.append(
                    PlaceOfGUID(hash: ProcessTree.hash(guid), order: Int32(guids.count), index: Int32(index)))
            }
        }
        starts.removeSubrange(count...)
    }

    /// Makes the starts findable. O(n log n).
    private mutating func index() {
        ids.reserveCapacity(starts.count)
        for (index, start) in starts.enumerated() {
            let place = PlaceOfID(key: ProcessTree.key(hostNumbers[start.host] ?? 0, start.pid), index: Int32(index))
            ids.append(place)
        }
        ids.sort { ($0.key, $0.index) < ($1.key, $1.index) }
        // Of processes with one GUID on one host the one that was told of last counts.
        let starts = starts
        guids.sort { left, right in
            if left.hash != right.hash { return left.hash < right.hash }
            let (first, second) = (starts[Int(left.index)], starts[Int(right.index)])
            if let one = first.guid, let two = second.guid, one != two { return one < two }
            return first.host != second.host ? first.host < second.host : left.order > right.order
        }
        var count = 0
        for place in guids {
            if count > 0, guids[count - 1].hash == place.hash {
                let (first, second) = (starts[Int(guids[count - 1].index)], starts[Int(place.index)])
                if first.guid == second.guid, first.host == second.host { continue }
            }
            guids[count] = place
            count += 1
        }
        guids.removeSubrange(count...)
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
        let parent = starts[index]
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

extension Array {
    /// The first index whose element is not before what is looked for; the elements before it are. O(log n).
    fileprivate func firstIndex(notBefore isBefore: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
