import Events

extension InventoryFacts {
    /// Hyper-V-Compute 2000–2003 and 2007: the host's own word on a compute system, container or not.
    mutating func observeComputeSystem(_ view: EventView) {
        let named = view[.systemID] ?? ""
        let id = ASCII.lowered(named.isEmpty ? view.text("Hcs.SystemId") : named)
        guard !id.isEmpty else { return }
        update(ItemKey(.system, scope: view.host, id: id)) { sheet in
            sheet.saw(.hostCompute, at: view.time)
            sheet.state(.owner, view.text("Hcs.Settings.Owner"), at: view.time)
            sheet.state(.type, view.text("Hcs.Settings.SystemType"), at: view.time)
            sheet.state(.name, view.text("Hcs.Settings.Name"), at: view.time)
            sheet.state(.path, view.text("Hcs.Settings.LayerFolderPath"), at: view.time)
        }
        guard let verb = InventoryFacts.computeVerbs[view.eventID] else { return }
        let result = view.text("Hcs.Result")
        let failure = InventoryFacts.isSuccess(result) ? "" : "result " + result
        var happening = Happening(
            verb, of: id, kind: .system, scope: view.host, at: view.time,
            object: verb == .modified ? view.text("Hcs.Settings.ResourcePath") : "",
            text: verb == .modified ? InventoryFacts.modification(view, failure) : failure, source: .hostCompute)
        add(happening, at: view.place)
        if ContainerID(id)?.isFull == true {
            happening.kind = nil
            add(happening, at: view.place)
        }
    }

    private static let computeVerbs: [Int: HappeningVerb] = [
        2000: .created, 2001: .started, 2002: .stopped, 2003: .killed, 2007: .modified,
    ]

    /// Whether a result says success, or that the operation goes on (0xC0370103); no result says nothing against it.
    private static func isSuccess(_ result: String) -> Bool {
        let digits = ASCII.lowered(result.hasPrefix("0x") ? String(result.dropFirst(2)) : result)
        return digits.utf8.allSatisfy { $0 == 0x30 } || digits == "c0370103"
    }

    /// What was added to or taken from a running system: `Add C:\ → C:\h, writable`.
    private static func modification(_ view: EventView, _ failure: String) -> String {
        func setting(_ names: String...) -> String {
            for name in names {
                let text = view.text("Hcs.Settings.Settings." + name)
                if !text.isEmpty { return text }
            }
            return ""
        }
        var words = view.text("Hcs.Settings.RequestType")
        let source = setting("HostPath", "Path")
        let target = setting("ContainerPath", "ContainerPipeName", "Name")
        if !source.isEmpty { words += " " + source }
        if !target.isEmpty { words += " -> " + target }
        switch ASCII.lowered(setting("ReadOnly")) {
        case "false": words += ", writable"
        case "true": words += ", read-only"
        default: break
        }
        return failure.isEmpty ? words : words + ", " + failure
    }

    /// What a Windows host says of its machines and systems: Hyper-V VMMS and Worker, VHDMP, `hcsdiag list`.
    mutating func observeHostRecord(_ view: EventView) {
        if view.origin.service == "hcsdiag" { return observeListedSystem(view) }
        let id = ASCII.lowered(view.text("VmId").filter { $0 != "{" && $0 != "}" })
        guard !id.isEmpty, id.utf8.contains(where: { $0 != 0x30 && $0 != 0x2D }) else { return }
        let source = InventoryFacts.machineSource(view.eventID)
        update(ItemKey(.machine, scope: view.host, id: id)) { sheet in
            sheet.saw(source, at: view.time)
            sheet.state(.name, view.text("VmName"), at: view.time)
            sheet.state(.disk, view.text("VhdFile"), at: view.time)
        }
        guard let verb = InventoryFacts.machineVerbs[view.eventID] else { return }
        add(
            Happening(
                verb, of: id, kind: .machine, scope: view.host, at: view.time,
                text: verb == .stateChanged ? "event \(view.eventID)" : "", source: source), at: view.place)
    }

    private static func machineSource(_ eventID: Int) -> FactSource {
        switch eventID {
        case 13002, 13003, 18302: .hyperVManagement
        case 18500...18700: .hyperVWorker
        default: .virtualDisks
        }
    }

    private static let machineVerbs: [Int: HappeningVerb] = [
        13002: .created, 13003: .deleted, 18302: .imported, 18500: .started, 18502: .stopped, 18504: .stopped,
        18506: .stopped, 18508: .stopped, 18510: .saved, 18512: .restarted, 18514: .restarted, 18516: .paused,
        18518: .unpaused, 18524: .stateChanged, 18526: .stateChanged, 18528: .stateChanged, 18590: .ended,
        18592: .started, 18594: .saved, 18596: .started, 18605: .stateChanged, 18608: .saved,
    ]

