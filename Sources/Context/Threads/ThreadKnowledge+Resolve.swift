import Events

extension ThreadKnowledge {
    /// More bytes than this at once are no aimed write: a whole image, header or section is copied, and what it hits on its
    /// way says less.
    static let aimedLength: UInt64 = 512

    /// Whose memory or thread an act is on.
    func owner(of act: MemoryAct) -> ActOwner {
        let caller = act.isLinux ? process(of: act.caller, on: act.host, at: act.point) : act.caller
        func known(_ process: UInt32) -> ActOwner { ActOwner(process: process, isOther: process != caller) }
        switch act.target {
        case .own:
            let isKnown = act.caller != 0
            return ActOwner(
                process: isKnown ? caller : nil, isOther: false,
                reason: isKnown ? "" : "the trace does not tell the process")
        case .process(let id), .thread(let id):
            return known(act.isLinux ? process(of: id, on: act.host, at: act.point) : id)
        case .processHandle(let handle):
            let name = "handle 0x" + String(handle, radix: 16)
            guard let entry = holder(of: handle, in: act) else {
                return ActOwner(reason: "no call was seen that opened \(name)")
            }
            if entry.other != 0 { return known(entry.other) }
            return ActOwner(image: entry.text, reason: "the call that made \(name) does not tell the process id")
        case .threadHandle(let handle):
            let name = "thread handle 0x" + String(handle, radix: 16)
            guard let entry = holder(of: handle, in: act) else {
                return ActOwner(reason: "no call was seen that opened \(name)")
            }
            guard let process = owners[ProcessKey(host: act.host, pid: entry.other)] else {
                return ActOwner(reason: "no start of thread \(entry.other) was seen")
            }
            return known(process)
        case .descriptor(let number):
            guard let entry = holder(of: number, isDescriptor: true, in: act),
                let target = ThreadReading.memoryFile(entry.text, of: act.caller)
            else { return ActOwner(reason: "no call was seen that opened descriptor \(number)") }
            guard case .process(let id) = target else { return ActOwner(isOther: false) }
            return known(process(of: id, on: act.host, at: act.point))
        }
    }

    /// What an act is aimed at. O(loads + threads of the process).
    func resolve(_ act: MemoryAct, _ owner: ActOwner) -> ThreadResolution {
        switch act.access {
        case .pointer: return resolvePointer(act, owner)
        case .information:
            guard owner.isOther else { return ThreadResolution(target: .none, confidence: 90) }
            return ThreadResolution(
                target: .tebSlotsArrayPointer, part: "process-tls-information", confidence: 80)
        default: break
        }
        guard !act.spans.isEmpty else { return .unresolved("the record does not tell the address") }
        var best: ThreadResolution?
        for span in act.spans {
            var found = resolve(span, of: act, owner)
            if span.length > ThreadKnowledge.aimedLength, found.target.isThreadLocal, act.access != .protect {
                found.confidence = max(found.confidence - 40, 10)
                found.reason = "one of many bytes that are written at once"
            }
            guard let known = best else {
                best = found
                continue
            }
            if (found.target.rank, -found.confidence) < (known.target.rank, -known.confidence) { best = found }
        }
        return best ?? .unresolved("the record does not tell the address")
    }

