import Events

/// Acts that mean more together.
extension ThreadKnowledge {
    /// Most bytes of a write that is aimed at a pointer or a directory.
    static let smallWrite: UInt64 = 64
    /// Most seconds from a write to the resume, or from the start to the write.
    static let resumeSeconds: Int64 = 60
    /// Most seconds from a write to a callback array to the thread that runs it.
    static let threadSeconds: Int64 = 10
    /// Processes that the same write must hit.
    static let manyProcesses = 3
    /// Most derived events of one kind: the first in order.
    static let findingLimit = 10_000

    /// A write, whose memory it goes to, and what is there.
    private struct Write {
        var act: MemoryAct
        var owner: ActOwner
        var found: ThreadResolution
    }

    private struct Pair: Hashable {
        var host: String
        var source: SourceNumber
        var caller: UInt32
        var target: String
    }

    /// What follows from the acts, sorted.
    func derived(in context: Context) -> [DerivedEvent] {
        var writes: [Write] = []
        for act in acts where (act.access == .write || act.access == .map) && !act.isFailed {
            let owner = owner(of: act)
            guard owner.isOther, isUnchanged(act) != true else { continue }
            writes.append(Write(act: act, owner: owner, found: resolve(act, owner)))
        }
        writes.sort { left, right in
            left.act.moment == right.act.moment
                ? left.act.isKept(before: right.act) : left.act.moment < right.act.moment
        }
        let all = resumed(writes, context) + followedByThread(writes, context) + repeated(writes, context)
        return ThreadKnowledge.distinct(all)
    }

    /// One event for what two exports tell.
    private static func distinct(_ events: [DerivedEvent]) -> [DerivedEvent] {
        var places: [DerivedEvent: [EventPlace]] = [:]
        for event in events {
            var bare = event
            bare.places = []
            places[bare, default: []] += event.places
        }
        return places.map { event, all in
            DerivedEvent(
                time: event.time, host: event.host, service: event.service, finding: event.finding,
                container: event.container, detail: event.detail, fields: event.fields, places: all)
        }.sorted()
    }

    // MARK: - Suspended, written, resumed

    private func resumed(_ writes: [Write], _ context: Context) -> [DerivedEvent] {
        var resumes: [Pair: [MemoryAct]] = [:]
        for act in acts where act.access == .resume && !act.isFailed {
            keep(act, of: pair(act, owner(of: act)), in: &resumes)
        }
        guard !resumes.isEmpty else { return [] }
        var protects: [Pair: [MemoryAct]] = [:]
        for act in acts where act.access == .protect && !act.isFailed {
            keep(act, of: pair(act, owner(of: act)), in: &protects)
        }
        var groups: [Pair: [Write]] = [:]
        for write in writes where write.act.access == .write && isNew(write) {
            guard isAimed(write, protects[pair(write.act, write.owner)] ?? []) else { continue }
            groups[pair(write.act, write.owner), default: []].append(write)
        }
        var events: [DerivedEvent] = []
        for (pair, group) in groups {
            // A thread handle whose process is not known may be of any process that the caller made.
            var unknown = pair
            unknown.target = ""
            let candidates = (resumes[pair] ?? []) + (pair.target.isEmpty ? [] : resumes[unknown] ?? [])
            let followed = group.filter { write in
                candidates.contains {
                    write.act.point.isAtOrBefore($0.point)
                        && $0.point.seconds(since: write.act.point) <= ThreadKnowledge.resumeSeconds
                }
            }
            guard let best = strongest(followed) else { continue }
            events.append(
                event(
                    "suspended-write-resume", best, context,
                    "\(followed.count) small write\(followed.count == 1 ? "" : "s") into a process that the writer had "
                        + "started, then its thread was resumed",
                    [FactField("Sequence.Writes", followed.count)], places: followed.map(\.act.place)))
        }
        return Array(events.sorted().prefix(ThreadKnowledge.findingLimit))
    }

    /// Each write is compared with all of them, and the adversary makes both.
    private func keep(_ act: MemoryAct, of pair: Pair, in acts: inout [Pair: [MemoryAct]]) {
        if acts[pair]?.count ?? 0 < ThreadKnowledge.entryLimit { acts[pair, default: []].append(act) }
    }

    private func pair(_ act: MemoryAct, _ owner: ActOwner) -> Pair {
        var target = owner.process.map { String($0) } ?? ""
        if owner.process == nil, case .processHandle(let handle) = act.target { target = "handle \(handle)" }
        return Pair(host: act.host, source: act.source, caller: act.caller, target: target)
    }

