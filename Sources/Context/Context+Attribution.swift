import Events

extension Context {
    /// Everything the context says of an event: its container, its lineage, and what the parts add. A pure function.
    public func facts(of view: EventView) -> EventFacts? {
        let container = attribution(of: view)
        var fields: [FactField] = []
        if let container { addLineage(of: view, container, to: &fields) }
        linux.addFields(of: view, container, to: &fields)
        programs.addFields(of: view, container, to: &fields)
        flows.addFields(of: view, container, self, to: &fields)
        threads.addFields(of: view, container, self, to: &fields)
        return container == nil && fields.isEmpty ? nil : EventFacts(container: container, fields: fields)
    }

    /// The container that `view` belongs to, or nil when nothing ties it to one. A pure function: the same view, the
    /// same answer, on any thread. O(values) without evidence, else O(evidence + candidates).
    public func attribution(of view: EventView) -> ContainerAttribution? {
        switch view.kind {
        case .other: return nil
        case .linuxProcess, .linuxRecord:
            let evidence = linuxEvidence(of: view)
            guard !evidence.isEmpty else { return nil }
            var verdict = Verdict(self, host: ASCII.lowered(view.host), time: view.time, isLinux: true)
            return verdict.reach(evidence, view)
        case .dockerEvent: return attribution(ofRecord: DockerEvent(view.fields).container, at: view.time)
        case .dockerInspect:
            let id = view.fields.first { $0.name == "Id" }.flatMap { ContainerID($0.value) }
            return attribution(ofRecord: id, at: view.time)
        case .flow where knowsAddresses && view[.containerID] == nil: return attributionByAddress(of: view)
        case .containerdEvent, .runtimeRecord, .containerOutput, .dockerObject, .flow:
            let named = view[.containerID] ?? view.fields.first { $0.name == "ContainerId" }?.value
            if named == nil, view.kind == .dockerObject, let owner = owners[view.place.source] {
                return attribution(ofSourceNamedAfter: owner, at: view.time)
            }
            return attribution(ofRecord: named.flatMap { ContainerID($0) }, at: view.time)
        case .hostCompute:
            if let id = ContainerID(view[.systemID] ?? ""), id.isFull {
                return attribution(
                    ofRecord: id, at: view.time, code: .id, reason: "the host's compute service names the container")
            }
        case .processStart, .processEnd, .connection, .silo, .memory, .windows, .fileWrite: break
        }
        let isAddressed = view.kind == .connection && knowsAddresses
        guard view.kind == .silo || mayAttribute(view) else {
            return isAddressed ? attributionByAddress(of: view) : nil
        }
        let evidence = Evidence.strongest(allEvidence(of: view))
        guard !evidence.isEmpty else { return isAddressed ? attributionByAddress(of: view) : nil }
        var verdict = Verdict(self, host: ASCII.lowered(view.host), time: view.time)
        return verdict.reach(evidence, view)
    }

    /// A file may be named by anyone: less sure than a record.
    private func attribution(ofSourceNamedAfter id: ContainerID, at time: Timestamp) -> ContainerAttribution? {
        guard case .one(let container) = inventory.resolve(id) else { return nil }
        var attribution = ContainerAttribution(
            id: id.text, confidence: 70, evidence: [.sourceName], reasons: ["the file is named after the container"])
        attribution.describe(container, at: time)
        return attribution
    }

    private func attribution(
        ofRecord id: ContainerID?, at time: Timestamp, code: EvidenceCode = .engine,
        reason: String = "the engine's record names the container"
    ) -> ContainerAttribution? {
        guard let id else { return nil }
        var attribution = ContainerAttribution(
            id: id.text, confidence: 100, evidence: code == .id ? [.id] : [.id, code], reasons: [reason])
        switch inventory.resolve(id) {
        case .one(let container): attribution.describe(container, at: time)
        case .ambiguous(let ids): attribution.reasons.append("\(ids.count) containers have ids that begin so")
        case .none: break
        }
        return attribution
    }

    /// All evidence on an event: its host, its own fields, and its process's start and ancestors.
    func allEvidence(of view: EventView) -> [Evidence] {
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
        return all + lineage(of: view)
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

    /// What the start of the event's process and of its ancestors shows.
    private func lineage(of view: EventView) -> [Evidence] {
        if let index = process(of: view) {
            let membership = membershipOfProcess[index]
            return membership >= 0 ? memberships[Int(membership)] : []
        }
        guard view.kind == .processStart else { return [] }
        // A start that did not fit into memory still has its parent.
        guard let index = parentProcess(of: view) else { return [] }
        let membership = membershipOfProcess[index]
        return membership >= 0 ? memberships[Int(membership)].map { $0.inherited() } : []
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
