import Events

extension Context {
    /// Everything the context says of an event: its container, its lineage, and what the parts add. A pure function.
    public func facts(of view: EventView) -> EventFacts? {
        var memo = AttributionMemo(isKept: false)
        return facts(of: view, .all, &memo)
    }

    /// What is wanted of that. A pure function but for what `memo` remembers, which does not change the answer.
    func facts(of view: EventView, _ selection: FactSelection, _ memo: inout AttributionMemo) -> EventFacts? {
        var tie: Tie?
        let container = memo.attribution(of: view, self, &tie)
        var fields: [FactField] = []
        if let container, selection.contains(.lineage) { addLineage(of: view, container, tie, to: &fields) }
        if selection.contains(.programs) { programs.addFields(of: view, container, to: &fields) }
        if selection.contains(.flows) { flows.addFields(of: view, container, self, to: &fields) }
        if selection.contains(.threads) { threads.addFields(of: view, container, self, to: &fields) }
        return container == nil && fields.isEmpty ? nil : EventFacts(container: container, fields: fields)
    }

    /// The container that `view` belongs to, or nil when nothing ties it to one. A pure function: the same view, the
    /// same answer, on any thread. O(values) without evidence, else O(evidence + candidates).
    public func attribution(of view: EventView) -> ContainerAttribution? {
        var memo = AttributionMemo(isKept: false)
        var tie: Tie?
        return memo.attribution(of: view, self, &tie)
    }

    /// The container by an engine's or a runtime's record, or by what stands in for one.
    func attributionByRecord(of view: EventView) -> ContainerAttribution? {
        switch view.kind {
        case .dockerInspect:
            let id = view.fields.first { $0.name == "Id" }.flatMap { ContainerID($0.value) }
            return id.flatMap { attribution(ofRecord: $0, at: view.time).attribution }
        case .flow where knowsAddresses && view[.containerID] == nil:
            return attributionByAddress(of: view)
        case .dockerEvent, .containerdEvent, .runtimeListing, .kubernetesAudit, .runtimeRecord, .containerOutput,
            .dockerObject, .flow:
            if let owner = owners[view.place.source], Context.named(by: view) == nil {
                return attribution(ofSourceNamedAfter: owner, at: view.time)
            }
            return Context.recordedID(of: view).flatMap {
                attribution(ofRecord: $0, at: view.time).attribution
            }
        case .hostCompute:
            guard let id = ContainerID(view[.systemID] ?? ""), id.isFull else { return nil }
            return attribution(
                ofRecord: id, at: view.time, code: .id,
                reason: "the host's compute service names the container"
            ).attribution
        case .linuxProcess, .linuxRecord, .processStart, .processEnd, .connection, .silo, .memory, .hostRecord,
            .registryValue, .windows, .fileWrite, .other:
            return nil
        }
    }

    private static func named(by view: EventView) -> String? {
        view[.containerID] ?? view.fields.first { $0.name == "ContainerId" }?.value
    }

    /// The container that the record of an engine or a runtime names.
    static func recordedID(of view: EventView) -> ContainerID? {
        view.kind == .dockerEvent
            ? DockerEvent(view.fields).container : named(by: view).flatMap { ContainerID($0) }
    }

    /// A file may be named by anyone: less sure than a record.
    private func attribution(ofSourceNamedAfter id: ContainerID, at time: Timestamp) -> ContainerAttribution? {
        guard case .one(let container) = inventory.resolve(id) else { return nil }
        var attribution = ContainerAttribution.Draft(
            id: id.text, confidence: 70, evidence: [.sourceName], reasons: ["the file is named after the container"])
        attribution.describe(container, at: time)
        return ContainerAttribution(attribution)
    }

    /// The container of a record that names it, and how long its description stays the same.
    func attribution(
        ofRecord id: ContainerID, at time: Timestamp, code: EvidenceCode = .engine,
        reason: String = "the engine's record names the container"
    ) -> (attribution: ContainerAttribution, steady: SteadySpan) {
        var steady = SteadySpan(around: time)
        var attribution = ContainerAttribution.Draft(
            id: id.text, confidence: 100, evidence: code == .id ? [.id] : [.id, code], reasons: [reason])
        switch inventory.resolve(id) {
        case .one(let container):
            steady.cut(by: container)
            attribution.describe(container, at: time)
        case .ambiguous(let ids):
            attribution.reasons.append("\(ids.count) containers have ids that begin so")
        case .none: break
        }
        return (ContainerAttribution(attribution), steady)
    }