    private func resolve(_ span: MemoryAct.Span, of act: MemoryAct, _ owner: ActOwner) -> ThreadResolution {
        let timeline = owner.process.flatMap { timelines[ProcessKey(host: act.host, pid: $0)] }
        if let region = act.region, region.type == MemoryAct.Region.image, span.address >= region.base {
            let load =
                timeline?.loads.last { $0.base == region.base && timeline?.isOfLife($0.at, at: act.point) == true }
            return resolve(
                span, base: region.base, name: load?.name ?? ModuleLayout.fileName(region.file), load: load)
        }
        if let timeline, let found = resolveLoad(span, timeline, act) { return found }
        if let timeline, let found = resolveBlock(span, timeline, act) { return found }
        if act.isLinux { return resolveLinux(span, act, owner, timeline) }
        // A trace of calls shows no loads of other processes; where a kernel provider showed none, nothing is guessed.
        if act.source != .none, timeline?.loads.isEmpty ?? true, let found = resolvePreferred(span, act, owner) {
            return found
        }
        guard let process = owner.process else { return .unresolved(owner.reason) }
        let knowsBlocks = timeline.map { !$0.blocks.isEmpty } ?? false
        let knowsLoads = timeline.map { !$0.loads.isEmpty } ?? false
        if knowsBlocks, act.region != nil || knowsLoads {
            return ThreadResolution(target: .none, confidence: act.region != nil ? 85 : 60)
        }
        switch (knowsLoads, knowsBlocks) {
        case (false, false): return .unresolved("no image load and no thread start of process \(process) was seen")
        case (true, false): return .unresolved("no thread start of process \(process) was seen")
        default: return .unresolved("no image load of process \(process) was seen")
        }
    }

    // MARK: - Modules

    private func resolveLoad(_ span: MemoryAct.Span, _ timeline: ProcessTimeline, _ act: MemoryAct) -> ThreadResolution?
    {
        func holds(_ load: ProcessTimeline.Load) -> Bool {
            guard span.address >= load.base else { return false }
            let size = load.size > 0 ? load.size : layoutsByName[load.name]?.first?.imageSize ?? 0
            return span.address - load.base < size && timeline.isOfLife(load.at, at: act.point)
        }
        let load =
            timeline.loads.last { holds($0) && $0.at.isAtOrBefore(act.point) } ?? timeline.loads.first { holds($0) }
        guard let load else { return nil }
        return resolve(span, base: load.base, name: load.name, load: load)
    }

    private func resolve(
        _ span: MemoryAct.Span, base: UInt64, name: String, load: ProcessTimeline.Load?
    ) -> ThreadResolution {
        let rva = span.address - base
        let offset = Int64(exactly: rva)
        guard let versions = layoutsByName[name] else {
            var answer = ThreadResolution.unresolved("no copy of \(NeutralText.quoted(name)) is in the evidence")
            (answer.module, answer.offset) = (name, offset)
            return answer
        }
        var best: (layout: ModuleLayout, confidence: Int)?
        for layout in versions {
            guard let confidence = ThreadKnowledge.agreement(layout, load) else { continue }
            if confidence > best?.confidence ?? -1 { best = (layout, confidence) }
        }
        guard let best else {
            var answer = ThreadResolution.unresolved(
                "the copy of \(NeutralText.quoted(name)) in the evidence is of another version")
            (answer.module, answer.offset) = (name, offset)
            return answer
        }
        return ThreadKnowledge.answer(best.layout, rva: rva, span, confidence: best.confidence)
    }

    private static func answer(
        _ layout: ModuleLayout, rva: UInt64, _ span: MemoryAct.Span, confidence: Int, reason: String = ""
    ) -> ThreadResolution {
        var answer = ThreadResolution(
            target: .none, module: layout.name, offset: Int64(exactly: rva), confidence: confidence, reason: reason)
        guard let range = layout.part(at: rva, length: span.length) else { return answer }
        answer.target = range.part.target
        answer.part = range.part.rawValue
        if range.part == .array, rva >= range.start {
            answer.slot = Int((rva - range.start) / UInt64(layout.wordSize == 4 ? 4 : 8))
        }
        return answer
    }

    /// How sure it is that a layout is of what was loaded, 0–100; nil when it is not.
    private static func agreement(_ layout: ModuleLayout, _ load: ProcessTimeline.Load?) -> Int? {
        guard let load else { return 70 }
        if load.size != 0, layout.imageSize != 0, pages(load.size) != pages(layout.imageSize) { return nil }
        if load.timestamp != 0, layout.timestamp != 0 {
            return load.timestamp == layout.timestamp ? 95 : nil
        }
        if load.checksum != 0, layout.checksum != 0, load.checksum != layout.checksum { return nil }
        return load.size != 0 ? 85 : 70
    }

