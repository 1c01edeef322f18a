public import Context
import Events

/// A report on containers as NDJSON: an object a line, `kind` says of what (docs/machine-contract.md).
public struct ContainerJSON {
    private let report: ContainerReport
    private var writer = JSONWriter()

    /// The lines of a report: containers, execs, endpoints, then items by kind.
    public static func text(of report: ContainerReport) -> [UInt8] {
        var json = ContainerJSON(report: report)
        let state = report.moment.map { report.inventory.state(at: $0) }
        for container in state?.containers.map(\.container) ?? report.inventory.containers { json.write(container) }
        for exec in state?.execs ?? report.inventory.execs { json.write(exec) }
        for endpoint in state?.endpoints ?? report.inventory.endpoints { json.write(endpoint) }
        for item in state?.items.map(\.item) ?? report.inventory.items { json.write(item) }
        for volume in report.volumes { json.write(volume) }
        for remark in report.remarks {
            json.writer.openObject()
            json.writer.member("kind", "note")
            json.writer.member("text", remark)
            json.endLine()
        }
        return json.writer.bytes
    }

    /// One container: its object, its execs and endpoints, and what happened to it in order of time.
    public static func story(of container: Container, in report: ContainerReport) -> [UInt8] {
        var json = ContainerJSON(report: report)
        json.write(container)
        for exec in report.inventory.execs(of: container.id) { json.write(exec) }
        for endpoint in report.inventory.endpoints(of: container.id) { json.write(endpoint) }
        for entry in report.inventory.happenings(of: container.id) {
            json.writer.openObject()
            json.writer.member("kind", "happening")
            json.writer.member("container", container.id.text)
            json.write(entry.happening)
            json.write(entry.place)
            json.endLine()
        }
        for unknown in ContainerStory(container, in: report.inventory, tellsAll: true).unknowns {
            json.writer.openObject()
            json.writer.member("kind", "unknown")
            json.writer.member("container", container.id.text)
            json.writer.member("text", unknown)
            json.endLine()
        }
        return json.writer.bytes
    }

    private init(report: ContainerReport) { self.report = report }

    // MARK: Parts

    private mutating func endLine() {
        writer.closeObject()
        writer.endLine()
    }

    private mutating func time(_ name: String, _ time: Timestamp?) {
        writer.name(name)
        if let time, time != .unknown { writer.value(TimeText.rfc3339(time)) } else { writer.null() }
    }

    private mutating func number(_ name: String, _ number: Int?) {
        writer.name(name)
        if let number { writer.value(Int64(number)) } else { writer.null() }
    }

    private mutating func flag(_ name: String, _ flag: Bool?) {
        writer.name(name)
        if let flag { writer.value(flag) } else { writer.null() }
    }

    private mutating func write(_ place: EventPlace) {
        guard let source = place.source.index, report.paths.indices.contains(source) else { return }
        writer.member("path", report.paths[source])
        writer.member("offset", place.offset)
    }

    private mutating func write(_ provenance: Provenance) {
        writer.name("sources")
        writer.openArray()
        for (source, span) in provenance.spans.sorted(by: { $0.key < $1.key }) {
            writer.openObject()
            writer.member("source", source.rawValue)
            write(span)
            writer.closeObject()
        }
        writer.closeArray()
    }

    private mutating func write(_ span: SeenSpan) {
        time("first", span.first)
        time("last", span.last)
    }

    private mutating func state(_ phase: String, _ since: Timestamp?, _ until: Timestamp?) {
        writer.name("state")
        writer.openObject()
        writer.member("phase", phase)
        time("since", since)
        time("until", until)
        writer.closeObject()
    }

    private mutating func write(_ happening: Happening) {
        time("time", happening.time)
        writer.member("what", happening.verb.rawValue)
        if !happening.object.isEmpty { writer.member("object", happening.object) }
        if !happening.text.isEmpty { writer.member("text", happening.text) }
        if let code = happening.code { number("exit_code", code) }
        if let pid = happening.pid { number("pid", Int(pid)) }
        writer.member("source", happening.source.rawValue)
    }

    private mutating func list<Element>(
        _ name: String, _ elements: some Sequence<Element>, _ write: (inout ContainerJSON, Element) -> Void
    ) {
        writer.name(name)
        writer.openArray()
        for element in elements {
            writer.openObject()
            write(&self, element)
            writer.closeObject()
        }
        writer.closeArray()
    }
}

// MARK: - Things