    /// Whether a write is small and may go into an image. Where neither module nor region is known it must have been made
    /// writable first: `CreateProcess` itself writes small words into the process environment block of a child.
    private func isAimed(_ write: Write, _ protects: [MemoryAct]) -> Bool {
        guard let span = write.act.spans.first, (1...ThreadKnowledge.smallWrite).contains(span.length) else {
            return false
        }
        if write.found.target == .callback { return span.length > 1 }
        if write.found.target.isThreadLocal { return true }
        guard span.length >= 4, write.found.target == .unresolved else { return false }
        if let region = write.act.region { return region.type == MemoryAct.Region.image }
        if !write.found.module.isEmpty { return true }
        return protects.contains { protect in
            guard let page = protect.spans.first, protect.point.isAtOrBefore(write.act.point) else { return false }
            return page.address <= span.address && span.address - page.address < max(page.length, 1)
        }
    }

    /// Whether the writer had just made the process.
    private func isNew(_ write: Write) -> Bool {
        let point = write.act.point
        if let process = write.owner.process,
            let start = timelines[ProcessKey(host: write.act.host, pid: process)]?.life(at: point).begin,
            start.parent == write.act.caller, start.parent != 0
        {
            return point.seconds(since: start.at) <= ThreadKnowledge.resumeSeconds
        }
        guard let child = startedBy(write.act) else { return false }
        return point.seconds(since: child.point) <= ThreadKnowledge.resumeSeconds
    }

    // MARK: - A callback written, then a thread

    private func followedByThread(_ writes: [Write], _ context: Context) -> [DerivedEvent] {
        var events: [DerivedEvent] = []
        for write in writes where write.found.target == .callbackArray || write.found.target == .callback {
            guard let process = write.owner.process,
                let timeline = timelines[ProcessKey(host: write.act.host, pid: process)],
                timeline.threadStarts.contains(where: {
                    let seconds = $0.seconds(since: write.act.point)
                    return !$0.isAtOrBefore(write.act.point) && seconds <= ThreadKnowledge.threadSeconds
                        && timeline.isOfLife($0, at: write.act.point)
                })
            else { continue }
            events.append(
                event(
                    "callback-write-then-thread", write, context,
                    "a TLS callback of the process was written, and a thread that runs it began within "
                        + "\(ThreadKnowledge.threadSeconds) seconds", places: [write.act.place]))
        }
        return Array(events.sorted().prefix(ThreadKnowledge.findingLimit))
    }

    // MARK: - The same write in many processes

    private func repeated(_ writes: [Write], _ context: Context) -> [DerivedEvent] {
        var groups: [String: [Write]] = [:]
        for write in writes where write.found.target.isThreadLocal {
            let found = write.found
            let key = [
                write.act.host, String(write.act.caller), found.target.rawValue, found.module, found.part,
                String(found.offset ?? 0), String(write.act.spans.first?.length ?? 0),
            ].joined(separator: "\u{0}")
            groups[key, default: []].append(write)
        }
        var events: [DerivedEvent] = []
        for group in groups.values {
            let processes = Set(group.compactMap(\.owner.process))
            guard processes.count >= ThreadKnowledge.manyProcesses, let first = group.first else { continue }
            events.append(
                event(
                    "same-write-many-processes", first, context,
                    "the same place of thread-local storage was written in \(processes.count) processes",
                    [FactField("Sequence.Processes", processes.count)], places: group.map(\.act.place)))
        }
        return Array(events.sorted().prefix(ThreadKnowledge.findingLimit))
    }

    // MARK: - Events

    /// The write whose target tells most; the first of equals.
    private func strongest(_ writes: [Write]) -> Write? {
        writes.min { ($0.found.target.rank, -$0.found.confidence) < ($1.found.target.rank, -$1.found.confidence) }
    }

    private func event(
        _ finding: String, _ write: Write, _ context: Context, _ detail: String, _ more: [FactField] = [],
        places: [EventPlace]
    ) -> DerivedEvent {
        let act = write.act
        let time = Timestamp(nanoseconds: act.moment.time)
        let subject = write.owner.process.flatMap { container(of: $0, act, context) }
        return DerivedEvent(
            time: time, host: act.host, service: .threads, finding: finding,
            container: subject.flatMap { ContainerID($0.id) }, detail: detail,
            fields: [FactField("Tls.Sequence", finding)] + ThreadKnowledge.fields(of: write.found)
                + parties(of: act, write.owner, context) + more, places: places)
    }
}
