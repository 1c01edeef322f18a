import Events

extension ThreadKnowledge {
    /// Adds what an act on memory or threads is aimed at.
    func addFields(
        of view: EventView, _ container: ContainerAttribution?, _ context: Context, to fields: inout [FactField]
    ) {
        switch view.kind {
        case .memory: break
        case .linuxRecord where sawLinux: break
        default: return
        }
        guard let act = ThreadReading(view)?.act else { return }
        fields += self.fields(of: act, context)
        if act.access.changes { fields += crossing(act, container, context) }
    }

    /// Whether an act goes from one container into another, out of one or into one: only where the starts of both processes
    /// were seen, or their containers are known.
    private func crossing(_ act: MemoryAct, _ container: ContainerAttribution?, _ context: Context) -> [FactField] {
        let owner = owner(of: act)
        guard owner.isOther, let process = owner.process else { return [] }
        let target = self.container(of: process, act, context)?.id
        var fields: [FactField] = []
        if let target { fields.append(FactField("Target.ContainerId", target)) }
        guard target != nil || container != nil else { return fields }
        func isKnown(_ process: UInt32) -> Bool { image(of: process, on: act.host, at: act.point, context) != nil }
        guard target != nil || isKnown(process), container != nil || isKnown(act.caller) else { return fields }
        fields.append(FactField("Tls.CrossContainer", target != container?.id))
        return fields
    }

    /// The container of a process at the moment of an act.
    func container(of process: UInt32, _ act: MemoryAct, _ context: Context) -> ContainerAttribution? {
        context.attribution(
            of: EventView(
                kind: act.isLinux ? .linuxRecord : .memory, time: Timestamp(nanoseconds: act.moment.time),
                host: act.host,
                values: [EventView.Value(.processID, String(process))],
                origin: Origin(product: act.isLinux ? "linux" : "windows")))
    }

    /// The fields of an act. A pure function.
    func fields(of act: MemoryAct, _ context: Context) -> [FactField] {
        let owner = owner(of: act)
        var fields = [FactField("Tls.Access", act.access.rawValue)]
        if act.access != .resume { fields += ThreadKnowledge.fields(of: resolve(act, owner)) }
        fields.append(FactField("Tls.CrossProcess", owner.isOther))
        if act.isFailed { fields.append(FactField("Tls.Failed", true)) }
        if let unchanged = isUnchanged(act) { fields.append(FactField("Write.Unchanged", unchanged)) }
        fields += parties(of: act, owner, context)
        if act.access == .write {
            let size = act.spans.reduce(UInt64(0)) { sum, span in
                let total = sum.addingReportingOverflow(span.length)
                return total.overflow ? .max : total.partialValue
            }
            fields.append(FactField("Write.Size", String(size)))
        }
        return fields
    }

    /// Who does it to whom.
    func parties(of act: MemoryAct, _ owner: ActOwner, _ context: Context) -> [FactField] {
        var fields: [FactField] = []
        if act.caller != 0 { fields.append(FactField("Caller.ProcessId", String(act.caller))) }
        let caller = act.isLinux ? process(of: act.caller, on: act.host, at: act.point) : act.caller
        if let image = image(of: caller, on: act.host, at: act.point, context) {
            fields.append(FactField("Caller.Image", image))
        }
        if let process = owner.process { fields.append(FactField("Target.ProcessId", String(process))) }
        let image = owner.process.flatMap { self.image(of: $0, on: act.host, at: act.point, context) } ?? owner.image
        if !image.isEmpty { fields.append(FactField("Target.Image", image)) }
        return fields
    }

    /// What an address is.
    static func fields(of found: ThreadResolution) -> [FactField] {
        var fields = [FactField("Tls.Target", found.target.rawValue)]
        if !found.part.isEmpty { fields.append(FactField("Tls.Part", found.part)) }
        if !found.module.isEmpty { fields.append(FactField("Tls.Module", found.module)) }
        if let offset = found.offsetText { fields.append(FactField("Tls.Offset", offset)) }
        if let slot = found.slot { fields.append(FactField("Tls.Slot", slot)) }
        fields.append(FactField("Tls.Confidence", found.confidence))
        if !found.reason.isEmpty { fields.append(FactField("Tls.Reason", found.reason)) }
        return fields
    }
}