    private static func pages(_ size: UInt64) -> UInt64 { size / 4096 + (size % 4096 == 0 ? 0 : 1) }

    /// Where no image load was seen: the module whose preferred base fits. Sure enough when the caller read its directory
    /// there before, or just started this program and writes one whole slot; else only possible.
    func resolvePreferred(_ span: MemoryAct.Span, _ act: MemoryAct, _ owner: ActOwner) -> ThreadResolution? {
        func fits(_ layout: ModuleLayout) -> Bool {
            layout.preferredBase > 0 && span.address >= layout.preferredBase
                && span.address - layout.preferredBase < layout.imageSize
        }
        let fitting = layouts.filter(fits)
        let seen = fitting.filter { wasLookedAt($0, act) }
        let program = ModuleLayout.fileName(owner.image.isEmpty ? startedBy(act)?.text ?? "" : owner.image)
        let named = fitting.filter { $0.name == program || $0.name == program + ".exe" }
        for (candidates, confidence) in [(seen, 80), (named, 60), (fitting, 40)] {
            guard var answer = agreed(candidates, span, confidence: confidence) else { continue }
            let how =
                confidence == 80
                ? "the caller read the TLS directory of \(NeutralText.quoted(answer.module)) where it lies"
                : "the address fits \(NeutralText.quoted(answer.module))"
            answer.reason = "no image load was seen; \(how) at its preferred base"
            let word = UInt64(candidates.first?.wordSize ?? 8)
            if confidence == 60, answer.slot != nil, span.length == word { answer.confidence = 75 }
            return answer
        }
        return nil
    }

    /// What an address is in all of some modules at their preferred bases: the versions of one program that lie in the evidence
    /// need not be told apart where they agree.
    private func agreed(_ candidates: [ModuleLayout], _ span: MemoryAct.Span, confidence: Int) -> ThreadResolution? {
        let answers = candidates.map { layout in
            ThreadKnowledge.answer(layout, rva: span.address - layout.preferredBase, span, confidence: confidence)
        }
        guard let first = answers.first,
            answers.allSatisfy({ ($0.target, $0.part, $0.slot) == (first.target, first.part, first.slot) })
        else { return nil }
        return first
    }

    /// Whether the caller of an act read the directory of a module at its preferred base before.
    private func wasLookedAt(_ layout: ModuleLayout, _ act: MemoryAct) -> Bool {
        guard let directory = layout.ranges.first(where: { $0.part == .directory && $0.start > 0 }) else {
            return false
        }
        let read = glances[act.callerKey]?[layout.preferredBase &+ directory.start]
        return read.map { $0.isBefore(act.point) } ?? false
    }

    /// The process that a caller last made suspended before an act.
    func startedBy(_ act: MemoryAct) -> ThreadRecord? {
        guard let all = children[act.callerKey], let index = all.lastIndex(before: act.point, \.point) else {
            return nil
        }
        let last = all[index]
        // The system call within `CreateProcess` does not name the program, the call around it does.
        if last.text.isEmpty, index > 0, last.point.seconds(since: all[index - 1].point) <= 1 { return all[index - 1] }
        return last
    }

    // MARK: - Environment blocks

    private func resolveBlock(_ span: MemoryAct.Span, _ timeline: ProcessTimeline, _ act: MemoryAct)
        -> ThreadResolution?
    {
        for block in timeline.blocks.reversed() {
            guard timeline.isOfLife(block.at, at: act.point), span.address >= block.base else { continue }
            let offset = span.address - block.base
            let shapes: [(EnvironmentBlock, UInt64)] =
                block.isNarrow
                ? [(.narrow, 0)] : [(.wide, 0), (.narrow, EnvironmentBlock.narrowOffset)]
            for (shape, start) in shapes {
                guard offset >= start, let found = shape.target(at: offset - start, length: span.length) else {
                    continue
                }
                return ThreadResolution(
                    target: found.target, part: start == 0 ? "" : "wow64", offset: Int64(exactly: offset),
                    slot: found.slot, confidence: start == 0 ? 90 : 70)
            }
        }
        return nil
    }
}
