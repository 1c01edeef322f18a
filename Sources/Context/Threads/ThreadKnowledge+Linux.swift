import Events

extension ThreadKnowledge {
    /// What an address of a Linux process is, by the pointers of its threads.
    func resolveLinux(
        _ span: MemoryAct.Span, _ act: MemoryAct, _ owner: ActOwner, _ timeline: ProcessTimeline?
    ) -> ThreadResolution {
        guard let process = owner.process else { return .unresolved(owner.reason) }
        let pointers = pointers(of: process, act, timeline)
        if let found = ThreadKnowledge.around(pointers, span, confidence: 90) { return found }
        if pointers.isEmpty || timeline?.starts.isEmpty ?? true,
            let found = ThreadKnowledge.around(strays[act.source] ?? [], span, confidence: 70)
        {
            return found
        }
        if let timeline, let found = resolveKeys(span, act, timeline) { return found }
        if timeline?.loads.isEmpty ?? true, let found = resolvePreferred(span, act, owner),
            found.target.isThreadLocal
        {
            // A Windows program that runs in Wine.
            return found
        }
        if pointers.isEmpty || timeline?.starts.isEmpty ?? true,
            let map = maps[ProcessKey(host: act.host, pid: process)] ?? mapsBesideTraces[act.source],
            let found = map.target(of: span, value: act.value)
        {
            return found
        }
        guard !pointers.isEmpty else { return .unresolved("no thread pointer of process \(process) was seen") }
        return ThreadResolution(target: .none, confidence: 70)
    }

    /// The thread pointers of a process, those of its threads, and what a copy of a process has of its parent.
    private func pointers(of process: UInt32, _ act: MemoryAct, _ timeline: ProcessTimeline?) -> [ProcessTimeline
        .Pointer]
    {
        let begin = timeline?.life(at: act.point).begin?.at
        var found: [ProcessTimeline.Pointer] = []
        let tids = [process] + (threads[ProcessKey(host: act.host, pid: process)] ?? [])
        for tid in tids {
            guard let own = timelines[ProcessKey(host: act.host, pid: tid)] else { continue }
            found += own.pointers.filter { pointer in
                if let begin, !begin.isAtOrBefore(pointer.at) { return false }
                return pointer.isSet ? pointer.at.isAtOrBefore(act.point) : true
            }
        }
        guard found.isEmpty, begin == nil || timeline?.forkedFrom != nil else { return found }
        // A copy has its parent's pointer until it sets its own or executes another program.
        var current = process
        for _ in 0..<ThreadKnowledge.chainLimit {
            guard let own = timelines[ProcessKey(host: act.host, pid: current)], let fork = own.forkedFrom,
                !own.starts.contains(where: { fork.at.isAtOrBefore($0.at) && $0.at.isAtOrBefore(act.point) }),
                let parent = timelines[ProcessKey(host: act.host, pid: fork.parent)]
            else { return [] }
            let inherited = parent.pointers.filter { $0.at.isAtOrBefore(fork.at) }
            if !inherited.isEmpty { return inherited }
            current = fork.parent
        }
        return []
    }

    private static func around(
        _ pointers: [ProcessTimeline.Pointer], _ span: MemoryAct.Span, confidence: Int
    ) -> ThreadResolution? {
        var best: ThreadResolution?
        for pointer in pointers {
            guard
                let found = ThreadControlBlock.target(
                    of: span.address, length: span.length, pointer: pointer.address, stackEnd: pointer.stackEnd)
            else { continue }
            let offset = Int64(bitPattern: span.address &- pointer.address)
            if let known = best,
                (known.target.rank, known.offset?.magnitude ?? 0) <= (found.target.rank, offset.magnitude)
            {
                continue
            }
            best = ThreadResolution(target: found.target, part: found.part, offset: offset, confidence: confidence)
        }
        return best
    }

    /// Whether a pointer to code is written where libc keeps the destructors of keys: in its writable data. Other tables
    /// lie there too, so it is only possible.
    private func resolveKeys(_ span: MemoryAct.Span, _ act: MemoryAct, _ timeline: ProcessTimeline) -> ThreadResolution?
    {
        guard let value = act.value, value > 0xFFFF, span.length == 8 else { return nil }
        let live = timeline.segments.filter { timeline.isOfLife($0.at, at: act.point) }
        let data = live.filter {
            $0.file.hasPrefix("libc.so") || $0.file.hasPrefix("libc-") || $0.file.hasPrefix("ld-musl")
        }
        let isData = data.contains { segment in
            if segment.base <= span.address, span.address < segment.end { return true }
            // What follows the file's last page is its .bss.
            return live.contains {
                $0.file.isEmpty && $0.base <= span.address && span.address < $0.end && $0.base >= segment.base
                    && $0.base <= segment.end
            }
        }
        guard isData else { return nil }
        let isOfFile = timeline.loads.contains { $0.base <= value && value - $0.base < 1 << 24 }
        // Linux puts position-independent programs at 0x55…–0x56… on x86-64 (2/3 of the address space).
        let isOfProgram = (0x5500_0000_0000...0x56FF_FFFF_FFFF).contains(value)
        guard isOfFile || isOfProgram else { return nil }
        return ThreadResolution(
            target: .flsTable, part: "libc-data", offset: data.first.map { Int64(bitPattern: span.address &- $0.base) },
            confidence: 45, reason: "a pointer to code in libc's data, where the destructors of keys lie among others")
    }

    // MARK: - Thread pointers

    /// What setting a thread pointer is: the first one of a program belongs to its start.
    func resolvePointer(_ act: MemoryAct, _ owner: ActOwner) -> ThreadResolution {
        guard act.target == .own else {
            let isKnown = earlierPointer(act) != nil
            return ThreadResolution(
                target: .threadPointer, confidence: isKnown ? 95 : 80,
                reason: isKnown ? "" : "its value before is not known")
        }
        guard let process = owner.process else { return .unresolved("the trace does not tell the process") }
        let begin = timelines[ProcessKey(host: act.host, pid: process)]?.life(at: act.point).begin?.at
        let earlier = timelines[ProcessKey(host: act.host, pid: act.caller)]?.pointers.filter { pointer in
            pointer.isSet && pointer.at.isBefore(act.point) && begin.map { $0.isAtOrBefore(pointer.at) } ?? true
        }
        guard let earlier, !earlier.isEmpty else {
            return ThreadResolution(target: .none, confidence: 80, reason: "the first pointer of the thread")
        }
        return ThreadResolution(target: .threadPointer, confidence: 90)
    }

    /// The thread pointer that the target had before an act.
    private func earlierPointer(_ act: MemoryAct) -> UInt64? {
        let thread: UInt32
        switch act.target {
        case .thread(let id), .process(let id): thread = id
        case .own: thread = act.caller
        default: return nil
        }
        return timelines[ProcessKey(host: act.host, pid: thread)]?.pointers.last { $0.at.isBefore(act.point) }?.address
    }

    /// Whether an act writes what is there already: debuggers and Wine put words back; nil where it is not known.
    func isUnchanged(_ act: MemoryAct) -> Bool? {
        guard let value = act.value else { return nil }
        if act.access == .pointer { return earlierPointer(act).map { $0 == value } }
        guard act.access == .write, case .thread(let thread) = act.target, let span = act.spans.first else {
            return nil
        }
        let key = WordKey(host: act.host, source: act.source, thread: thread, address: span.address)
        return words[key]?.lastBefore(act.point, \.at).map { $0.value == value }
    }
}