extension ContainerJSON {
    private mutating func write(_ container: Container) {
        let status = container.status(at: report.shown)
        writer.openObject()
        writer.member("kind", "container")
        writer.member("id", container.id.text)
        writer.member("name", container.name(at: report.shown))
        list("names", container.names) { json, name in
            json.writer.member("name", name.name)
            json.write(name.seen)
        }
        writer.member("engines", container.engines.filter { !$0.isEmpty })
        writer.member("hosts", container.hosts)
        writer.member("image", container.image)
        writer.member("isolation", container.isolation.rawValue)
        writer.member("platform", container.platform?.rawValue ?? "")
        flag("privileged", container.privileged)
        writer.member("user", container.user)
        writer.member("hostname", container.hostname)
        state(status.phase.rawValue, status.since, status.until)
        time("created", container.created)
        time("removed", container.destroyed)
        list("runs", container.runs) { json, run in
            json.time("start", run.start)
            json.time("end", run.end)
        }
        write(container.details)
        list("mounts", container.mounts) { json, mount in
            json.writer.member("type", mount.type)
            json.writer.member("source", mount.source)
            json.writer.member("destination", mount.destination)
            json.flag("writable", mount.isWritable)
        }
        writer.member("networks", container.networks)
        number("execs", report.inventory.execs(of: container.id).count)
        writer.member("layers", container.layers)
        writer.member("conflicts", container.conflicts)
        write(container.details.provenance)
        endLine()
    }

    private mutating func write(_ details: ContainerDetails) {
        writer.member("image_id", details.imageID)
        writer.member("command", details.command)
        writer.member("restart_policies", details.restartPolicies)
        number("restart_count", details.restartCount)
        number("exit_code", details.exitCode)
        writer.member("error", details.error)
        number("pid", details.pid)
        writer.member("log_drivers", details.logDrivers)
        writer.member("log_path", details.logPath)
        number("label_count", details.labelCount)
        writer.member("network_mode", details.networkMode)
        writer.member("pid_mode", details.pidMode)
        flag("auto_remove", details.removesItself)
        writer.member("namespaces", details.namespaces)
        writer.member("updates", details.updates.map(TimeText.rfc3339))
        list("pauses", details.pauses) { json, pause in
            json.time("start", pause.start)
            json.time("end", pause.end)
        }
    }

    private mutating func write(_ exec: ContainerExec) {
        writer.openObject()
        writer.member("kind", "exec")
        writer.member("container", exec.container.text)
        writer.member("id", exec.id)
        writer.member("command", exec.command)
        time("created", exec.created)
        time("started", exec.started)
        time("ended", exec.ended)
        number("exit_code", exec.exitCode)
        number("pid", exec.pid.map(Int.init))
        flag("detached", exec.isDetached)
        writer.member("conflicts", exec.conflicts)
        writer.member("sources", exec.sources.map(\.rawValue))
        write(exec.place)
        endLine()
    }

    private mutating func write(_ endpoint: ContainerEndpoint) {
        writer.openObject()
        writer.member("kind", "endpoint")
        writer.member("container", endpoint.container.text)
        writer.member("network", endpoint.network)
        writer.member("network_name", endpoint.networkName)
        writer.member("id", endpoint.id)
        writer.member("address", endpoint.address)
        writer.member("address6", endpoint.address6)
        writer.member("mac", endpoint.mac)
        writer.member("gateway", endpoint.gateway)
        time("connected", endpoint.connected)
        time("disconnected", endpoint.disconnected)
        writer.member("sources", endpoint.sources.map(\.rawValue))
        endLine()
    }

    private mutating func write(_ item: InventoryItem) {
        let itemState = item.state(at: report.shown)
        writer.openObject()
        writer.member("kind", ContainerJSON.kind(item.kind))
        writer.member("id", item.id)
        writer.member("name", item.name)
        writer.member("host", item.scope)
        writer.member("container", item.container?.text ?? "")
        state(itemState.phase.rawValue, itemState.since, itemState.until)
        writer.name("attributes")
        writer.openObject()
        for (attribute, values) in item.attributes.sorted(by: { $0.key < $1.key }) {
            list(attribute.rawValue, values) { json, value in
                json.writer.member("value", value.text)
                json.write(value.seen)
            }
        }
        writer.closeObject()
        list("history", item.happenings) { json, happening in json.write(happening) }
        write(item.provenance)
        endLine()
    }

    private mutating func write(_ volume: SiloVolume) {
        writer.openObject()
        writer.member("kind", "silo")
        writer.member("id", volume.guid)
        writer.member("name", "")
        writer.member("host", volume.host)
        writer.member("container", volume.container?.text ?? "")
        writer.member("type", "volume")
        write(volume.seen)
        writer.member("reason", volume.reason)
        endLine()
    }

    private static func kind(_ kind: ItemKind) -> String {
        switch kind {
        case .machine: "vm"
        case .distribution: "wsl"
        default: kind.rawValue
        }
    }
}