    /// All evidence on an event: its host, its own fields, and its process's start and ancestors.
    func allEvidence(of view: EventView, _ tie: Tie) -> [Evidence] {
        var all = hostEvidence(view)
        let actor = view.first(.image, .newProcessName, .processName, .application, .sourceImage) ?? ""
        for value in view.values {
            switch value.field {
            case .image, .newProcessName, .processName, .application, .sourceImage:
                all += EvidenceRules.path(value.text, as: .image)
            case .targetImage: all += EvidenceRules.path(value.text, as: .target)
            case .imageLoaded: all += EvidenceRules.path(value.text, as: .loaded, actor: actor)
            case .targetFilename: all += EvidenceRules.path(value.text, as: .file)
            case .objectName: all += EvidenceRules.object(value.text)
            case .parentImage, .parentProcessName:
                let shimID =
                    EvidenceRules.isShim(value.text) ? EvidenceRules.shimID(view[.parentCommandLine] ?? "") : ""
                all += EvidenceRules.parent(value.text, of: actor, shimID: shimID)
            default: continue
            }
        }
        if let user = ContainerUser.named(by: view) { all.append(EvidenceRules.user(user)) }
        if view.kind == .silo { all += siloEvidence(of: view) }
        return all + evidence(of: tie)
    }

    private func hostEvidence(_ view: EventView) -> [Evidence] {
        let host = view.host
        let quoted = NeutralText.quoted(host)
        if HostJoin.isContainerName(host), let id = ContainerID(host) {
            let evidence = { (weight: Int, words: String) in
                [
                    Evidence(
                        code: .computerName, weight: weight, subject: .container(id),
                        reason: "the computer name \(quoted) \(words)")
                ]
            }
            switch inventory.resolve(id) {
            case .one(let container) where container.platform != .linux:
                return evidence(97, "is the default name of a known container")
            case .one, .none:
                return evidence(80, "has the form of a container's default name; no such container is known")
            case .ambiguous(let ids): return evidence(90, "is the default name of \(ids.count) known containers")
            }
        }
        let lowered = ASCII.lowered(host)
        guard inventory.mayBeHostname(host), join.soleHost != lowered else { return [] }
        let named = inventory.containers(withHostname: host).filter { $0.platform != .linux }
        guard !named.isEmpty else { return [] }
        return [
            Evidence(
                code: .computerName, weight: 50, subject: .hostname(lowered),
                reason: "the computer name \(quoted) was given to a container; another machine may have it too")
        ]
    }

    /// What ties a Windows event to the process tree.
    func tie(of view: EventView) -> Tie {
        var tie = Tie()
        if let index = process(of: view) {
            tie.process = Int32(index)
            tie.membership = membershipOfProcess[index]
        } else if view.kind == .processStart, let index = parentProcess(of: view) {
            // A start that did not fit into memory still has its parent.
            tie.parent = Int32(index)
            tie.membership = membershipOfProcess[index]
        }
        return tie
    }

    /// What the start of the event's process and of its ancestors shows.
    private func evidence(of tie: Tie) -> [Evidence] {
        guard tie.membership >= 0 else { return [] }
        let all = memberships[Int(tie.membership)]
        return tie.process >= 0 ? all : all.map { $0.inherited() }
    }

    /// The process of a Windows event, as an index of ``tree``; nil also for one that ``mayBelong(_:)`` rules out.
    func process(of view: EventView) -> Int? {
        let isSecurityStart = view[.newProcessID] != nil
        let pid =
            isSecurityStart ? view.first(.newProcessID) : view.first(.processID, .processIDOfFilter, .sourceProcessID)
        let guid = view.first(.processGUID, .sourceProcessGUID, .sourceProcessGUIDOfAccess).flatMap { ProcessGUID($0) }
        guard let pid = pid.flatMap({ ProcessID($0) }), mayBelong(pid) else { return nil }
        return tree.find(pid, guid: guid, on: ASCII.lowered(view.host), at: view.time)
    }

    /// The parent that a process start tells of, as an index of ``tree``.
    func parentProcess(of view: EventView) -> Int? {
        let isSecurityStart = view[.newProcessID] != nil
        let parent = view.first(isSecurityStart ? .processID : .parentProcessID).flatMap { ProcessID($0) }
        guard let parent, mayBelong(parent) else { return nil }
        return tree.find(
            parent, guid: view.first(.parentProcessGUID).flatMap { ProcessGUID($0) }, on: ASCII.lowered(view.host),
            at: view.time)
    }
}