    private mutating func observeListedSystem(_ view: EventView) {
        let id = ASCII.lowered(view.text("Id"))
        update(ItemKey(.system, scope: view.host, id: id)) { sheet in
            sheet.saw(.hcsdiag, at: view.time)
            sheet.state(.type, view.text("SystemType"), at: view.time)
            sheet.state(.state, view.text("State"), at: view.time)
            sheet.state(.runtimeID, ASCII.lowered(view.text("RuntimeId")), at: view.time)
            sheet.state(.owner, view.text("Owner"), at: view.time)
        }
    }

    /// A value of a WSL distribution's key: `…\CurrentVersion\Lxss\{GUID}` (Sysmon 13, Security 4657).
    mutating func observeRegistryValue(_ view: EventView) {
        let target = view.text("TargetObject")
        let isSysmon = !target.isEmpty
        let parts = (isSysmon ? target : view.text("ObjectName")).split(separator: "\\").map(String.init)
        guard let lxss = parts.lastIndex(where: { ASCII.equal($0, "lxss") }), parts.indices.contains(lxss + 1),
            parts[lxss + 1].hasPrefix("{")
        else { return }
        let id = ASCII.lowered(parts[lxss + 1])
        let name = isSysmon ? parts.last ?? "" : view.text("ObjectValueName")
        let value = isSysmon ? view.text("Details") : view.text("NewValue")
        let attributes: [String: ItemAttribute] = [
            "distributionname": .name, "basepath": .path, "version": .version, "state": .state,
        ]
        update(ItemKey(.distribution, scope: view.host, id: id)) { sheet in
            sheet.saw(.registry, at: view.time)
            if let attribute = attributes[ASCII.lowered(name)] { sheet.state(attribute, value, at: view.time) }
        }
        guard ASCII.equal(name, "distributionname") else { return }
        add(
            Happening(
                .created, of: id, kind: .distribution, scope: view.host, at: view.time, text: value,
                source: .registry), at: view.place)
    }

    /// Kernel-Process 13, 14 and 22–26: jobs that are silos.
    mutating func observeSilo(_ view: EventView) {
        let guid = ASCII.lowered((view[.siloGUID] ?? "").filter { $0 != "{" && $0 != "}" })
        guard !guid.isEmpty, guid.utf8.contains(where: { $0 != 0x30 && $0 != 0x2D }) else { return }
        update(ItemKey(.silo, scope: view.host, id: guid)) { sheet in
            sheet.saw(.kernelProcess, at: view.time)
            sheet.state(.jobID, view[.jobID] ?? "", at: view.time)
            if view.eventID == 13 || view.eventID == 14 {
                sheet.state(.type, "job", at: view.time)
            } else {
                sheet.state(.type, "server silo", at: view.time)
            }
        }
        let verbs: [Int: HappeningVerb] = [
            13: .created, 14: .ended, 22: .stateChanged, 23: .started, 25: .ended,
        ]
        // 24 and 26 end what 23 and 25 begin; every registered monitor is told, at about one moment.
        guard let verb = verbs[view.eventID] else { return }
        add(
            Happening(
                verb, of: guid, kind: .silo, scope: view.host, at: view.time,
                text: verb == .stateChanged ? view[.state] ?? "" : "", source: .kernelProcess), at: view.place)
    }

    /// Programs that open a guest of their own, and the worker process of a virtual machine.
    mutating func observeGuestTool(_ view: EventView) {
        let image = view.first(.image, .newProcessName) ?? ""
        let name = ASCII.lastComponent(image)
        guard let first = name.utf8.first, first | 0x20 == 0x77 || first | 0x20 == 0x76, name.utf8.count < 40 else {
            return
        }
        let lowered = ASCII.lowered(name)
        if lowered == "vmwp.exe" { return addWorker(view) }
        guard InventoryFacts.guestTools.contains(lowered) else { return }
        update(ItemKey(.sandbox, scope: view.host, id: lowered)) { sheet in
            sheet.saw(.processStart, at: view.time)
            sheet.state(.path, image, at: view.time)
            sheet.state(.command, view[.commandLine] ?? "", at: view.time)
        }
        add(
            Happening(
                .started, of: lowered, kind: .sandbox, scope: view.host, at: view.time,
                text: view[.commandLine] ?? "", source: .processStart), at: view.place)
    }

    private static let guestTools: Set<String> = [
        "windowssandbox.exe", "windowssandboxclient.exe", "windowssandboxremotesession.exe",
        "windowssandboxserver.exe", "wslc.exe", "wslcsession.exe", "wsl.exe", "wslservice.exe",
    ]

    /// `vmwp.exe <GUID>`: one for each machine or utility VM that runs.
    private mutating func addWorker(_ view: EventView) {
        let words = (view[.commandLine] ?? "").split(separator: " ")
        guard let guid = words.last, guid.utf8.count == 36, guid.utf8.allSatisfy({ ASCII.isHexDigit($0) || $0 == 0x2D })
        else { return }
        let id = ASCII.lowered(guid)
        update(ItemKey(.machine, scope: view.host, id: id)) { $0.saw(.processStart, at: view.time) }
        add(
            Happening(
                .started, of: id, kind: .machine, scope: view.host, at: view.time, source: .processStart),
            at: view.place)
    }
}
